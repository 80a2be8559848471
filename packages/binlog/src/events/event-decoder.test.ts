import { crc32 } from 'node:zlib';
import type { RowsChange, TableSchema } from '@otter/core';
import { describe, expect, it } from 'vitest';
import { corpus, decoderFor, logEvents, must, readFacts, readLog } from './corpus.fixture.ts';
import { EventDecoder } from './event-decoder.ts';
import { EVENT } from './event-type.ts';
import type { LogEvent } from './log-event.ts';

const decoder = (options: { checksum?: boolean } = {}): EventDecoder =>
  new EventDecoder({
    flavor: 'mysql',
    collations: new Map(),
    describe: () => undefined,
    wants: () => true,
    ...options,
  });

/** An event with its header; `checksum` appends the CRC32. */
function event(type: number, body: Buffer, { flags = 0, nextOffset = 0, checksum = false } = {}): Buffer {
  const header = Buffer.alloc(19);
  header.writeUInt8(type, 4);
  header.writeUInt32LE(19 + body.length + (checksum ? 4 : 0), 9);
  header.writeUInt32LE(nextOffset, 13);
  header.writeUInt16LE(flags, 17);
  const bytes = Buffer.concat([header, body]);
  return checksum ? Buffer.concat([bytes, crcOf(bytes)]) : bytes;
}

function crcOf(bytes: Buffer): Buffer {
  const crc = Buffer.alloc(4);
  crc.writeUInt32LE(crc32(bytes));
  return crc;
}

function rotate(file: string, checksum: boolean): Buffer {
  const offset = Buffer.alloc(8);
  offset.writeUInt32LE(4);
  return event(EVENT.ROTATE, Buffer.concat([offset, Buffer.from(file)]), { flags: 0x20, checksum });
}

function format(checksum: boolean, flags = 0): Buffer {
  const body = Buffer.alloc(2 + 50 + 4 + 1 + 42 + 1);
  body.writeUInt16LE(4);
  body.write('9.9.9', 2);
  body.writeUInt8(19, 56);
  body.writeUInt8(13, 57 + EVENT.QUERY - 1);
  body.writeUInt8(8, 57 + EVENT.TABLE_MAP - 1);
  for (const type of [EVENT.WRITE_ROWS, EVENT.UPDATE_ROWS, EVENT.DELETE_ROWS]) body.writeUInt8(10, 57 + type - 1);
  body.writeUInt8(checksum ? 1 : 0, body.length - 1);
  const bytes = event(EVENT.FORMAT_DESCRIPTION, Buffer.concat([body, Buffer.alloc(4)]));
  const whole = bytes.subarray(0, -4);
  const result = Buffer.concat([whole, crcOf(whole)]);
  result.writeUInt16LE(flags, 17);
  return result;
}

function find(name: string): string {
  return must([...corpus()].find((fixture) => fixture.name === name)).path;
}

function rowsOf(path: string, options: Partial<{ describe: boolean }> = {}): RowsChange[] {
  const events = logEvents(decoderFor(path, readFacts(path), options.describe), readLog(path));
  return [...events].flatMap((each) => (each.type === 'rows' ? [each.change] : []));
}

describe('checksums', () => {
  it('are found out in front of FORMAT_DESCRIPTION', () => {
    for (const checksum of [true, false]) {
      expect(decoder().decode(rotate('bin.000001', checksum))).toMatchObject({
        type: 'rotate',
        file: 'bin.000001',
        offset: 4,
      });
      expect(decoder({ checksum }).decode(rotate('bin.000001', checksum))).toMatchObject({ file: 'bin.000001' });
    }
  });

  it('follow FORMAT_DESCRIPTION, whose own does not cover the in-use flag', () => {
    const on = decoder();
    expect(on.decode(format(true, 1))).toMatchObject({ type: 'format', serverVersion: '9.9.9' });
    expect(on.decode(rotate('x.1', true))).toMatchObject({ file: 'x.1' });
    expect(() => on.decode(rotate('x.1', false))).toThrow(/checksum/);
    const off = decoder();
    off.decode(format(false));
    expect(off.decode(rotate('x.1', false))).toMatchObject({ file: 'x.1' });
  });

  it('catch every flipped bit of real events', () => {
    const path = find('mysql97/image-full');
    const log = readLog(path);
    const start = 4 + log.readUInt32LE(4 + 9);
    const reader = decoderFor(path, readFacts(path));
    reader.decode(log.subarray(4, start));
    const size = log.readUInt32LE(start + 9);
    for (let bit = 0; bit < size * 8; bit += 1) {
      const copy = Buffer.from(log.subarray(start, start + size));
      copy[bit >> 3] = must(copy[bit >> 3]) ^ (1 << (bit & 7));
      expect(() => reader.decode(copy)).toThrow(expect.objectContaining({ code: 'LOG_CORRUPT' }));
    }
  });
});

