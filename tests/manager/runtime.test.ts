// Goal: what a running pipeline offers through the manager's API is true, and what is done through it happens to the
// rows. Method: a manager with its node over two real servers; every step is a request of a person who is signed in.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, type StageTotals } from '@otter/core';
import { startManager, type Manager } from '@otter/manager';
import { WorkerPipelines } from '@otter/node';
import { startServer, waitFor, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serverPorts } from '../../packages/cli/src/manager/server-ports.ts';

const PASSWORD = 'server-s3cret';
const readers = { readFile: (path: string) => readFileSync(path, 'utf8'), env: () => undefined, noteSecret: () => {} };

let source: RunningServer;
let target: RunningServer;
let dataDir: string;
let host: WorkerPipelines;
let manager: Manager;
let cookie: string;
let pipelineId: number;

interface Answer {
  status: number;
  // Each test knows what it asked for.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

async function ask(method: string, path: string, json?: unknown): Promise<Answer> {
  const headers = { cookie, 'x-otter-request': '1', 'content-type': 'application/json', 'if-match': '"1"' };
  const body = json === undefined ? {} : { body: JSON.stringify(json) };
  const { 'content-type': type, ...bare } = headers;
  const response = await fetch(`${manager.url}/api/v1${path}`, {
    method,
    headers: json === undefined ? bare : { ...bare, 'content-type': type },
    ...body,
  });
  const text = await response.text();
  expect(text).not.toContain(PASSWORD);
  return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
}

async function did(method: string, path: string, json?: unknown): Promise<Answer['body']> {
  const { status, body } = await ask(method, path, json);
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  return body;
}

const ofPipeline = (path: string): string => `/pipelines/${pipelineId}${path}`;

async function openManager(): Promise<void> {
  host = new WorkerPipelines({ ...readers, temporaryDirectory: tmpdir(), name: 'node-1' });
  manager = await startManager({
    ...{ dataDir, host, nodeName: 'node-1', version: '0', consoleDir: null },
    ...serverPorts(readers, tmpdir()),
    ...{ secretKey: null, adminPassword: 'correct horse', listen: { host: '127.0.0.1', port: 0 } },
    ...{ log: silentLog, passwordCost: { logN: 4 } },
  });
  const response = await fetch(`${manager.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-otter-request': '1' },
    body: JSON.stringify({ name: 'admin', password: 'correct horse' }),
  });
  cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

async function closeManager(): Promise<void> {
  await manager.close();
  await host.close();
}

/** Waits for the next whole second of the source's clock, finer than which its log is not; in ms since 1970. */
async function nextSecond(): Promise<number> {
  const second = async () => {
    const [{ now }] = (await source.query('SELECT UNIX_TIMESTAMP() AS now')) as [{ now: string }];
    return Number(now);
  };
  const first = await second();
  const next = await waitFor(async () => (await second()) > first && (await second()), { what: 'the next second' });
  return next * 1000;
}

async function isEqual(): Promise<boolean> {
  const rows = (server: RunningServer) => server.query('SELECT id, n FROM shop.orders ORDER BY id');
  return JSON.stringify(await rows(source)) === JSON.stringify(await rows(target));
}

async function becomesEqual(): Promise<void> {
  await waitFor(isEqual, { what: 'the target to hold the same rows', timeoutMs: 30_000 });
}

async function channel(action: 'start' | 'stop', state: string): Promise<void> {
  await did('POST', `/channels/1/${action}`);
  await waitFor(async () => (await did('GET', '/channels/1/status')).pipelines[0].state === state, {
    what: `the pipeline to be ${state}`,
    timeoutMs: 30_000,
  });
}

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
  for (const server of [source, target]) {
    await server.query(
      `CREATE USER otter@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'; GRANT ALL ON *.* TO otter@'127.0.0.1'; CREATE DATABASE shop; CREATE TABLE shop.orders (id INT PRIMARY KEY, n INT NOT NULL)`,
    );
  }
  await source.query('INSERT INTO shop.orders VALUES (1,1),(2,2),(3,3)');
  dataDir = mkdtempSync(join(tmpdir(), 'otter-runtime-'));
  await openManager();
  const server = (name: string, { port }: RunningServer) =>
    did('POST', '/data-sources', { name, primary: { host: '127.0.0.1', port }, user: 'otter', password: PASSWORD });
  const [from, to] = [await server('shop', source), await server('copy of shop', target)];
  const { id: channelId } = await did('POST', '/channels', { name: 'orders' });
  const made = { name: 'there', sourceId: from.id, targetId: to.id, parameters: { mode: 'full+incremental' } };
  pipelineId = (await did('POST', `/channels/${channelId}/pipelines`, made)).id;
  await did('PUT', ofPipeline('/mappings'), { mappings: [{ source: 'shop.*' }] });
});

