import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Gtid, GtidFlavor, LogTable, PreparedXa, RowsChange, Transaction } from '@otter/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventHeader, LogEvent } from '../events/log-event.ts';
import { PreparedTransactions } from './prepared-transactions.ts';
import type { EventSource } from './spilled-transaction.ts';
import { TransactionAssembler, type AlreadyApplied } from './transaction-assembler.ts';

const HEADER = 19;
const TABLE: LogTable = { schema: 's', table: 't', columns: [], primaryKey: null, problem: null };
const UUID = '3e11fa47-71ca-11e1-9e33-c80aa9429562';

type Body<T> = T extends unknown ? Omit<T, 'header'> : never;

/** Events whose bytes hold their own meaning as JSON, so that a spilled one can be read again. */
class ScriptDecoder implements EventSource {
  decode(raw: Buffer): LogEvent {
    const body = JSON.parse(raw.toString('utf8', HEADER + 8)) as Record<string, unknown>;
    const header = headerOf(raw);
    if (body['type'] !== 'payload') return { ...body, header } as LogEvent;
    const inner = (body['events'] as Body<LogEvent>[]).map((e) => this.decode(encode(e, 0, 0)));
    return { type: 'payload', header, events: inner };
  }
}

function headerOf(raw: Buffer): EventHeader {
  return {
    timestamp: raw.readUInt32LE(0),
    typeCode: raw.readUInt8(4),
    serverId: raw.readUInt32LE(5),
    eventSize: raw.readUInt32LE(9),
    nextOffset: raw.readUInt32LE(13),
    start: 0,
    flags: raw.readUInt16LE(17),
  };
}

function encode(body: Body<LogEvent>, nextOffset: number, flags: number, typeCode = 0): Buffer {
  const json = Buffer.from(JSON.stringify(body));
  const raw = Buffer.alloc(HEADER + 8 + json.length);
  raw.writeUInt32LE(1_700_000_000, 0);
  raw[4] = typeCode;
  raw.writeUInt32LE(9, 5);
  raw.writeUInt32LE(raw.length, 9);
  raw.writeUInt32LE(nextOffset === -1 ? 0 : nextOffset % 2 ** 32, 13);
  raw.writeUInt16LE(flags, 17);
  raw[HEADER + 6] = 1;
  json.copy(raw, HEADER + 8);
  return raw;
}

interface LogOptions {
  flavor?: GtidFlavor;
  spillBytes?: number;
  prepared?: PreparedTransactions;
  applied?: AlreadyApplied | null;
  start?: number;
}

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'otter-spill-'));
});
afterEach(() => {
  fs.rmSync(directory, { recursive: true });
});

/** Writes a log event by event through an assembler and collects what comes out. */
class Log {
  readonly out: Transaction[] = [];
  readonly assembler: TransactionAssembler;
  readonly #decoder = new ScriptDecoder();
  offset: number;

  constructor(options: LogOptions = {}) {
    this.assembler = new TransactionAssembler({
      flavor: options.flavor ?? 'mysql',
      coordinates: null,
      prepared: options.prepared ?? new PreparedTransactions([]),
      applied: options.applied ?? null,
      spillBytes: options.spillBytes ?? 1 << 20,
      spillDirectory: directory,
      newDecoder: () => new ScriptDecoder(),
    });
    this.offset = options.start ?? 4;
    this.#push(encode({ type: 'rotate', file: 'bin.000001', offset: this.offset }, 0, 0x20));
    this.#push(encode({ type: 'format', serverVersion: '9.7.4' }, 0, 0x20, 15));
  }

  #push(raw: Buffer): void {
    this.assembler.push(raw, this.#decoder.decode(raw), this.out);
  }

  add(body: Body<LogEvent>, typeCode = 0): this {
    const size = encode(body, 1, 0).length;
    this.offset += size;
    this.#push(encode(body, this.offset, 0, typeCode));
    return this;
  }

  gtid(sequence: number, more: Partial<Extract<LogEvent, { type: 'gtid' }>> = {}): this {
    return this.add({
      type: 'gtid',
      gtid: gtid(sequence),
      committedAtMs: null,
      standalone: false,
      undone: false,
      lastCommitted: 0,
      sequenceNumber: 0,
      xa: 'none',
      threadId: null,
      ...more,
    });
  }

  query(sql: string): this {
    return this.add({ type: 'query', schema: 's', sql, sqlMode: null, threadId: 7 });
  }

  rows(...ids: number[]): this {
    return this.add({ type: 'ignored' }, 19).add(rows(...ids));
  }

  commit(): this {
    return this.add({ type: 'commit' });
  }

