import { OtterError } from '@otter/core';
import { quoteText, type Session } from '@otter/dialects';
import type { GhostRun } from '../ddl/ghost-runs.ts';
import type { ControlTables } from './control-tables.ts';

/** Keeps in `otter_schema` what the log has told of the runs of online-change tools, as of the checkpoint. */
export class GhostStore {
  readonly #tables: ControlTables;
  readonly #pipeline: string;

  constructor(tables: ControlTables, pipeline: string) {
    this.#tables = tables;
    this.#pipeline = pipeline;
  }

  /** Throws CHECKPOINT_UNUSABLE. */
  async read(session: Session): Promise<GhostRun[]> {
    const rows = await session.rows(
      `SELECT definition,table_name FROM ${this.#tables.definitions} WHERE ${this.#where()}`,
    );
    return rows.map(([text, base]) => {
      try {
        return JSON.parse(text ?? '') as GhostRun;
      } catch (cause) {
        const detail = `pipeline ${this.#pipeline}: what is known of a tool that changes ${base} cannot be read`;
        throw new OtterError('CHECKPOINT_UNUSABLE', { detail, cause });
      }
    });
  }

  /** To be run in the commit that moves past the statements it was learned from. */
  saveSql(runs: readonly GhostRun[]): string[] {
    return runs.map((run) => {
      const values = [this.#pipeline, 'ghost', run.base, JSON.stringify(run)].map(quoteText);
      return `REPLACE INTO ${this.#tables.definitions} (pipeline,role,table_name,definition) VALUES (${values.join(',')})`;
    });
  }

  #where(): string {
    return `pipeline=${quoteText(this.#pipeline)} AND role='ghost'`;
  }
}
