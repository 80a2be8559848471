import { MysqlGtidSet, type Log, type Position, type ServerAddress, type Transaction } from '@otter/core';
import {
  availableKinds,
  startFaultProxy,
  startServer,
  waitFor,
  type RunningServer,
  type ServerKind,
} from '@otter/testkit';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BinlogReader, type BinlogReaderOptions } from './binlog-reader.ts';
import { openConnection } from './connection/server-connection.ts';
import { readSourceFacts } from './connection/source-facts.ts';
import { resolveStart, type StartPoint } from './connection/start-position.ts';

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'otter-reader-'));
afterAll(() => fs.rmSync(directory, { recursive: true }));

type Overrides = Partial<BinlogReaderOptions>;

function newReader(address: ServerAddress, start: Position, overrides: Overrides = {}): BinlogReader {
  return new BinlogReader({
    address,
    start,
    wants: (schema) => schema === 't',
    describe: () => undefined,
    memoryBytes: 8 << 20,
    spillBytes: 4 << 20,
    spillDirectory: directory,
    heartbeatMs: 1000,
    ...overrides,
  });
}

async function startAt(address: ServerAddress, spec: StartPoint): Promise<Position> {
  const connection = await openConnection(address);
  try {
    return await resolveStart(connection, await readSourceFacts(connection), spec);
  } finally {
    await connection.end();
  }
}

/** Reads until `done` says so; fails after 30 s. */
async function read(reader: BinlogReader, done: (all: Transaction[]) => boolean): Promise<Transaction[]> {
  const all: Transaction[] = [];
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), 30_000);
  for await (const batch of reader.transactions(abort.signal)) {
    expect(batch.length).toBeGreaterThan(0);
    all.push(...batch);
    if (done(all)) abort.abort();
  }
  clearTimeout(timer);
  if (!done(all)) throw new Error(`gave up after ${all.length} transactions`);
  return all;
}

async function idsOf(transaction: Transaction): Promise<number[]> {
  const ids: number[] = [];
  const take = (changes: Transaction['changes']): void => {
    for (const change of changes) for (const row of change.after) ids.push(row[0] as number);
  };
  take(transaction.changes);
  if (transaction.spilled) for await (const batch of transaction.spilled.read()) take(batch);
  return ids;
}

async function allIds(transactions: Transaction[]): Promise<number[]> {
  return (await Promise.all(transactions.map(idsOf))).flat();
}

const has =
  (id: number) =>
  (all: Transaction[]): boolean =>
    all.some((t) => t.changes.some((c) => c.after.some((row) => row[0] === id)));

const kinds = await availableKinds(['mariadb-10.11', 'mysql-9.7']);

