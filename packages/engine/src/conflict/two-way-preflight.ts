import { matchesTable, patternText, say, type Wording } from '@otter/core';
import { asFinding, type PreflightLine, type Session, type TargetTable } from '@otter/dialects';
import { actingKeys, comparesBytes } from './row-identity.ts';
import type { TwoWayOptions } from '../sync-options.ts';
import { logsCascades } from '../transform/cascade-places.ts';

const SETTINGS: readonly [name: string, wanted: string][] = [
  ['log_bin', 'ON'],
  ['binlog_format', 'ROW'],
  ['binlog_row_image', 'FULL'],
];

/**
 * What has to hold on both servers so that conflicts can be told: whole images of rows in both logs, and keys that both
 * compare alike, byte by byte.
 */
export async function twoWayLines(
  sides: { source: Session; target: Session },
  tables: { source: readonly TargetTable[]; target: readonly TargetTable[] },
): Promise<PreflightLine[]> {
  const lines: PreflightLine[] = [];
  for (const subject of ['source', 'target'] as const) {
    lines.push(...(await settingLines(subject, sides[subject])));
    for (const table of tables[subject]) {
      const finding = keyFinding(table);
      if (finding) lines.push(stop(`${table.schema}.${table.table}`, 'key', finding));
    }
    lines.push(...cascadeLines(sides[subject], tables[subject]));
  }
  return lines;
}

async function settingLines(subject: 'source' | 'target', session: Session): Promise<PreflightLine[]> {
  const names = SETTINGS.map(([name]) => `'${name}'`).join(',');
  const rows = await session.rows(`SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names})`);
  return SETTINGS.flatMap(([name, wanted]) => {
    const value = rows.find((row) => row[0] === name)?.[1]?.toUpperCase() ?? '';
    if (value === wanted) return [];
    const fix = name === 'log_bin' ? {} : { fix: `SET GLOBAL ${name}=${wanted};` };
    return [{ ...stop(subject, name, say('two-way-setting', { name, value, wanted })), ...fix }];
  });
}

/** `null`: its rows can be told apart by their key in memory, as both servers do. */
function keyFinding({ schema, table, uniqueKeys, columns }: TargetTable): Wording | null {
  const name = `${schema}.${table}`;
  const primary = uniqueKeys.find((key) => key.primary);
  if (!primary) return say('conflict-keyless', { table: name });
  for (const part of primary.parts) {
    const column = columns.find((one) => one.name === part.column);
    if (part.prefix !== null || column === undefined) return say('conflict-key-prefix', { table: name });
    if (!comparesBytes(column))
      return say('conflict-key-folded', {
        column: `${name}.${column.name}`,
        type: column.collation ?? column.typeText,
      });
  }
  return null;
}

/** What a foreign key does to rows of its own accord is in the log of new servers alone. */
function cascadeLines({ isMariadb, versionNumber }: Session, tables: readonly TargetTable[]): PreflightLine[] {
  if (logsCascades(isMariadb, versionNumber)) return [];
  const acted = tables.filter((table) => actingKeys(table).length > 0).map(({ schema, table }) => `${schema}.${table}`);
  return acted.map((table) => stop(table, 'cascades', say('two-way-cascades', { table })));
}

/** Whoever wants to be asked about a table that is none would wait for ever. The leading direction knows all of them. */
export function askLines({ ask = [], leads }: TwoWayOptions, source: readonly TargetTable[]): PreflightLine[] {
  if (!leads) return [];
  const unmatched = ask.filter((pattern) => !source.some(({ schema, table }) => matchesTable(pattern, schema, table)));
  return unmatched.map((pattern) => {
    const name = patternText(pattern);
    return stop('source', 'conflicts-ask', say('ask-unmatched', { pattern: name }));
  });
}

function stop(subject: PreflightLine['subject'], check: string, finding: Wording): PreflightLine {
  return { verdict: 'stop', subject, check, ...asFinding(finding) };
}