  rotate(file: string): this {
    this.add({ type: 'rotate', file, offset: 4 });
    this.offset = 4;
    return this;
  }
}

function rows(...ids: number[]): Body<LogEvent> {
  const change: RowsChange = {
    kind: 'insert',
    table: TABLE,
    rowCount: ids.length,
    before: [],
    after: ids.map((i) => [i]),
  };
  return { type: 'rows', change };
}

function gtid(sequence: number): Gtid {
  return { domain: UUID, server: 0, sequence };
}

function nth(log: Log, index: number): Transaction {
  const transaction = log.out.at(index);
  if (!transaction) throw new Error(`only ${log.out.length} transactions came out`);
  return transaction;
}

function idsOf(changes: RowsChange[]): unknown[] {
  return changes.flatMap((c) => c.after.map((row) => row[0]));
}

async function allIds(transaction: Transaction): Promise<unknown[]> {
  if (!transaction.spilled) return idsOf(transaction.changes);
  const ids: unknown[] = [];
  for await (const batch of transaction.spilled.read()) ids.push(...idsOf(batch));
  return ids;
}

describe('groups', () => {
  test('MySQL: GTID, BEGIN, rows, XID', () => {
    const log = new Log().gtid(1, { committedAtMs: 1_700_000_000_123 }).query('BEGIN').rows(1, 2).rows(3).commit();
    expect(log.out).toHaveLength(1);
    expect(log.out[0]).toMatchObject({
      file: 'bin.000001',
      startOffset: 4,
      offset: log.offset,
      gtid: gtid(1),
      committedAtMs: 1_700_000_000_123,
      serverId: 9,
      bytes: log.offset - 4,
      statements: [],
      spilled: null,
    });
    expect(idsOf(nth(log, 0).changes)).toEqual([1, 2, 3]);
    expect(log.assembler.idle).toBe(true);
  });

  test('MySQL: DDL is a group of its own, with and without a GTID', () => {
    const log = new Log()
      .gtid(1)
      .query('CREATE TABLE a(i int)')
      .query('DROP TABLE a')
      .query('BEGIN')
      .rows(1)
      .query('COMMIT');
    expect(log.out.map((t) => t.statements.map((s) => s.sql))).toEqual([
      ['CREATE TABLE a(i int)'],
      ['DROP TABLE a'],
      [],
    ]);
    expect(log.out.map((t) => t.gtid?.sequence)).toEqual([1, undefined, undefined]);
    expect(log.out[0]?.committedAtMs).toBe(1_700_000_000_000);
  });

  test('MariaDB: an ALTER that has only begun, or was rolled back, changes nothing', () => {
    const log = new Log({ flavor: 'mariadb' })
      .gtid(1, { standalone: true, undone: true })
      .query('ALTER TABLE t ADD n INT')
      .gtid(2, { standalone: true })
      .query('ALTER TABLE t ADD n INT');
    expect(log.out.map(({ statements }) => statements.length)).toEqual([0, 1]);
  });

  test('MariaDB: the GTID begins the group; standalone ends with its statement', () => {
    const log = new Log({ flavor: 'mariadb' })
      .gtid(1, { standalone: true })
      .query('CREATE TABLE a(i int)')
      .gtid(2)
      .query('CREATE TABLE b(i int)')
      .rows(1)
      .query('# Dum')
      .commit();
    expect(log.out.map((t) => [t.statements.length, idsOf(t.changes)])).toEqual([
      [1, []],
      [1, [1]],
    ]);
  });

  test('filtered rows are counted', () => {
    const log = new Log().gtid(1).query('BEGIN').add({ type: 'filtered', rowCount: 7 }).commit();
    expect(log.out[0]).toMatchObject({ filteredRows: 7, changes: [] });
  });

  test('ROLLBACK ends the group without rows and still moves the position', () => {
    const log = new Log().gtid(1).query('BEGIN').rows(1).query('ROLLBACK');
    expect(log.out[0]).toMatchObject({ changes: [], offset: log.offset, gtid: gtid(1) });
  });

  test('rows since a savepoint are dropped, again and again', () => {
    const log = new Log().gtid(1).query('BEGIN').rows(1).query('SAVEPOINT `A b`').rows(2);
    log.query('ROLLBACK TO `a B`').rows(3).query('rollback work to savepoint `A b`').rows(4).query('SAVEPOINT x');
    log.rows(5).query('RELEASE SAVEPOINT x').commit();
    expect(idsOf(nth(log, 0).changes)).toEqual([1, 4, 5]);
    expect(() => new Log().gtid(1).query('BEGIN').query('ROLLBACK TO x')).toThrow(/was not set/);
  });

  test('a payload is its events', () => {
    const query: Body<LogEvent> = { type: 'query', schema: '', sql: 'BEGIN', sqlMode: null, threadId: 7 };
    const payload = { type: 'payload', events: [query, rows(1, 2), rows(3), { type: 'commit' }] };
    const log = new Log().gtid(1).add(payload as unknown as Body<LogEvent>);
    expect(idsOf(nth(log, 0).changes)).toEqual([1, 2, 3]);
    expect(log.out[0]?.offset).toBe(log.offset);
  });

  test('a log read from within a group is refused', () => {
    expect(() => new Log().rows(1)).toThrow(/within a transaction/);
    expect(() => new Log().commit()).toThrow(/within a transaction/);
    expect(() => new Log().query('COMMIT')).toThrow(/within a transaction/);
    expect(() => new Log().gtid(1).query('BEGIN').gtid(2)).toThrow(/before the one before/);
  });

  test('a group that the end of a file cuts off is left out: the server rolled it back', () => {
    const log = new Log().gtid(1).query('BEGIN').rows(1).rotate('bin.000002').gtid(2).query('BEGIN').rows(2).commit();
    expect(log.out.map((t) => [t.file, idsOf(t.changes)])).toEqual([
      ['bin.000002', []],
      ['bin.000002', [2]],
    ]);
  });

  test('a new file moves the position even when nothing is written', () => {
    const log = new Log().gtid(1).query('BEGIN').commit().rotate('bin.000002');
    expect(log.out[1]).toMatchObject({ file: 'bin.000002', offset: 4, gtid: null, bytes: 0, changes: [] });
  });
});

