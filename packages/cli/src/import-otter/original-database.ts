import { OtterError } from '@otter/core';
import type { Session } from '@otter/dialects';
import { quoteName, quoteText } from '@otter/dialects';

/** JSON of a parameter column; unknown keys are kept, a text that is no JSON is an empty object. */
export type Parameters = Readonly<Record<string, unknown>>;

export interface OriginalPair {
  id: number;
  pipelineId: number;
  sourceMediaId: number;
  targetMediaId: number;
  pushWeight: number;
  filter: Parameters;
  resolver: Parameters;
  columnMode: 'INCLUDE' | 'EXCLUDE';
  columns: { source: string; target: string }[];
  groups: number;
}

interface Named {
  id: number;
  name: string;
  description: string;
  parameters: Parameters;
}

/** What a manager database of the original otter holds, as far as it concerns us; numbers are its own. */
export interface Original {
  channels: Named[];
  pipelines: (Named & { channelId: number })[];
  canals: Named[];
  sources: { id: number; name: string; type: string; properties: Parameters }[];
  media: { id: number; name: string; namespace: string; sourceId: number }[];
  pairs: OriginalPair[];
  matrix: { groupKey: string; master: string; slave: string }[];
  users: { name: string; role: string }[];
  system: Parameters;
  nodes: number;
  clusters: number;
  alarmRules: number;
}

type Row = (string | null)[];

const TABLES = [
  ...['CHANNEL', 'PIPELINE', 'CANAL', 'DATA_MEDIA_SOURCE', 'DATA_MEDIA', 'DATA_MEDIA_PAIR', 'COLUMN_PAIR'],
  ...['COLUMN_PAIR_GROUP', 'DATA_MATRIX', 'USER', 'SYSTEM_PARAMETER', 'NODE', 'AUTOKEEPER_CLUSTER', 'ALARM_RULE'],
] as const;
type Table = (typeof TABLES)[number];

/** Reads it by one consistent snapshot. Throws IMPORT_REFUSED when a table is missing. */
export async function readOriginal(session: Session, database: string): Promise<Original> {
  await session.query('SET SESSION TRANSACTION READ ONLY; START TRANSACTION WITH CONSISTENT SNAPSHOT');
  const reader = new Reader(session, database, await tableNames(session, database));
  const groups = countsBy(await reader.rows('COLUMN_PAIR_GROUP', 'DATA_MEDIA_PAIR_ID'));
  const columns = await reader.rows('COLUMN_PAIR', 'DATA_MEDIA_PAIR_ID, SOURCE_COLUMN, TARGET_COLUMN');
  return {
    channels: (await reader.rows('CHANNEL', 'ID, NAME, DESCRIPTION, PARAMETERS')).map(named),
    pipelines: (await reader.rows('PIPELINE', 'ID, NAME, DESCRIPTION, PARAMETERS, CHANNEL_ID')).map((row) => ({
      ...named(row),
      channelId: number(row[4]),
    })),
    canals: (await reader.rows('CANAL', 'ID, NAME, DESCRIPTION, PARAMETERS')).map(named),
    sources: (await reader.rows('DATA_MEDIA_SOURCE', 'ID, NAME, TYPE, PROPERTIES')).map(
      ([id, name, type, properties]) => ({
        id: number(id),
        name: text(name),
        type: text(type),
        properties: json(properties),
      }),
    ),
    media: (await reader.rows('DATA_MEDIA', 'ID, NAME, NAMESPACE, DATA_MEDIA_SOURCE_ID')).map(
      ([id, name, namespace, sourceId]) => ({
        ...{ id: number(id), name: text(name), namespace: text(namespace), sourceId: number(sourceId) },
      }),
    ),
    pairs: (await reader.rows('DATA_MEDIA_PAIR', PAIR_COLUMNS)).map((row) => pairOf(row, columns, groups)),
    matrix: (await reader.rows('DATA_MATRIX', 'GROUP_KEY, MASTER, SLAVE')).map(([groupKey, master, slave]) => ({
      ...{ groupKey: text(groupKey), master: text(master), slave: text(slave) },
    })),
    users: (await reader.rows('USER', 'USERNAME, AUTHORIZETYPE')).map(([name, role]) => ({
      ...{ name: text(name), role: text(role) },
    })),
    system: json((await reader.rows('SYSTEM_PARAMETER', 'VALUE'))[0]?.[0]),
    nodes: (await reader.rows('NODE', 'ID')).length,
    clusters: (await reader.rows('AUTOKEEPER_CLUSTER', 'ID')).length,
    alarmRules: (await reader.rows('ALARM_RULE', 'ID')).length,
  };
}

