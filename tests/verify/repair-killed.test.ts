// Goal: a repair killed at any moment has written each row together with the row as it was, or not at all; what it wrote
// can be taken back, and the next repair does the rest. The same for an undo.
// Method: the built program killed by SIGKILL at each failpoint of the repair, before and behind a commit, at the first
// and at a later batch; the rows and the records are compared after each.
import { startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { runProgram, type ProgramEnd } from '../support/program-run.ts';

const ROWS = 200;
/** Rows of each kind that differ: several batches. */
const PLANTED = 30;

let source: RunningServer;
let target: RunningServer;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

beforeEach(async () => {
  await target.query('DROP DATABASE IF EXISTS retl');
  const rows = Array.from({ length: ROWS }, (_, i) => `(${i},'row ${i}')`).join(',');
  for (const server of [source, target]) {
    await server.query(
      `DROP DATABASE IF EXISTS d; CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY, v VARCHAR(20)) ENGINE=InnoDB; INSERT INTO d.t VALUES ${rows}`,
    );
  }
  await source.query(`DELETE FROM d.t WHERE id < ${PLANTED}`);
  await target.query(
    `UPDATE d.t SET v='other' WHERE id BETWEEN 50 AND ${49 + PLANTED}; DELETE FROM d.t WHERE id >= ${ROWS - PLANTED}`,
  );
});

async function rowsOf(server: RunningServer): Promise<Map<number, string>> {
  const rows = await server.query('SELECT id, v FROM d.t ORDER BY id');
  return new Map(rows.map((row) => [Number(row['id']), String(row['v'])]));
}

/** Ids whose rows are not the same in two pictures. */
function changed(before: ReadonlyMap<number, string>, after: ReadonlyMap<number, string>): number[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((id) => before.get(id) !== after.get(id));
}

async function recorded(state: string): Promise<number[]> {
  const rows = await target.query('SELECT row_key FROM retl.otter_repair WHERE state=?', [state]);
  return rows.map((row) => Number((JSON.parse(String(row['row_key'])) as { id: string }).id));
}

async function lastId(): Promise<string> {
  const [row] = await target.query('SELECT id FROM retl.otter_verify ORDER BY created_at DESC, id DESC LIMIT 1');
  return String(row?.['id']);
}

async function repair(failpoint?: string): Promise<ProgramEnd> {
  const argv = ['verify', '--from', source.url(), '--to', target.url(), '--tables', 'd.t', '--repair', '--yes'];
  return runProgram(argv, failpoint === undefined ? {} : { failpoint });
}

async function undo(id: string, failpoint?: string): Promise<ProgramEnd> {
  return runProgram(['verify', 'undo', id, '--to', target.url()], failpoint === undefined ? {} : { failpoint });
}

const numerically = (a: number, b: number): number => a - b;

it.each(['repair.written', 'repair.written:3', 'repair.committed', 'repair.committed:2'])('%s', async (failpoint) => {
  const before = await rowsOf(target);
  expect((await repair(failpoint)).signal).toBe('SIGKILL');
  const written = changed(before, await rowsOf(target));
  expect(written.toSorted(numerically)).toEqual((await recorded('written')).toSorted(numerically));
  expect(written.length > 0).toBe(failpoint !== 'repair.written');
  expect(written.length).toBeLessThan(3 * PLANTED);

  const id = await lastId();
  expect((await undo(id)).code).toBe(0);
  expect(await rowsOf(target)).toEqual(before);
  expect((await repair()).code).toBe(0);
  expect(await rowsOf(target)).toEqual(await rowsOf(source));
});

it.each(['undo.written', 'undo.written:2'])('%s', async (failpoint) => {
  const before = await rowsOf(target);
  expect((await repair()).code).toBe(0);
  const repaired = await rowsOf(target);
  const id = await lastId();
  expect((await undo(id, failpoint)).signal).toBe('SIGKILL');
  const back = changed(repaired, await rowsOf(target));
  expect(back.toSorted(numerically)).toEqual((await recorded('undone')).toSorted(numerically));
  expect(back.length > 0).toBe(failpoint !== 'undo.written');
  expect(await undo(id)).toMatchObject({ code: 0, stdout: `${3 * PLANTED - back.length} rows put back\n` });
  expect(await rowsOf(target)).toEqual(before);
});
