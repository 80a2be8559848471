import type { SourceFacts } from '@otter/binlog';
import type { ServerAddress } from '@otter/core';
import { openTargetSession, readTables, type TargetTable } from '@otter/dialects';
import { factsOf } from '../control/source-log.ts';
import { isBufferTable } from '../freegate/buffer-row.ts';
import { isMarkTable } from '../origin/original-mark.ts';
import type { TableRouter } from '../select/table-router.ts';
import type { SyncOptions } from '../sync-options.ts';

/** The source as an attempt finds it. */
export interface SourceAtStart {
  facts: SourceFacts;
  /** Those that take part. */
  tables: TargetTable[];
  /** The free gate's `retl_buffer`, where there is one. */
  buffer: TargetTable | undefined;
  /** Tables of the original's marks. */
  marks: TargetTable[];
}

/** Asks the source, on two connections of its own. What had been left out of the tables is decided anew. */
export async function readSource(options: SyncOptions, router: TableRouter): Promise<SourceAtStart> {
  const isBuffer = (schema: string, table: string): boolean => isBufferTable({ schema, table }, options.controlSchema);
  const isMark = (table: string): boolean => options.originalMarks !== undefined && isMarkTable(table);
  router.takeInAll();
  const isWanted = (schema: string, table: string): boolean =>
    isBuffer(schema, table) || isMark(table) || router.destination(schema, table) !== null;
  // At the same time: the source may be a continent away.
  const [facts, found] = await Promise.all([factsOf(options.source), tablesOf(options.source, isWanted)]);
  const tables = found.filter(({ schema, table }) => !isBuffer(schema, table) && !isMark(table));
  const marks = found.filter(({ table }) => isMark(table));
  return { facts, tables, buffer: found.find(({ schema, table }) => isBuffer(schema, table)), marks };
}

async function tablesOf(
  source: ServerAddress,
  isWanted: (schema: string, table: string) => boolean,
): Promise<TargetTable[]> {
  const session = await openTargetSession(source, { role: 'source' });
  try {
    return await readTables(session, isWanted);
  } finally {
    await session.close();
  }
}
