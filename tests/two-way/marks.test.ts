/**
 * Goal: nothing is written where it would come back: a target whose log does not hold the marks of commits is refused,
 * before rows flow and while they do; and what still came round is counted, and not sent again (issue 5, loop control).
 *
 * Method: real servers; marks are kept out of the log by its filter, taken out of it by a trigger, and replayed at the
 * source as replication beside Otter would.
 */
import { Pipeline, preflightFailure } from '@otter/engine';
import { startServer, waitFor, type RunningServer } from '@otter/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import { pipelineOptions } from '../support/pipeline-options.ts';
import { TwoWayPair } from '../support/two-way-pair.ts';

const NEWEST = { keep: 'newest', tie: 'source' } as const;
const FILTER = { 'binlog-ignore-db': 'retl' };
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

let a: RunningServer;
let b: RunningServer;
let filtered: RunningServer;
let pair: TwoWayPair;

beforeAll(async () => {
  [a, b, filtered] = await Promise.all([startServer(), startServer(), startServer({ options: FILTER })]);
});

afterAll(async () => {
  await Promise.all([a?.stop(), b?.stop(), filtered?.stop()]);
});

beforeEach(async () => {
  for (const site of [a, b, filtered]) await prepare(site);
  pair = new TwoWayPair(a, b, NEWEST);
});

async function prepare(site: RunningServer): Promise<void> {
  await site.query('DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS retl');
  await site.query(
    "CREATE DATABASE shop; CREATE TABLE shop.item (id INT PRIMARY KEY, text VARCHAR(40)); INSERT INTO shop.item VALUES (1,'old'),(2,'old')",
  );
}

/** As after somebody has broken them: a commit of a pipeline says nothing any more of where its rows have been. */
async function breakMarks(site: RunningServer): Promise<void> {
  for (const event of ['INSERT', 'UPDATE'])
    await site.query(
      `CREATE TRIGGER retl.strip_${event} BEFORE ${event} ON retl.otter_checkpoint FOR EACH ROW SET NEW.position=JSON_REMOVE(NEW.position,'$.via')`,
    );
}

const preflight = async (source: RunningServer, target: RunningServer, twoWay: boolean) =>
  await new Pipeline(
    pipelineOptions({
      ...{ source: source.address, target: target.address, tables: 'shop.*', name: 'there' },
      ...(twoWay ? { twoWay: { ...NEWEST, counterpart: 'back', leads: true } } : {}),
    }),
    { log: SILENT },
  ).preflight();

describe('marker in a filtered schema', () => {
  test('is refused by the preflight both ways, with the cure; one way it is a warning', async () => {
    const lines = await preflight(a, filtered, true);
    expect(preflightFailure(lines)?.code).toBe('PREFLIGHT_FAILED');
    const line = { subject: 'target', check: 'loop marks', fix: expect.stringContaining('binlog_ignore_db') as string };
    expect(lines.filter(({ verdict }) => verdict === 'stop')).toMatchObject([line]);
    expect(lines.find(({ check }) => check === 'loop marks')?.findingZh).toContain('binlog_ignore_db');
    const oneWay = await preflight(a, filtered, false);
    expect(oneWay.filter(({ check }) => check === 'loop marks')).toMatchObject([{ ...line, verdict: 'warning' }]);
    expect((await preflight(filtered, a, true)).filter(({ check }) => check === 'loop marks')).toEqual([]);
  });

  test('is refused by the probe where nobody asked the preflight, and no row was written', async () => {
    await a.query("UPDATE shop.item SET text='new' WHERE id=1");
    const there = new TwoWayPair(a, filtered, NEWEST).options()[0];
    const pipeline = new LivePipeline({ ...there, start: { at: 'earliest' } });
    expect(await pipeline.failure()).toMatchObject({ code: 'LOOP_PROBE_FAILED' });
    expect(pipeline.status).toMatchObject({ rowsApplied: 0, rowsRead: 0 });
    expect(await filtered.query("SELECT 1 FROM shop.item WHERE text='new'")).toEqual([]);
  });

  test('MySQL says it in other words', async () => {
    const other = await startServer({ kind: 'mysql-9.7', options: { 'binlog-do-db': 'shop' } });
    try {
      await prepare(other);
      const lines = await preflight(a, other, true);
      expect(lines.find(({ check }) => check === 'loop marks')).toMatchObject({
        verdict: 'stop',
        fix: expect.stringContaining('binlog_do_db') as string,
      });
      await other.query('CREATE DATABASE unlogged; CREATE TABLE unlogged.t (id INT PRIMARY KEY)');
      const options = { source: other.address, target: a.address, tables: 'unlogged.*', name: 'unlogged' };
      const source = await new Pipeline(pipelineOptions(options), { log: SILENT }).preflight();
      expect(source.find(({ check }) => check === 'binlog_do_db')).toMatchObject({
        verdict: 'stop',
        subject: 'source',
      });
    } finally {
      await other.stop();
    }
  });
});

