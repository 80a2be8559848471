import { isJsonDiff, type LogTable, type Row, type RowsChange, type Value } from '@otter/core';
import { describe, expect, it } from 'vitest';
import { corpus, decoderFor, logEvents, must, readFacts, readLog } from './corpus.fixture.ts';
import type { LogEvent } from './log-event.ts';

// Logs recorded from real servers by tests/corpus/record.mjs, with what the server says the tables hold at the end:
// a log applied to empty tables must give the same rows as SELECT.

/** What `hex(cast(… as char))` of catalogue.mjs says of a value; a string that says more than one where they may differ. */
function cell(table: LogTable, i: number, value: Value): string | null {
  if (value === null) return null;
  if (value === undefined) throw new Error(`${table.columns[i]?.name} is absent`);
  if (typeof value === 'number' && (table.columns[i]?.kind === 'float' || table.columns[i]?.kind === 'double')) {
    return `${Object.is(value, -0) ? '-0' : value}`;
  }
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value), 'utf8');
  return bytes.toString('hex').toUpperCase();
}

function truth(table: LogTable, i: number, hex: string | null): string | null {
  if (hex === null) return null;
  const kind = table.columns[i]?.kind;
  if (kind !== 'float' && kind !== 'double') return hex;
  const value = Number(Buffer.from(hex, 'hex').toString());
  return `${Object.is(value, -0) ? '-0' : value}`;
}

/** Tables in memory, changed as the log says. */
class Replica {
  readonly tables = new Map<string, { table: LogTable; rows: Row[] }>();

  /** Inserts since the last GTID, and those of each prepared XA transaction, so that XA ROLLBACK can undo them. */
  #inserts: Row[] = [];
  readonly #prepared = new Map<string, Row[]>();

  decide(event: LogEvent): void {
    if (event.type === 'gtid') this.#inserts = [];
    if (event.type === 'xa-prepare') this.#prepared.set(event.xid, this.#inserts);
    const xid = event.type === 'query' ? /^XA ROLLBACK (.*)$/.exec(event.sql)?.[1] : undefined;
    if (xid === undefined) return;
    const gone = this.#prepared.get(xid);
    if (gone === undefined) throw new Error(`unknown ${xid}`);
    for (const state of this.tables.values()) state.rows = state.rows.filter((row) => !gone.includes(row));
  }

  apply({ kind, table, before, after }: RowsChange): void {
    const state = this.tables.get(table.table) ?? { table, rows: [] };
    this.tables.set(table.table, state);
    const count = Math.max(before.length, after.length);
    for (let i = 0; i < count; i += 1) {
      if (kind === 'insert') {
        state.rows.push(must(after[i]));
        this.#inserts.push(must(after[i]));
        continue;
      }
      const at = state.rows.findIndex((row) => matches(row, must(before[i])));
      if (at < 0) throw new Error(`${kind} of ${table.table}: no such row: ${String(before[i])}`);
      if (kind === 'delete') state.rows.splice(at, 1);
      else state.rows[at] = merged(must(state.rows[at]), must(after[i]));
    }
  }
}

function matches(row: Row, before: Row): boolean {
  return before.every((value, i) => value === undefined || equal(row[i], value));
}

function equal(a: Value, b: Value): boolean {
  if (Buffer.isBuffer(a) && Buffer.isBuffer(b)) return a.equals(b);
  // A column absent in an INSERT with a MINIMAL image holds its default.
  return a === undefined || Object.is(a, b);
}

function merged(row: Row, after: Row): Row {
  return row.map((value, i) => (after[i] === undefined ? value : after[i]));
}

describe('logs of real servers', () => {
  const fixtures = [...corpus()];
  it('has logs of every server', () => {
    const servers = fixtures.map(({ name }) => name.slice(0, name.indexOf('/')));
    const logs = (server: string): number => servers.filter((each) => each === server).length;
    expect(new Set(servers)).toEqual(new Set(['maria105', 'maria1011', 'maria118', 'mysql56', 'mysql97']));
    expect(Math.min(...servers.map(logs))).toBeGreaterThanOrEqual(15);
    expect(fixtures.length).toBeGreaterThan(100);
  });

  for (const { name, path } of fixtures) {
    const facts = readFacts(path);
    it(`${name}: the rows are those the server has`, () => {
      const log = readLog(path);
      const replica = new Replica();
      const problems: string[] = [];
      for (const event of logEvents(decoderFor(path, facts), log)) {
        replica.decide(event);
        if (event.type !== 'rows') continue;
        if (event.change.table.problem) problems.push(event.change.table.problem.message);
        else replica.apply(event.change);
      }
      if (!name.endsWith('old-temporal') && !name.endsWith('statements')) expect(problems).toEqual([]);
      for (const [tableName, expected] of Object.entries(facts.rows)) {
        const state = replica.tables.get(tableName);
        if (problems.length > 0 && state === undefined) continue;
        if (expected.length === 0 && state === undefined) continue;
        const table = state?.table as LogTable;
        const minimal = name.includes('minimal') && !name.includes('metadata');
        const ours = (state?.rows ?? []).map((row) =>
          row.map((value, i) =>
            (minimal && value === undefined) || (value !== undefined && isJsonDiff(value))
              ? '*'
              : cell(table, i, value),
          ),
        );
        const theirs = expected.map((row) => row.map((hex, i) => truth(table, i, hex)));
        const order = (a: unknown[], b: unknown[]): number => (String(a[0]) < String(b[0]) ? -1 : 1);
        ours.sort(order);
        theirs.sort(order);
        if (minimal) theirs.forEach((row, r) => row.forEach((_, i) => ours[r]?.[i] === '*' && (row[i] = '*')));
        expect(ours, tableName).toEqual(theirs);
      }
    });
  }
});
