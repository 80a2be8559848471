import type { Row } from '@otter/core';
import type { RoutedTable } from '../transform/routed-table.ts';
import type { OrderedChange, RowOperation, TablePlan } from './batch-plan.ts';
import { ALL_COLUMNS } from './column-mask.ts';
import type { Statement } from './statement.ts';

/** Rows of one multi-row statement: beyond this the server gains nothing and a retry costs more. */
const STATEMENT_ROWS_MAX = 500;

/** Fewer rows are as fast as SQL text, in one packet with what is before and behind them. */
const LOAD_ROWS_MIN = 200;
/** Rows of one bulk load, which are held as bytes until it is sent. */
const LOAD_ROWS_MAX = 20_000;

/** Multi-row statements for operations on distinct rows of one table, in any order among each other. */
export function operationStatements(
  table: TablePlan,
  operations: Iterable<RowOperation>,
  statementBytes: number,
): Statement[] {
  const { route } = table;
  const inserts: Row[] = [];
  const partialInserts = new Map<string, Row[]>();
  const updates = new Map<number | string, { positions: number[]; rows: Row[] }>();
  const deletes: Row[] = [];
  const single: Statement[] = [];
  for (const { kind, row, mask } of operations) {
    if (kind === 'none') continue;
    if (kind === 'delete' || kind === 'replace') deletes.push(row);
    if (kind === 'delete') continue;
    if (kind === 'insert' || kind === 'replace') {
      if (route.asksLenient && route.writer.lenientValues(row) > 0) single.push(insertStatement(route, row));
      else if (mask === ALL_COLUMNS) inserts.push(row);
      else append(partialInserts, presentColumns(row), row);
    } else {
      const positions = route.setColumns(mask, row);
      if (positions.length === 0) continue;
      if (
        (route.asksLenient && route.writer.lenientValues(row, positions) > 0) ||
        (route.asksJoinable && !route.writer.joinable(row, positions))
      ) {
        single.push(updateStatement(route, row, row, positions));
        continue;
      }
      const name = mask === ALL_COLUMNS ? positions.join(',') : mask;
      let group = updates.get(name);
      if (!group) updates.set(name, (group = { positions, rows: [] }));
      group.rows.push(row);
    }
  }
  // Deletes first, so that a table near a limit (a full unique space, a quota) never needs both rows at once.
  const statements = chunked(route, deletes, statementBytes, (rows) => route.writer.delete(rows));
  if (table.copying) for (const statement of statements) statement.atMost = true;
  for (const { positions, rows } of updates.values()) {
    statements.push(
      ...chunked(route, rows, statementBytes, (chunk) => {
        const first = chunk[0] as Row;
        return chunk.length === 1
          ? route.writer.updateOne(first, first, positions)
          : route.writer.updateMany(chunk, positions);
      }),
    );
  }
  statements.push(...single, ...(loadStatements(route, inserts) ?? insertStatements(route, inserts, statementBytes)));
  for (const rows of partialInserts.values()) statements.push(...insertStatements(route, rows, statementBytes));
  return statements;
}

/** Inserts of whole rows as bulk loads; `null` when that is not possible, or not worth it. */
function loadStatements(route: RoutedTable, rows: readonly Row[]): Statement[] | null {
  const { bulkLoad } = route;
  if (bulkLoad === null || rows.length < LOAD_ROWS_MIN || route.renewing) return null;
  const statements: Statement[] = [];
  for (let start = 0; start < rows.length; start += LOAD_ROWS_MAX) {
    const some = rows.slice(start, start + LOAD_ROWS_MAX);
    const load = bulkLoad.content(some);
    if (load === null) return null;
    statements.push({ sql: bulkLoad.sql, load, route, rows: some.length });
  }
  return statements;
}

/** Inserts of rows that hold the same columns. */
function insertStatements(route: RoutedTable, rows: Row[], statementBytes: number): Statement[] {
  const { renewing } = route;
  const statements = chunked(route, rows, statementBytes, (chunk) => {
    const writer = route.writerFor(chunk[0] as Row);
    return renewing ? writer.replace(chunk) : writer.insert(chunk);
  });
  if (renewing) for (const statement of statements) statement.atLeast = true;
  return statements;
}

function append(map: Map<string, Row[]>, name: string, row: Row): void {
  const rows = map.get(name);
  if (rows) rows.push(row);
  else map.set(name, [row]);
}

function presentColumns(row: Row): string {
  return row.map((value) => (value === undefined ? '0' : '1')).join('');
}

