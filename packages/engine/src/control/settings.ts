import { quoteText, type Session } from '@otter/dialects';
import type { ControlTables } from './control-tables.ts';

/**
 * `tables`: source tables the pipeline keeps equal; `patterns`: what `--tables` said when they were written down;
 * `copy-rate`: bytes a second, which wins over the option; `sites`: servers that have been the target, as marks name
 * them; `two-way`: where the logs of both sides stood when they began to be kept equal both ways.
 */
export type SettingName = 'tables' | 'patterns' | 'copy-rate' | 'sites' | 'two-way';

/** Reads and writes `otter_setting` of one pipeline: what it remembers, and what it is told while it runs. */
export class Settings {
  readonly #tables: ControlTables;
  readonly #pipeline: string;

  constructor(tables: ControlTables, pipeline: string) {
    this.#tables = tables;
    this.#pipeline = pipeline;
  }

  async read(session: Session, name: SettingName): Promise<string | null> {
    return (await this.readEach(session, [name]))[0] ?? null;
  }

  /** The same of several, in their order. */
  async readEach(session: Session, names: readonly SettingName[]): Promise<(string | null)[]> {
    const list = names.map(quoteText).join(',');
    const rows = await session.rows(
      `SELECT name,value FROM ${this.#tables.setting} WHERE pipeline=${quoteText(this.#pipeline)} AND name IN (${list})`,
    );
    const values = new Map(rows.map(([name, value]) => [name, value ?? null]));
    return names.map((name) => values.get(name) ?? null);
  }

  saveSql(name: SettingName, value: string): string {
    return `REPLACE INTO ${this.#tables.setting} (pipeline,name,value) VALUES (${quoteText(this.#pipeline)},'${name}',${quoteText(value)})`;
  }

  removeSql(name: SettingName): string {
    return `DELETE FROM ${this.#tables.setting} WHERE pipeline=${quoteText(this.#pipeline)} AND name='${name}'`;
  }
}
