import { OtterError } from '@otter/core';
import { quoteText, type Session } from '@otter/dialects';
import type { DeferredIndex } from '../definition/deferred-index.ts';
import type { ControlTables } from './control-tables.ts';

/** A target table that was created without some of its indexes. */
export interface StoredIndexes {
  schema: string;
  table: string;
  indexes: DeferredIndex[];
}

/**
 * Reads and writes `otter_index`: which indexes tables of the target were created without. By table and not by pipeline,
 * so that whichever pipeline copies the table, under another name or begun anew, adds them.
 */
export class IndexStore {
  readonly #tables: ControlTables;

  constructor(tables: ControlTables) {
    this.#tables = tables;
  }

  /** Throws CHECKPOINT_UNUSABLE. */
  async read(session: Session): Promise<StoredIndexes[]> {
    const rows = await session.rows(`SELECT table_name,indexes FROM ${this.#tables.index} ORDER BY table_name`);
    return rows.map(([name, indexes]) => {
      try {
        const [schema, table] = JSON.parse(name ?? '') as [string, string];
        return { schema, table, indexes: JSON.parse(indexes ?? '') as DeferredIndex[] };
      } catch (cause) {
        throw new OtterError('CHECKPOINT_UNUSABLE', { detail: `the indexes of ${name} cannot be read`, cause });
      }
    });
  }

  saveSql({ schema, table, indexes }: StoredIndexes): string {
    return `REPLACE INTO ${this.#tables.index} (table_name,indexes) VALUES (${key({ schema, table })},${quoteText(JSON.stringify(indexes))})`;
  }

  removeSql(table: { schema: string; table: string }): string {
    return `DELETE FROM ${this.#tables.index} WHERE table_name=${key(table)}`;
  }
}

/** A name may hold any character, dots too. */
function key({ schema, table }: { schema: string; table: string }): string {
  return quoteText(JSON.stringify([schema, table]));
}
