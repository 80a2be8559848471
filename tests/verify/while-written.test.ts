// Goal: rows in flight are never reported, and true differences still are.
// Method: a writer changes, inserts and deletes rows as fast as it can while a pipeline applies them; verify runs
// again and again beside them, first with nothing wrong, then with differences planted in rows the writer leaves alone
// and in rows it keeps changing.
import { startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import { verifyTables } from '../support/verify-run.ts';

const ROWS = 20_000;
/** Rows from here on are written to all the time. */
const HOT_FROM = 15_000;

describe.each([
  ['mariadb-10.11', 'mariadb-10.11', 'transaction'],
  ['mysql-9.7', 'mariadb-10.11', 'row'],
  ['mariadb-10.11', 'mysql-9.7', 'transaction'],
] as [ServerKind, ServerKind, 'transaction' | 'row'][])('%s → %s, apply %s', (sourceKind, targetKind, apply) => {
  let source: RunningServer;
  let target: RunningServer;
  let pipeline: LivePipeline;

  beforeAll(async () => {
    [source, target] = await Promise.all([startServer({ kind: sourceKind }), startServer({ kind: targetKind })]);
    const definition =
      'CREATE DATABASE d CHARACTER SET utf8mb4; CREATE TABLE d.t (id INT NOT NULL PRIMARY KEY, n INT NOT NULL, s VARCHAR(40), KEY (n)) ENGINE=InnoDB';
    await Promise.all([source.query(definition), target.query(definition)]);
    pipeline = new LivePipeline({
      source: source.address,
      target: target.address,
      tables: 'd.*',
      apply,
      start: { at: 'now' },
    });
    await pipeline.until('it runs', ({ state }) => state === 'running');
    for (let from = 0; from < ROWS; from += 5000) {
      const rows = Array.from({ length: 5000 }, (_, i) => `(${from + i},${i},'row ${from + i}')`);
      await source.query(`INSERT INTO d.t VALUES ${rows.join(',')}`);
    }
    await pipeline.caughtUp(source);
  });

  afterAll(async () => {
    await pipeline?.stop();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  it('reports no row in flight, and every planted difference', async () => {
    const writer = new Writer(source);
    try {
      let rows = 0;
      for (let run = 0; run < 5; run++) {
        const result = await verifyTables(source, target, 'd.t', { pipeline: pipeline.name });
        expect(result.found).toEqual([]);
        expect(result.tables[0]?.complete).toBe(true);
        rows += result.tables[0]?.rows ?? 0;
      }
      expect(rows).toBeGreaterThan(4 * HOT_FROM);
      await target.query("UPDATE d.t SET s='planted' WHERE id IN (7, 14000)");
      await target.query('DELETE FROM d.t WHERE id=9; INSERT INTO d.t VALUES (-5, 1, NULL)');
      const { found, tables } = await verifyTables(source, target, 'd.t', { pipeline: pipeline.name });
      const kinds = Object.fromEntries(found.map(({ key, kind }) => [key['id'], kind]));
      expect(kinds).toEqual({ '-5': 'extra', '7': 'different', '9': 'missing', '14000': 'different' });
      expect(tables).toMatchObject([{ verdict: 'differs', differing: 2, missing: 1, extra: 1 }]);
    } finally {
      await writer.stop();
    }
    expect(writer.transactions).toBeGreaterThan(500);
    expect(pipeline.status.parked).toEqual([]);
  });
});

/** Changes rows as fast as two connections can; some rows go there and back between two values. */
class Writer {
  transactions = 0;
  #stopped = false;
  readonly #running: Promise<unknown>;

  constructor(source: RunningServer) {
    this.#running = Promise.all([this.#write(source, 0), this.#write(source, 1)]);
  }

  async #write(source: RunningServer, index: number): Promise<void> {
    const connection = await source.connect();
    try {
      for (let i = 0; !this.#stopped; i++) {
        // Each connection has its own half, so that they never wait for each other.
        const id = HOT_FROM + ((i * 7919) % ((ROWS - HOT_FROM) / 2)) * 2 + index;
        const toggled = HOT_FROM + index;
        await connection.query(
          i % 4 === 0
            ? `DELETE FROM d.t WHERE id=${id}; INSERT INTO d.t VALUES (${id}, ${i}, 'again')`
            : i % 4 === 1
              ? `UPDATE d.t SET n=1-n WHERE id=${toggled} AND n IN (0,1); UPDATE d.t SET n=0 WHERE id=${toggled} AND n>1`
              : `BEGIN; UPDATE d.t SET n=n+1 WHERE id=${id}; UPDATE d.t SET s=CONCAT('v', n) WHERE id=${id}; COMMIT`,
        );
        this.transactions += 1;
      }
    } finally {
      connection.destroy();
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }
}