const PAIR_COLUMNS =
  'ID, PIPELINE_ID, SOURCE_DATA_MEDIA_ID, TARGET_DATA_MEDIA_ID, PUSHWEIGHT, FILTER, RESOLVER, COLUMN_PAIR_MODE';

/** The tables by their names there: whether they are written in capitals depends on the server. */
async function tableNames(session: Session, database: string): Promise<ReadonlyMap<Table, string>> {
  const rows = await session.rows(
    `SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteText(database)}`,
  );
  const there = new Map(rows.map(([name]) => [text(name).toUpperCase(), text(name)]));
  const missing = TABLES.filter((table) => !there.has(table));
  if (missing.length > 0) {
    const detail = `"${database}" on ${session.address} has no table ${missing.slice(0, 5).join(', ')}`;
    throw new OtterError('IMPORT_REFUSED', { detail });
  }
  return new Map(TABLES.map((table) => [table, there.get(table) ?? table]));
}

class Reader {
  readonly #session: Session;
  readonly #database: string;
  readonly #names: ReadonlyMap<Table, string>;

  constructor(session: Session, database: string, names: ReadonlyMap<Table, string>) {
    this.#session = session;
    this.#database = database;
    this.#names = names;
  }

  async rows(table: Table, columns: string): Promise<Row[]> {
    const place = `${quoteName(this.#database)}.${quoteName(this.#names.get(table) ?? table)}`;
    try {
      return await this.#session.rows(`SELECT ${columns} FROM ${place} ORDER BY ID`);
    } catch (cause) {
      const reason = OtterError.is(cause) ? cause.detail : String(cause);
      throw new OtterError('IMPORT_REFUSED', { detail: `${table} cannot be read: ${reason}`, cause });
    }
  }
}

function pairOf(row: Row, columns: readonly Row[], groups: ReadonlyMap<number, number>): OriginalPair {
  const id = number(row[0]);
  return {
    id,
    pipelineId: number(row[1]),
    sourceMediaId: number(row[2]),
    targetMediaId: number(row[3]),
    pushWeight: number(row[4] ?? '5'),
    filter: json(row[5]),
    resolver: json(row[6]),
    columnMode: row[7] === 'EXCLUDE' ? 'EXCLUDE' : 'INCLUDE',
    columns: columns
      .filter(([pairId]) => number(pairId) === id)
      .map(([, source, target]) => ({ source: text(source), target: text(target) })),
    groups: groups.get(id) ?? 0,
  };
}

function countsBy(rows: readonly Row[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const [id] of rows) counts.set(number(id), (counts.get(number(id)) ?? 0) + 1);
  return counts;
}

function named([id, name, description, parameters]: Row): Named {
  return { id: number(id), name: text(name), description: text(description), parameters: json(parameters) };
}

function text(value: string | null | undefined): string {
  return value ?? '';
}

function number(value: string | null | undefined): number {
  return Number(value ?? 0);
}

function json(value: string | null | undefined): Parameters {
  try {
    const parsed: unknown = JSON.parse(value ?? '{}');
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Parameters) : {};
  } catch {
    return {};
  }
}
