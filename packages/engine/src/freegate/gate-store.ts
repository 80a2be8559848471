import { OtterError } from '@otter/core';
import { quoteText, type Session } from '@otter/dialects';
import type { ControlTables } from '../control/control-tables.ts';

/** Keys of one table that are brought at once. */
export interface GatePiece {
  id: string;
  /** Source name, `schema.table`. */
  table: string;
  /** Each with its parts joined by char(1). */
  keys: string[];
}

/** Reads and writes `otter_gate` of one pipeline: rows that were asked for and are not brought yet. */
export class GateStore {
  readonly #tables: ControlTables;
  readonly #pipeline: string;

  constructor(tables: ControlTables, pipeline: string) {
    this.#tables = tables;
    this.#pipeline = quoteText(pipeline);
  }

  /** How many pieces of each table wait. */
  async count(session: Session): Promise<Map<string, number>> {
    const rows = await session.rows(
      `SELECT table_name,COUNT(*) FROM ${this.#tables.gate} WHERE pipeline=${this.#pipeline} GROUP BY table_name`,
    );
    return new Map(rows.map(([table, count]) => [table ?? '', Number(count)]));
  }

  /** The oldest piece of these tables, but for those `taken`. Throws CHECKPOINT_UNUSABLE. */
  async first(session: Session, tables: readonly string[], taken: readonly string[]): Promise<GatePiece | null> {
    const free = taken.length === 0 ? '' : ` AND id NOT IN (${taken.join(',')})`;
    const [row] = await session.rows(
      `SELECT id,table_name,row_keys FROM ${this.#tables.gate} WHERE pipeline=${this.#pipeline} AND table_name IN (${tables.map(quoteText).join(',')})${free} ORDER BY id LIMIT 1`,
    );
    if (!row) return null;
    const [id, table, keys] = row as [string, string, string];
    try {
      return { id, table, keys: JSON.parse(keys) as string[] };
    } catch (cause) {
      throw new OtterError('CHECKPOINT_UNUSABLE', { detail: `rows asked for of ${table} cannot be read`, cause });
    }
  }

  addSql(table: string, keys: readonly string[]): string {
    return `INSERT INTO ${this.#tables.gate} (pipeline,table_name,row_keys) VALUES (${this.#pipeline},${quoteText(table)},${quoteText(JSON.stringify(keys))})`;
  }

  removeSql({ id }: GatePiece): string {
    return `DELETE FROM ${this.#tables.gate} WHERE id=${id}`;
  }

  clearSql(): string {
    return `DELETE FROM ${this.#tables.gate} WHERE pipeline=${this.#pipeline}`;
  }
}
