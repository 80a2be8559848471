import { readSourceFacts, type Connection } from '@otter/binlog';
import { OtterError } from '@otter/core';
import { readTables, type Session, type TargetTable } from '@otter/dialects';
import { CheckpointStore, type StoredCheckpoint } from '../control/checkpoint-store.ts';
import { ControlTables } from '../control/control-tables.ts';
import { withoutGhosts } from '../ddl/ghost-tables.ts';
import { foldedName } from '../select/table-name.ts';
import { TableRouter, type TableDestination } from '../select/table-router.ts';
import { comparedTable, type ComparedTable } from './compared-table.ts';
import type { BothSides } from './row-ranges.ts';
import { PatientJudge, PipelineJudge, type Judge } from './settle.ts';
import type { VerifyOptions } from './verify-options.ts';

/** A table of the source and what it is compared with. */
export interface Comparison {
  source: TargetTable;
  destination: TableDestination;
  target: TargetTable | undefined;
  /** How many source tables go into the same one. */
  sharing: number;
}

/** Every table that is asked for, with its counterpart. Throws USAGE when one that is named is not there. */
export async function findComparisons(options: VerifyOptions, sides: BothSides): Promise<Comparison[]> {
  const { tables, mappings, columns, controlSchema } = options;
  const router = new TableRouter({ tables, mappings, columns, controlSchema });
  const present = await readTables(sides.source, (schema, table) => router.destination(schema, table) !== null);
  const listed = withoutGhosts(present, router);
  // The catalogue has no order of its own.
  const found = listed.toSorted((a, b) => (foldedName(a) < foldedName(b) ? -1 : 1));
  const missing = router.exactNames().find((name) => !found.some((table) => foldedName(table) === foldedName(name)));
  if (missing !== undefined || found.length === 0) {
    const what = missing === undefined ? String(router) : `${missing.schema}.${missing.table}`;
    throw new OtterError('USAGE', { detail: `no table of the source matches ${what}, or the account may not read it` });
  }
  const destinations = found.map(({ schema, table }) => router.destination(schema, table) as TableDestination);
  const wanted = new Set(destinations.map(foldedName));
  const targets = await readTables(sides.target, (schema, table) => wanted.has(foldedName({ schema, table })));
  return found.map((source, i) => {
    const destination = destinations[i] as TableDestination;
    const candidates = targets.filter((target) => foldedName(target) === foldedName(destination));
    const exact = candidates.find(({ schema, table }) => schema === destination.schema && table === destination.table);
    return {
      source,
      destination,
      target: exact ?? (candidates.length === 1 ? candidates[0] : undefined),
      sharing: destinations.filter((other) => foldedName(other) === foldedName(destination)).length,
    };
  });
}

/** The two tables, compiled. Throws TABLE_MISSING, SCHEMA_MISMATCH, NOT_SUPPORTED. */
export function compiled({ source, destination, target, sharing }: Comparison, sides: BothSides): ComparedTable {
  const name = `${destination.schema}.${destination.table}`;
  if (target === undefined) {
    throw new OtterError('TABLE_MISSING', { detail: `${name}, for ${source.schema}.${source.table}` });
  }
  // Rows of another source table would all look as if they were too many.
  if (sharing > 1) {
    throw new OtterError('NOT_SUPPORTED', {
      detail: `${sharing} source tables go into ${name}: which rows belong to which cannot be told`,
    });
  }
  return comparedTable(source, target, destination, !sides.source.isMariadb && !sides.target.isMariadb);
}

/** Who decides about rows that differ: with a pipeline the log, without one patience. Throws USAGE. */
export async function judgeOf(options: VerifyOptions, sides: BothSides, connection: Connection | null): Promise<Judge> {
  const { pipeline } = options;
  if (pipeline === null || connection === null) return new PatientJudge(sides);
  return pipelineJudge({ ...options, pipeline }, sides, connection);
}

/** Throws USAGE when the pipeline is not there or reads from another server. */
export async function pipelineJudge(
  options: VerifyOptions & { pipeline: string },
  sides: BothSides,
  connection: Connection,
): Promise<PipelineJudge> {
  const { pipeline, source, spillDirectory } = options;
  const controlTables = new ControlTables(options.controlSchema);
  const checkpoint = await readCheckpoint(sides.target, controlTables, pipeline);
  const { identity } = await readSourceFacts(connection);
  if (checkpoint.source !== '' && checkpoint.source !== identity) {
    throw new OtterError('USAGE', {
      detail: `the pipeline "${pipeline}" reads from ${checkpoint.source}, --from is ${identity}`,
    });
  }
  return new PipelineJudge({ sides, source, connection, controlTables, pipeline, spillDirectory });
}

async function readCheckpoint(target: Session, tables: ControlTables, pipeline: string): Promise<StoredCheckpoint> {
  let stored: StoredCheckpoint | null;
  try {
    stored = await new CheckpointStore(tables, pipeline).read(target);
  } catch (cause) {
    if (OtterError.is(cause) && cause.code === 'CHECKPOINT_UNUSABLE') throw cause;
    throw new OtterError('USAGE', {
      detail: `the target holds no pipelines: ${tables.checkpoint} cannot be read`,
      cause,
    });
  }
  if (stored !== null) return stored;
  throw new OtterError('USAGE', {
    detail: `the pipeline "${pipeline}" has no checkpoint in the target; \`otter position show\` lists them`,
  });
}

/** The pipelines that write into this target, with the identity of the source each reads from. */
export async function pipelinesOf(
  target: Session,
  tables: ControlTables,
): Promise<{ pipeline: string; source: string }[]> {
  try {
    const rows = await target.rows(`SELECT pipeline,source FROM ${tables.checkpoint} WHERE worker=0`);
    return rows.map(([pipeline, source]) => ({ pipeline: pipeline ?? '', source: source ?? '' }));
  } catch (error) {
    // No control schema: no pipeline has ever written here.
    if (OtterError.is(error) && error.code === 'TABLE_MISSING') return [];
    throw error;
  }
}
