import { startServer, waitFor, type RunningServer } from '@otter/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PipelineReport, PipelineRun, RunState } from './pipeline-report.ts';
import { WorkerPipelines, type WorkerPipelinesPorts } from './worker-pipelines.ts';

const CRASHING = new URL('./crashing-entry.fixture.mjs', import.meta.url);
const PASSWORDS = { source: 'source-s3cret', target: 'target-s3cret' };

let source: RunningServer;
let target: RunningServer;
let node: WorkerPipelines;
let reports: PipelineReport[];
let nextSchema = 1;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
  for (const [server, password] of [
    [source, PASSWORDS.source],
    [target, PASSWORDS.target],
  ] as const) {
    await server.query(
      `CREATE USER otter@'127.0.0.1' IDENTIFIED BY '${password}'; GRANT ALL ON *.* TO otter@'127.0.0.1'`,
    );
  }
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

beforeEach(() => openNode());

afterEach(async () => {
  await node.close();
  const text = JSON.stringify(reports);
  for (const password of Object.values(PASSWORDS)) expect(text).not.toContain(password);
});

function openNode(ports: Partial<WorkerPipelinesPorts> = {}): void {
  reports = [];
  node = new WorkerPipelines({
    readFile: () => '',
    env: () => undefined,
    temporaryDirectory: '/tmp',
    name: 'node-1',
    ...ports,
  });
  node.subscribe((report) => reports.push(report));
}

/** A table of counters in a schema of its own, and the pipeline that keeps it equal. */
async function counters(name?: string): Promise<PipelineRun & { schema: string }> {
  const schema = `node_${nextSchema++}`;
  for (const server of [source, target]) {
    await server.query(
      `CREATE DATABASE ${schema}; CREATE TABLE ${schema}.counter (id INT PRIMARY KEY, n INT NOT NULL)`,
    );
  }
  const options = {
    from: `mysql://otter:${PASSWORDS.source}@127.0.0.1:${source.port}/`,
    to: `mysql://otter:${PASSWORDS.target}@127.0.0.1:${target.port}/`,
    tables: `${schema}.*`,
    name: name ?? schema,
    mode: 'incremental',
    start: 'now',
  };
  return { id: schema, options, schema };
}

function states(id: string): RunState[] {
  return reports
    .filter((report) => report.id === id)
    .flatMap((report) => (report.kind === 'state' ? report.state : []));
}

async function reaches(id: string, state: RunState): Promise<Extract<PipelineReport, { kind: 'state' }>> {
  const states = (): Extract<PipelineReport, { kind: 'state' }>[] =>
    reports.filter((report) => report.kind === 'state').filter((report) => report.id === id);
  const report = await waitFor(() => states().find((r) => r.state === state || r.state === 'failed'), {
    what: `${id} to be ${state}`,
    timeoutMs: 30_000,
  });
  if (report.state !== state) throw new Error(`${id} has failed: ${report.error?.message}`);
  return report;
}

async function flows({ schema }: { schema: string }): Promise<void> {
  await source.query(`INSERT INTO ${schema}.counter VALUES (1,1) ON DUPLICATE KEY UPDATE n=n+1`);
  await becomesEqual(schema);
}

async function becomesEqual(schema: string): Promise<void> {
  const rows = async (server: RunningServer): Promise<string> =>
    JSON.stringify(await server.query(`SELECT * FROM ${schema}.counter ORDER BY id`));
  const expected = await rows(source);
  expect(expected).not.toBe('[]');
  await waitFor(async () => (await rows(target)) === expected, {
    what: `${schema} to be equal`,
    timeoutMs: 30_000,
  });
}

/** Counts up all the while `work` goes on; gives how often. */
async function whileCounting(schema: string, work: () => Promise<void>): Promise<number> {
  await source.query(`INSERT INTO ${schema}.counter VALUES (1,0),(2,0),(3,0)`);
  let isCounting = true;
  const count = async (): Promise<number> => {
    let times = 0;
    for (; isCounting; times++) await source.query(`UPDATE ${schema}.counter SET n=n+1 WHERE id=${1 + (times % 3)}`);
    return times;
  };
  const counting = count();
  try {
    await work();
  } finally {
    isCounting = false;
    await counting;
  }
  return await counting;
}

async function sum(server: RunningServer, schema: string): Promise<number> {
  const [row] = await server.query(`SELECT SUM(n) AS n FROM ${schema}.counter`);
  return Number(row?.['n']);
}

