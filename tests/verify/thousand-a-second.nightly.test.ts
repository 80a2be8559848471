/**
 * Goal: beside a thousand transactions a second verify reports what was planted and nothing else, `--repair` makes the
 * sides equal, and `undo` puts everything back (issue 3, done when 6).
 *
 * Method: sysbench writes at a steady rate while a pipeline applies it; tables of every type stand beside. Verify runs
 * again and again with nothing wrong, then with every kind of difference planted; repair and undo follow, all under the
 * same load. The rate that was reached is printed, and is part of the result.
 */
import { assertTablesEqual, ensureSysbench, OltpLoad, startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import { exactRows, fillPlanted, PLANTED, plant } from '../support/planted-table.ts';
import { repairTables, undoRepair } from '../support/repair-run.ts';
import { verifyTables } from '../support/verify-run.ts';

const ROWS = 100_000;
const RATE = 1000;
const CLEAN_MS = 60_000;
/** Not kept by MariaDB, which reads it as 0. */
const DIFFERENCES = PLANTED.filter(([name]) => name !== '-0 for 0');
const TABLES = 'sbtest.*';

let source: RunningServer;
let target: RunningServer;
let pipeline: LivePipeline;

beforeAll(async () => {
  const options = { bufferPoolMb: 512, redoLogMb: 256 };
  [source, target] = await Promise.all([startServer(options), startServer(options)]);
  expect(await ensureSysbench(), 'sysbench').not.toBeNull();
  for (const server of [source, target]) {
    await server.query(
      `SET sql_log_bin=0; CREATE DATABASE sbtest CHARACTER SET utf8mb4; USE sbtest;
       CREATE TABLE sbtest1 (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, k INT NOT NULL DEFAULT 0,
         c CHAR(120) NOT NULL DEFAULT '', pad CHAR(60) NOT NULL DEFAULT '', KEY k_1 (k));
       INSERT INTO sbtest1 SELECT seq, seq, MD5(seq), MD5(-seq) FROM seq_1_to_${ROWS}`,
    );
    await fillPlanted(server, 'sbtest.planted');
  }
  pipeline = new LivePipeline({
    ...{ source: source.address, target: target.address, tables: TABLES, start: { at: 'now' } },
    mode: 'incremental',
  });
  await pipeline.until('it runs', ({ state }) => state === 'running');
});

afterAll(async () => {
  await pipeline?.stop();
  await Promise.all([source?.stop(), target?.stop()]);
});

test('exactly what was planted, repaired, and put back', { timeout: 600_000 }, async () => {
  const load = new OltpLoad(source, { tables: 1, rowsPerTable: ROWS, threads: 8, events: 0, rate: RATE });
  const startedAt = performance.now();
  const from = pipeline.status.transactionsApplied;
  const options = { pipeline: pipeline.name };
  let runs = 0;
  let rows = 0;
  try {
    await pipeline.until('the load to begin', (status) => status.transactionsApplied > from + RATE);
    for (const end = performance.now() + CLEAN_MS; performance.now() < end; runs++) {
      const { found, tables } = await verifyTables(source, target, TABLES, options);
      expect(found).toEqual([]);
      expect(tables.map(({ complete }) => complete)).toEqual([true, true]);
      for (const table of tables) rows += table.rows;
    }
    expect(rows).toBeGreaterThan(10 * ROWS);

    await plant(target, 'sbtest.planted', DIFFERENCES);
    await target.query('DELETE FROM sbtest.planted WHERE id=1; INSERT INTO sbtest.planted (id,name) VALUES (-1,NULL)');
    const planted = await exactRows(target, 'sbtest.planted');
    const repair = await repairTables(source, target, TABLES, options);
    const found = repair.verification.found.map(({ table, key, kind }) => `${table} ${key['id']} ${kind}`);
    const differing = DIFFERENCES.map((_, i) => `sbtest.planted ${(i + 1) * 100} different`);
    expect(found.toSorted()).toEqual(['sbtest.planted -1 extra', 'sbtest.planted 1 missing', ...differing].toSorted());
    expect(repair).toMatchObject({ inserted: 1, deleted: 1, updated: DIFFERENCES.length, left: [] });
    expect(await exactRows(target, 'sbtest.planted')).toEqual(await exactRows(source, 'sbtest.planted'));
    expect((await verifyTables(source, target, TABLES, options)).found).toEqual([]);

    await undoRepair(target, repair.id);
    expect(await exactRows(target, 'sbtest.planted')).toEqual(planted);
  } finally {
    await load.stop();
  }
  const seconds = (performance.now() - startedAt) / 1000;
  await pipeline.caughtUp(source);
  const reached = Math.round((pipeline.status.transactionsApplied - from) / seconds);
  process.stdout.write(`${runs} clean verifications of ${rows} rows beside ${reached} transactions/s\n`);
  expect(reached).toBeGreaterThan(RATE / 2);
  const tables = [{ schema: 'sbtest', table: 'sbtest1' }];
  await assertTablesEqual({ source: source.address, target: target.address, tables });
});
