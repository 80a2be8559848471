/**
 * Goal: what gh-ost and pt-online-schema-change do to a table arrives as the ALTER it is: their working tables are neither
 * copied nor streamed nor made, the final RENAME changes the target's table, rows stay right. Where that ALTER is not known, or would
 * give other rows, the table stops; tables that only look like theirs travel.
 *
 * Method: both tools' statements are replayed on real servers, with writes in between, up to any point of their work;
 * pt-online-schema-change itself is run where it is installed. The source is the oracle for definitions and rows.
 */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { parseDdlPolicy } from '@otter/engine';
import { assertTablesEqual, startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import { ghOst, ptOsc, type OnlineChange } from '../support/online-change.ts';
import type { TestPipelineOptions } from '../support/pipeline-options.ts';
import { syncUntilCaughtUp } from '../support/sync-process.ts';
import { verifyTables } from '../support/verify-run.ts';

const PROGRAM = 'pt-online-schema-change';
const hasToolkit = spawnSync(PROGRAM, ['--version']).status === 0;
const ALTER =
  "ADD COLUMN n INT NOT NULL DEFAULT 7 AFTER id, MODIFY v VARCHAR(60) NOT NULL DEFAULT '', ADD INDEX by_v (v)";
const TOOLS: [string, (source: RunningServer, alter: string, options?: { firstId: number }) => OnlineChange][] = [
  ['gh-ost', ghOst],
  ['gh-ost in two steps', (source, alter, options) => ghOst(source, alter, { ...options, twoStep: true })],
  ['pt-online-schema-change', ptOsc],
];

describe.each(['mariadb-10.11', 'mysql-9.7'] as ServerKind[])('%s', (kind) => {
  let source: RunningServer;
  let target: RunningServer;
  let pipeline: LivePipeline | null = null;

  beforeAll(async () => {
    [source, target] = await Promise.all([startServer({ kind }), startServer({ kind })]);
  });

  beforeEach(async () => {
    for (const server of [source, target]) {
      await server.query('DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS retl; CREATE DATABASE shop');
      await server.query('CREATE TABLE shop.t (id INT PRIMARY KEY, v VARCHAR(20)) DEFAULT CHARSET=utf8mb4');
    }
  });

  afterEach(async () => {
    await pipeline?.stop().catch(() => undefined);
    pipeline = null;
  });

  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop()]);
  });

  async function start(more: Partial<TestPipelineOptions> = {}): Promise<LivePipeline> {
    pipeline = new LivePipeline({
      ...{ source: source.address, target: target.address, tables: 'shop.*', start: { at: 'now' } },
      ddl: parseDdlPolicy('drop=stop'),
      ...more,
    });
    await pipeline.until('the pipeline to run', (status) => status.state === 'running');
    return pipeline;
  }

  const rows = Array.from({ length: 100 }, (_, i) => `(${i},'v${i}')`).join(',');
  const fill = (): Promise<unknown> => source.query(`INSERT INTO shop.t VALUES ${rows}`);

  const useNew = (): Promise<unknown> =>
    source.query(
      "INSERT INTO shop.t (id, n, v) VALUES (5000, 50, REPEAT('x', 50)); UPDATE shop.t SET n = n + 1 WHERE id > 20",
    );

  async function definition(server: RunningServer): Promise<string> {
    const [row] = await server.query('SHOW CREATE TABLE shop.t');
    return String(row?.['Create Table']);
  }

  async function names(server: RunningServer): Promise<string[]> {
    const found = await server.query(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema='shop'",
    );
    return found.map((row) => String(row['name'])).sort();
  }

  async function assertSame(): Promise<void> {
    expect(await definition(target)).toBe(await definition(source));
    expect(await names(target)).toEqual(['t']);
    await assertTablesEqual({
      ...{ source: source.address, target: target.address },
      tables: [{ schema: 'shop', table: 't' }],
    });
  }

  describe.each(TOOLS.filter(([name]) => kind === 'mariadb-10.11' || !name.includes('steps')))('%s', (_, tool) => {
    test.each(['shop.*', 'shop.t'])('the swap is the ALTER; tables %s', async (tables) => {
      const running = await start({ tables });
      await fill();
      const change = tool(source, ALTER);
      await change.begin();
      await change.copy();
      await change.swap();
      await useNew();
      await change.end();
      const status = await running.caughtUp(source);
      expect(status.parked).toEqual([]);
      expect(Object.keys(status.tables)).toEqual(['shop.t']);
      await assertSame();
      // Once more, over what the first run left behind.
      const again = tool(source, 'DROP COLUMN n', { firstId: 2000 });
      await again.begin();
      await again.copy();
      await again.swap();
      await again.end();
      expect((await running.caughtUp(source)).parked).toEqual([]);
      await assertSame();
    });
  });

  describe.skipIf(kind !== 'mariadb-10.11').each(TOOLS)('%s', (name, tool) => {
    const sync = {
      ...{ tables: 'shop.*', name: 'tool', start: { at: 'now' as const } },
      ddl: parseDdlPolicy('drop=stop'),
    };

    test('restarted in the middle, killed around the swap', async () => {
      const failpoint = name === 'gh-ost' ? 'ddl.intended' : 'ddl.executed';
      const both = { ...sync, source: source.address, target: target.address };
      await syncUntilCaughtUp(both);
      await fill();
      const change = tool(source, ALTER);
      await change.begin();
      await syncUntilCaughtUp(both);
      await change.copy();
      await syncUntilCaughtUp(both);
      await change.swap();
      await useNew();
      expect((await syncUntilCaughtUp({ ...both, failpoint })).signal).toBe('SIGKILL');
      await change.end();
      await syncUntilCaughtUp(both);
      await assertSame();
    });

    test('a full copy that begins in the middle leaves the working tables out, and the swap stops the table', async () => {
      await fill();
      const change = tool(source, ALTER);
      await change.begin();
      const before = { ...sync, source: source.address, target: target.address, mode: 'auto' as const };
      await syncUntilCaughtUp(before);
      expect(await names(target)).toEqual(['t']);
      const compared = await verifyTables(source, target, 'shop.*');
      expect(compared.tables.map(({ table }) => table)).toEqual(['shop.t']);
      await change.copy();
      await change.swap();
      await useNew();
      await change.end();
      const running = await start({ name: sync.name, mode: 'auto' });
      const record = await running.parked('shop.t', 'DDL_SEEN');
      expect(record.message).toContain(name.split(' ')[0]);
      expect(running.status.parked).toHaveLength(1);
      const sql = `ALTER TABLE shop.t ${ALTER}`;
      await running.control((control) => control.replace(running.name, record.id, sql, 'the same'));
      await running.until('the table to be back', (status) => status.parked.length === 0);
      await running.caughtUp(source);
      await assertSame();
    });
  });

  test.skipIf(kind !== 'mariadb-10.11').each([
    ['ADD UNIQUE KEY u (v)', /clash/],
    ['ADD COLUMN at DATETIME DEFAULT CURRENT_TIMESTAMP', /default of the new column at/],
    ['CHANGE v w VARCHAR(20)', /renames the column v/],
    ['DROP COLUMN v, ADD COLUMN v INT', /carried over/],
    ['MODIFY id DECIMAL(10,0) NOT NULL', /cannot be repeated here: column id is int/],
  ])('%s may give other rows: the table stops', async (alter, reason) => {
    const running = await start();
    await fill();
    const change = ghOst(source, alter);
    await change.begin();
    await change.swap();
    const record = await running.parked('shop.t', 'DDL_SEEN');
    expect(record.message).toMatch(reason);
    expect(running.status.parked).toHaveLength(1);
    expect(await names(target)).toEqual(['t']);
  });

  test.skipIf(kind !== 'mariadb-10.11')('tables that only look like working tables travel', async () => {
    const running = await start();
    await source.query('CREATE TABLE shop._own_new (id INT PRIMARY KEY); INSERT INTO shop._own_new VALUES (1)');
    await source.query('CREATE TABLE shop._gone_del LIKE shop._own_new; INSERT INTO shop._gone_del VALUES (2)');
    await source.query('CREATE TABLE IF NOT EXISTS shop._t_old LIKE shop.t; INSERT INTO shop._t_old VALUES (3, 3)');
    // Beside its base table, as pt-online-schema-change makes it, but nobody watches: it cannot be told before it has rows.
    await source.query('CREATE TABLE shop._t_new LIKE shop.t; INSERT INTO shop._t_new VALUES (4, 4)');
    const record = await running.parked('shop._t_new', 'TABLE_MISSING');
    await target.query('CREATE TABLE shop._t_new LIKE shop.t');
    await running.control((control) => control.retry(running.name, record.id));
    await running.until('the table to be back', (status) => status.parked.length === 0);
    await source.query('RENAME TABLE shop.t TO shop._t_gone, shop._t_new TO shop.t');
    await running.caughtUp(source);
    const tables = ['_gone_del', '_own_new', '_t_gone', '_t_old', 't'];
    expect(await names(target)).toEqual(tables);
    await assertTablesEqual({
      ...{ source: source.address, target: target.address },
      tables: tables.map((table) => ({ schema: 'shop', table })),
    });
  });

  test.skipIf(kind !== 'mariadb-10.11' || !hasToolkit)(
    'pt-online-schema-change itself, while rows are written',
    async () => {
      const running = await start();
      await fill();
      const writing = new AbortController();
      let written = 0;
      const writer = (async () => {
        for (let i = 0; !writing.signal.aborted; i++) {
          await source.query(
            `INSERT INTO shop.t (id, v) VALUES (${1000 + i}, 'w'); UPDATE shop.t SET v='u' WHERE id=${(i * 37) % 100}; DELETE FROM shop.t WHERE id=${990 + i}`,
          );
          written += 1;
        }
      })();
      const dsn = `h=127.0.0.1,P=${source.address.port},u=root,D=shop,t=t`;
      const settings = ['--chunk-size=10', '--recursion-method=none', '--no-version-check', '--sleep=0.05'];
      try {
        await promisify(execFile)(PROGRAM, [dsn, '--alter', ALTER, '--execute', ...settings]);
      } finally {
        writing.abort();
        await writer;
      }
      expect(written).toBeGreaterThan(10);
      await useNew();
      expect((await running.caughtUp(source)).parked).toEqual([]);
      expect(Object.keys(running.status.tables)).toEqual(['shop.t']);
      await assertSame();
    },
  );
});