afterAll(async () => {
  await closeManager();
  await Promise.all([source?.stop(), target?.stop()]);
  rmSync(dataDir, { recursive: true, force: true });
});

describe('before the first start', () => {
  test('there is nothing to tell, and nothing fails', async () => {
    expect(await did('GET', ofPipeline('/errors?all=true'))).toEqual({ items: [] });
    expect(await did('GET', ofPipeline('/copy'))).toEqual({ items: [], now: null });
    expect(await did('GET', ofPipeline('/position'))).toMatchObject({ stored: null, bytesLeft: null });
  });
});

describe('a pipeline that runs', () => {
  test('brings rows, and is told where it stands', async () => {
    await channel('start', 'running');
    await becomesEqual();
    await source.query('INSERT INTO shop.orders VALUES (4,4)');
    await becomesEqual();
    const position = await waitFor(
      async () => {
        const answer = await did('GET', ofPipeline('/position'));
        return answer.stored !== null && answer;
      },
      { what: 'a stored position', timeoutMs: 10_000 },
    );
    expect(position).toMatchObject({ isLogKept: true, sourceProblem: null, stored: { isOnePlace: true } });
    expect(position.bytesLeft).toBeGreaterThanOrEqual(0);
    expect(position.bytesLeft).toBeLessThan(100_000);
    expect((await did('GET', ofPipeline('/copy'))).items).toMatchObject([
      { table: 'shop.orders', state: 'done', kind: 'first', rows: 3, percent: 100 },
    ]);
  });

  test('tells of each table, and where its time goes', async () => {
    const tables = await waitFor(
      async () => {
        const { items } = await did('GET', ofPipeline('/tables'));
        return items[0]?.inserted >= 1 && items;
      },
      { what: 'the counts of the table', timeoutMs: 15_000 },
    );
    expect(tables).toMatchObject([
      {
        table: 'shop.orders',
        target: 'shop.orders',
        state: 'streaming',
        error: null,
        copy: { rows: 3, state: 'done' },
      },
    ]);
    const now = async () => (await did('GET', '/channels/1/status')).pipelines[0];
    const before = await now();
    expect(before.status.changes.inserted).toBeGreaterThanOrEqual(1);
    const after = await waitFor(
      async () => {
        const answer = await now();
        return answer.statusAtMs >= before.statusAtMs + 900 && answer;
      },
      { what: 'a later status', timeoutMs: 15_000 },
    );
    const { stages, lagReadMs, lagMs } = after.status;
    for (const stage of ['source', 'idle', 'commit']) expect(stages[stage], stage).toBeGreaterThan(0);
    // The reader is in one stage at a time, so that all of its time is there.
    const reading = (of: StageTotals): number => of.source + of.parse + of.queue;
    const share = (reading(stages) - reading(before.status.stages)) / (after.statusAtMs - before.statusAtMs);
    expect(share).toBeGreaterThan(0.8);
    expect(share).toBeLessThan(1.2);
    expect(lagReadMs).toBeLessThanOrEqual(lagMs + 1000);
  });

  test('says as of when the target is equal, and then it is', async () => {
    const [{ now }] = (await source.query('SELECT UNIX_TIMESTAMP(NOW(6)) * 1000 AS now')) as [{ now: string }];
    await source.query('INSERT INTO shop.orders VALUES (40,40)');
    const status = await waitFor(
      async () => {
        const answer = await did('GET', '/channels/1/status');
        // The commit may have come a moment later than we looked at the clock; its log knows whole seconds alone.
        return Date.parse(answer.equalAsOf) > Number(now) + 1000 && answer;
      },
      { what: 'a later moment', timeoutMs: 15_000 },
    );
    expect(await target.query('SELECT 1 FROM shop.orders WHERE id=40')).toHaveLength(1);
    expect(status.pipelines).toMatchObject([{ equalAsOf: status.equalAsOf, equalExcept: { stopped: [], copying: 0 } }]);
    expect(Date.parse(status.equalAsOf)).toBeLessThanOrEqual(Date.now());
  });

  async function parked(change: string): Promise<{ id: number; key: string }> {
    await source.query(change);
    const { items } = await waitFor(
      async () => {
        const answer = await did('GET', ofPipeline('/errors'));
        return answer.items.length > 0 && answer;
      },
      { what: 'the table to stop', timeoutMs: 30_000 },
    );
    expect(items).toMatchObject([{ table: 'shop.orders', state: 'open', code: 'ROW_MISSING' }]);
    expect(items[0].advice.zh).toMatch(/\p{Script=Han}/u);
    await waitFor(
      async () => (await did('GET', '/channels/1/status')).pipelines[0].equalExcept.stopped[0] === 'shop.orders',
      { what: 'the table to be excepted', timeoutMs: 10_000 },
    );
    return items[0];
  }

  async function settled(id: number, state: string): Promise<void> {
    await waitFor(
      async () => {
        const { items } = await did('GET', ofPipeline('/errors?all=true'));
        return items.find((item: { id: number }) => item.id === id)?.state === state;
      },
      { what: `error ${id} to be ${state}`, timeoutMs: 30_000 },
    );
  }

  test('shows the row a table stopped at, and tries again once its cause is gone', async () => {
    await target.query('DELETE FROM shop.orders WHERE id=2');
    const { id, key } = await parked('UPDATE shop.orders SET n=20 WHERE id=2');
    expect(key).toContain('2');
    await target.query('INSERT INTO shop.orders VALUES (2,2)');
    await did('POST', ofPipeline('/errors/retry'), { ids: [id] });
    await settled(id, 'resolved');
    await becomesEqual();
  });

  test('leaves a change out, with the reason on record', async () => {
    await target.query('DELETE FROM shop.orders WHERE id=3');
    const { id } = await parked('DELETE FROM shop.orders WHERE id=3');
    await did('POST', ofPipeline('/errors/skip'), { ids: [id], reason: 'deleted by hand' });
    await settled(id, 'skipped');
    const { items } = await did('GET', '/audit?objectKind=pipeline');
    expect(items[0]).toMatchObject({
      action: 'errors.skip',
      objectName: 'there',
      after: { ids: [id], reason: 'deleted by hand', tables: ['shop.orders'] },
    });
    expect((await ask('POST', ofPipeline('/errors/skip'), { ids: [id], reason: 'again' })).status).toBe(400);
    expect((await ask('POST', ofPipeline('/errors/retry'), { ids: [id + 100] })).body).toMatchObject({ code: 'USAGE' });
    await source.query('INSERT INTO shop.orders VALUES (5,5)');
    await becomesEqual();
  });

  test('copies a table again', async () => {
    await target.query('UPDATE shop.orders SET n=99 WHERE id=1');
    await did('POST', ofPipeline('/copy/throttle'), { bytesPerSecond: 1_000_000 });
    expect(await did('POST', ofPipeline('/copy'), { tables: ['shop.orders'] })).toEqual({ tables: ['shop.orders'] });
    await becomesEqual();
    await waitFor(
      async () => {
        const { items } = await did('GET', ofPipeline('/copy'));
        return items[0].kind === 'again' && items[0].state === 'done';
      },
      { what: 'the copy to be done', timeoutMs: 30_000 },
    );
    const refused = await ask('POST', ofPipeline('/copy'), { tables: ['shop.orders'], where: 'n > (SELECT' });
    expect(refused.status).toBe(400);
    expect((await ask('POST', ofPipeline('/copy'), { tables: ['other.table'] })).body).toMatchObject({ code: 'USAGE' });
  });
});

