import { gtidText, isJsonDiff, type Column, type JsonDiff, type Row, type Value } from '@otter/core';
import { describe, expect, it } from 'vitest';
import { corpus, decoderFor, logEvents, must, readFacts, readListing, readLog } from './corpus.fixture.ts';

// Another decoder over the same logs: the pseudo-SQL of mysqlbinlog -vv and mariadb-binlog -vv, every value of every
// row image in order. Its known limits: it does not know signs, pads nothing, prints YEAR 0 as 1900, FLOAT with six
// digits, TIMESTAMP as seconds, compressed columns as stored, and gives up on GEOMETRY.

interface Image {
  table: string;
  side: 'before' | 'after';
  /** Printed values by ordinal, bytes as Latin-1. */
  cells: Map<number, string>;
}

const NULL_OR_VALUE = /^###   @(\d+)=(.*?)(?: \/\* .* \*\/)?$/s;

/** The row images of a listing; `null` from the first one on that the tool gave up on. */
function readImages(listing: string): Image[] {
  const images: Image[] = [];
  let table = '';
  for (const line of listing.split('\n')) {
    const statement = /^### (?:INSERT INTO|UPDATE|DELETE FROM) (.*)$/.exec(line);
    if (statement) table = must(statement[1]).replace(/`/g, '');
    else if (line === '### WHERE' || line === '### SET') {
      images.push({ table, side: line === '### SET' ? 'after' : 'before', cells: new Map() });
    } else {
      const cell = NULL_OR_VALUE.exec(line);
      if (cell) images.at(-1)?.cells.set(Number(cell[1]), must(cell[2]).trimEnd());
    }
  }
  return images;
}

interface OurImage {
  columns: Column[];
  row: Row;
  before: Row | null;
}

function* ourImages(path: string): Generator<OurImage> {
  const facts = readFacts(path);
  for (const event of logEvents(decoderFor(path, facts), readLog(path))) {
    if (event.type !== 'rows') continue;
    const { table, kind, before, after } = event.change;
    const { columns } = table;
    for (let i = 0; i < event.change.rowCount; i += 1) {
      const [old, row] = [before[i] ?? null, after[i] ?? null];
      if (kind !== 'insert' && old) yield { columns, row: old, before: null };
      if (kind !== 'delete' && row) yield { columns, row, before: old };
    }
  }
}

function unquoted(text: string): string {
  return text
    .slice(1, -1)
    .replace(/\\(?:x([0-9a-f]{2})|(.))/gs, (_, hex: string | undefined, c: string) =>
      hex === undefined
        ? ({ n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', 0: '\0' }[c] ?? c)
        : String.fromCharCode(Number.parseInt(hex, 16)),
    );
}

const latin1 = (value: Value): string =>
  (Buffer.isBuffer(value) ? value : Buffer.from(String(value))).toString('latin1');

/** Whether a printed value can be ours; `null` where the tool's format says nothing. */
function agrees(column: Column, value: Value, text: string): boolean | null {
  if (text === 'NULL') return value === null;
  switch (column.kind) {
    case 'int':
      return text.split(/[ ()]+/).includes(String(value));
    case 'year':
      return Number(text) === (value === 0 ? 1900 : value);
    case 'enum':
      return text === String(value);
    case 'bit':
      return BigInt(`0b${text.slice(2, -1)}`) === BigInt(value as number | bigint);
    case 'set':
      // Printed byte by byte, the lowest byte first.
      return (
        BigInt(`0b${(text.slice(2, -1).match(/.{8}/g) ?? []).reverse().join('')}`) === BigInt(value as number | bigint)
      );
    case 'decimal':
      return text === value;
    case 'float':
      return Math.fround(value as number) === value && Number(text) === Number(value.toPrecision(6));
    case 'double':
      return Number(text) === value;
    case 'date':
      return text === `'${String(value).replaceAll('-', ':')}'`;
    case 'time':
    case 'datetime':
      return text === `'${String(value)}'` || text === String(value);
    case 'timestamp':
      return text === secondsText(String(value));
    case 'text':
      // mariadb-binlog does not escape backslashes.
      return (
        unquoted(text) === latin1(value) ||
        unquoted(text.replaceAll('\\', '\\\\').replaceAll('\\\\x', '\\x')) === latin1(value)
      );
    case 'binary':
      return unquoted(text) === latin1(value).replace(/\0+$/, '') || unquoted(text) === latin1(value);
    case 'json':
      return unquoted(text) === latin1(value);
    case 'vector':
    case 'geometry':
    case 'uuid':
    case 'inet4':
    case 'inet6':
      return null;
  }
}

function secondsText(value: string): string {
  const fraction = value.slice(19);
  return value.startsWith('0000')
    ? `0${fraction}`
    : `${Date.parse(`${value.slice(0, 19).replace(' ', 'T')}Z`) / 1000}${fraction}`;
}

/** `JSON_REPLACE(@2, '$.a', 22)`: how the tool prints a diff. */
function diffText(column: number, diffs: JsonDiff[]): string {
  const names = { replace: 'JSON_REPLACE', insert: 'JSON_INSERT', remove: 'JSON_REMOVE' };
  return diffs
    .map(
      ({ operation, path, value }) =>
        `${names[operation]}(@${column}, '${path}'${value === undefined ? '' : `, ${value.replace(/^"(.*)"$/, "'$1'")}`})`,
    )
    .join();
}

/** The tools stop inside of rows with GEOMETRY or old temporal types, and print compressed columns as stored. */
const UNREADABLE = /geometry|old-temporal|compressed-columns|mysql56\/statements/;

describe('mysqlbinlog reads the same', () => {
  const fixtures = [...corpus()].filter(({ name, path }) => readListing(path) !== null && !UNREADABLE.test(name));
  it('has listings', () => expect(fixtures.length).toBeGreaterThan(120));

  it.each(fixtures)('$name', ({ path }) => {
    const theirs = readImages(readListing(path) ?? '');
    let at = 0;
    let compared = 0;
    for (const { columns, row, before } of ourImages(path)) {
      const image = theirs[at];
      at += 1;
      if (image === undefined) break;
      columns.forEach((column, i) => {
        const text = image.cells.get(i + 1);
        const value = row[i];
        if (text === undefined || text.startsWith('!!')) return;
        const where = `${image.table} ${image.side} ${column.name} in image ${at}: ${text}`;
        if (value !== undefined && isJsonDiff(value)) {
          if (value.length === 1) expect(text, where).toBe(diffText(i + 1, value));
          return;
        }
        // A document the log changes in part: the rows at the end are compared with SELECT instead.
        if (column.kind === 'json' && before && /^(JSON_|@)/.test(text)) return;
        const agreed = agrees(column, value, text);
        if (agreed !== null) {
          compared += 1;
          expect(agreed, `${where}, ours ${String(value)}`).toBe(true);
        }
      });
    }
    expect(compared, 'values compared').toBeGreaterThan(0);
  });
});

/** `last_committed` and such of MySQL's listings, `GTID 0-1-2` of MariaDB's. */
function listedGtids(listing: string): { gtid: string; last?: string; sequence?: string; micros?: string }[] {
  const gtids: { gtid: string; last?: string; sequence?: string; micros?: string }[] = [];
  let clock: { last?: string; sequence?: string; micros?: string } = {};
  for (const line of listing.split('\n')) {
    const logical = /last_committed=(\d+)\tsequence_number=(\d+)/.exec(line);
    if (logical) clock = { last: must(logical[1]), sequence: must(logical[2]) };
    const micros = /original_commit_timestamp=(\d+)/.exec(line)?.[1];
    if (micros) clock.micros = micros;
    const mysql = /^SET @@SESSION\.GTID_NEXT= '([0-9a-f-]{36}:[^']+)'/.exec(line)?.[1];
    if (mysql) gtids.push({ gtid: mysql, ...clock });
    const maria = /\tGTID (\d+-\d+-\d+)/.exec(line)?.[1];
    if (maria) gtids.push({ gtid: maria });
  }
  return gtids;
}

describe('mysqlbinlog reads the same GTIDs', () => {
  const fixtures = [...corpus()].filter(({ path }) => readListing(path) !== null);

  it.each(fixtures)('$name', ({ path }) => {
    const listed = listedGtids(readListing(path) ?? '');
    const ours = [...logEvents(decoderFor(path, readFacts(path)), readLog(path))].filter(
      (event) => event.type === 'gtid',
    );
    expect(listed.length).toBeGreaterThan(0);
    expect(ours.map(({ gtid }) => (gtid === null ? '' : gtidText(gtid)))).toEqual(listed.map(({ gtid }) => gtid));
    listed.forEach(({ last, sequence, micros }, i) => {
      const { lastCommitted, sequenceNumber, committedAtMs } = must(ours[i]);
      if (last !== undefined) expect([lastCommitted, sequenceNumber]).toEqual([Number(last), Number(sequence)]);
      if (micros !== undefined && micros !== '0') expect(committedAtMs).toBe(Math.floor(Number(micros) / 1000));
    });
  });
});
