import { say, type Column, type ForeignKey, type UniqueKey, type Wording } from '@otter/core';
import type { TargetColumn, TargetTable } from './catalog.ts';
import { compatibility, describe } from './compatibility.ts';
import { asFinding, asFix, type PreflightLine } from './preflight.ts';

/** The target's name of a source column; `null` when it does not travel. */
export type ColumnMap = (sourceColumn: string) => string | null;

/** What comparing needs to know beyond the two tables. */
export interface ComparisonOptions {
  /** The target's name as mapped, for messages when it does not exist. */
  targetName: string;
  /** The target server logs cascaded rows (MySQL 9.6+) or the source does. */
  sourceLogsCascades: boolean;
}

/**
 * How the mapped table of the target fits the source's: columns, keys, triggers, foreign keys, engine.
 * Pure. One line `ok` when nothing is to be said.
 */
export function compareTables(
  source: TargetTable,
  target: TargetTable | undefined,
  columnMap: ColumnMap,
  options: ComparisonOptions,
): PreflightLine[] {
  const subject = `${source.schema}.${source.table}`;
  if (target === undefined) {
    const said = {
      ...asFinding(say('table-absent', { target: options.targetName })),
      ...asFix(say('fix-create-table')),
    };
    return [{ verdict: 'stop', subject, check: 'table', ...said }];
  }
  const findings: Finding[] = [
    ...columnFindings(source, target, columnMap),
    ...identityFindings(source, target, columnMap),
    ...keyFindings(source, target, columnMap),
    ...triggerFindings(target),
    ...foreignKeyFindings(source, target, columnMap, options),
    ...engineFindings(target),
  ];
  if (findings.length === 0) {
    const finding = asFinding(say('table-fits', { target: `${target.schema}.${target.table}` }));
    return [{ verdict: 'ok', subject, check: 'table', ...finding }];
  }
  return findings.map((finding) => ({ subject, ...finding }));
}

type Finding = Omit<PreflightLine, 'subject'>;

interface Pair {
  source: TargetColumn;
  target: TargetColumn;
}

function pairsOf(source: TargetTable, target: TargetTable, columnMap: ColumnMap): Pair[] {
  const pairs: Pair[] = [];
  for (const column of source.columns) {
    const found = columnByName(target, columnMap(column.name));
    if (found !== undefined && found.generated === 'no') pairs.push({ source: column, target: found });
  }
  return pairs;
}

function columnByName(table: TargetTable, name: string | null): TargetColumn | undefined {
  // Column names compare without case on every server.
  return name === null ? undefined : table.columns.find((c) => c.name.toLowerCase() === name.toLowerCase());
}

function columnFindings(source: TargetTable, target: TargetTable, columnMap: ColumnMap): Finding[] {
  const findings: Finding[] = [];
  const written = new Set<TargetColumn>();
  for (const column of source.columns) {
    const name = columnMap(column.name);
    if (name === null) continue;
    const found = columnByName(target, name);
    if (found === undefined) {
      if (column.generated === 'virtual') continue;
      const finding = asFinding(say('column-absent', { column: name }));
      findings.push({ verdict: 'stop', check: 'columns', ...finding, fix: addColumn(target, name, column) });
      continue;
    }
    written.add(found);
    if (found.generated !== 'no') continue;
    findings.push(...pairFindings(column, found));
  }
  for (const column of target.columns) {
    if (written.has(column) || column.hasDefault || column.autoIncrement || column.generated !== 'no') continue;
    const finding = asFinding(say('column-unfilled', { column: column.name }));
    findings.push({ verdict: 'stop', check: 'columns', ...finding, ...asFix(say('fix-column-unfilled')) });
  }
  return findings;
}

function addColumn(target: TargetTable, name: string, column: TargetColumn): string {
  const q = (text: string): string => `\`${text.replaceAll('`', '``')}\``;
  const charset = column.charset === null ? '' : ` CHARACTER SET ${column.charset}`;
  return `ALTER TABLE ${q(target.schema)}.${q(target.table)} ADD COLUMN ${q(name)} ${column.typeText}${charset};`;
}

function pairFindings(source: TargetColumn, target: TargetColumn): Finding[] {
  const reason = compatibility(source, target);
  if (reason !== null) {
    const finding = asFinding(say('column-unfit', { column: source.name, reason }));
    return [{ verdict: 'stop', check: 'columns', ...finding }];
  }
  const findings: Finding[] = [];
  const column = target.name;
  const warn = (said: Wording): number => findings.push({ verdict: 'warning', check: 'columns', ...asFinding(said) });
  if (isNarrower(source, target)) {
    warn(say('column-narrower', { column, type: target.typeText, sourceType: source.typeText }));
  }
  if (source.nullable && !target.nullable) warn(say('column-not-null', { column }));
  if (source.kind === 'text' && target.kind === 'text' && source.charset !== target.charset) {
    const complete = target.charset === 'utf8mb4' || target.charset === 'utf16' || target.charset === 'utf32';
    if (!complete) {
      warn(say('column-charset', { column, type: describe(target), charset: source.charset ?? '' }));
    }
  }
  return findings;
}

function isNarrower(source: Column, target: Column): boolean {
  if (source.kind !== target.kind) return false;
  const kind: string = source.kind;
  switch (kind) {
    case 'int':
      return target.length < source.length || (source.unsigned !== target.unsigned && target.length <= source.length);
    case 'decimal':
      return target.precision - target.scale < source.precision - source.scale;
    case 'text': {
      const [a, b] = [source as TargetColumn, target as TargetColumn];
      return (b.characters ?? b.length) < (a.characters ?? a.length) && b.length < a.length;
    }
    case 'binary':
    case 'bit':
      return target.length < source.length;
    default:
      return false;
  }
}

