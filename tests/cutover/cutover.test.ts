/**
 * Goal: a cutover says go only when the target may take over, and otherwise leaves the source as it was.
 *
 * Method: a pipeline copies and follows a small schema; then the cutover is run with everything in order, and with one
 * thing wrong at a time. After a go the way back is run and rows written to the target arrive on the former source.
 */
import { silentLog } from '@otter/core';
import { Cutover, type CutoverOptions, type CutoverResult } from '@otter/engine';
import { assertTablesEqual, startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import { pipelineOptions } from '../support/pipeline-options.ts';

const KINDS: ServerKind[] = ['mariadb-10.11', 'mysql-9.7'];

describe.each(KINDS)('%s', (kind) => {
  let source: RunningServer;
  let target: RunningServer;
  let next = 1;
  let name = '';

  beforeAll(async () => {
    [source, target] = await Promise.all([startServer({ kind }), startServer({ kind })]);
  });

  beforeEach(async () => {
    await source.query(`SET GLOBAL read_only=OFF`);
    for (const server of [source, target]) {
      await server.query('DROP DATABASE IF EXISTS retl; DROP DATABASE IF EXISTS shop; CREATE DATABASE shop');
      await server.query('CREATE TABLE shop.a (id INT PRIMARY KEY, v VARCHAR(20))');
    }
    await source.query("INSERT INTO shop.a VALUES (1,'one'),(2,'two')");
    name = `cut-${next++}`;
    const pipeline = await follow();
    await source.query("INSERT INTO shop.a VALUES (3,'three')");
    await pipeline.caughtUp(source);
    await pipeline.stop();
    await source.query("INSERT INTO shop.a VALUES (4,'four')");
  });

  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop()]);
  });

  async function follow(): Promise<LivePipeline> {
    const pipeline = new LivePipeline({ ...options(), tables: 'shop.*', mode: 'full+incremental' });
    await pipeline.until('the copy to end', ({ copy }) => copy !== null && copy.tablesDone === copy.tables);
    return pipeline;
  }

  const options = () => ({ source: source.address, target: target.address, name, start: { at: 'now' as const } });

  async function cutOver(more: Partial<CutoverOptions> = {}, servers: object = {}): Promise<CutoverResult> {
    const sync = pipelineOptions({ ...options(), tables: 'shop.*', ...servers });
    const cutover = new Cutover(
      {
        sync,
        ...{ readOnly: false, quietMs: 300, waitMsMax: 10_000, reverse: false, ...more },
      },
      {
        log: silentLog,
        now: Date.now,
        onFinding: () => undefined,
        verifying: {
          progress: () => undefined,
          difference: () => undefined,
          table: () => undefined,
          note: () => undefined,
        },
      },
    );
    return await cutover.run(new AbortController().signal);
  }

  const isReadOnly = async (): Promise<boolean> =>
    String((await source.query('SELECT @@global.read_only AS r'))[0]?.['r']) === '1';

  function checks({ findings }: CutoverResult): string[] {
    return findings.map(({ check, verdict }) => `${check}: ${verdict}`);
  }

  test('go: caught up, read-only, quiet, drained, equal; and the way back', async () => {
    const result = await cutOver({ readOnly: true, reverse: true });
    expect(checks(result)).toEqual([
      ...['target: go', 'way back: go', 'lag: go', 'read-only: go', 'writes: go', 'drained: go', 'rows: go'],
    ]);
    expect(result.go).toBe(true);
    expect(await isReadOnly()).toBe(true);
    await target.query("INSERT INTO shop.a VALUES (5,'on the new side')");
    await source.query('SET GLOBAL read_only=OFF');
    const { file, offset, gtid } = result.reverse ?? { file: '', offset: 0, gtid: '' };
    const back = new LivePipeline({
      ...{ source: target.address, target: source.address, tables: 'shop.*', name: `${name}-back` },
      start: gtid === '' ? { at: 'binlog', file, offset } : { at: 'gtid', set: gtid },
    });
    await back.caughtUp(target);
    await back.stop();
    const tables = [{ schema: 'shop', table: 'a' }];
    await assertTablesEqual({ source: target.address, target: source.address, tables });
    expect(await source.query('SELECT COUNT(*) AS n FROM shop.a')).toEqual([{ n: '5' }]);
  });

  test('no-go: somebody still writes', async () => {
    const writing = new AbortController();
    const writer = (async (): Promise<void> => {
      for (let id = 100; !writing.signal.aborted; id++) await source.query(`INSERT INTO shop.a VALUES (${id},'busy')`);
    })();
    try {
      const result = await cutOver({ quietMs: 2000 });
      expect(checks(result).at(-1)).toMatch(/^(?:writes|lag): no-go$/);
      expect(result).toMatchObject({ go: false, reverse: null });
    } finally {
      writing.abort();
      await writer;
    }
    expect(await isReadOnly()).toBe(false);
  });

  test('no-go: a row differs; the source is writable again', async () => {
    await target.query("UPDATE shop.a SET v='other' WHERE id=2");
    const result = await cutOver({ readOnly: true });
    expect(checks(result).at(-1)).toBe('rows: no-go');
    expect(result.findings.at(-1)?.finding).toContain('shop.a (1 rows)');
    expect(await isReadOnly()).toBe(false);
  });

  test('no-go: a table is parked', async () => {
    await target.query('DELETE FROM shop.a WHERE id=1');
    await source.query("UPDATE shop.a SET v='changed' WHERE id=1");
    const result = await cutOver();
    expect(checks(result).at(-1)).toBe('parked tables: no-go');
  });

  test('no-go: accounts that may not', async () => {
    for (const [server, user] of [
      [source, 'modest'],
      [target, 'modest'],
    ] as const) {
      await server.query(`DROP USER IF EXISTS ${user}; CREATE USER ${user} IDENTIFIED BY 'pw'`);
      await server.query(`GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON *.* TO ${user}`);
    }
    const monitor = kind === 'mysql-9.7' ? 'REPLICATION CLIENT' : 'BINLOG MONITOR';
    await source.query(`GRANT REPLICATION SLAVE, ${monitor} ON *.* TO modest`);
    const modest = { user: 'modest', password: 'pw' };
    const back = await cutOver({ reverse: true }, { target: { ...target.address, ...modest } });
    expect(back.findings.at(-1)).toMatchObject({ check: 'way back', verdict: 'no-go' });
    const locked = await cutOver({ readOnly: true }, { source: { ...source.address, ...modest } });
    expect(locked.findings.at(-1)).toMatchObject({ check: 'read-only', verdict: 'no-go' });
    expect(await isReadOnly()).toBe(false);
  });

  test('a pipeline that has never run', async () => {
    name = 'unknown';
    await expect(cutOver()).rejects.toMatchObject({ code: 'USAGE' });
  });
});