test('a pipeline that cannot log in, and one whose table stops, leave the other alone', async () => {
  const [good, denied, parking] = [await counters(), await counters(), await counters()];
  denied.options['to'] = `mysql://otter:wr0ng-password@127.0.0.1:${target.port}/`;
  await Promise.all([good, denied, parking].map((run) => node.start(run)));
  expect((await reaches(denied.id, 'failed')).error).toMatchObject({ code: 'ACCESS_DENIED' });
  await Promise.all([reaches(good.id, 'running'), reaches(parking.id, 'running')]);
  await flows(good);
  await flows(parking);
  await target.query(`DELETE FROM ${parking.schema}.counter`);
  await source.query(`UPDATE ${parking.schema}.counter SET n=n+1`);
  const status = await waitFor(
    () => reports.findLast((r) => r.kind === 'status' && r.id === parking.id && r.status.parked.length > 0),
    { what: 'a status with a parked table' },
  );
  expect(status).toMatchObject({ status: { state: 'running', parked: [{ code: 'ROW_MISSING' }] } });
  expect(reports).toContainEqual(
    expect.objectContaining({ kind: 'note', id: parking.id, level: 'error', code: 'ROW_MISSING' }),
  );
  await flows(good);
  expect(states(good.id)).toEqual(['starting', 'running']);
  expect(JSON.stringify(reports)).not.toContain('wr0ng-password');
});

test('threads that crash, exit or run out of memory fail alone, and the next go on exactly once', async () => {
  const deaths = {
    'dies-throwing': 'thrown where nobody catches',
    'dies-exiting': 'its thread ended with 7',
    'dies-of-memory': 'memory',
  };
  const good = await counters();
  const dying = await Promise.all(Object.keys(deaths).map((name) => counters(name)));
  for (const run of dying) await node.start(run);
  for (const run of dying) await reaches(run.id, 'running');
  const [first] = dying as [PipelineRun & { schema: string }];
  const times = await whileCounting(first.schema, async () => {
    await node.close();
    openNode({ entry: CRASHING, heapMegabytes: 64 });
    for (const run of [good, ...dying]) await node.start(run);
    for (const [i, words] of Object.values(deaths).entries()) {
      const { error } = await reaches((dying[i] as PipelineRun).id, 'failed');
      expect(error).toMatchObject({ code: 'PIPELINE_CRASHED', message: expect.stringContaining(words) as string });
      expect(error?.advice).not.toBe('');
    }
  });
  await flows(good);
  expect(states(good.id)).toEqual(['starting', 'running']);
  await node.close();
  openNode();
  for (const run of dying) await node.start(run);
  for (const run of dying.slice(1)) await flows(run);
  await becomesEqual(first.schema);
  expect(times).toBeGreaterThan(100);
  expect(await sum(target, first.schema)).toBe(times);
});

test('other options while rows are written: drained, started, equal', async () => {
  const run = await counters();
  await node.start(run);
  await reaches(run.id, 'running');
  const times = await whileCounting(run.schema, async () => {
    for (const workers of [1, 4, 3]) {
      reports = [];
      await node.start({ id: run.id, options: { ...run.options, workers } });
      await reaches(run.id, 'running');
      expect(states(run.id)).toEqual(['stopping', 'stopped', 'starting', 'running']);
    }
  });
  expect(times).toBeGreaterThan(100);
  await becomesEqual(run.schema);
  expect(await sum(target, run.schema)).toBe(times);
});

test('the same options again change nothing', async () => {
  const run = await counters();
  await Promise.all([node.start(run), node.start({ id: run.id, options: { ...run.options } })]);
  await reaches(run.id, 'running');
  await node.start(run);
  expect(states(run.id)).toEqual(['starting', 'running']);
});

test('two starts at once happen one after the other, the second wins', async () => {
  const [first, second] = [await counters(), await counters()];
  await Promise.all([node.start(first), node.start({ id: first.id, options: second.options })]);
  await reaches(first.id, 'running');
  expect(states(first.id)).toEqual(['starting', 'stopping', 'stopped', 'starting', 'running']);
  await flows(second);
});

test('a stop while it starts ends it, and it starts again', async () => {
  const run = await counters();
  await node.start(run);
  await node.stop(run.id);
  expect(states(run.id)).toEqual(['starting', 'stopping', 'stopped']);
  reports = [];
  await node.start(run);
  await reaches(run.id, 'running');
  await flows(run);
  await node.stop(run.id);
  expect(states(run.id)).toEqual(['starting', 'running', 'stopping', 'stopped']);
  await node.stop('unknown');
});

