/**
 * Goal: one table of ten million rows and 500 small ones are copied while sysbench writes as fast as it can, then the
 * log takes over: both sides are equal, row by row (issue 3, done when 1).
 *
 * Method: real servers; oltp_write_only on four tables, the large one among them, from before the copy begins until it
 * is over and the pipeline has followed the log for a while; then the writer stops, the pipeline catches up, and every
 * row of every table is compared. `OTTER_COPY_ROWS` makes it smaller.
 */
import { assertTablesEqual, ensureSysbench, OltpLoad, startServer, type RunningServer } from '@otter/testkit';
import { expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';

const ROWS = Number(process.env['OTTER_COPY_ROWS'] ?? 10_000_000);
const SMALL_TABLES = 500;
const SMALL_ROWS = 200;
const WRITTEN_TABLES = 4;
const HOUR_MS = 3600_000;

test(`${ROWS} rows and ${SMALL_TABLES} tables beside a writer at full speed`, { timeout: HOUR_MS }, async () => {
  const options = { bufferPoolMb: 1024, redoLogMb: 512 };
  const [source, target] = await Promise.all([startServer(options), startServer(options)]);
  let pipeline: LivePipeline | null = null;
  let load: OltpLoad | null = null;
  try {
    const tables = await fill(source);
    expect(await ensureSysbench(), 'sysbench').not.toBeNull();
    load = new OltpLoad(source, { tables: WRITTEN_TABLES, rowsPerTable: ROWS, threads: 4, events: 0 });
    const running = new LivePipeline({
      ...{ source: source.address, target: target.address, tables: 'sbtest.*', start: { at: 'now' } },
      ...{ mode: 'full+incremental', createTables: 'auto' },
    });
    pipeline = running;
    const copied = await running.until('the copy to end', isCopied, HOUR_MS);
    expect(copied.copy).toMatchObject({ tables: tables.length, tablesDone: tables.length });
    const { rowsApplied } = copied;
    await running.until('the log to go on', (status) => status.rowsApplied > rowsApplied + 10_000, HOUR_MS);
    await load.stop();
    load = null;
    const { parked, rowsApplied: applied } = await running.caughtUp(source, HOUR_MS);
    expect(parked).toEqual([]);
    const result = await assertTablesEqual({ source: source.address, target: target.address, tables });
    expect(result.rows).toBeGreaterThan(ROWS);
    process.stdout.write(`${result.rows} rows equal, ${applied} changes applied beside the copy and after it\n`);
  } finally {
    await load?.stop().catch(() => undefined);
    await pipeline?.stop().catch(() => undefined);
    await Promise.all([source.stop(), target.stop()]);
  }
});

function isCopied({ copy }: { copy: { tables: number; tablesDone: number } | null }): boolean {
  return copy !== null && copy.tables > 0 && copy.tablesDone === copy.tables;
}

async function fill(source: RunningServer): Promise<{ schema: string; table: string }[]> {
  const columns = `id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, k INT NOT NULL DEFAULT 0, c CHAR(120) NOT NULL DEFAULT '',
    pad CHAR(60) NOT NULL DEFAULT '', KEY k_1 (k)`;
  const written = Array.from({ length: WRITTEN_TABLES }, (_, i) => `sbtest${i + 1}`);
  const small = Array.from({ length: SMALL_TABLES }, (_, i) => `small${i + 1}`);
  await source.query(
    `SET sql_log_bin=0; CREATE DATABASE sbtest; USE sbtest;
     ${[...written, ...small].map((table) => `CREATE TABLE ${table} (${columns})`).join(';')}`,
  );
  const rowsOf = (count: number): string =>
    `SELECT seq, seq * 7919 MOD ${count}, CONCAT(MD5(seq), '-', SHA1(seq)), MD5(-seq) FROM seq_1_to_${count}`;
  await source.query(`SET sql_log_bin=0; USE sbtest; INSERT INTO sbtest1 ${rowsOf(ROWS)}`);
  const others = Math.min(ROWS, 100_000);
  for (const table of written.slice(1)) await source.query(`USE sbtest; INSERT INTO ${table} ${rowsOf(others)}`);
  await source.query(`USE sbtest; ${small.map((table) => `INSERT INTO ${table} ${rowsOf(SMALL_ROWS)}`).join(';')}`);
  return [...written, ...small].map((table) => ({ schema: 'sbtest', table }));
}
