/**
 * Goal: whatever way pipelines lie, what was written at one site comes to every other once, and never back (OT-P).
 *
 * Method: real servers, each site with rows of its own, every pipeline counts what it has applied: a change that went
 * round would be applied more often. Small and huge transactions, by transaction and by row.
 */
import { parseDdlPolicy } from '@otter/engine';
import { startServer, waitFor, type RunningServer, type ServerKind } from '@otter/testkit';
import { basename } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import { assertSchemasEqual } from '../support/same-schema.ts';

const MEMORY_BYTES = 1 << 20;
/** More than stays in memory: see `SPILL_SHARE`. */
const HUGE_ROWS = 3000;

const idOf = (site: number, n: number): number => site * 100_000 + n;
const rowsOf = (site: number, first: number, count: number): string =>
  Array.from({ length: count }, (_, i) => `(${idOf(site, first + i)},${site},'${'x'.repeat(300)}')`).join(',');

describe.each<[ServerKind, string]>([
  ['mariadb-10.11', ''],
  ['mysql-9.7', ''],
  ['mysql-9.7', 'binlog_row_image=MINIMAL'],
])('%s %s', (kind, setting) => {
  const sites: RunningServer[] = [];
  const pipelines: LivePipeline[] = [];

  beforeAll(async () => {
    sites.push(...(await Promise.all([1, 2, 3].map(() => startServer({ kind })))));
    if (setting !== '') for (const site of sites) await site.query(`SET GLOBAL ${setting}`);
  });

  afterAll(async () => {
    await Promise.all(sites.map((site) => site.stop()));
  });

  function at(site: number): RunningServer {
    const server = sites[site];
    if (!server) throw new Error(`there is no site ${site}`);
    return server;
  }

  beforeEach(async () => {
    for (const site of sites) {
      await site.query('DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS retl');
      await site.query(
        'CREATE DATABASE shop; CREATE TABLE shop.item (id INT PRIMARY KEY, site INT, text VARCHAR(400))',
      );
      for (const [n] of sites.entries()) await site.query(`INSERT INTO shop.item VALUES ${rowsOf(n, 1, 10)}`);
    }
  });

  afterEach(async () => {
    await Promise.all(pipelines.splice(0).map((pipeline) => pipeline.stop()));
  });

  /** A pipeline from each site to another, from now on. */
  async function connect(ways: readonly (readonly [number, number])[], apply: 'transaction' | 'row'): Promise<void> {
    for (const [from, to] of ways) {
      pipelines.push(
        new LivePipeline({
          ...{ source: at(from).address, target: at(to).address, tables: 'shop.*', start: { at: 'now' as const } },
          ...{ name: `from${from}to${to}`, apply, memoryBytes: MEMORY_BYTES, ddl: parseDdlPolicy('apply') },
        }),
      );
    }
    await Promise.all(pipelines.map((pipeline) => pipeline.until('it runs', ({ state }) => state === 'running')));
  }

  /** Writes to rows of the site's own; gives the number of changes that are to arrive. */
  async function write(site: number): Promise<number> {
    // Of each row one change: what a batch makes one of two is not counted twice.
    await at(site).query(
      `UPDATE shop.item SET text='changed' WHERE id=${idOf(site, 1)}; DELETE FROM shop.item WHERE id=${idOf(site, 2)};
       BEGIN; INSERT INTO shop.item VALUES ${rowsOf(site, 20, HUGE_ROWS)}; COMMIT;
       UPDATE shop.item SET id=${idOf(site, 99_999)} WHERE id=${idOf(site, 3)}`,
    );
    return 3 + HUGE_ROWS;
  }

  async function quiet(): Promise<void> {
    // Once round for each: what one pipeline writes, the next one has to have seen.
    for (let round = 0; round < sites.length; round++) {
      for (const pipeline of pipelines) {
        const source = sites.find((site) => site.address.port === pipeline.options.source.port) as RunningServer;
        await pipeline.caughtUp(source);
      }
    }
  }

  async function equal(count: number): Promise<void> {
    for (const site of sites.slice(1, count)) await assertSchemasEqual(at(0), site, 'shop');
  }

  const BOTH = [
    [0, 1],
    [1, 0],
  ] as const;
  const RING = [
    [0, 1],
    [1, 2],
    [2, 0],
  ] as const;
  const STAR = [
    [0, 1],
    [1, 0],
    [0, 2],
    [2, 0],
  ] as const;
  const CHAIN = [
    [0, 1],
    [1, 0],
    [1, 2],
    [2, 1],
  ] as const;

  test.each([
    ['both ways', BOTH, 'transaction', [1, 1]],
    ['a ring', RING, 'transaction', [2, 2, 2]],
    ['a star', STAR, 'transaction', [2, 1, 2, 1]],
    ['a chain', CHAIN, 'row', [1, 2, 2, 1]],
  ] as const)('%s', async (name, ways, apply, expected) => {
    await connect(ways, apply);
    const written = name === 'both ways' ? [0, 1] : [0, 1, 2];
    const changes = await Promise.all(written.map(write));
    await quiet();
    const each = changes[0] ?? 0;
    const applied = pipelines.map(({ status }) => status.rowsApplied);
    expect(applied).toEqual(expected.map((origins) => origins * each));
    await equal(written.length);
    await waitFor(() => pipelines.every(({ status }) => status.caughtUp), { what: 'everything to be still' });
    expect(pipelines.map(({ status }) => status.rowsApplied)).toEqual(applied);
  });

  /** How often statements like these are in the site's log. */
  async function logged(site: RunningServer, ...patterns: readonly RegExp[]): Promise<number[]> {
    const texts: string[] = [];
    for (const file of site.logFiles())
      for (const row of await site.query(`SHOW BINLOG EVENTS IN '${basename(file)}'`)) texts.push(String(row['Info']));
    return patterns.map((pattern) => texts.filter((text) => pattern.test(text)).length);
  }

  test.each([
    ['both ways', BOTH, 2],
    ['a ring', RING, 3],
  ] as const)(
    'TRUNCATE, DROP, CREATE and ALTER where definitions change in every direction: %s',
    async (_, ways, count) => {
      const there = sites.slice(0, count);
      for (const site of there) await site.query('CREATE TABLE shop.old (id INT PRIMARY KEY)');
      await connect(ways, 'transaction');
      const patterns = [/TRUNCATE/, /DROP TABLE.*old/, /CREATE TABLE.*old/, /ALTER TABLE/, /RENAME TABLE/];
      const before = await Promise.all(there.map(async (site) => await logged(site, ...patterns)));
      await at(0).query(
        `TRUNCATE TABLE shop.item; INSERT INTO shop.item VALUES (1,0,'after it');
       DROP TABLE shop.old; CREATE TABLE shop.old (id INT PRIMARY KEY, text VARCHAR(9)); INSERT INTO shop.old VALUES (1,'new');
       ALTER TABLE shop.item ADD COLUMN more INT, ADD KEY (site); CREATE TABLE shop.young (id INT PRIMARY KEY);
       RENAME TABLE shop.young TO shop.grown; INSERT INTO shop.grown VALUES (1)`,
      );
      await quiet();
      await equal(count);
      for (const site of there) expect(await site.query('SELECT text FROM shop.old')).toEqual([{ text: 'new' }]);
      for (const { status } of pipelines) expect(status.parked).toEqual([]);
      const after = await Promise.all(there.map(async (site) => await logged(site, ...patterns)));
      expect(after).toEqual(before.map((counts) => counts.map((n) => n + 1)));
    },
  );

  test('a drop that was announced before a pipeline stopped, and made behind that place, does not come back', async () => {
    const [first, second] = [at(0), at(1)];
    for (const site of [first, second]) await site.query('CREATE TABLE shop.old (id INT PRIMARY KEY)');
    await connect(BOTH, 'transaction');
    const [there, back] = pipelines as [LivePipeline, LivePipeline];
    const holder = await second.connect();
    await holder.query('BEGIN; SELECT * FROM shop.old');
    await first.query('DROP TABLE shop.old; CREATE TABLE shop.old (id INT PRIMARY KEY, text VARCHAR(9))');
    const announced =
      "SELECT 1 FROM retl.otter_ddl WHERE pipeline='from0to1' AND statement_text LIKE 'DROP TABLE%old%'";
    await waitFor(async () => (await second.query(announced)).length > 0, { what: 'the drop to be announced' });
    await back.caughtUp(second);
    await back.stop();
    pipelines.pop();
    await holder.end();
    await there.caughtUp(first);
    await connect([[1, 0]], 'transaction');
    await quiet();
    await first.query("INSERT INTO shop.old VALUES (1,'new')");
    await quiet();
    await equal(2);
    expect(await second.query('SELECT text FROM shop.old')).toEqual([{ text: 'new' }]);
    for (const { status } of pipelines) expect(status.parked).toEqual([]);
  });

  // Its identity is its server_uid and its server_id.
  test.runIf(kind === 'mariadb-10.11')('a target that has become another server is known as what it was', async () => {
    const [first, second] = [at(0), at(1)];
    await connect(BOTH, 'transaction');
    const [there, back] = pipelines.splice(0) as [LivePipeline, LivePipeline];
    await there.stop();
    const changes = await write(1);
    await back.caughtUp(second);
    await back.stop();
    expect(back.status.rowsApplied).toBe(changes);
    await second.query('SET GLOBAL server_id=@@server_id+1000');
    await connect([[0, 1]], 'transaction');
    const status = await (pipelines as [LivePipeline])[0].caughtUp(first);
    expect(status).toMatchObject({ rowsApplied: 0, parked: [] });
    expect(
      await second.query("SELECT value FROM retl.otter_setting WHERE pipeline='from0to1' AND name='sites'"),
    ).toEqual([{ value: expect.stringMatching(/^[\w-]{8},[\w-]{8}$/) as string }]);
    await equal(2);
  });
});