test('offsets go on beyond 4 GiB', () => {
  const log = new Log({ start: 2 ** 32 - 100 }).gtid(1).query('BEGIN').rows(1).commit().gtid(2).query('BEGIN').commit();
  expect(log.out.map((t) => t.offset)).toEqual([log.out[1]?.startOffset, log.offset]);
  expect(log.offset).toBeGreaterThan(2 ** 32);
  expect(() => {
    log.offset = 2 ** 32 + 10;
    log.gtid(3);
  }).toThrow(/says it ends at/);
});

describe('XA', () => {
  const XID = "X'6f6e65',X'',1";
  const prepare = (log: Log, n: number, ...ids: number[]): Log =>
    log
      .gtid(n)
      .query(`XA START ${XID}`)
      .rows(...ids)
      .query(`XA END ${XID}`)
      .add({ type: 'xa-prepare', xid: XID, onePhase: false });

  test('rows come with the commit; until then the position names the prepared', () => {
    const log = prepare(new Log(), 1, 1, 2).gtid(2).query('BEGIN').rows(9).commit().gtid(3).query(`XA COMMIT ${XID}`);
    const [prepared, other, commit] = [nth(log, 0), nth(log, 1), nth(log, 2)];
    const expected: PreparedXa[] = [{ xid: XID, file: 'bin.000001', offset: 4, gtid: `${UUID}:1` }];
    expect(prepared).toMatchObject({ changes: [], prepared: expected, gtid: gtid(1) });
    expect(other.prepared).toBe(prepared.prepared);
    expect(commit).toMatchObject({ prepared: [], gtid: gtid(3), offset: log.offset });
    expect(idsOf(commit.changes)).toEqual([1, 2]);
  });

  test('XA ROLLBACK drops them, ONE PHASE commits at once', () => {
    const log = prepare(new Log(), 1, 1).gtid(2).query(`XA ROLLBACK ${XID}`);
    log
      .gtid(3)
      .query(`XA START ${XID}`)
      .rows(3)
      .query(`XA END ${XID}`)
      .add({ type: 'xa-prepare', xid: XID, onePhase: true });
    expect(log.out.map((t) => [idsOf(t.changes), t.prepared.length])).toEqual([
      [[], 1],
      [[], 0],
      [[3], 0],
    ]);
  });

  test('an XA COMMIT whose rows were never seen stops the reader', () => {
    expect(() => new Log().gtid(1).query(`XA COMMIT ${XID}`)).toThrow(/start from before its XA PREPARE/);
    expect(new Log().gtid(1).query(`XA ROLLBACK ${XID}`).out).toHaveLength(1);
  });

  test('resumed by GTID: the prepared group comes again and is not handed out', () => {
    const list = [{ xid: XID, file: 'bin.000001', offset: 4, gtid: `${UUID}:1` }];
    const log = new Log({
      prepared: new PreparedTransactions(list),
      applied: { by: 'gtid', gtids: new Set([`${UUID}:1`]) },
    });
    prepare(log, 1, 1, 2);
    expect(log.out).toEqual([]);
    expect(log.assembler.caughtUpWithStart).toBe(true);
    log.gtid(7).query('BEGIN').rows(9).commit().gtid(8).query(`XA COMMIT ${XID}`);
    expect(log.out.map((t) => [idsOf(t.changes), t.prepared])).toEqual([
      [[9], list],
      [[1, 2], []],
    ]);
  });

  test('resumed by coordinates: everything up to the position is left out', () => {
    const first = prepare(new Log(), 1, 1, 2).gtid(2).query('BEGIN').rows(9).commit();
    const log = new Log({
      prepared: new PreparedTransactions([{ xid: XID, file: 'bin.000001', offset: 4, gtid: '' }]),
      applied: { by: 'coordinates', file: 'bin.000001', offset: first.offset },
    });
    prepare(log, 1, 1, 2).gtid(2).query('BEGIN').rows(9).commit().gtid(3).query(`XA COMMIT ${XID}`);
    expect(log.out.map((t) => idsOf(t.changes))).toEqual([[1, 2]]);
  });
});

