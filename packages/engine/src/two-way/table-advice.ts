import { say, sayNames, verbatim, type ForeignKey, type UniqueKey } from '@otter/core';
import {
  asFinding,
  asFix,
  compareTables,
  identityOf,
  quoteName,
  quoteTable,
  quoteText,
  type PreflightLine,
  type Session,
  type TargetColumn,
  type TargetTable,
} from '@otter/dialects';
import { actingKeys, acts, comparesBytes } from '../conflict/row-identity.ts';
import { logsCascades } from '../transform/cascade-places.ts';
import {
  columnBack,
  columnThere,
  tableLine,
  type AdviceLine,
  type Finding,
  type Side,
  type SideTable,
  type TablePair,
} from './advice.ts';

/** What a table and its counterpart have against being written at both sides; triggers apart. */
export function tableLines(pair: TablePair): AdviceLine[] {
  const { name, a, b } = pair;
  const lines = [
    ...definitionLines(pair),
    ...identityLines(pair),
    ...[a, b].flatMap((side) => {
      const findings = [
        ...foldedFindings(side.table, identityAt(pair, side)),
        ...uniqueFindings(side.table, identityAt(pair, side)),
        ...cascadeFindings(side),
        ...defaultFindings(side.table, (column) => travels(pair, side, column)),
      ];
      return findings.map((finding) => tableLine(name, side, finding));
    }),
  ];
  return lines.length > 0 ? lines : [fitsLine(pair)];
}

/** A table that is at one side alone. */
export function absentLine(name: string, present: SideTable, side: Side, there: string): AdviceLine {
  const [line] = compareTables(present.table, undefined, (column) => column, {
    targetName: there,
    sourceLogsCascades: true,
  }) as [PreflightLine];
  return { ...line, subject: `${side} ${there}`, side, table: name };
}

/** Several tables of A that go into one. */
export function mergedLine({ name, a, b }: TablePair): AdviceLine {
  const finding = asFinding(say('two-way-merged', { target: `${b.table.schema}.${b.table.table}` }));
  return tableLine(name, a, { verdict: 'stop', check: 'mapping', ...finding });
}

function fitsLine({ name, a, b }: TablePair): AdviceLine {
  const finding = asFinding(say('table-fits', { target: `${b.table.schema}.${b.table.table}` }));
  return { ...tableLine(name, a, { verdict: 'ok', check: 'table', ...finding }), side: null };
}

/** Said in words of our own below, or by the triggers. */
const SAID_OTHERWISE: ReadonlySet<string> = new Set(['table', 'primary key', 'triggers', 'unique keys']);

/** What the preflight of either direction has to say; a line is about the table that is written to. */
function definitionLines(pair: TablePair): AdviceLine[] {
  const { name, a, b } = pair;
  const there = compareTables(a.table, b.table, (column) => columnThere(pair, column), comparison(b.table, a.session));
  const back = compareTables(b.table, a.table, (column) => columnBack(pair, column), comparison(a.table, b.session));
  const about = (side: SideTable, lines: readonly PreflightLine[]): AdviceLine[] =>
    lines.filter(({ check }) => !SAID_OTHERWISE.has(check)).map((line) => tableLine(name, side, line));
  return [...about(b, there), ...about(a, back)];
}

function comparison({ schema, table }: TargetTable, source: Session): Parameters<typeof compareTables>[3] {
  return { targetName: `${schema}.${table}`, sourceLogsCascades: keepsCascades(source) };
}

function keepsCascades({ isMariadb, versionNumber }: Session): boolean {
  return logsCascades(isMariadb, versionNumber);
}

function travels(pair: TablePair, { side }: SideTable, column: string): boolean {
  return (side === 'A' ? columnThere(pair, column) : columnBack(pair, column)) !== null;
}

/** What conflicts are told by: the primary key, all of it at both sides. */
function identityAt(pair: TablePair, side: SideTable): UniqueKey | null {
  const primary = side.table.uniqueKeys.find((key) => key.primary);
  const isWhole = primary?.parts.every(
    ({ column, prefix }) => column !== null && prefix === null && travels(pair, side, column),
  );
  return primary && isWhole === true ? primary : null;
}

