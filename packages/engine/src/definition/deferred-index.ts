import type { TargetTable } from '@otter/dialects';
import type { TokenRange } from '../ddl/ddl-statement.ts';
import type { DefinitionText } from './definition-text.ts';

/** A secondary index its table is created without; it is added when the rows are there. */
export interface DeferredIndex {
  name: string;
  /** In the target's names, in their order. */
  columns: string[];
  /** As it stands in a definition: KEY `by_day` (`day`). */
  sql: string;
}

/** Which indexes of a table it can be created without. */
export class IndexDeferral {
  readonly #text: DefinitionText;
  readonly #needed: ReadonlySet<string>;
  readonly #isPossible: boolean;

  constructor(text: DefinitionText) {
    const { table } = text;
    this.#text = text;
    this.#needed = new Set(neededByItself(table).map((name) => name.toLowerCase()));
    // Without a key every change looks for its row by all columns: any index helps it.
    this.#isPossible = table.uniqueKeys.some(
      ({ nullable, parts }) =>
        !nullable &&
        parts.every(({ column, prefix }) => column !== null && prefix === null && text.targetName(column) !== null),
    );
  }

  /**
   * What to add later for the key written as `sql`; `null` when the table needs it from the beginning, or when a server
   * cannot build it while rows are written (FULLTEXT, SPATIAL) or adds a hidden column for it (expressions).
   */
  of(range: TokenRange, sql: string): DeferredIndex | null {
    if (!this.#isPossible) return null;
    const walk = this.#text.walk(range);
    if (!walk.skip('KEY')) return null;
    const name = walk.name();
    const from = walk.at + 1;
    if (!name || !walk.skipGroup()) return null;
    const parts = this.#text.walk({ from, end: walk.at - 1 });
    const columns: string[] = [];
    while (!parts.done) {
      const column = parts.name();
      const target = column && this.#text.isColumn(column.name) ? this.#text.targetName(column.name) : null;
      if (column === null || target === null) return null;
      if (columns.length === 0 && this.#needed.has(column.name.toLowerCase())) return null;
      columns.push(target);
      parts.at = parts.clauseEnd();
      parts.skip(',');
    }
    return { name: name.name, columns, sql };
  }
}

/** Columns an index must begin with for the table to be created at all. */
function neededByItself({ columns, uniqueKeys, foreignKeys }: TargetTable): string[] {
  const counter = columns.find(({ autoIncrement }) => autoIncrement)?.name;
  const isKey = uniqueKeys.some(({ parts }) => parts[0]?.column === counter);
  const children = foreignKeys.flatMap((key) => key.columns.slice(0, 1));
  return counter === undefined || isKey ? children : [counter, ...children];
}
