// Goal: a repair beside a running pipeline never moves a row backwards, and still repairs rows that change all the time.
// Method: writers raise counters of a few rows as fast as they can while a pipeline applies them; differences are planted
// in those rows and in quiet ones and repaired again and again. A trigger on the target notes every counter that ever
// fell. Then what cannot be right is tried on purpose: a change the pipeline has yet to apply, a parked table, a table
// being redefined, a pipeline that was not named.
import { assertTablesEqual, startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import { repairTables } from '../support/repair-run.ts';

const ROWS = 4000;
/** Rows from here on are written to all the time. */
const HOT_FROM = ROWS - 10;
const HOT = Array.from({ length: ROWS - HOT_FROM }, (_, i) => HOT_FROM + i);

describe.each([
  ['mariadb-10.11', 'mariadb-10.11', 'transaction'],
  ['mysql-9.7', 'mariadb-10.11', 'row'],
  ['mariadb-10.11', 'mysql-9.7', 'transaction'],
  ['mysql-9.7', 'mysql-9.7', 'transaction'],
] as [ServerKind, ServerKind, 'transaction' | 'row'][])('%s → %s, apply %s', (sourceKind, targetKind, apply) => {
  let source: RunningServer;
  let target: RunningServer;
  let pipeline: LivePipeline;

  const start = async (): Promise<LivePipeline> => {
    const started = new LivePipeline({
      ...{ source: source.address, target: target.address, tables: 'd.*', apply, start: { at: 'now' } },
      name: 'hot',
    });
    await started.until('it runs', ({ state }) => state === 'running');
    return started;
  };

  beforeAll(async () => {
    [source, target] = await Promise.all([startServer({ kind: sourceKind }), startServer({ kind: targetKind })]);
    const definition =
      'CREATE DATABASE d CHARACTER SET utf8mb4; CREATE TABLE d.t (id INT NOT NULL PRIMARY KEY, n BIGINT NOT NULL, note VARCHAR(40), s VARCHAR(40)) ENGINE=InnoDB; CREATE TABLE d.redefined (id INT PRIMARY KEY, v VARCHAR(20)) ENGINE=InnoDB';
    await Promise.all([source.query(definition), target.query(definition)]);
    await target.query(
      'CREATE DATABASE watch; CREATE TABLE watch.fallen (id INT, old_n BIGINT, new_n BIGINT); CREATE TRIGGER d.fallen BEFORE UPDATE ON d.t FOR EACH ROW INSERT INTO watch.fallen SELECT OLD.id, OLD.n, NEW.n FROM (SELECT 1 one) x WHERE NEW.n < OLD.n',
    );
    pipeline = await start();
    const rows = Array.from({ length: ROWS }, (_, i) => `(${i},0,'note ${i}','s')`);
    await source.query(`INSERT INTO d.t VALUES ${rows.join(',')}`);
    await pipeline.caughtUp(source);
  });

  afterAll(async () => {
    await pipeline?.stop();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  const same = async (): Promise<void> => {
    await pipeline.caughtUp(source);
    await assertTablesEqual({
      ...{ source: source.address, target: target.address },
      tables: [{ schema: 'd', table: 't' }],
    });
  };

  it('repairs hot rows and quiet ones, and no counter ever falls', async () => {
    const writer = new Counter(source);
    let written = 0;
    try {
      for (let round = 0; round < 4; round++) {
        // One row a transaction: the pipeline writes the same rows in another order.
        for (const id of [7, 8, ...HOT]) await target.query("UPDATE d.t SET note='planted' WHERE id=?", [id]);
        await target.query(`DELETE FROM d.t WHERE id IN (${round + 20}, 900); INSERT INTO d.t VALUES (-5,1,NULL,NULL)`);
        const run = await repairTables(source, target, 'd.t', { pipeline: 'hot' });
        expect(run.plans[0]?.triggers).toEqual(['fallen']);
        written += run.inserted + run.updated + run.deleted;
        expect(run.inserted).toBe(2);
        expect(run.deleted).toBe(1);
      }
    } finally {
      await writer.stop();
    }
    expect(written).toBeGreaterThanOrEqual(4 * 5);
    expect(writer.updates).toBeGreaterThan(500);
    await pipeline.caughtUp(source);
    // Rows too hot at the time are repaired now.
    await repairTables(source, target, 'd.t', { pipeline: 'hot' });
    await same();
    expect(await target.query('SELECT * FROM watch.fallen')).toEqual([]);
    expect(pipeline.status.parked).toEqual([]);
  });

  it('leaves rows alone of which the pipeline has changes to apply', async () => {
    await target.query("UPDATE d.t SET note='planted' WHERE id IN (100, 101)");
    const run = await repairTables(source, target, 'd.t', {
      pipeline: 'hot',
      before: async () => {
        await pipeline.stop();
        await source.query('UPDATE d.t SET n=n+1 WHERE id=100; UPDATE d.t SET n=n+1 WHERE id=100');
      },
    });
    expect(run).toMatchObject({ updated: 1, kept: 1, repaired: [] });
    expect(run.left).toMatchObject([{ report: { key: { id: '100' } }, code: 'REPAIR_REFUSED' }]);
    pipeline = await start();
    await pipeline.caughtUp(source);
    expect(await repairTables(source, target, 'd.t', { pipeline: 'hot' })).toMatchObject({
      ...{ updated: 1, kept: 0, repaired: ['d.t'] },
    });
    await same();
  });

  it('writes nothing into a table whose definition changes meanwhile', async () => {
    await source.query("INSERT INTO d.redefined VALUES (1,'a'),(2,'b')");
    await pipeline.caughtUp(source);
    await target.query('DELETE FROM d.redefined WHERE id=2');
    const run = await repairTables(source, target, 'd.redefined', {
      pipeline: 'hot',
      onConfirm: async () => {
        await pipeline.stop();
        await source.query('ALTER TABLE d.redefined ADD COLUMN extra INT; UPDATE d.redefined SET extra=7 WHERE id=1');
        await target.query('ALTER TABLE d.redefined ADD COLUMN extra INT');
      },
    });
    expect(run).toMatchObject({ inserted: 0, kept: 1, repaired: [] });
    expect(run.left[0]?.code).toBe('REPAIR_REFUSED');
    expect(run.left[0]?.reason).toContain('definition');
    pipeline = await start();
    await pipeline.parked('d.redefined', 'DDL_SEEN');
  });

  it('wants to know the pipeline, and touches no parked table', async () => {
    await target.query("UPDATE d.t SET note='planted' WHERE id=200");
    await expect(repairTables(source, target, 'd.t')).rejects.toMatchObject({ code: 'USAGE' });
    await target.query('DELETE FROM d.t WHERE id=201');
    await source.query('UPDATE d.t SET n=n+1 WHERE id=201');
    await pipeline.parked('d.t', 'ROW_MISSING');
    const run = await repairTables(source, target, 'd.t', { pipeline: 'hot' });
    expect(run).toMatchObject({ inserted: 0, updated: 0, plans: [{ refused: { code: 'REPAIR_REFUSED' } }] });
    expect(await target.query('SELECT id FROM d.t WHERE id=201')).toEqual([]);
  });
});

/** Raises the counters of the hot rows, as fast as two connections can. */
class Counter {
  updates = 0;
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
        const id = HOT_FROM + ((i * 2 + index) % (ROWS - HOT_FROM));
        await connection.query(`UPDATE d.t SET n=n+1, s=CONCAT('v', n) WHERE id=${id}`);
        this.updates += 1;
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