/** Rows are told apart in memory, byte by byte, as the guard of conflicts does. */
function foldedFindings(table: TargetTable, key: UniqueKey | null): Finding[] {
  const columns = table.columns.filter(({ name }) => key?.parts.some(({ column }) => column === name) === true);
  return columns.flatMap((column): Finding[] => {
    if (comparesBytes(column)) return [];
    const isFolded = column.kind === 'text';
    const type = isFolded ? (column.collation ?? '') : column.typeText;
    const finding = asFinding(say('two-way-key-folded', { column: column.name, type }));
    const fix = isFolded
      ? { fix: `${exactText(table, column)};   -- at A and B; a comment of the column has to be added` }
      : {};
    return [{ verdict: 'stop', check: 'primary key', ...finding, ...fix }];
  });
}

function exactText({ schema, table }: TargetTable, { name, typeText, charset, constantDefault }: TargetColumn): string {
  const value = constantDefault?.startsWith('=') === true ? ` DEFAULT ${quoteText(constantDefault.slice(1))}` : '';
  return `ALTER TABLE ${quoteTable(schema, table)} MODIFY ${quoteName(name)} ${typeText} CHARACTER SET ${charset} COLLATE ${charset}_bin NOT NULL${value}`;
}

/** A conflict is between two changes of one row, so both sides must say alike which row that is. */
function identityLines(pair: TablePair): AdviceLine[] {
  const { name, a, b } = pair;
  const [keyA, keyB] = [identityAt(pair, a), identityAt(pair, b)];
  const check = 'primary key';
  if (keyA === null || keyB === null) {
    return [a, b].flatMap((side) => {
      if (identityAt(pair, side) !== null) return [];
      const isThere = side.table.uniqueKeys.some((key) => key.primary);
      const finding = asFinding(say(isThere ? 'two-way-key-unfit' : 'two-way-keyless'));
      return [tableLine(name, side, { verdict: 'stop', check, ...finding, ...(isThere ? {} : { fix: addKey(side) }) })];
    });
  }
  const [columnsA, columnsB] = [columnsOf(keyA), columnsOf(keyB)];
  const expected = columnsA.map((column) => columnThere(pair, column) ?? column);
  if (folded(expected) === folded(columnsB)) return [];
  const columns = sayNames(columnsB);
  const finding = asFinding(say('two-way-keys-differ', { columns, otherColumns: sayNames(columnsA), other: 'A' }));
  const place = quoteTable(b.table.schema, b.table.table);
  const fix = `ALTER TABLE ${place} DROP PRIMARY KEY, ADD PRIMARY KEY (${expected.map(quoteName).join(', ')});`;
  return [tableLine(name, b, { verdict: 'stop', check, ...finding, fix })];
}

function columnsOf(key: UniqueKey): string[] {
  return key.parts.flatMap(({ column }) => column ?? []);
}

/** The order of columns in a key makes no other rows equal. */
function folded(columns: readonly string[]): string {
  return columns
    .map((column) => column.toLowerCase())
    .toSorted()
    .join('\0');
}

const INVISIBLE_SINCE = { mariadb: 100303, mysql: 80023 };

/**
 * A unique key that is never NULL can be the primary key. Else a column is added, and rows that are there are numbered by
 * each server for itself: only for a table without rows, or one that is copied anew.
 */
function addKey({ table, session }: SideTable): string {
  const place = quoteTable(table.schema, table.table);
  const unique = identityOf(table, () => true);
  if (unique) return `ALTER TABLE ${place} ADD PRIMARY KEY (${columnsOf(unique).map(quoteName).join(', ')});`;
  const taken = new Set(table.columns.map((column) => column.name.toLowerCase()));
  const name = ['id', 'row_id', 'otter_row_id'].find((candidate) => !taken.has(candidate)) ?? 'otter_row_number';
  const since = session.isMariadb ? INVISIBLE_SINCE.mariadb : INVISIBLE_SINCE.mysql;
  const hidden = session.versionNumber >= since ? ' INVISIBLE' : '';
  return `ALTER TABLE ${place} ADD COLUMN ${quoteName(name)} BIGINT UNSIGNED NOT NULL AUTO_INCREMENT${hidden} PRIMARY KEY;   -- at A and B, while it is empty: rows that are there are numbered by each server for itself`;
}

