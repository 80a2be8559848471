// Goal: a verification that was killed goes on where it was: tables and ranges that were looked at are not read again, what
// was found stays found, what was not looked at is. A sample looks at a part, a rate is kept.
// Method: the built program slowed down by --rate and killed by SIGKILL once its stored progress is inside the second
// table; differences are then planted in what it had passed (which it must not see) and in what it had not.
import { startServer, waitFor, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runProgram, type ProgramEnd } from '../support/program-run.ts';
import { verifyTables } from '../support/verify-run.ts';

const ROWS = 40_000;

let source: RunningServer;
let target: RunningServer;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
  for (const server of [source, target]) {
    await server.query(
      `CREATE DATABASE d; USE d; CREATE TABLE a (id INT PRIMARY KEY, v INT); CREATE TABLE b LIKE a; CREATE TABLE c LIKE a; INSERT INTO a SELECT seq,seq FROM seq_1_to_1000; INSERT INTO b SELECT seq,seq FROM seq_1_to_${ROWS}; INSERT INTO c SELECT seq,seq FROM seq_1_to_1000; ANALYZE TABLE a,b,c`,
    );
  }
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

interface StoredProgress {
  id: string;
  after: number;
}

/** Where the verification under way is inside table b, once that is stored. */
async function insideB(): Promise<StoredProgress | null> {
  const [row] = await target.query('SELECT id, progress FROM retl.otter_verify').catch(() => []);
  if (row === undefined) return null;
  const { current } = JSON.parse(String(row['progress'])) as {
    current: { result: { table: string }; after: string[] | null } | null;
  };
  const after = Number(current?.after?.[0] ?? 0);
  return current?.result.table === 'd.b' && after > 0 ? { id: String(row['id']), after } : null;
}

function verify(...flags: string[]): Promise<ProgramEnd> {
  const argv = ['verify', '--from', source.url(), '--to', target.url(), '--tables', 'd.a,d.b,d.c', '--json'];
  return runProgram([...argv, ...flags]);
}

it('goes on inside a table after a kill', async () => {
  await target.query('UPDATE d.b SET v=0 WHERE id=5');
  let kill = (): void => undefined;
  const killed = runProgram(
    [
      ...['verify', '--from', source.url(), '--to', target.url(), '--tables', 'd.a,d.b,d.c', '--json'],
      ...['--rate', '5000'],
    ],
    { onOutput: (_, end) => (kill = end) },
  );
  const { id, after } = await waitFor(insideB, { timeoutMs: 60_000, what: 'progress inside d.b' });
  kill();
  expect((await killed).signal).toBe('SIGKILL');
  expect(after).toBeGreaterThan(1000);
  expect(after).toBeLessThan(ROWS);

  await target.query(
    `UPDATE d.a SET v=0 WHERE id=1; UPDATE d.b SET v=0 WHERE id IN (6, ${after}, ${after + 1}, ${ROWS}); UPDATE d.c SET v=0 WHERE id=1`,
  );
  const wrong = await verify('--resume', id, '--columns', 'd.*(!v)');
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('other tables, mappings, columns or servers');

  const { code, lines } = await verify('--resume', id);
  expect(code).toBe(1);
  const found = lines().filter(({ event }) => event === 'difference');
  expect(found.map(({ table, key }) => [table, (key as { id: string }).id])).toEqual([
    ['d.b', String(after + 1)],
    ['d.b', String(ROWS)],
    ['d.c', '1'],
  ]);
  expect(lines().filter(({ event }) => event === 'table')).toMatchObject([
    { table: 'd.a', verdict: 'equal', rows: 1000 },
    // The one found before the kill is counted.
    { table: 'd.b', verdict: 'differs', rows: ROWS, differing: 3, complete: true },
    { table: 'd.c', verdict: 'differs', rows: 1000, differing: 1 },
  ]);
  // Done: what it found is repaired without another look at the tables.
  const repaired = await verify('--resume', id, '--repair', '--yes');
  expect(repaired.lines().find(({ event }) => event === 'repair')).toMatchObject({ updated: 4, kept: 0 });
  expect((await verify()).lines().filter(({ event }) => event === 'difference')).toMatchObject([
    { table: 'd.a', key: { id: '1' } },
    { table: 'd.b', key: { id: '6' } },
    { table: 'd.b', key: { id: String(after) } },
  ]);
});

it('a sample looks at a part of the rows', async () => {
  await target.query('UPDATE d.b SET v=v+1');
  const { tables, found } = await verifyTables(source, target, 'd.b', { sample: { percent: 10 } });
  // Every tenth of 200 ranges; their size comes from the server's estimate of the rows.
  expect(tables[0]?.rows).toBeGreaterThan(ROWS / 20);
  expect(tables[0]?.rows).toBeLessThan(ROWS / 5);
  expect(tables[0]).toMatchObject({ verdict: 'differs', complete: false });
  expect(found).toHaveLength(tables[0]?.rows ?? 0);
  // Spread over the table, not its beginning.
  const ids = found.map(({ key }) => Number(key['id']));
  expect(Math.min(...ids)).toBeLessThan(ROWS / 5);
  expect(Math.max(...ids)).toBeGreaterThan(ROWS - ROWS / 5);
  const little = await verifyTables(source, target, 'd.b,d.c', { sample: { percent: 0.01 } });
  expect(little.tables[0]?.rows).toBeGreaterThan(0);
  // Small tables are no work: all of them is looked at.
  expect(little.tables[1]).toMatchObject({ table: 'd.c', rows: 1000 });
});

it('a rate is kept', async () => {
  await target.query('UPDATE d.b SET v=id');
  await source.query('UPDATE d.b SET v=id');
  const startedAt = Date.now();
  const { tables } = await verifyTables(source, target, 'd.b', { rowsPerSecond: ROWS / 4 });
  expect(tables).toMatchObject([{ verdict: 'equal', rows: ROWS }]);
  expect(Date.now() - startedAt).toBeGreaterThan(3500);
});
