/**
 * Goal: where DDL stops a table, everything that changes what a mapped table is, or whether it is, stops it: DROP,
 * RENAME in every direction, TRUNCATE, DROP DATABASE, changes of partitions. The target keeps its rows meanwhile, other
 * tables flow, and after the same was done on the target by hand the tables catch up without a new copy.
 *
 * Method: on MariaDB and MySQL; the drill for what stops one table, written out for what stops several.
 */
import type { ErrorRecord } from '@otter/engine';
import { assertTablesEqual, availableKinds, SERVER_KINDS, startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { unbalancedRows, type LivePipeline } from '../support/live-pipeline.ts';
import { ParkingDrill, type ParkingCase } from '../support/parking-drill.ts';

const COLUMNS = 'id INT PRIMARY KEY, code VARCHAR(20) NOT NULL, title VARCHAR(60) NOT NULL';
/** The drill puts it between parentheses: the last one closes the list of partitions. */
const PARTITIONED = `${COLUMNS}) PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (50), PARTITION high VALUES LESS THAN MAXVALUE`;
const SAVED_ROWS = `CREATE TABLE saved.spare (${COLUMNS}); INSERT INTO saved.spare VALUES (41,'x','spare'),(42,'y','spare')`;

function inBothPlaces(sql: string): Pick<ParkingCase, 'code' | 'change' | 'statement' | 'repair' | 'decision'> {
  return { code: 'DDL_SEEN', change: sql, statement: sql.split(';')[0] ?? sql, repair: sql, decision: 'skip' };
}

const THREE: [string, Record<string, unknown>[]] = [
  'SELECT id FROM fc.t ORDER BY id',
  [{ id: 1 }, { id: 2 }, { id: 3 }],
];
/** What stops `fc.t` alone. */
const CASES: ParkingCase[] = [
  { name: 'TRUNCATE TABLE', ...inBothPlaces('TRUNCATE TABLE fc.t'), untouched: THREE },
  {
    name: 'DROP TABLE, then CREATE TABLE of another shape',
    ...inBothPlaces(
      'DROP TABLE fc.t; CREATE TABLE fc.t (id INT, title VARCHAR(70), code VARCHAR(30), PRIMARY KEY (id), KEY (code))',
    ),
    statement: 'DROP TABLE',
    untouched: THREE,
  },
  {
    name: 'RENAME to a name outside and a table of rows from outside in its place',
    prepare: SAVED_ROWS,
    ...inBothPlaces('RENAME TABLE fc.t TO saved.old_t, saved.spare TO fc.t'),
    untouched: THREE,
  },
  {
    name: 'ALTER TABLE … RENAME to a name outside, another table in its place',
    prepare: SAVED_ROWS,
    ...inBothPlaces('ALTER TABLE fc.t RENAME TO saved.t; CREATE TABLE fc.t LIKE saved.t'),
    untouched: THREE,
  },
  {
    name: 'N24 ALTER TABLE … TRUNCATE PARTITION',
    table: PARTITIONED,
    ...inBothPlaces('ALTER TABLE fc.t TRUNCATE PARTITION low'),
    untouched: THREE,
  },
  {
    name: 'N24 ALTER TABLE … DROP PARTITION',
    table: PARTITIONED,
    ...inBothPlaces('ALTER TABLE fc.t DROP PARTITION low'),
    untouched: THREE,
  },
  {
    name: 'N24 ALTER TABLE … EXCHANGE PARTITION',
    table: PARTITIONED,
    prepare: SAVED_ROWS,
    ...inBothPlaces('ALTER TABLE fc.t EXCHANGE PARTITION low WITH TABLE saved.spare'),
    untouched: THREE,
  },
  {
    name: 'N24 ALTER TABLE … REORGANIZE PARTITION',
    table: PARTITIONED,
    ...inBothPlaces(
      'ALTER TABLE fc.t REORGANIZE PARTITION low INTO (PARTITION one VALUES LESS THAN (2), PARTITION two VALUES LESS THAN (50))',
    ),
    untouched: THREE,
  },
];
const kinds = (await availableKinds(SERVER_KINDS)).filter((kind) => kind === 'mariadb-10.11' || kind === 'mysql-9.7');

describe.each(kinds)('%s', (kind) => {
  let drill: ParkingDrill;
  let source: RunningServer;
  let target: RunningServer;

  beforeAll(async () => {
    [source, target] = await Promise.all([startServer({ kind }), startServer({ kind })]);
    drill = new ParkingDrill(source, target);
  });

  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop()]);
  });

  // Both write these into the log alike: once is enough.
  const cases = CASES.filter(({ name }) => kind === 'mariadb-10.11' || !/DROP PART|REORGANIZE/.test(name));

  test.each(cases)('$name', async (parking) => {
    await drill.run(parking, 'transaction');
  });

  test.runIf(kind === 'mariadb-10.11').each(CASES.slice(0, 3))('apply: row, $name', async (parking) => {
    await drill.run(parking, 'row');
  });

  describe('several tables, or none that is left', () => {
    const both = async (sql: string): Promise<void> => {
      await target.query(sql);
      await source.query(sql);
    };

    beforeEach(async () => {
      await drill.open();
      await both('DROP DATABASE IF EXISTS gone; CREATE DATABASE gone; CREATE TABLE gone.a (id INT PRIMARY KEY, n INT)');
      await both('CREATE TABLE gone.b (n INT); CREATE TABLE fc.u (id INT PRIMARY KEY, n INT)');
      await drill.resetLog();
    });

    async function running(work: (pipeline: LivePipeline) => Promise<void>): Promise<void> {
      const pipeline = drill.start({ tables: 'fc.*,gone.*' });
      try {
        await source.query("INSERT INTO fc.t VALUES (1,'a','one'); INSERT INTO fc.u VALUES (1,1),(2,2)");
        await source.query('INSERT INTO gone.a VALUES (1,1),(2,2); INSERT INTO gone.b VALUES (5),(5)');
        await pipeline.caughtUp(source);
        await work(pipeline);
        await pipeline.stop();
      } finally {
        await pipeline.stop().catch(() => undefined);
      }
    }

    async function skip(pipeline: LivePipeline, ...records: ErrorRecord[]): Promise<void> {
      for (const { id } of records)
        await pipeline.control((control) => control.skip(pipeline.name, id, 'done by hand'));
      await pipeline.until('the tables to take part again', ({ parked }) => parked.length === 0);
      await pipeline.caughtUp(source);
      const status = await pipeline.until('the balance', (s) => unbalancedRows(s) === 0);
      expect(status.rowsParked).toBe(0);
    }

    async function equal(...names: string[]): Promise<void> {
      const tables = names.map((name) => ({ schema: name.split('.')[0] ?? '', table: name.split('.')[1] ?? '' }));
      const { rows } = await assertTablesEqual({ source: source.address, target: target.address, tables });
      expect(rows).toBeGreaterThan(0);
    }

    test('DROP TABLE: the target keeps the table; made again on both sides, it flows', async () => {
      await running(async (pipeline) => {
        await source.query('DROP TABLE fc.u');
        const record = await pipeline.parked('fc.u', 'DDL_SEEN');
        expect(record.statement).toContain('DROP TABLE');
        await drill.assertOtherFlows(pipeline);
        expect(await target.query('SELECT id FROM fc.u ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
        await source.query('CREATE TABLE fc.u (id INT PRIMARY KEY, n INT); INSERT INTO fc.u VALUES (7,7)');
        await target.query('TRUNCATE fc.u');
        await skip(pipeline, record);
        await source.query('UPDATE fc.u SET n=n+1');
        await pipeline.caughtUp(source);
        await equal('fc.u', 'fc.other');
      });
    });

    test('DROP TABLE of several at once stops each of them', async () => {
      await running(async (pipeline) => {
        await source.query('DROP TABLE fc.u, gone.a');
        const records = [await pipeline.parked('fc.u', 'DDL_SEEN'), await pipeline.parked('gone.a', 'DDL_SEEN')];
        await drill.assertOtherFlows(pipeline);
        expect(await target.query('SELECT id FROM gone.a ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
        await target.query('DROP TABLE fc.u, gone.a');
        await skip(pipeline, ...records);
        await source.query("INSERT INTO gone.b VALUES (6); INSERT INTO fc.t VALUES (2,'b','two')");
        await pipeline.caughtUp(source);
        await equal('gone.b', 'fc.t', 'fc.other');
      });
    });

    test('RENAME TABLE to another mapped name: both names stop, and rows under the new one wait', async () => {
      await running(async (pipeline) => {
        await source.query('RENAME TABLE fc.u TO fc.v; INSERT INTO fc.v VALUES (3,3); UPDATE fc.v SET n=9 WHERE id=1');
        const records = [await pipeline.parked('fc.u', 'DDL_SEEN'), await pipeline.parked('fc.v', 'DDL_SEEN')];
        await drill.assertOtherFlows(pipeline);
        expect(await target.query('SELECT n FROM fc.u ORDER BY id')).toEqual([{ n: 1 }, { n: 2 }]);
        await target.query('RENAME TABLE fc.u TO fc.v');
        await skip(pipeline, ...records);
        await source.query('DELETE FROM fc.v WHERE id=2');
        await pipeline.caughtUp(source);
        await equal('fc.v', 'fc.other');
      });
    });

    test('RENAME TABLE that swaps two mapped tables', async () => {
      await running(async (pipeline) => {
        const swap = 'RENAME TABLE fc.u TO fc.tmp, gone.a TO fc.u, fc.tmp TO gone.a';
        await source.query(`${swap}; UPDATE fc.u SET n=n+10; UPDATE gone.a SET n=n+100`);
        const names = ['fc.u', 'gone.a', 'fc.tmp'];
        const records: ErrorRecord[] = [];
        for (const name of names) records.push(await pipeline.parked(name, 'DDL_SEEN'));
        await drill.assertOtherFlows(pipeline);
        await target.query(swap);
        await skip(pipeline, ...records);
        await equal('fc.u', 'gone.a', 'fc.other');
        expect(await target.query('SELECT n FROM gone.a ORDER BY id')).toEqual([{ n: 101 }, { n: 102 }]);
      });
    });

    test('DROP DATABASE stops every table of it that was seen; made again on both sides, they flow', async () => {
      await running(async (pipeline) => {
        await source.query('DROP DATABASE gone');
        const records = [await pipeline.parked('gone.a', 'DDL_SEEN'), await pipeline.parked('gone.b', 'DDL_SEEN')];
        for (const record of records) expect(record.statement).toContain('DROP DATABASE');
        await drill.assertOtherFlows(pipeline);
        expect(await target.query('SELECT n FROM gone.b')).toEqual([{ n: 5 }, { n: 5 }]);
        const again =
          'CREATE DATABASE gone; CREATE TABLE gone.a (id INT PRIMARY KEY, n INT); CREATE TABLE gone.b (n INT)';
        await source.query(`${again}; INSERT INTO gone.a VALUES (1,9); INSERT INTO gone.b VALUES (8)`);
        await target.query(`DROP DATABASE gone; ${again}`);
        await skip(pipeline, ...records);
        await source.query('UPDATE gone.a SET n=n+1; INSERT INTO gone.b VALUES (8),(NULL)');
        await pipeline.caughtUp(source);
        await equal('gone.a', 'gone.b', 'fc.other');
      });
    });
  });
});