/** Keys that both sides fill without knowing of each other; one around the identity is as safe as that. */
function uniqueFindings(table: TargetTable, identity: UniqueKey | null): Finding[] {
  if (identity === null) return [];
  const numbered = table.columns.filter(({ autoIncrement }) => autoIncrement).map(({ name }) => name.toLowerCase());
  return table.uniqueKeys.flatMap((key) => {
    const whole = key.parts.flatMap(({ column, prefix }) =>
      column === null || prefix !== null ? [] : column.toLowerCase(),
    );
    const isGuarded = columnsOf(identity).every((column) => whole.includes(column.toLowerCase()));
    if (key === identity || isGuarded || numbered.some((column) => whole.includes(column))) return [];
    const columns = key.parts.map(({ column }) => verbatim(column ?? '(…)'));
    const finding = asFinding(say('two-way-unique', { key: key.name, columns: sayNames(columns) }));
    return [{ verdict: 'warning', check: 'unique keys', ...finding, fix: dropUnique(table, key) }];
  });
}

/** The index stays, for queries; one over an expression cannot be written from its description. */
function dropUnique({ schema, table }: TargetTable, key: UniqueKey): string {
  const parts = key.parts.map(({ column, prefix }) =>
    column === null ? null : quoteName(column) + (prefix === null ? '' : `(${prefix})`),
  );
  const add = parts.includes(null) ? '' : `, ADD INDEX ${quoteName(key.name)} (${parts.join(', ')})`;
  const drop = key.primary ? 'DROP PRIMARY KEY' : `DROP INDEX ${quoteName(key.name)}`;
  return `ALTER TABLE ${quoteTable(schema, table)} ${drop}${add};   -- at A and B; or let each side write values of its own and keep the key`;
}

/** Rows a cascade changes are no changes of the log before MySQL 9.6, so nobody sees them meet others. */
function cascadeFindings({ table, session }: SideTable): Finding[] {
  if (keepsCascades(session)) return [];
  return actingKeys(table).map((key) => {
    const actions = [
      ...(acts(key.onDelete) ? [`ON DELETE ${key.onDelete}`] : []),
      ...(acts(key.onUpdate) ? [`ON UPDATE ${key.onUpdate}`] : []),
    ];
    const finding = asFinding(say('two-way-cascade', { key: key.name, action: sayNames(actions) }));
    return { verdict: 'stop', check: 'foreign keys', ...finding, fix: restrict(key) };
  });
}

/** Two statements: no server takes the name again in the one that drops it. */
function restrict({ name, schema, table, columns, parentSchema, parentTable, parentColumns }: ForeignKey): string {
  const list = (names: readonly string[]): string => names.map(quoteName).join(', ');
  const alter = `ALTER TABLE ${quoteTable(schema, table)}`;
  const parent = `${quoteTable(parentSchema, parentTable)} (${list(parentColumns)})`;
  return `${alter} DROP FOREIGN KEY ${quoteName(name)};\n${alter} ADD CONSTRAINT ${quoteName(name)} FOREIGN KEY (${list(columns)}) REFERENCES ${parent};   -- at A and B; the application then changes the children itself`;
}

/** What travels is written as it came; a value that stays is made by each server. */
function defaultFindings(table: TargetTable, isSent: (column: string) => boolean): Finding[] {
  const check = 'defaults';
  const own = table.columns.filter(({ name, generated }) => generated === 'no' && !isSent(name));
  const computed = own.filter(
    ({ updatedByServer, hasDefault, constantDefault }) => updatedByServer || (hasDefault && constantDefault === null),
  );
  const touched = table.columns.filter(({ name, updatedByServer }) => updatedByServer && isSent(name));
  return [
    ...computed.map(({ name }): Finding => ({
      verdict: 'warning',
      check,
      ...asFinding(say('two-way-default', { column: name })),
      ...asFix(say('fix-two-way-default')),
    })),
    ...(touched.length === 0
      ? []
      : [
          {
            verdict: 'ok' as const,
            check,
            ...asFinding(say('two-way-touched', { columns: sayNames(touched.map(({ name }) => name)) })),
          },
        ]),
  ];
}