describe('the position', () => {
  test('is set while the pipeline stands, after a look at what that means', async () => {
    const {
      stored: { position },
    } = await did('GET', ofPipeline('/position'));
    const to = [`binlog:${position.file}:${position.offset}`];
    expect((await ask('PUT', ofPipeline('/position'), { to, name: 'there' })).body).toMatchObject({
      code: 'STATE_CONFLICT',
    });
    await channel('stop', 'stopped');
    const before = await nextSecond();
    await source.query('INSERT INTO shop.orders VALUES (6,6)');
    const { end, bytesLeft } = await did('GET', ofPipeline('/position'));
    expect(bytesLeft).toBeGreaterThan(100);
    const ahead = [`binlog:${end.file}:${end.offset}`];
    expect(await did('POST', ofPipeline('/position/preview'), { to: ahead })).toMatchObject({
      direction: 'forward',
      bytes: bytesLeft,
      isLogKept: true,
    });
    expect((await ask('PUT', ofPipeline('/position'), { to: ahead, name: 'elsewhere' })).status).toBe(400);
    const at = (ms: number) => [`time:${new Date(ms).toISOString()}`];
    const atInsert = await did('POST', ofPipeline('/position/preview'), { to: at(before) });
    expect([atInsert.to.file, atInsert.to.offset < end.offset]).toEqual([end.file, true]);
    expect(end.offset - atInsert.to.offset).toBeLessThanOrEqual(bytesLeft);
    const after = at(await nextSecond());
    expect(await did('POST', ofPipeline('/position/preview'), { to: after })).toMatchObject({
      to: end,
      direction: 'forward',
      bytes: bytesLeft,
    });
    expect((await ask('POST', ofPipeline('/position/preview'), { to: ['time:yesterday'] })).status).toBe(400);
    expect(await did('PUT', ofPipeline('/position'), { to: after, name: 'there' })).toEqual({ position: end });
    await channel('start', 'running');
    await source.query('INSERT INTO shop.orders VALUES (7,7)');
    await waitFor(async () => (await target.query('SELECT 1 FROM shop.orders WHERE id=7')).length === 1, {
      what: 'row 7',
      timeoutMs: 30_000,
    });
    // What was jumped over is not there, as it was said.
    expect(await target.query('SELECT 1 FROM shop.orders WHERE id=6')).toHaveLength(0);
    await target.query('INSERT INTO shop.orders VALUES (6,6)');
    await becomesEqual();
  });
});