/** The key by which rows are addressed: every part whole, never NULL, present on both sides. */
export function identityOf(table: TargetTable, travels: (column: string) => boolean): UniqueKey | null {
  const usable = (key: UniqueKey): boolean =>
    !key.nullable && key.parts.every((p) => p.column !== null && p.prefix === null && travels(p.column));
  return table.uniqueKeys.find(usable) ?? null;
}

function identityFindings(source: TargetTable, target: TargetTable, columnMap: ColumnMap): Finding[] {
  const names = new Set(pairsOf(source, target, columnMap).map((pair) => pair.target.name.toLowerCase()));
  const key = identityOf(target, (column) => names.has(column.toLowerCase()));
  const check = 'primary key';
  if (key === null) {
    return [{ verdict: 'warning', check, ...asFinding(say('key-absent')), ...asFix(say('fix-key-absent')) }];
  }
  if (key.primary) return [];
  return [{ verdict: 'warning', check, ...asFinding(say('key-unique-used', { key: key.name })) }];
}

function keyFindings(source: TargetTable, target: TargetTable, columnMap: ColumnMap): Finding[] {
  const findings: Finding[] = [];
  const pairs = pairsOf(source, target, columnMap);
  const sourceName = new Map(pairs.map((pair) => [pair.target.name.toLowerCase(), pair.source.name.toLowerCase()]));
  const sourceKeys = source.uniqueKeys.map((key) => new Set(key.parts.map((p) => p.column?.toLowerCase())));
  for (const key of target.uniqueKeys) {
    const columns = key.parts.map((p) => (p.column === null ? undefined : sourceName.get(p.column.toLowerCase())));
    // A key of the source over some of these columns already keeps rows apart here.
    const guarded = sourceKeys.some(
      (parts) => parts.size > 0 && [...parts].every((c) => c !== undefined && columns.includes(c)),
    );
    const prefixed = key.parts.some((p) => p.prefix !== null);
    if (!guarded || prefixed) {
      const finding = asFinding(say('key-unmatched', { key: key.name }));
      findings.push({ verdict: 'warning', check: 'unique keys', ...finding });
    }
    for (const part of key.parts) {
      const pair = pairs.find((p) => p.target.name === part.column);
      if (pair !== undefined) findings.push(...collationFindings(pair, key));
    }
  }
  return findings;
}

function collationFindings({ source, target }: Pair, key: UniqueKey): Finding[] {
  const [a, b] = [source.collation, target.collation];
  if (a === b || a === null || b === null || b.endsWith('_bin')) return [];
  const said = say('key-collation', { key: key.name, column: target.name, target: b, source: a });
  return [{ verdict: 'warning', check: 'collation', ...asFinding(said) }];
}

function triggerFindings(target: TargetTable): Finding[] {
  if (target.triggers.length === 0) return [];
  const finding = asFinding(say('triggers-fire', { triggers: target.triggers.join(', ') }));
  const fix = target.triggers
    .map((t) => `DROP TRIGGER \`${target.schema}\`.\`${t.replaceAll('`', '``')}\`;`)
    .join('\n');
  return [{ verdict: 'warning', check: 'triggers', ...finding, fix }];
}

function cascades(key: ForeignKey): boolean {
  const acts = (action: string): boolean => action === 'CASCADE' || action.startsWith('SET ');
  return acts(key.onDelete) || acts(key.onUpdate);
}

function foreignKeyFindings(
  source: TargetTable,
  target: TargetTable,
  columnMap: ColumnMap,
  options: ComparisonOptions,
): Finding[] {
  if (options.sourceLogsCascades) return [];
  const missing = source.foreignKeys.filter(
    (key) => cascades(key) && !target.foreignKeys.some((t) => sameCascade(key, t, columnMap)),
  );
  if (missing.length === 0) return [];
  const finding = asFinding(say('cascades-absent', { keys: missing.map((key) => key.name).join(', ') }));
  return [{ verdict: 'stop', check: 'foreign keys', ...finding, ...asFix(say('fix-cascades-absent')) }];
}

/** The writer lets foreign keys act for parents of cascades, so an equal one does on the target what it did on the source. */
function sameCascade(source: ForeignKey, target: ForeignKey, columnMap: ColumnMap): boolean {
  const lower = (names: readonly (string | null)[]): string => names.join('\0').toLowerCase();
  // InnoDB makes no difference between the two, and each family prints the other one when nothing was said.
  const rule = (name: string): string => (name === 'NO ACTION' ? 'RESTRICT' : name);
  return (
    rule(source.onDelete) === rule(target.onDelete) &&
    rule(source.onUpdate) === rule(target.onUpdate) &&
    lower(source.columns.map(columnMap)) === lower(target.columns) &&
    lower(source.parentColumns) === lower(target.parentColumns)
  );
}

const TRANSACTIONAL = new Set(['innodb', 'rocksdb', 'tokudb', 'ndbcluster', 'ndb', 'xtradb']);

function engineFindings(target: TargetTable): Finding[] {
  if (TRANSACTIONAL.has(target.engine.toLowerCase())) return [];
  const finding = asFinding(say('engine-unsafe', { engine: target.engine }));
  const fix = `ALTER TABLE \`${target.schema}\`.\`${target.table.replaceAll('`', '``')}\` ENGINE=InnoDB;`;
  return [{ verdict: 'stop', check: 'engine', ...finding, fix }];
}