function chunked(route: RoutedTable, rows: Row[], statementBytes: number, build: (rows: Row[]) => string): Statement[] {
  const statements: Statement[] = [];
  let start = 0;
  let bytes = 0;
  for (let i = 0; i < rows.length; i++) {
    const size = route.smallRowBytes || route.writer.rowBytes(rows[i] as Row);
    if (i > start && (bytes + size > statementBytes || i - start >= STATEMENT_ROWS_MAX)) {
      statements.push({ sql: build(rows.slice(start, i)), route, rows: i - start });
      start = i;
      bytes = 0;
    }
    bytes += size;
  }
  if (start < rows.length) statements.push({ sql: build(rows.slice(start)), route, rows: rows.length - start });
  return statements;
}

/** One statement a change, in log order; inserts and deletes of one event's run share one where a key addresses them. */
export function orderedStatements(changes: readonly OrderedChange[], statementBytes: number): Statement[] {
  const statements: Statement[] = [];
  let run: OrderedChange[] = [];
  const flush = (): void => {
    const first = run[0];
    if (!first) return;
    if (run.length === 1) statements.push(...changeStatement(first));
    else {
      const rows = run.map((change) => (first.kind === 'insert' ? change.after : change.before) as Row);
      const many =
        first.kind === 'insert'
          ? insertStatements(first.route, rows, statementBytes)
          : chunked(first.route, rows, statementBytes, (c) => first.route.writer.delete(c));
      if (first.kind === 'delete' && first.route.copying) for (const statement of many) statement.atMost = true;
      statements.push(...many);
    }
    run = [];
  };
  for (const change of changes) {
    const first = run[0];
    if (first && !(first.route === change.route && first.kind === change.kind && mayRun(change))) flush();
    run.push(change);
    if (!mayRun(change)) flush();
  }
  flush();
  return statements;
}

/** Runs of inserts, or of deletes by key, have the same effect in one statement. */
function mayRun(change: OrderedChange): boolean {
  const { route, kind, before, after } = change;
  if (kind === 'update' || doesCascade(change)) return false;
  if (kind === 'delete') return route.identity?.every((o) => before?.[o] !== undefined) ?? false;
  const row = after as Row;
  return !row.includes(undefined) && !(route.asksLenient && route.writer.lenientValues(row) > 0);
}

/** The statement of one change; none when nothing of it travels. */
export function changeStatement(change: OrderedChange): Statement[] {
  const { route, kind, before, after } = change;
  if (kind === 'insert') return [insertStatement(route, after as Row)];
  route.requireAddress(before as Row);
  if (route.copying) return copyingStatements(route, before as Row, after);
  if (kind === 'delete') return [withCascade(change, { sql: route.writer.delete([before as Row]), route, rows: 1 })];
  const positions = route.changedColumns(before as Row, after as Row);
  if (positions.length === 0) return [];
  return [withCascade(change, updateStatement(route, before as Row, after as Row, positions))];
}

/**
 * A row of a table that is being copied may not be there yet; where it is, it is as the log has it up to here. Its
 * children are not there at all: parents are copied before them, so nothing cascades.
 */
function copyingStatements(route: RoutedTable, before: Row, after: Row | null): Statement[] {
  const taken: Statement = { sql: route.writer.delete([before]), route, rows: 1, atMost: true };
  if (after === null) return [taken];
  route.requireWhole(after);
  return [taken, insertStatement(route, after)];
}

export function insertStatement(route: RoutedTable, row: Row): Statement {
  const writer = route.writerFor(row);
  const statement: Statement = route.renewing
    ? { sql: writer.replace([row]), route, rows: 1, atLeast: true }
    : { sql: writer.insert([row]), route, rows: 1 };
  return leniently(statement, row);
}

export function updateStatement(route: RoutedTable, before: Row, after: Row, positions: number[]): Statement {
  return leniently({ sql: route.writer.updateOne(before, after, positions), route, rows: 1 }, after, positions);
}

/** Marks a statement about one row whose values need a session without strictness. */
export function leniently(statement: Statement, row: Row, positions?: number[]): Statement {
  const lenientValues = statement.route.asksLenient ? statement.route.writer.lenientValues(row, positions) : 0;
  return lenientValues === 0 ? statement : { ...statement, lenientValues };
}

function withCascade(change: OrderedChange, statement: Statement): Statement {
  return doesCascade(change) ? { ...statement, cascades: true } : statement;
}

/** Whether the target's foreign keys must do what the source's did without a trace in the log. */
function doesCascade({ route, cascades }: OrderedChange): boolean {
  return route.cascades && cascades !== false;
}