describe('a verification', () => {
  async function ended(id: number): Promise<Answer['body']> {
    return waitFor(
      async () => {
        const answer = await did('GET', `/verifications/${id}`);
        return ['done', 'failed'].includes(answer.state) && answer;
      },
      { what: 'the verification to end', timeoutMs: 60_000 },
    );
  }

  test('finds what was changed behind our back, repairs it, and takes that back', async () => {
    await target.query('UPDATE shop.orders SET n=77 WHERE id=1; DELETE FROM shop.orders WHERE id=4');
    await target.query('INSERT INTO shop.orders VALUES (100,100)');
    const before = await target.query('SELECT id, n FROM shop.orders ORDER BY id');
    const { id, state } = await did('POST', ofPipeline('/verifications'), {});
    expect(['waiting', 'running']).toContain(state);
    const found = await ended(id);
    expect(found).toMatchObject({ state: 'done', error: null, differences: 3 });
    expect(found.tables).toMatchObject([
      { table: 'shop.orders', verdict: 'differs', differing: 1, missing: 1, extra: 1, complete: true },
    ]);

    const first = await did('GET', `/verifications/${id}/differences?limit=2`);
    const rest = await did('GET', `/verifications/${id}/differences?limit=2&after=${first.next}`);
    const rows = [...first.items, ...rest.items];
    expect(rest.next).toBeNull();
    expect(Object.fromEntries(rows.map(({ kind, key }) => [kind, key.id]))).toEqual({
      ...{ different: '1', extra: '100', missing: '4' },
    });
    expect(rows.find(({ kind }) => kind === 'different').columns).toEqual([{ name: 'n', source: '1', target: '77' }]);

    const { plan } = await did('POST', `/verifications/${id}/repair`, { execute: false });
    expect(plan).toMatchObject([{ table: 'shop.orders', inserts: 1, updates: 1, deletes: 1, refused: null }]);
    expect(await target.query('SELECT id, n FROM shop.orders ORDER BY id')).toEqual(before);

    await did('POST', `/verifications/${id}/repair`, { execute: true });
    await waitFor(async () => (await ended(id)).repair !== null, { what: 'the repair to end', timeoutMs: 30_000 });
    expect((await ended(id)).repair).toMatchObject({
      kind: 'repair',
      inserted: 1,
      updated: 1,
      deleted: 1,
      keptCount: 0,
    });
    expect(await isEqual()).toBe(true);

    await did('POST', `/verifications/${id}/undo`);
    await waitFor(async () => (await ended(id)).repair.kind === 'undo', { what: 'the undo', timeoutMs: 30_000 });
    expect((await ended(id)).repair).toMatchObject({ undone: 3, keptCount: 0 });
    expect(await target.query('SELECT id, n FROM shop.orders ORDER BY id')).toEqual(before);
    await did('POST', `/verifications/${id}/repair`, { execute: true });
    await waitFor(async () => (await ended(id)).repair.kind === 'repair', { what: 'a repair', timeoutMs: 30_000 });
    expect(await isEqual()).toBe(true);
  });

  test('goes on where it was when the manager is started again', async () => {
    // The table comes to the target by itself, as its rows do.
    await source.query('CREATE TABLE shop.many (id INT PRIMARY KEY, n INT)');
    await source.query('INSERT INTO shop.many SELECT seq, seq FROM shop.seq_1_to_20000');
    await waitFor(async () => (await target.query('SELECT 1 FROM shop.many WHERE id=20000')).length === 1, {
      what: 'the new table on the target',
      timeoutMs: 30_000,
    });
    await target.query('UPDATE shop.many SET n=0 WHERE id IN (1, 19999)');
    // So slow that it is cut off in the middle of the table.
    const { id } = await did('POST', ofPipeline('/verifications'), { tables: ['shop.many'], rowsPerSecond: 5000 });
    await waitFor(async () => (await did('GET', `/verifications/${id}`)).step?.rows > 0, {
      what: 'rows to have been looked at',
      timeoutMs: 30_000,
    });
    await closeManager();
    await openManager();
    const { verifyId } = await did('GET', `/verifications/${id}`);
    const found = await ended(id);
    expect(found).toMatchObject({ state: 'done', verifyId, differences: 2 });
    expect(found.tables).toMatchObject([{ table: 'shop.many', rows: 20_000, differing: 2 }]);
    const { items } = await did('GET', `/verifications/${id}/differences?table=shop.many`);
    expect(items.map(({ key }: { key: { id: string } }) => key.id)).toEqual(['1', '19999']);
  });

  test('is about tables of its pipeline alone', async () => {
    const { id } = await did('POST', ofPipeline('/verifications'), { tables: ['retl.otter_error'] });
    expect(await ended(id)).toMatchObject({ state: 'failed', error: { code: 'USAGE' } });
  });
});

