import { startFaultProxy, startServer, waitFor, type FaultProxy, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';

const TABLES = 60;
const LATENCY_MS = 20;

let source: RunningServer;
let target: RunningServer;
let link: FaultProxy;

beforeAll(async () => {
  [source, target] = await Promise.all([
    startServer({ kind: 'mariadb-10.11' }),
    startServer({ kind: 'mariadb-10.11', options: { 'general-log': true, 'log-output': 'TABLE' } }),
  ]);
  link = await startFaultProxy({ to: target });
  link.setLatency(LATENCY_MS);
});

afterAll(async () => {
  await link?.stop();
  await Promise.all([source?.stop(), target?.stop()]);
});

/** Round trips: packets with statements that the target has had from connections of the pipeline. */
async function packets(like: string): Promise<number> {
  const [row] = await target.query(
    `SELECT COUNT(*) n FROM mysql.general_log WHERE command_type='Query' AND argument LIKE '${like}'`,
  );
  return Number(row?.['n']);
}

// Where each of them takes a tenth of a second, a question for every table is what a pipeline spends its day with.
test('a target far away is asked about many tables at once', async () => {
  for (const server of [source, target]) {
    await server.query('CREATE DATABASE shop');
    for (let i = 0; i < TABLES; i++) await server.query(`CREATE TABLE shop.t${i} (id INT PRIMARY KEY, n INT)`);
  }
  const options = {
    source: source.address,
    target: { ...target.address, host: link.host, port: link.port },
    tables: 'shop.*',
    name: 'far',
    start: { at: 'now' as const },
  };
  const first = new LivePipeline(options);
  await first.until('it runs', ({ state }) => state === 'running');
  await first.stop();
  for (let i = 0; i < TABLES; i++) await source.query(`INSERT INTO shop.t${i} VALUES (1,1)`);

  await target.query('TRUNCATE mysql.general_log');
  const second = new LivePipeline(options);
  await second.until('it runs', ({ state }) => state === 'running');
  const toRun = await packets('%');
  await second.caughtUp(source);
  await second.stop();
  const rows = await waitFor(async () => (await target.query(`SELECT ${sum()} AS n`))[0]?.['n'], {
    what: 'the rows to be there',
  });
  expect(Number(rows)).toBe(TABLES);
  const looks = await packets('%FROM information_schema.COLUMNS%');
  expect(looks).toBeGreaterThan(0);
  expect(looks).toBeLessThan(TABLES / 4);
  expect(toRun).toBeLessThan(40);
});

function sum(): string {
  return Array.from({ length: TABLES }, (_, i) => `(SELECT COUNT(*) FROM shop.t${i})`).join('+');
}
