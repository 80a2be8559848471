import { say, sayNames, type Wording } from '@otter/core';
import { quoteName, type TargetTable } from '@otter/dialects';
import { recogniseDdl, type TokenRange } from '../ddl/ddl-statement.ts';
import type { SqlGrammar, SqlToken } from '../ddl/sql-token.ts';
import { statementText, type TextEdit } from '../ddl/statement-text.ts';
import { TokenWalk, type NameReference } from '../ddl/token-walk.ts';
import type { ColumnMapping } from '../sync-options.ts';
import { targetColumnName } from '../transform/routed-table.ts';
import { refuse } from './refusal.ts';
import { findCollation, type FoundCollation, type ServerTraits } from './server-traits.ts';

/** Names replaced where they stand, or the first column among them that does not travel. */
export type RenamedNames = { edits: TextEdit[] } | { leftOut: string };

/**
 * One table as SHOW CREATE TABLE prints it, with the names of the target at hand. Names of columns are always quoted
 * there, but in the partitioning of MySQL before 5.7.
 */
export class DefinitionText {
  readonly tokens: readonly SqlToken[];
  /** Columns, keys and checks. */
  readonly clauses: readonly TokenRange[];
  /** Everything behind them. */
  readonly options: TokenRange;
  readonly table: TargetTable;
  readonly source: ServerTraits;
  readonly target: ServerTraits;
  /** What the target's table will lack or do otherwise, whole sentences. */
  readonly warnings: Wording[] = [];
  /** Columns whose collation becomes a different one, by what it becomes. */
  readonly #recollated = new Map<string, { becomes: Wording; columns: string[] }>();
  readonly #sql: string;
  readonly #mappings: readonly ColumnMapping[];
  readonly #columns: ReadonlySet<string>;

  constructor(parts: {
    sql: string;
    table: TargetTable;
    mappings: readonly ColumnMapping[];
    source: ServerTraits;
    target: ServerTraits;
  }) {
    const { sql, table, mappings, source, target } = parts;
    [this.table, this.source, this.target] = [table, source, target];
    this.#sql = sql;
    this.#mappings = mappings;
    this.#columns = new Set(table.columns.map(({ name }) => name.toLowerCase()));
    const { tokens, definitions } = readCreate(sql, source);
    this.tokens = tokens;
    this.clauses = clausesOf(tokens, definitions);
    this.options = { from: definitions.end + 1, end: tokens.length };
  }

  /** The two servers do not speak the same dialect: only what means the same in both is taken over. */
  get isCrossing(): boolean {
    return this.source.isMariadb !== this.target.isMariadb;
  }

  walk({ from, end }: TokenRange): TokenWalk {
    return new TokenWalk(this.tokens, from, end);
  }

  text({ from, end }: TokenRange, edits: readonly TextEdit[] = []): string {
    return statementText(this.#sql, this.tokens.slice(from, end), edits);
  }

  /** As it stands in the statement, quotes and all. */
  written({ start, end }: { start: number; end: number }): string {
    return this.#sql.slice(start, end);
  }

  /** The target's name of a column; `null` when it does not travel. */
  targetName(column: string): string | null {
    return targetColumnName(column, this.#mappings);
  }

  isColumn(name: string): boolean {
    return this.#columns.has(name.toLowerCase());
  }

  renamed(column: NameReference): TextEdit | null {
    const name = this.targetName(column.name);
    return name === column.name || name === null ? null : { ...column, text: quoteName(name) };
  }

  /** Renames every column named in an expression. Throws {@link Refusal} where it cannot be told what is one. */
  names({ from, end }: TokenRange): RenamedNames {
    const edits: TextEdit[] = [];
    for (let i = from; i < end; i++) {
      const token = this.tokens[i] as SqlToken;
      if ((token.kind !== 'name' && token.kind !== 'word') || !this.isColumn(token.written)) continue;
      const name = this.targetName(token.written);
      if (name === token.written || /^(?:SUB)?PARTITION$/.test(this.tokens[i - 1]?.text ?? '')) continue;
      if (token.kind === 'word') {
        if (this.tokens[i + 1]?.text === '(') continue;
        return refuse(say('unquoted-name', { name: token.written }));
      }
      if (name === null) return { leftOut: token.written };
      edits.push({ start: token.start, end: token.end, text: quoteName(name) });
    }
    return { edits };
  }

  collation(name: string): FoundCollation {
    return findCollation(name, this.source, this.target);
  }

  /** Notes that a column gets another collation; the columns of one kind share a warning. */
  recollate(column: string, becomes: Wording): void {
    const columns = [...(this.#recollated.get(becomes.en)?.columns ?? []), column];
    this.#recollated.set(becomes.en, { becomes, columns });
  }

  /** Everything to be said of the new table. */
  allWarnings(): Wording[] {
    const recollated = [...this.#recollated.values()].map(({ becomes, columns }) => {
      const names = columns.map((name) => `"${name}"`);
      return say('columns-recollated', { columns: sayNames(names), becomes });
    });
    return [...this.warnings, ...recollated];
  }

  warn(sentence: Wording): void {
    if (!this.warnings.some(({ en }) => en === sentence.en)) this.warnings.push(sentence);
  }
}

function readCreate(sql: string, source: ServerTraits): { tokens: readonly SqlToken[]; definitions: TokenRange } {
  if (sql.includes('\ufffd')) refuse(say('definition-bytes'));
  const grammar: SqlGrammar = { ...source, ansiQuotes: false, plainBackslash: false };
  const ddl = recogniseDdl(sql, grammar);
  if (ddl?.form !== 'create-table' || !ddl.definitions || ddl.selects) return refuse(say('definition-unreadable'));
  return { tokens: ddl.tokens, definitions: ddl.definitions };
}

function clausesOf(tokens: readonly SqlToken[], { from, end }: TokenRange): TokenRange[] {
  const walk = new TokenWalk(tokens, from, end);
  const clauses: TokenRange[] = [];
  while (!walk.done) {
    const clause = { from: walk.at, end: walk.clauseEnd() };
    clauses.push(clause);
    walk.at = clause.end + 1;
  }
  return clauses;
}