test('what was done is kept', async () => {
  const { points, bottleneck } = await waitFor(
    async () => {
      const answer = await did('GET', ofPipeline('/statistics'));
      return answer.points.some(({ bytes }: { bytes: number }) => bytes > 0) && answer;
    },
    { what: 'a stretch in which it ran to be written', timeoutMs: 15_000 },
  );
  expect(points.some(({ waits }: { waits: StageTotals }) => waits.source > 0)).toBe(true);
  expect(bottleneck.code).toBe('keeps-up');
  expect((await did('GET', '/channels/sparklines')).items).toMatchObject([{ channelId: 1 }]);
  // The manager was closed meanwhile, which wrote what was counted; nothing was inserted there since.
  const history = await did('GET', ofPipeline('/tables/history?table=shop.orders'));
  const inserted = history.points.reduce((sum: number, point: { inserted: number }) => sum + point.inserted, 0);
  expect(inserted).toBeGreaterThanOrEqual(3);
  const { items } = await did('GET', ofPipeline('/tables'));
  const orders = items.find(({ table }: { table: string }) => table === 'shop.orders');
  expect([orders.inserted, orders.total.inserted]).toEqual([0, inserted]);
  const marks = await did('GET', `/events?pipelineId=${pipelineId}&marks=true`);
  const kinds = new Set(marks.items.map(({ mark }: { mark: string }) => mark));
  expect(kinds).toEqual(new Set(['start', 'stop', 'error', 'ddl']));
});
