/**
 * Goal: a parked table stays parked, and comes back whole, whatever happens meanwhile: restarts, other tables that
 * stop, a second stop on the way back, a transaction too large for memory.
 *
 * Method: the drill's servers and tables; each test leads the pipeline into one such state and compares at the end.
 */
import { startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unbalancedRows, type LivePipeline } from '../support/live-pipeline.ts';
import { ParkingDrill } from '../support/parking-drill.ts';

let drill: ParkingDrill;
let source: RunningServer;
let target: RunningServer;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
  drill = new ParkingDrill(source, target);
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

async function rejoined(pipeline: LivePipeline): Promise<void> {
  await pipeline.until('all tables to take part again', (status) => status.parked.length === 0);
  await pipeline.caughtUp(source);
  const status = await pipeline.until('the balance', (s) => unbalancedRows(s) === 0);
  expect(status.rowsParked).toBe(0);
}

describe.each(['transaction', 'row'] as const)('apply: %s', (apply) => {
  /** A pipeline with three rows of `fc.t` on both sides; stopped at the end. */
  async function running(work: (pipeline: LivePipeline) => Promise<void>, memoryBytes = 64 << 20): Promise<void> {
    await drill.open();
    const pipeline = drill.start({ apply, memoryBytes });
    try {
      await source.query("INSERT INTO fc.t VALUES (1,'a','one'),(2,'b','two'),(3,'c','three')");
      await pipeline.caughtUp(source);
      await work(pipeline);
    } finally {
      await pipeline.stop().catch(() => undefined);
    }
  }

  test('parked over a restart: rows written before, between and after arrive', async () => {
    await running(async (first) => {
      await target.query('DELETE FROM fc.t WHERE id=2');
      await source.query("UPDATE fc.t SET title='x' WHERE id=2");
      const record = await first.parked('fc.t', 'ROW_MISSING');
      await source.query("INSERT INTO fc.t VALUES (4,'d','before')");
      await first.stop();
      await source.query("INSERT INTO fc.t VALUES (5,'e','between')");
      const second = drill.start({ apply, name: first.name });
      try {
        await drill.assertOtherFlows(second);
        expect(second.status.parked).toMatchObject([{ table: 'fc.t', state: 'parked', code: 'ROW_MISSING' }]);
        await target.query("INSERT INTO fc.t VALUES (2,'b','two')");
        await second.control((control) => control.retry(second.name, record.id));
        await rejoined(second);
        await source.query("INSERT INTO fc.t VALUES (6,'f','after')");
        await second.caughtUp(source);
        await drill.assertEqual();
      } finally {
        await second.stop();
      }
    });
  });

  test('a stop in the middle of a burst: later rows of the table wait, also those planned already', async () => {
    await drill.open();
    await source.query("INSERT INTO fc.t VALUES (1,'a','one'),(2,'b','two')");
    await source.query("TRUNCATE fc.t; INSERT INTO fc.t VALUES (9,'z','new')");
    await drill.writeOther();
    const pipeline = drill.start({ apply });
    try {
      const record = await pipeline.parked('fc.t', 'DDL_SEEN');
      await drill.assertOtherFlows(pipeline);
      expect(await target.query('SELECT id,title FROM fc.t ORDER BY id')).toEqual([
        { id: 1, title: 'one' },
        { id: 2, title: 'two' },
      ]);
      await target.query('TRUNCATE fc.t');
      await pipeline.control((control) => control.skip(pipeline.name, record.id, 'truncated by hand'));
      await rejoined(pipeline);
      await drill.assertEqual();
    } finally {
      await pipeline.stop();
    }
  });

  test('several tables parked, brought back in the other order', async () => {
    await running(async (pipeline) => {
      await drill.writeOther();
      await pipeline.caughtUp(source);
      await target.query('DELETE FROM fc.t WHERE id=2; DELETE FROM fc.other');
      await source.query('BEGIN; DELETE FROM fc.t WHERE id=2; UPDATE fc.other SET n=n+1; COMMIT');
      const t = await pipeline.parked('fc.t', 'ROW_MISSING');
      const other = await pipeline.parked('fc.other', 'ROW_MISSING');
      await target.query('INSERT INTO fc.other VALUES (1,1)');
      await pipeline.control((control) => control.retry(pipeline.name, other.id));
      await pipeline.until('one to come back', (status) => status.parked.length === 1);
      expect(pipeline.status.parked).toMatchObject([{ table: 'fc.t' }]);
      await pipeline.control((control) => control.skip(pipeline.name, t.id, 'gone already'));
      await rejoined(pipeline);
      expect(pipeline.status.rowsSkipped).toBe(1);
      await drill.assertEqual();
    });
  });

  test('it stops again on the way back, at another change, and that one is skipped', async () => {
    await running(async (pipeline) => {
      await target.query("DELETE FROM fc.t WHERE id=2; INSERT INTO fc.t VALUES (77,'z','foreign')");
      await source.query("UPDATE fc.t SET title='x' WHERE id=2");
      const first = await pipeline.parked('fc.t', 'ROW_MISSING');
      await source.query("UPDATE fc.t SET title='good' WHERE id=1");
      await source.query("INSERT INTO fc.t VALUES (4,'z','clashes')");
      await source.query("UPDATE fc.t SET title='good' WHERE id=3");
      await target.query("INSERT INTO fc.t VALUES (2,'b','two')");
      await pipeline.control((control) => control.retry(pipeline.name, first.id));
      const again = await pipeline.parked('fc.t', 'ROW_EXISTS');
      expect(again.id).toBe(first.id);
      expect(again.key).toContain('id=4');
      expect(again.position.offset).toBeGreaterThan(first.position.offset);
      await target.query("UPDATE fc.t SET id=4, title='clashes' WHERE id=77");
      await pipeline.control((control) => control.skip(pipeline.name, again.id, 'the row is there'));
      await rejoined(pipeline);
      expect(pipeline.status.rowsSkipped).toBe(1);
      await drill.assertEqual();
    });
  });

  test('it stops again at once, with many rows of the table behind that', async () => {
    await running(async (pipeline) => {
      const alter = (column: string): string => `ALTER TABLE fc.t ADD COLUMN ${column} INT NOT NULL DEFAULT 0`;
      await source.query(`${alter('x')}; ${alter('y')}`);
      const first = await pipeline.parked('fc.t', 'DDL_SEEN');
      for (let id = 10; id < 110; id++) {
        await source.query(`INSERT INTO fc.t (id,code,title) VALUES (${id},'c${id}','behind')`);
      }
      await drill.assertOtherFlows(pipeline);
      await target.query(alter('x'));
      await pipeline.control((control) => control.skip(pipeline.name, first.id, 'x added by hand'));
      // The reading side looks the table up on the connection that the stop takes away.
      await pipeline.until('the second ALTER', () => pipeline.complaints.some((c) => c.includes('stopped again')));
      const again = await pipeline.parked('fc.t', 'DDL_SEEN');
      expect(again).toMatchObject({ id: first.id, statement: alter('y') });
      await target.query(alter('y'));
      await pipeline.control((control) => control.skip(pipeline.name, again.id, 'y added by hand'));
      await rejoined(pipeline);
      await drill.assertEqual();
    });
  });

  test('parked inside a transaction too large for memory', async () => {
    await running(async (pipeline) => {
      await target.query("INSERT INTO fc.t VALUES (700,'foreign','somebody else')");
      await source.query(
        `BEGIN; INSERT INTO fc.t SELECT seq,CONCAT('s',seq),REPEAT('x',60) FROM fc.seq_10_to_4000;
         INSERT INTO fc.other (n) SELECT seq FROM fc.seq_1_to_4000; UPDATE fc.t SET title='last' WHERE id=1; COMMIT`,
      );
      const record = await pipeline.parked('fc.t', 'ROW_EXISTS');
      expect(record.key).toContain('id=700');
      await drill.assertOtherFlows(pipeline);
      await pipeline.until('the balance', (s) => unbalancedRows(s) === 0);
      await target.query('DELETE FROM fc.t WHERE id=700');
      await pipeline.control((control) => control.retry(pipeline.name, record.id));
      await rejoined(pipeline);
      await drill.assertEqual();
    }, 512 * 1024);
  });
});