test('a stop is not held up by a lock on the target', async () => {
  const run = await counters();
  await node.start(run);
  await reaches(run.id, 'running');
  const blocker = await target.connect();
  try {
    await blocker.query(`LOCK TABLES ${run.schema}.counter WRITE`);
    await source.query(`INSERT INTO ${run.schema}.counter VALUES (1,1)`);
    await waitFor(async () => {
      const rows = await target.query("SELECT 1 FROM information_schema.PROCESSLIST WHERE STATE LIKE 'Waiting for%'");
      return rows.length > 0;
    });
    const startedAt = performance.now();
    await node.stop(run.id);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  } finally {
    blocker.destroy();
  }
  await node.start(run);
  await becomesEqual(run.schema);
});

test('one of the pipelines beats for all, and another when it is gone', async () => {
  const runs = [await counters(), await counters(), await counters()];
  await Promise.all(runs.map((run) => node.start(run)));
  const lags = (id: string): (number | null)[] =>
    reports.filter((r) => r.kind === 'status').flatMap((r) => (r.id === id ? [r.status.lagMs] : []));
  const beats = async (): Promise<number> => {
    const [row] = await source.query("SHOW GLOBAL STATUS LIKE 'Com_insert'");
    return Number(row?.['Value']);
  };
  /** Waits for so many beats to come. */
  const beating = async (count: number): Promise<void> => {
    const before = await beats();
    await waitFor(async () => (await beats()) >= before + count, { what: `${count} beats` });
  };
  await Promise.all(runs.map((run) => reaches(run.id, 'running')));
  await beating(1);
  for (const { id } of runs) await waitFor(() => lags(id).some((lag) => lag !== null && lag < 1000), { what: 'a lag' });
  const [before, startedAt] = [await beats(), performance.now()];
  await beating(3);
  const perSecond = ((await beats()) - before) / ((performance.now() - startedAt) / 1000);
  expect(perSecond).toBeLessThan(2);
  for (const run of runs.slice(1)) {
    await node.stop(run.id);
    await beating(1);
  }
  expect(await source.query("SELECT pipeline FROM retl.otter_heartbeat WHERE pipeline LIKE 'node%'")).toEqual([
    { pipeline: 'node-1' },
  ]);
});

test('a server that is not there yet is waited for', async () => {
  const run = await counters();
  const later = await startServer();
  await later.query(
    `CREATE DATABASE ${run.schema}; CREATE TABLE ${run.schema}.counter (id INT PRIMARY KEY, n INT NOT NULL)`,
  );
  await later.shutdown();
  run.options['to'] = later.url();
  try {
    await node.start(run);
    await waitFor(() => reports.some((r) => r.kind === 'note' && r.code === 'TARGET_UNREACHABLE'), { what: 'a note' });
    expect(states(run.id)).toEqual(['starting']);
    await later.restart();
    await reaches(run.id, 'running');
  } finally {
    await node.close();
    await later.stop();
  }
});

test('options that cannot be read are refused, and what runs goes on', async () => {
  const run = await counters();
  await node.start(run);
  await reaches(run.id, 'running');
  const wrong = node.start({ id: run.id, options: { ...run.options, worker: 2 } });
  await expect(wrong).rejects.toMatchObject({ code: 'USAGE', detail: expect.stringContaining('"worker"') as string });
  const unread = node.start({ id: run.id, options: { ...run.options, to: 'mysql://otter:hidden-password@h:x/' } });
  await expect(unread).rejects.toSatisfy(
    (error: Error) => !`${error.message}${error.stack}`.includes('hidden-password'),
  );
  await flows(run);
  expect(states(run.id)).toEqual(['starting', 'running']);
});

test('a password that stands elsewhere too is masked in what is reported and thrown', async () => {
  const run = await counters();
  run.options['map'] = `${run.schema}.counter:${PASSWORDS.target}.counter`;
  run.options['create-tables'] = 'no';
  await node.start(run);
  const { error } = await reaches(run.id, 'failed');
  expect(error).toMatchObject({ code: 'PREFLIGHT_FAILED', message: expect.stringContaining('***.counter') as string });
  const refused = node.start({ id: run.id, options: { ...run.options, map: PASSWORDS.target } });
  await expect(refused).rejects.toMatchObject({ detail: expect.stringContaining('"***" cannot be used') as string });
});

test('what the preflight stops does not start', async () => {
  const run = await counters();
  await target.query(`ALTER TABLE ${run.schema}.counter ENGINE=MyISAM`);
  await node.start(run);
  expect((await reaches(run.id, 'failed')).error).toMatchObject({ code: 'PREFLIGHT_FAILED' });
});
