import { say, type Wording } from '@otter/core';
import { quoteTable, type TargetTable } from '@otter/dialects';
import type { TableDestination, TableRouter } from '../select/table-router.ts';
import { targetColumnName } from '../transform/routed-table.ts';
import { columnText } from './column-text.ts';
import { DefinitionText } from './definition-text.ts';
import { IndexDeferral, type DeferredIndex } from './deferred-index.ts';
import { isKeyText, keyText, type ParentPlace } from './key-text.ts';
import { optionText } from './option-text.ts';
import { refuse } from './refusal.ts';
import type { ServerTraits } from './server-traits.ts';

/** A table as the source has it. */
export interface SourceDefinition {
  table: TargetTable;
  destination: TableDestination;
  /** As SHOW CREATE TABLE prints it. */
  sql: string;
  /** The table's own collation, which its columns have by default. */
  collation: string;
}

/** The statement that makes the target's table. */
export interface TargetDefinition {
  sql: string;
  /** Indexes left out of it, to be added when the rows are there. */
  deferred: DeferredIndex[];
  /** What it will lack or do otherwise, whole sentences. */
  warnings: Wording[];
}

/**
 * Writes the definition of a source table for the target: in the target's names, without what the mapping leaves out,
 * and in the target's dialect. `defers`: without the indexes it can do without at first. Pure. Throws Refusal for whatever is not known to mean the same there.
 */
export function targetDefinition(
  source: SourceDefinition,
  parts: {
    router: TableRouter;
    source: ServerTraits;
    target: ServerTraits;
    defers: boolean;
  },
): TargetDefinition {
  const { table, destination, sql, collation } = source;
  const mappings = destination.columns;
  const text = new DefinitionText({ sql, table, mappings, source: parts.source, target: parts.target });
  const parent = (schema: string, name: string): ParentPlace | null => {
    const place = parts.router.destination(schema, name);
    return place && { ...place, columnName: (column) => targetColumnName(column, place.columns) };
  };
  const deferral = parts.defers ? new IndexDeferral(text) : null;
  const clauses: string[] = [];
  const deferred: DeferredIndex[] = [];
  for (const range of text.clauses) {
    const isKey = isKeyText(text, range);
    const clause = isKey ? keyText(text, range, parent) : columnText(text, range, collation);
    if (clause === null) continue;
    const later = isKey ? (deferral?.of(range, clause) ?? null) : null;
    if (later) deferred.push(later);
    else clauses.push(clause);
  }
  if (clauses.length === 0) refuse(say('columns-all-left-out'));
  const head = `CREATE TABLE IF NOT EXISTS ${quoteTable(destination.schema, destination.table)}`;
  return {
    sql: `${head} (\n  ${clauses.join(',\n  ')}\n) ${optionText(text, collation)}`,
    deferred,
    warnings: text.allWarnings(),
  };
}