describe('large transactions', () => {
  const many = (log: Log, from: number, count: number): Log => {
    for (let i = from; i < from + count; i++) log.rows(i);
    return log;
  };
  const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

  test('go to disk, can be read twice, and leave nothing behind', async () => {
    const log = many(new Log({ spillBytes: 5000 }).gtid(1).query('BEGIN'), 0, 500).commit();
    const transaction = nth(log, 0);
    expect(transaction.changes).toEqual([]);
    expect(await allIds(transaction)).toEqual(range(0, 500));
    expect(await allIds(transaction)).toEqual(range(0, 500));
    await transaction.spilled?.release();
    await transaction.spilled?.release();
    await expect(allIds(transaction)).rejects.toThrow(/after its release/);
    expect(fs.readdirSync(directory)).toEqual([]);
  });

  test('savepoints before, at and after the turn to disk', async () => {
    const log = many(new Log({ spillBytes: 5000 }).gtid(1).query('BEGIN'), 0, 5).query('SAVEPOINT a');
    many(log, 5, 100).query('SAVEPOINT b');
    many(log, 105, 10).query('ROLLBACK TO b');
    many(log, 200, 3).query('SAVEPOINT c');
    many(log, 300, 3).query('ROLLBACK TO c').commit();
    expect(await allIds(nth(log, 0))).toEqual([...range(0, 105), ...range(200, 3)]);

    const all = many(new Log({ spillBytes: 5000 }).gtid(1).query('BEGIN'), 0, 5).query('SAVEPOINT a');
    many(many(all, 5, 100).query('ROLLBACK TO a'), 400, 2).commit();
    expect(await allIds(nth(all, 0))).toEqual([...range(0, 5), 400, 401]);
  });

  test('rolled back: nothing is left', () => {
    const log = many(new Log({ spillBytes: 2000 }).gtid(1).query('BEGIN'), 0, 100).query('ROLLBACK');
    expect(log.out[0]).toMatchObject({ spilled: null, changes: [] });
  });

  test('a payload that unpacks to more than memory should hold is kept packed', async () => {
    const events: unknown[] = [{ type: 'query', schema: '', sql: 'BEGIN', sqlMode: null, threadId: 7 }];
    for (let i = 0; i < 300; i++) events.push(rows(i));
    events.push({ type: 'query', schema: '', sql: 'SAVEPOINT a', sqlMode: null }, rows(1000));
    events.push({ type: 'query', schema: '', sql: 'ROLLBACK TO a', sqlMode: null }, rows(2000), { type: 'commit' });
    const log = new Log({ spillBytes: 5000 }).gtid(1).add({ type: 'payload', events } as unknown as Body<LogEvent>);
    expect(await allIds(nth(log, 0))).toEqual([...range(0, 300), 2000]);
    expect(log.out).toHaveLength(1);
  });

  test('an XA transaction stays on disk until it is decided', async () => {
    const log = new Log({ spillBytes: 5000 }).gtid(1).query("XA START X'61',X'',1");
    many(log, 0, 200).query("XA END X'61',X'',1").add({ type: 'xa-prepare', xid: "X'61',X'',1", onePhase: false });
    log.gtid(2).query("XA COMMIT X'61',X'',1");
    expect(log.out[0]).toMatchObject({ changes: [], spilled: null });
    expect(await allIds(nth(log, 1))).toEqual(range(0, 200));
  });
});