describe('events without rows', () => {
  const ready = (): EventDecoder => {
    const reader = decoder();
    reader.decode(format(false));
    return reader;
  };

  it('unknown ones stop the reader unless marked as ignorable', () => {
    expect(() => ready().decode(event(99, Buffer.alloc(9)))).toThrow(
      expect.objectContaining({ code: 'EVENT_UNKNOWN' }),
    );
    expect(ready().decode(event(99, Buffer.alloc(9), { flags: 0x80 }))).toMatchObject({ type: 'ignored' });
  });

  it('INCIDENT and encrypted logs are refused', () => {
    for (const type of [EVENT.INCIDENT, EVENT.MARIA_START_ENCRYPTION]) {
      expect(() => ready().decode(event(type, Buffer.alloc(9)))).toThrow(
        expect.objectContaining({ code: 'NOT_SUPPORTED' }),
      );
    }
  });

  it('heartbeats say where the server stands', () => {
    const old = event(EVENT.HEARTBEAT, Buffer.from('bin.000007'), { nextOffset: 1234 });
    expect(ready().decode(old)).toMatchObject({ type: 'heartbeat', file: 'bin.000007', offset: 1234 });
    const offset = Buffer.from([2, 9, 254, 0, 0, 0, 0, 2, 0, 0, 0]);
    const body = Buffer.concat([Buffer.from([1, 5]), Buffer.from('bin.7'), offset, Buffer.from([0])]);
    expect(ready().decode(event(EVENT.HEARTBEAT_V2, body))).toMatchObject({ file: 'bin.7', offset: 2 ** 33 });
  });

  it('an unknown status variable only ends the status variables', () => {
    const sqlMode = Buffer.from([1, 4, 0, 0, 0, 0, 0, 0, 0]);
    const status = Buffer.concat([sqlMode, Buffer.from([200, 1, 2, 3])]);
    const fixed = Buffer.alloc(13);
    fixed.writeUInt8(1, 8);
    fixed.writeUInt16LE(status.length, 11);
    const body = Buffer.concat([fixed, status, Buffer.from('s\0BEGIN')]);
    expect(ready().decode(event(EVENT.QUERY, body))).toMatchObject({ schema: 's', sql: 'BEGIN', sqlMode: 4n });
  });

  it('a dummy rows event ends its statement', () => {
    const dummy = Buffer.from([0xff, 0xff, 0xff, 0, 0, 0, 1, 0, 2, 0, 1, 0xff]);
    expect(ready().decode(event(EVENT.WRITE_ROWS, dummy))).toMatchObject({ type: 'ignored' });
    const unknown = Buffer.from([7, 0, 0, 0, 0, 0, 1, 0, 2, 0, 1, 0xff]);
    expect(() => ready().decode(event(EVENT.WRITE_ROWS, unknown))).toThrow(/table id 7/);
  });
});

describe('tables', () => {
  it('hands out one LogTable for equal maps', () => {
    const changes = rowsOf(find('mysql97/image-full'));
    expect(changes.length).toBeGreaterThan(3);
    expect(new Set(changes.map(({ table }) => table)).size).toBe(1);
    expect(must(changes[0]).table.primaryKey).toEqual([0]);
  });

  it('counts the rows of a table that is not wanted', () => {
    for (const name of [
      'mysql97/image-full',
      'mysql97/json-partial',
      'maria1011/compressed-events',
      'mysql56/strings',
    ]) {
      const path = find(name);
      const facts = readFacts(path);
      const reader = new EventDecoder({
        flavor: facts.flavor,
        collations: new Map(),
        describe: () => undefined,
        wants: () => false,
      });
      const counts = [...logEvents(reader, readLog(path))].flatMap((each) =>
        each.type === 'filtered' ? [each.rowCount] : [],
      );
      expect(counts).toEqual(rowsOf(path).map(({ rowCount }) => rowCount));
    }
  });

  it('refuses a log without names when no definition is known, and still counts', () => {
    for (const change of rowsOf(find('mysql56/ints'), { describe: false })) {
      expect(change.table.problem?.code).toBe('SCHEMA_MISMATCH');
      expect(change.before).toEqual([]);
      expect(change.after).toEqual([]);
      expect(change.rowCount).toBeGreaterThan(0);
    }
  });

  it('needs no definition with full metadata', () => {
    for (const name of ['mysql97/ints', 'mysql97/strings', 'maria1011/ints', 'mysql97/vector']) {
      const [own, helped] = [rowsOf(find(name), { describe: false }), rowsOf(find(name))];
      expect(own.map(({ before, after }) => [before, after])).toEqual(
        helped.map(({ before, after }) => [before, after]),
      );
    }
  });

  it('refuses a definition of another moment', () => {
    const path = find('mysql56/image-full');
    const facts = readFacts(path);
    const table = must(facts.tables['m']);
    const changed: [string, Partial<TableSchema['columns'][number]>][] = [
      ['a', { length: 8 }],
      ['a', { kind: 'text' }],
      ['b', { length: 90 }],
      ['b', { kind: 'int', length: 4 }],
      ['c', { length: 255 }],
      ['e', { scale: 1 }],
      ['e', { precision: 6 }],
    ];
    for (const [name, change] of changed) {
      const columns = table.columns.map((column) => (column.name === name ? { ...column, ...change } : column));
      expectMismatch(path, { ...table, columns });
    }
    expectMismatch(path, { ...table, columns: table.columns.slice(1) });
  });

  it('refuses what may be a UUID or BINARY(16) when nobody tells', () => {
    for (const change of rowsOf(find('maria1011/uuid'), { describe: false }))
      expect(change.table.problem).not.toBeNull();
  });
});

