import { OtterError, type TableSchema } from '@otter/core';
import { quoteText, type Session } from '@otter/dialects';
import type { ControlTables } from './control-tables.ts';

/** stream: as they are at the checkpoint; parked: of one parked table, as it is where its changes begin to wait. */
export type SchemaRole = 'stream' | 'parked';

/** Tables of one INSERT. */
const BATCH = 200;

/**
 * Reads and writes `otter_schema`: the source's definitions that belong to the positions of a pipeline. A source whose log
 * does not name its columns cannot say later what they were.
 */
export class SchemaStore {
  readonly #tables: ControlTables;
  readonly #pipeline: string;

  constructor(tables: ControlTables, pipeline: string) {
    this.#tables = tables;
    this.#pipeline = pipeline;
  }

  /** Definitions of one role. Throws CHECKPOINT_UNUSABLE. */
  async read(session: Session, role: SchemaRole): Promise<TableSchema[]> {
    const rows = await session.rows(
      `SELECT definition,table_name FROM ${this.#tables.definitions} WHERE ${this.#where(role)}`,
    );
    return rows.map(([definition, name]) => {
      try {
        return JSON.parse(definition ?? '') as TableSchema;
      } catch (cause) {
        const detail = `pipeline ${this.#pipeline}: the definition of ${name} cannot be read`;
        throw new OtterError('CHECKPOINT_UNUSABLE', { detail, cause });
      }
    });
  }

  saveSql(role: SchemaRole, schemas: readonly TableSchema[]): string[] {
    const statements: string[] = [];
    for (let i = 0; i < schemas.length; i += BATCH) {
      const rows = schemas
        .slice(i, i + BATCH)
        .map(
          (schema) =>
            `(${quoteText(this.#pipeline)},'${role}',${quoteText(`${schema.schema}.${schema.table}`)},${quoteText(JSON.stringify(schema))})`,
        );
      statements.push(
        `REPLACE INTO ${this.#tables.definitions} (pipeline,role,table_name,definition) VALUES ${rows.join(',')}`,
      );
    }
    return statements;
  }

  forgetSql(role: SchemaRole, tables: readonly string[]): string {
    return `DELETE FROM ${this.#tables.definitions} WHERE ${this.#where(role)} AND table_name IN (${tables.map(quoteText).join(',')})`;
  }

  clearSql(): string {
    return `DELETE FROM ${this.#tables.definitions} WHERE pipeline=${quoteText(this.#pipeline)}`;
  }

  /** Keeps a table's definition as it is now at the stream for its catch-up; to be run in the commit that parks it. */
  parkSql(table: string): string {
    const own = `pipeline=${quoteText(this.#pipeline)} AND table_name=${quoteText(table)}`;
    return (
      `DELETE FROM ${this.#tables.definitions} WHERE ${own} AND role='parked';` +
      `INSERT INTO ${this.#tables.definitions} (pipeline,role,table_name,definition) SELECT pipeline,'parked',table_name,definition FROM (SELECT * FROM ${this.#tables.definitions} WHERE ${own} AND role='stream') AS known`
    );
  }

  #where(role: SchemaRole): string {
    return `pipeline=${quoteText(this.#pipeline)} AND role='${role}'`;
  }
}