describe('marks that are broken', () => {
  afterEach(async () => {
    await pair.stop();
  });

  test('at a start: the probe of each direction refuses', async () => {
    await pair.start();
    await pair.quiet();
    await pair.stop();
    for (const [site, direction] of [
      [b, 0],
      [a, 1],
    ] as const) {
      await breakMarks(site);
      const pipeline = new LivePipeline(pair.options()[direction]);
      expect(await pipeline.failure()).toMatchObject({ code: 'LOOP_PROBE_FAILED' });
      await site.query('DROP TRIGGER retl.strip_INSERT; DROP TRIGGER retl.strip_UPDATE');
    }
    await pair.start();
    await a.query("UPDATE shop.item SET text='new' WHERE id=1");
    await pair.quiet();
    expect(await pair.assertEqual(['item'])).toBe(2);
  });

  test('while rows flow: the direction stops before its second commit without a mark', async () => {
    await pair.start();
    await a.query("UPDATE shop.item SET text='marked' WHERE id=1");
    await pair.quiet();
    await breakMarks(b);
    const there = pair.there as LivePipeline;
    await a.query("UPDATE shop.item SET text='first' WHERE id=1");
    await there.caughtUp(a);
    await a.query("UPDATE shop.item SET text='second' WHERE id=1");
    const failure = await there.failure();
    expect(failure).toMatchObject({ code: 'LOOP_SUSPECTED' });
    expect(failure.message).toContain(`127.0.0.1:${b.port}`);
    expect(await b.query('SELECT text FROM shop.item WHERE id=1')).toEqual([{ text: 'first' }]);
    pair.there = null;
  });
});

describe('rows that came round', () => {
  const pipelines: LivePipeline[] = [];
  let replays = 0;

  afterEach(async () => {
    await Promise.all(pipelines.splice(0).map((pipeline) => pipeline.stop()));
  });

  const open = (source: RunningServer, target: RunningServer, name: string): LivePipeline => {
    const options = { source: source.address, target: target.address, tables: 'shop.*', start: { at: 'now' as const } };
    const pipeline = new LivePipeline({ ...options, name });
    pipelines.push(pipeline);
    return pipeline;
  };

  /** Brings a row with the mark of a pipeline's last commit, as a replica of the pipeline's target would. */
  async function replay(from: RunningServer, name: string, to: RunningServer, text: string): Promise<void> {
    const [row] = await from.query(`SELECT position FROM retl.otter_checkpoint WHERE pipeline='${name}'`);
    await to.query(
      `CREATE DATABASE IF NOT EXISTS retl; CREATE TABLE IF NOT EXISTS retl.otter_checkpoint (pipeline VARCHAR(64), worker INT UNSIGNED,
       epoch BIGINT UNSIGNED, position MEDIUMTEXT, source VARCHAR(190), updated_at TIMESTAMP NOT NULL, PRIMARY KEY (pipeline, worker))`,
    );
    await to.query(
      `BEGIN; UPDATE shop.item SET text='${text}' WHERE id=2; REPLACE INTO retl.otter_checkpoint VALUES ('${name}',0,${++replays},'${String(row?.['position'])}','',NOW()); COMMIT`,
    );
  }

  test('two one-way channels instead of a two-way one: the second is refused', async () => {
    await open(a, b, 'there').until('it runs', ({ state }) => state === 'running');
    const lines = await preflight(b, a, false);
    expect(lines.filter(({ verdict }) => verdict === 'stop')).toMatchObject([{ subject: 'source', check: 'loop' }]);
  });

  test('by replication from the target: counted, and not sent there again', async () => {
    const there = open(a, b, 'there');
    await there.until('it runs', ({ state }) => state === 'running');
    await a.query("UPDATE shop.item SET text='new' WHERE id=1");
    expect(await there.caughtUp(a)).toMatchObject({ rowsApplied: 1, echoes: 0 });
    await replay(b, 'there', a, 'replayed');
    await there.until('it has come round', ({ echoes }) => echoes === 1);
    await there.caughtUp(a);
    expect(there.status).toMatchObject({ rowsApplied: 1, rowsFiltered: 1, echoes: 1 });
    expect(await b.query("SELECT 1 FROM shop.item WHERE text='replayed'")).toEqual([]);
  });

  test('by a pipeline that reads a replica: the direction that would send them on stops, and says which way they came', async () => {
    const [there, onward] = [open(a, b, 'there'), open(b, filtered, 'onward')];
    for (const pipeline of [there, onward]) await pipeline.until('it runs', ({ state }) => state === 'running');
    await a.query("UPDATE shop.item SET text='new' WHERE id=1");
    await there.caughtUp(a);
    await onward.caughtUp(b);
    // Out of A by "there", on by "onward", and into A again.
    await replay(filtered, 'onward', a, 'new');
    expect(await there.caughtUp(a)).toMatchObject({ echoes: 1, rowsApplied: 1 });
    const third = open(a, filtered, 'third');
    await third.until('it runs', ({ state }) => state === 'running');
    await replay(filtered, 'onward', a, 'newer');
    const failure = await third.failure();
    expect(failure).toMatchObject({ code: 'LOOP_SUSPECTED' });
    expect(failure.message).toContain('pipeline onward');
    expect(await filtered.query("SELECT 1 FROM shop.item WHERE text='newer'")).toEqual([]);
    pipelines.splice(pipelines.indexOf(third), 1);
  });
});

test('session sql_log_bin: what a DBA keeps out of the log is not sent, and its rows are not fought over', async () => {
  await pair.start();
  await a.query("SET sql_log_bin=0; UPDATE shop.item SET text='private' WHERE id=1; SET sql_log_bin=1");
  await a.query("UPDATE shop.item SET text='shared' WHERE id=2");
  await pair.quiet();
  await waitFor(() => pair.there?.status.caughtUp === true, { what: 'everything to be still' });
  expect(await b.query('SELECT text FROM shop.item ORDER BY id')).toEqual([{ text: 'old' }, { text: 'shared' }]);
  expect(pair.there?.status).toMatchObject({ rowsApplied: 1, echoes: 0, conflicts: 0 });
  expect(pair.back?.status).toMatchObject({ rowsApplied: 0, echoes: 0, conflicts: 0 });
  await pair.stop();
});