function expectMismatch(path: string, schema: TableSchema): void {
  const facts = readFacts(path);
  for (const event of logEvents(decoderFor(path, { ...facts, tables: { m: schema } }), readLog(path))) {
    if (event.type === 'rows') expect(event.change.table.problem?.code).toBe('SCHEMA_MISMATCH');
  }
}

describe('transactions', () => {
  const payloads = (path: string): Iterable<LogEvent>[] => {
    const log = readLog(path);
    const reader = decoderFor(path, readFacts(path));
    const found: Iterable<LogEvent>[] = [];
    for (let at = 4; at < log.length; at += log.readUInt32LE(at + 9)) {
      const decoded = reader.decode(log.subarray(at, at + log.readUInt32LE(at + 9)));
      if (decoded.type === 'payload') found.push(decoded.events);
    }
    return found;
  };

  it('compressed ones can be read as often as needed', () => {
    const all = payloads(find('mysql97/payload'));
    expect(all.length).toBeGreaterThan(10);
    for (const events of all) {
      const types = [...events].map(({ type }) => type);
      expect(types).toContain('rows');
      expect([...events].map(({ type }) => type)).toEqual(types);
    }
  });

  it('XA ones are named alike by PREPARE and COMMIT', () => {
    for (const server of ['mysql97', 'maria105', 'maria1011', 'maria118']) {
      const path = find(`${server}/xa`);
      const events = [...logEvents(decoderFor(path, readFacts(path)), readLog(path))];
      const prepared = events.flatMap((each) => (each.type === 'xa-prepare' && !each.onePhase ? [each.xid] : []));
      const decided = events.flatMap((each) =>
        each.type === 'query' ? [/^XA (?:COMMIT|ROLLBACK) (.*)$/.exec(each.sql)?.[1]] : [],
      );
      expect(prepared).toEqual(["X'6f6e65',X'',1", "X'74776f',X'627227616e6368',77"]);
      expect(decided.filter((xid) => xid !== undefined && !xid.endsWith('ONE PHASE'))).toEqual(prepared);
    }
  });
});

describe('partial JSON without the document before', () => {
  it('comes as the list of its steps', () => {
    const diffs = rowsOf(find('mysql97/json-partial-minimal')).flatMap(({ after }) =>
      after.flatMap((row) => row.filter(Array.isArray)),
    );
    expect(diffs.slice(0, 6)).toEqual([
      [{ operation: 'replace', path: '$.a', value: '22' }],
      [{ operation: 'replace', path: '$.a', value: '22' }],
      [{ operation: 'replace', path: '$.b[1]', value: '"two"' }],
      [{ operation: 'replace', path: '$[1]', value: '1.5' }],
      [{ operation: 'remove', path: '$.b[0]' }],
      [{ operation: 'remove', path: '$.b[0]' }],
    ]);
  });
});

describe('TRANSACTION_PAYLOAD', () => {
  /** `{ field | length | value } | 0 | payload`. */
  function payload(compression: number, events: Buffer): Buffer {
    const size = Buffer.from([252, events.length & 255, events.length >> 8]);
    const fields = [
      Buffer.from([2, compression < 251 ? 1 : 3, ...(compression < 251 ? [compression] : [252, compression, 0])]),
      Buffer.from([3, 3]),
      size,
      Buffer.from([1, 3]),
      size,
    ];
    return event(EVENT.TRANSACTION_PAYLOAD, Buffer.concat([...fields, Buffer.from([0]), events]));
  }
  const ready = (): EventDecoder => {
    const reader = decoder();
    reader.decode(format(false));
    return reader;
  };
  const inner = Buffer.concat([event(EVENT.XID, Buffer.alloc(8)), event(EVENT.XID, Buffer.alloc(300))]);

  it('may hold plain events', () => {
    const decoded = ready().decode(payload(255, inner));
    expect(decoded.type === 'payload' && [...decoded.events].map(({ type }) => type)).toEqual(['commit', 'commit']);
  });

  it('must be whole', () => {
    const decoded = ready().decode(payload(255, inner.subarray(0, -1)));
    expect(() => decoded.type === 'payload' && [...decoded.events]).toThrow(
      expect.objectContaining({ code: 'LOG_CORRUPT' }),
    );
    const nested = ready().decode(payload(255, payload(255, inner)));
    expect(() => nested.type === 'payload' && [...nested.events]).toThrow(
      expect.objectContaining({ code: 'LOG_CORRUPT' }),
    );
    expect(() => ready().decode(payload(7, inner))).toThrow(expect.objectContaining({ code: 'EVENT_UNKNOWN' }));
  });
});