describe.each(kinds.map((kind) => [kind] as const))('%s', (kind: ServerKind) => {
  let server: RunningServer;
  let address: ServerAddress;
  let nextId = 0;
  const id = (): number => ++nextId;

  beforeAll(async () => {
    server = await startServer({ kind, options: { max_allowed_packet: '64M' } });
    address = server.address;
    await server.query('CREATE DATABASE t');
    await server.query('CREATE TABLE t.a (id INT PRIMARY KEY, v LONGTEXT)');
    await server.query('CREATE DATABASE other');
    await server.query('CREATE TABLE other.b (id INT PRIMARY KEY)');
  });
  afterAll(() => server.stop());

  const insert = async (): Promise<number> => {
    const n = id();
    await server.query(`INSERT INTO t.a VALUES (${n}, 'x')`);
    return n;
  };

  test('every start spec begins where it says', async () => {
    const first = await insert();
    await server.query('FLUSH BINARY LOGS');
    const second = await insert();
    const between = await startAt(address, { at: 'now' });
    const third = await insert();
    const last = await insert();
    const from = async (spec: StartPoint): Promise<number[]> =>
      allIds(await read(newReader(address, await startAt(address, spec)), has(last)));
    expect(await from({ at: 'earliest' })).toEqual([first, second, third, last]);
    expect(await from({ at: 'binlog', file: between.file, offset: between.offset })).toEqual([third, last]);
    expect(await from({ at: 'gtid', set: between.gtid })).toEqual([third, last]);
    expect(await startAt(address, { at: 'binlog', file: between.file, offset: between.offset })).toEqual(between);
    expect(await from({ at: 'time', ms: Date.now() - 3_600_000 })).toEqual([first, second, third, last]);
    await expect(startAt(address, { at: 'binlog', file: between.file, offset: between.offset + 1 })).rejects.toThrow(
      /no transaction begins at/,
    );
    const pending = read(newReader(address, await startAt(address, { at: 'now' })), (all) => all.length > 0);
    const now = await insert();
    expect(await allIds(await pending)).toEqual([now]);
  });

  test('start by time: the first transaction committed at or after it', async () => {
    await insert();
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const ms = Math.floor(Date.now() / 1000) * 1000;
    const wanted = await insert();
    const position = await startAt(address, { at: 'time', ms });
    const all = await read(newReader(address, position), has(wanted));
    expect(await allIds(all)).toEqual([wanted]);
  });

  test('filtered tables move the position; DDL comes as a statement', async () => {
    const start = await startAt(address, { at: 'now' });
    await server.query('INSERT INTO other.b VALUES (1), (2)');
    await server.query('ALTER TABLE other.b ADD COLUMN c INT');
    const last = await insert();
    const all = await read(newReader(address, start), has(last));
    expect(all.map((t) => [t.filteredRows, t.statements.length, t.changes.length])).toEqual([
      [2, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(all.at(0)?.startOffset).toBe(start.offset);
    expect(all.at(1)?.startOffset).toBe(all.at(0)?.offset);
  });

  test('nothing is lost and nothing comes twice across killed connections, under load', async () => {
    const start = await startAt(address, { at: 'now' });
    const reader = newReader(address, start);
    const other = newReader(address, { ...start, gtid: '' });
    const count = 3000;
    const first = nextId + 1;
    nextId += count;
    const load = (async (): Promise<void> => {
      for (let i = 0; i < count; i++) await server.query(`INSERT INTO t.a VALUES (${first + i}, 'load')`);
    })();
    const killer = (async (): Promise<void> => {
      for (let i = 0; i < 6; i++) {
        await new Promise((resolve) => setTimeout(resolve, 120));
        for (const row of await server.query('SHOW PROCESSLIST')) {
          if (String(row['Command']).startsWith('Binlog Dump'))
            await server.query(`KILL ${Number(row['Id'])}`).catch(() => undefined);
        }
      }
    })();
    const expected = Array.from({ length: count }, (_, i) => first + i);
    const done = has(first + count - 1);
    const [byGtid, byFile] = await Promise.all([read(reader, done), read(other, done), load, killer]);
    expect(await allIds(byGtid)).toEqual(expected);
    expect(await allIds(byFile)).toEqual(expected);
    expect(reader.status.reconnects).toBeGreaterThan(0);
    expect(other.status.reconnects).toBeGreaterThan(0);
  });

  test.each(['gtid', 'file'])('XA survives reading on from between PREPARE and COMMIT (%s)', async (by) => {
    const now = await startAt(address, { at: 'now' });
    const start = by === 'gtid' ? now : { ...now, gtid: '' };
    const [kept, dropped, between, last] = [id(), id(), id(), id()];
    for (const [xid, n] of [
      ['keep', kept],
      ['drop', dropped],
    ] as const) {
      const session = await server.connect();
      await session.query(`XA START '${xid}'`);
      await session.query(`INSERT INTO t.a VALUES (${n}, 'xa')`);
      await session.query(`XA END '${xid}'`);
      await session.query(`XA PREPARE '${xid}'`);
      await session.end();
    }
    await server.query(`INSERT INTO t.a VALUES (${between}, 'x')`);
    const reader = newReader(address, start);
    const all = await read(reader, has(between));
    expect(await allIds(all)).toEqual([between]);
    const position = reader.position;
    expect(position.prepared?.map((xa) => xa.xid)).toEqual(["X'6b656570',X'',1", "X'64726f70',X'',1"]);
    await waitFor(() => server.query("XA ROLLBACK 'drop'"));
    await waitFor(() => server.query("XA COMMIT 'keep'"));
    await server.query(
      "XA START 'one'; INSERT INTO t.a VALUES (" + String(last) + ", 'x'); XA END 'one'; XA COMMIT 'one' ONE PHASE",
    );
    const resumed = newReader(address, JSON.parse(JSON.stringify(position)) as Position);
    const rest = await read(resumed, has(last));
    expect(await allIds(rest)).toEqual([kept, last]);
    expect(resumed.position.prepared).toBeUndefined();
    // The same through one reader from the beginning.
    expect(await allIds(await read(newReader(address, start), has(last)))).toEqual([between, kept, last]);
  });

  test('savepoints: what was rolled back does not come', async () => {
    const start = await startAt(address, { at: 'now' });
    const [a, b, c] = [id(), id(), id()];
    const session = await server.connect();
    await session.query('CREATE TEMPORARY TABLE t.before_it (i INT)');
    for (const sql of [
      'BEGIN',
      `INSERT INTO t.a VALUES (${a}, 'x')`,
      'SAVEPOINT `S 1`',
      `INSERT INTO t.a VALUES (${b}, 'x')`,
      // Makes MariaDB log the rows and the ROLLBACK TO instead of cutting them out.
      'CREATE TEMPORARY TABLE t.within_it (i INT)',
      'ROLLBACK TO `S 1`',
      `INSERT INTO t.a VALUES (${c}, 'x')`,
      'COMMIT',
    ]) {
      await session.query(sql);
    }
    await session.end();
    expect(await allIds(await read(newReader(address, start), has(c)))).toEqual([a, c]);
    expect((await server.query(`SELECT id FROM t.a WHERE id IN (${a}, ${b}, ${c})`)).length).toBe(2);
  });

  test('a large transaction goes to disk while memory stays flat', async () => {
    const start = await startAt(address, { at: 'now' });
    const rowCount = 300;
    const first = nextId + 1;
    nextId += rowCount;
    const session = await server.connect();
    await session.query('BEGIN');
    for (let i = 0; i < rowCount; i++) {
      await session.query(`INSERT INTO t.a VALUES (${first + i}, REPEAT('${String(i % 10)}', 1048576))`);
    }
    await session.query('COMMIT');
    await session.end();
    const last = await insert();
    global.gc?.();
    const rssBefore = process.memoryUsage().rss;
    let rssMost = 0;
    const watch = setInterval(() => (rssMost = Math.max(rssMost, process.memoryUsage().rss)), 10);
    const all = await read(newReader(address, start), has(last));
    const large = all.find((t) => t.spilled) as Transaction;
    expect(large.bytes).toBeGreaterThan(rowCount * 1_048_576);
    const ids: number[] = [];
    for await (const batch of large.spilled?.read() ?? []) {
      for (const change of batch) for (const row of change.after) ids.push(row[0] as number);
    }
    clearInterval(watch);
    expect(ids).toEqual(Array.from({ length: rowCount }, (_, i) => first + i));
    expect(rssMost - rssBefore).toBeLessThan(150 * 1_048_576);
    await large.spilled?.release();
    expect(fs.readdirSync(directory)).toEqual([]);
    await server.query('TRUNCATE t.a');
  });

  test('a slow consumer keeps memory bounded', async () => {
    const start = await startAt(address, { at: 'now' });
    const session = await server.connect();
    for (let i = 0; i < 60; i++) await session.query(`INSERT INTO t.a VALUES (${id()}, REPEAT('x', 1048576))`);
    await session.end();
    const last = await insert();
    const reader = newReader(address, start, { memoryBytes: 4 << 20 });
    const abort = new AbortController();
    let found = false;
    let ahead = 0;
    let taken = 0;
    for await (const batch of reader.transactions(abort.signal)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      taken += batch.reduce((sum, t) => sum + t.bytes, 0);
      ahead = Math.max(ahead, reader.status.bytesRead - taken);
      if (has(last)(batch)) {
        found = true;
        abort.abort();
      }
    }
    expect(found).toBe(true);
    expect(ahead).toBeLessThan(16 << 20);
    await server.query('TRUNCATE t.a');
  });

  test('LOG_AHEAD: a place behind the end of the log is refused, not waited for', async () => {
    const now = await startAt(address, { at: 'now' });
    const byFile = newReader(address, { file: now.file, offset: now.offset + 1000, gtid: '' });
    await expect(read(byFile, () => false)).rejects.toMatchObject({ code: 'LOG_AHEAD' });
    const set = kind.startsWith('mysql') ? `${now.gtid.slice(0, 36)}:1-999999` : now.gtid.replace(/\d+$/, '999999');
    const byGtid = newReader(address, { ...now, gtid: set });
    await expect(read(byGtid, () => false)).rejects.toMatchObject({ code: 'LOG_AHEAD' });
  });

  test('LOG_PURGED: by file and by GTID', async () => {
    const early = await startAt(address, { at: 'earliest' });
    const one = await startAt(address, { at: 'now' });
    await insert();
    await server.query('FLUSH BINARY LOGS');
    await insert();
    await server.query('FLUSH BINARY LOGS');
    await insert();
    const [last] = (await server.query('SHOW BINARY LOGS')).slice(-1);
    // MariaDB keeps logs a crash recovery may need until their checkpoint has been written.
    await waitFor(async () => {
      await server.query(`PURGE BINARY LOGS TO '${String(last?.['Log_name'])}'`);
      return (await server.query('SHOW BINARY LOGS')).length === 1;
    });
    await expect(read(newReader(address, { ...early, gtid: '' }), () => false)).rejects.toMatchObject({
      code: 'LOG_PURGED',
    });
    await expect(read(newReader(address, one), () => false)).rejects.toMatchObject({ code: 'LOG_PURGED' });
    expect((await startAt(address, { at: 'earliest' })).gtid).not.toBe('');
    await expect(startAt(address, { at: 'time', ms: Date.now() - 3_600_000 })).rejects.toMatchObject({
      code: 'LOG_PURGED',
    });
    const from = await startAt(address, { at: 'earliest' });
    const wanted = await insert();
    expect((await allIds(await read(newReader(address, from), has(wanted)))).at(-1)).toBe(wanted);
  });

  test('another replica with our server id makes us draw a new one', async () => {
    const start = await startAt(address, { at: 'now' });
    const log: string[] = [];
    const note = (facts: object, message: string): void => void log.push(`${message} ${JSON.stringify(facts)}`);
    const recorder: Log = { debug: note, info: note, warn: note, error: note };
    const clash = kind.startsWith('mysql') ? {} : { serverId: 424_242 };
    const reader = newReader(address, start, { ...clash, log: recorder });
    const abort = new AbortController();
    const ids: number[] = [];
    const reading = (async (): Promise<void> => {
      for await (const batch of reader.transactions(abort.signal)) ids.push(...(await allIds(batch)));
    })();
    await waitFor(() => reader.status.drained);
    if (clash.serverId !== undefined) {
      const rival = new AbortController();
      const rivalReader = newReader(address, start, { ...clash, reconnect: false });
      const rivalling = (async (): Promise<void> => {
        for await (const batch of rivalReader.transactions(rival.signal)) void batch;
      })();
      await waitFor(() => reader.status.reconnects > 0, { what: log.join('\n') });
      rival.abort();
      await rivalling;
    }
    const wanted = await insert();
    await waitFor(() => ids.includes(wanted));
    expect(ids).toEqual([wanted]);
    abort.abort();
    await reading;
    // Our dump threads are gone at once, not at the next heartbeat.
    await waitFor(async () => {
      const threads = await server.query('SHOW PROCESSLIST');
      return !threads.some((row) => String(row['Command']).startsWith('Binlog Dump'));
    });
  });

  test('a half-open link is noticed by its silence', async () => {
    const proxy = await startFaultProxy({ to: { host: server.host, port: server.port } });
    try {
      const through = { ...address, port: proxy.port, connectTimeoutMs: 1000 };
      const start = await startAt(address, { at: 'now' });
      const reader = newReader(through, start, { heartbeatMs: 200 });
      const abort = new AbortController();
      const ids: number[] = [];
      const reading = (async (): Promise<void> => {
        for await (const batch of reader.transactions(abort.signal)) ids.push(...(await allIds(batch)));
      })();
      await waitFor(() => reader.status.drained);
      proxy.halfOpen();
      const wanted = await insert();
      await waitFor(() => reader.status.lastError?.code === 'SOURCE_UNREACHABLE');
      await proxy.heal();
      await waitFor(() => ids.includes(wanted));
      abort.abort();
      await reading;
    } finally {
      await proxy.stop();
    }
  });
});

describe.each(kinds.map((kind) => [kind] as const))('connections to %s', (kind) => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ kind, tls: true });
    const plugin = kind === 'mysql-9.7' ? ' WITH caching_sha2_password' : '';
    await server.query(`CREATE USER u@'%' IDENTIFIED${plugin} BY 'geheim'`);
    await server.query("GRANT ALL ON *.* TO u@'%'");
    await server.query(`CREATE USER poor@'%' IDENTIFIED${plugin} BY 'geheim'`);
    await server.query('CREATE DATABASE t');
    await server.query('CREATE TABLE t.a (id INT PRIMARY KEY, v LONGTEXT)');
  });
  afterAll(() => server.stop());

  const login = (more: Partial<ServerAddress> = {}): ServerAddress => ({
    ...server.address,
    user: 'u',
    password: 'geheim',
    ...more,
  });

  test.each([
    ['plain TCP', {}],
    ['TLS', { tls: 'on' }],
    ['TLS, verified authority', { tls: 'verify-ca', ca: true }],
    ['TLS, verified name', { tls: 'verify-full', ca: true }],
    ['unix socket', { socket: true }],
  ] as [string, { tls?: ServerAddress['tls']; ca?: boolean; socket?: boolean }][])('%s', async (_name, how) => {
    const address = login(how.tls ? { tls: how.tls } : {});
    if (how.ca) address.tlsCa = server.tlsCa as string;
    if (how.socket) Object.assign(address, { socketPath: server.socketPath, host: 'nowhere.invalid' });
    const start = await startAt(address, { at: 'now' });
    const [row] = await server.query('SELECT COUNT(*) + 1 AS n FROM t.a');
    const n = Number(row?.['n']);
    await server.query(`INSERT INTO t.a VALUES (${n}, REPEAT('y', 3000000))`);
    const all = await read(newReader(address, start), has(n));
    expect(await allIds(all)).toEqual([n]);
  });

  test('refusals have their codes', async () => {
    const code = (address: ServerAddress): Promise<unknown> =>
      openConnection(address).then(
        () => 'open',
        (error: { code: string }) => error.code,
      );
    expect(await code(login({ password: 'falsch' }))).toBe('ACCESS_DENIED');
    expect(await code(login({ port: 1 }))).toBe('SOURCE_UNREACHABLE');
    expect(await code(login({ host: 'nowhere.invalid' }))).toBe('SOURCE_UNREACHABLE');
    expect(await code(login({ tls: 'verify-ca' }))).toBe('USAGE');
    expect(await code(login({ tls: 'verify-full', tlsCa: server.tlsCa as string, host: '127.1' }))).toBe('USAGE');
    expect(await code(login({ socketPath: '/nowhere.sock' }))).toBe('SOURCE_UNREACHABLE');
    await expect(startAt(login({ user: 'poor' }), { at: 'now' })).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    const start = await startAt(login(), { at: 'now' });
    await expect(read(newReader(login({ user: 'poor' }), start), () => false)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    });
  });
});

describe.runIf(kinds.includes('mysql-9.7'))('tagged GTIDs', () => {
  test('are dumped from and followed', async () => {
    const server = await startServer({ kind: 'mysql-9.7' });
    try {
      await server.query('CREATE DATABASE t');
      await server.query('CREATE TABLE t.a (id INT PRIMARY KEY)');
      await server.query("SET gtid_next = 'AUTOMATIC:blue'");
      await server.query('INSERT INTO t.a VALUES (1)');
      const start = await startAt(server.address, { at: 'now' });
      expect(start.gtid).toContain(':blue:1');
      await server.query('INSERT INTO t.a VALUES (2)');
      await server.query("SET gtid_next = 'AUTOMATIC'");
      await server.query('SET SESSION binlog_transaction_compression = ON');
      await server.query('INSERT INTO t.a VALUES (3)');
      const reader = newReader(server.address, start);
      expect(await allIds(await read(reader, has(3)))).toEqual([2, 3]);
      const now = await startAt(server.address, { at: 'now' });
      expect(MysqlGtidSet.parse(reader.position.gtid).toString()).toBe(MysqlGtidSet.parse(now.gtid).toString());
      expect(reader.position).toEqual(now);
    } finally {
      await server.stop();
    }
  });
});
