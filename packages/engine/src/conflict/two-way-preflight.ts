import { say, type Wording } from '@otter/core';
import { asFinding, readCascades, type PreflightLine, type Session, type TargetTable } from '@otter/dialects';
import { foldedName } from '../select/table-name.ts';
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
    lines.push(...(await cascadeLines(sides[subject], tables[subject])));
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
    const isFolded = column.kind === 'text' && !(column.collation ?? '').endsWith('_bin');
    if (isFolded || column.kind === 'float' || column.kind === 'double')
      return say('conflict-key-folded', {
        column: `${name}.${column.name}`,
        type: column.collation ?? column.typeText,
      });
  }
  return null;
}

/** What a foreign key does to rows of its own accord is in the log of new servers alone. */
async function cascadeLines(session: Session, tables: readonly TargetTable[]): Promise<PreflightLine[]> {
  if (logsCascades(session.isMariadb, session.versionNumber)) return [];
  const mapped = new Set(tables.map(foldedName));
  const cascades = (await readCascades(session)).filter((child) => mapped.has(foldedName(child)));
  const names = [...new Set(cascades.map(({ schema, table }) => `${schema}.${table}`))];
  return names.map((table) => stop(table, 'cascades', say('two-way-cascades', { table })));
}

function stop(subject: PreflightLine['subject'], check: string, finding: Wording): PreflightLine {
  return { verdict: 'stop', subject, check, ...asFinding(finding) };
}
