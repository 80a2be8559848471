import type { ParkedTable } from '@otter/engine';

/** What changed among the parked tables since the last look. */
export interface ParkedChanges {
  news: ParkedTable[];
  /** Source names of tables that flow again. */
  rejoined: string[];
}

/** Notices which tables were parked, began to catch up or rejoined, each once. */
export class ParkedWatch {
  #known = new Map<string, string>();

  /**
   * A table is news once its error has its number, by which a person looks it up; `last` reports it
   * without, because there will be no other look.
   */
  look(parked: readonly ParkedTable[], last = false): ParkedChanges {
    const before = this.#known;
    const after = new Map<string, string>();
    const news: ParkedTable[] = [];
    for (const table of parked) {
      const known = before.get(table.table);
      const now = `${table.id} ${table.state}`;
      if (known === now || (table.id === 0 && !last)) {
        if (known !== undefined) after.set(table.table, known);
        continue;
      }
      after.set(table.table, now);
      news.push(table);
    }
    const names = new Set(parked.map((table) => table.table));
    this.#known = after;
    return { news, rejoined: [...before.keys()].filter((name) => !names.has(name)) };
  }
}

/** ` #7`, or nothing before the error has its number. */
export function errorNumberText(id: number): string {
  return id > 0 ? ` #${id}` : '';
}
