import { OtterError, say, type LogStatement, type Wording } from '@otter/core';
import { quoteName, quoteTable } from '@otter/dialects';
import { splitName } from '../select/table-name.ts';
import type { TableDestination, TableRouter } from '../select/table-router.ts';
import { ColumnClauses, type TranslatedClause } from './column-clauses.ts';
import {
  keepsColumns,
  recogniseDdl,
  type AlterTable,
  type ChangeDatabase,
  type ChangeIndex,
  type CreateTable,
  type DdlKind,
  type DdlStatement,
  type RenameTable,
  type TokenRange,
} from './ddl-statement.ts';
import type { GhostStep } from './ghost-runs.ts';
import { ghostNameOf } from './ghost-tables.ts';
import { repeatability, type Refusal } from './repeatable-alter.ts';
import type { SqlGrammar } from './sql-token.ts';
import { statementText, type TextEdit } from './statement-text.ts';
import { TokenWalk, type TableReference } from './token-walk.ts';

/** One statement to be run on the target. */
export interface DdlStep {
  kind: DdlKind;
  /** Source names, `schema.table`, of the tables it is about. */
  tables: string[];
  /** Of these, tables that are no more afterwards. */
  gone: string[];
  /** Of these, tables that hold other rows afterwards than before, none of which are in the log. */
  moved: string[];
  /** Source names of other tables whose definitions it takes over (CREATE TABLE … LIKE). */
  models: string[];
  /** The target tables whose definitions it may change. */
  targets: { schema: string; table: string }[];
  sql: string;
  /** sql_mode it was run with on the source; `null` where the log does not say. */
  sqlMode: bigint | null;
  /** As the log has it. */
  statement: string;
  /** safe: twice is as good as once. swaps: it may leave definitions as they were and still have moved rows. */
  repeat: 'safe' | 'by-definition' | 'swaps';
  /**
   * Error numbers of the server that mean it is so already: the change was made on the target first. None for
   * statements of several clauses, of which others may be missing.
   */
  already: readonly number[];
  refusals?: readonly Refusal[];
}

/** What a DDL statement of the log comes to on the target. */
export type DdlTranslation =
  /** Nothing there to do: no mapped table is concerned, or none of its columns. */
  | { outcome: 'none'; tables: string[] }
  | { outcome: 'run'; steps: DdlStep[] }
  /** It cannot be said for certain in the target's names. */
  | { outcome: 'uncertain'; tables: string[]; reason: Wording };

const TABLE_EXISTS = 1050;
/** A column or key of that name is there already, or is gone already. */
const ALREADY = [1060, 1061, 1091] as const;

/**
 * Bits of sql_mode under which an ALTER TABLE makes of every row what the tool made of it, or fails: NO_AUTO_VALUE_ON_ZERO,
 * STRICT_TRANS_TABLES, STRICT_ALL_TABLES.
 */
const EXACT_MODES = (1n << 19n) | (1n << 21n) | (1n << 22n);

interface Place {
  /** As rows events spell it. */
  source: string;
  schema: string;
  table: string;
  destination: TableDestination;
}

/** Writes DDL of the source in the names of the target. */
export class DdlTranslator {
  readonly #router: TableRouter;
  readonly #spelling: (name: string) => string;

  /** `spelling` gives the name rows events use for a table, whatever the case a statement writes it in. */
  constructor(router: TableRouter, spelling: (name: string) => string) {
    this.#router = router;
    this.#spelling = spelling;
  }

  translate(ddl: DdlStatement, statement: LogStatement): DdlTranslation {
    switch (ddl.form) {
      case 'create-table':
        return new Rewriting(ddl, statement, (t) => this.#place(t, statement), this.#router).create(ddl);
      case 'alter-table':
        return new Rewriting(ddl, statement, (t) => this.#place(t, statement), this.#router).alter(ddl);
      case 'create-index':
      case 'drop-index':
        return new Rewriting(ddl, statement, (t) => this.#place(t, statement), this.#router).index(ddl);
      case 'rename-table':
        return this.#rename(ddl, statement);
      case 'truncate-table':
        return this.#list(ddl, statement, [ddl.table], (names) => `TRUNCATE TABLE ${names[0]}`);
      case 'drop-table':
        return this.#list(ddl, statement, ddl.tables, (names) => `DROP TABLE IF EXISTS ${names.join(', ')}`);
      case 'create-database':
      case 'alter-database':
        return this.#database(ddl, statement);
      case 'drop-database':
        throw new OtterError('INTERNAL', { detail: 'DROP DATABASE is told by the tables that are known' });
    }
  }

  /** The last step of a tool that changed a table in a copy: its ALTER TABLE, for the table itself. */
  swap(
    { base, working, alter }: Extract<GhostStep, { outcome: 'swap' }>,
    statement: LogStatement,
    grammar: SqlGrammar,
  ): { keeps: boolean; translation: DdlTranslation } {
    const uncertain = (reason: Wording): { keeps: boolean; translation: DdlTranslation } => ({
      keeps: false,
      translation: {
        outcome: 'uncertain',
        tables: [base],
        reason: say('reason-with-alter', { reason, sql: alter.sql.slice(0, 500) }),
      },
    });
    const ddl = recogniseDdl(alter.sql, grammar);
    if (ddl?.form !== 'alter-table') return uncertain(say('alter-not-understood'));
    const judged = repeatability(ddl);
    if (!judged.repeatable) return uncertain(judged.reason);
    const spelling = (name: string): string => {
      const spelled = this.#spelling(name);
      return spelled.toLowerCase() === working.toLowerCase() ? base : spelled;
    };
    const translation = new DdlTranslator(this.#router, spelling).translate(ddl, alter);
    if (translation.outcome === 'uncertain') return uncertain(translation.reason);
    const destination = this.#router.destination(...splitName(base));
    if (translation.outcome !== 'run' || !destination) return uncertain(say('alter-concerns-nothing'));
    if (destination.columns.length > 0) return uncertain(say('columns-mapped'));
    const sqlMode = alter.sqlMode === null ? null : alter.sqlMode | EXACT_MODES;
    const refusals = judged.refusals(destination.schema, destination.table);
    const exact = { sqlMode, refusals, already: [], statement: statement.sql };
    const steps = translation.steps.map((one) => ({ ...one, ...exact }));
    return { keeps: keepsColumns(ddl), translation: { outcome: 'run', steps } };
  }

  #place(reference: TableReference, statement: LogStatement): Place | null {
    const schema = reference.schema === '' ? statement.schema : reference.schema;
    if (schema === '') return null;
    const source = this.#spelling(`${schema}.${reference.table}`);
    const dot = source.indexOf('.', schema.length);
    const name = { schema: source.slice(0, dot), table: source.slice(dot + 1) };
    const destination = this.#router.destination(name.schema, name.table);
    return destination && { source, ...name, destination };
  }

  #list(
    ddl: DdlStatement,
    statement: LogStatement,
    references: readonly TableReference[],
    sql: (names: string[]) => string,
  ): DdlTranslation {
    const places = references.map((table) => this.#place(table, statement)).filter((place) => place !== null);
    if (places.length === 0) return { outcome: 'none', tables: [] };
    const shared = sharedReason(places, this.#router);
    if (shared) return shared;
    const one = step(ddl, statement, places, sql(places.map(quoted)), 'safe');
    return { outcome: 'run', steps: [ddl.form === 'drop-table' ? { ...one, gone: one.tables } : one] };
  }

  #rename(ddl: RenameTable, statement: LogStatement): DdlTranslation {
    const pairs = ddl.pairs.map(({ from, to }) => ({
      from: this.#place(from, statement),
      to: this.#place(to, statement),
      names: [from.table, to.table],
    }));
    const places = pairs.flatMap(({ from, to }) => [from, to]).filter((place) => place !== null);
    if (places.length === 0) return { outcome: 'none', tables: [] };
    const tables = namesOf(places);
    const leaving = pairs.find(({ from, to }) => (from === null) !== (to === null));
    if (leaving) return { outcome: 'uncertain', tables, reason: renameReason(pairs.flatMap(({ names }) => names)) };
    const shared = sharedReason(places, this.#router);
    if (shared) return shared;
    const kept = pairs.filter(({ from, to }) => from && to);
    const sql = `RENAME TABLE ${kept.map(({ from, to }) => `${quoted(from as Place)} TO ${quoted(to as Place)}`).join(', ')}`;
    const there = new Set(kept.map(({ from }) => (from as Place).source));
    for (const { from, to } of kept) {
      there.delete((from as Place).source);
      there.add((to as Place).source);
    }
    const gone = tables.filter((table) => !there.has(table));
    return { outcome: 'run', steps: [{ ...step(ddl, statement, places, sql, 'swaps'), gone, moved: [...there] }] };
  }

  #database(ddl: ChangeDatabase, statement: LogStatement): DdlTranslation {
    const schema = ddl.schema?.name ?? statement.schema;
    const targets = this.#router.schemaDestinations(schema);
    if (targets.length === 0) return { outcome: 'none', tables: [] };
    const from = ddl.schema ? ddl.tokens.findIndex((token) => token.start === ddl.schema?.start) + 1 : ddl.first + 2;
    const settings = statementText(statement.sql, ddl.tokens.slice(from));
    const head = ddl.form === 'create-database' ? 'CREATE DATABASE IF NOT EXISTS' : 'ALTER DATABASE';
    const steps = targets.map((target) =>
      step(ddl, statement, [], `${head} ${quoteName(target)} ${settings}`.trim(), 'safe'),
    );
    return { outcome: 'run', steps };
  }
}

/**
 * DROP DATABASE: its mapped tables are dropped, `tables` by their source names. The schema of the target may hold
 * others.
 */
export function dropTables(tables: readonly string[], router: TableRouter, statement: LogStatement): DdlTranslation {
  const places = tables.flatMap((source): Place[] => {
    const [schema, table] = splitName(source);
    const destination = router.destination(schema, table);
    return destination ? [{ source, schema, table, destination }] : [];
  });
  if (places.length === 0) return { outcome: 'none', tables: [] };
  const shared = sharedReason(places, router);
  if (shared) return shared;
  const sql = `DROP TABLE IF EXISTS ${places.map(quoted).join(', ')}`;
  const one = step({ kind: 'database' }, statement, places, sql, 'safe');
  return { outcome: 'run', steps: [{ ...one, gone: one.tables }] };
}

/** One statement that keeps its text but for the names in it. */
class Rewriting {
  readonly #ddl: DdlStatement;
  readonly #statement: LogStatement;
  readonly #place: (table: TableReference) => Place | null;
  readonly #router: TableRouter;

  constructor(
    ddl: DdlStatement,
    statement: LogStatement,
    place: (table: TableReference) => Place | null,
    router: TableRouter,
  ) {
    this.#ddl = ddl;
    this.#statement = statement;
    this.#place = place;
    this.#router = router;
  }

  create(ddl: CreateTable): DdlTranslation {
    const place = this.#place(ddl.table);
    if (!place) return { outcome: 'none', tables: [] };
    const shared = sharedReason([place], this.#router);
    if (shared) return shared;
    const edits = [named(ddl.table, quoted(place)), ...this.#parents(ddl.parents, ddl.table)];
    const models: string[] = [];
    if (ddl.like) {
      const like = this.#place(ddl.like);
      if (!like) return this.#uncertain([place], say('model-outside', { table: ddl.like.table }));
      edits.push(named(ddl.like, quoted(like)));
      models.push(like.source);
    }
    if (ddl.definitions) {
      const clauses = splitClauses(ddl, ddl.definitions);
      const columns = new ColumnClauses(ddl.tokens, place.destination.columns);
      const problem = this.#clauses(ddl.definitions, clauses, (range) => columns.definition(range), edits);
      if (problem !== null)
        return problem === 'none' ? { outcome: 'none', tables: [place.source] } : this.#uncertain([place], problem);
    }
    const tokens = ddl.tokens.filter((_, i) => !within(ddl.opensRows, i));
    return this.#run([place], tokens.slice(ddl.first), edits, {
      already: ddl.replaces ? [] : [TABLE_EXISTS],
      moved: ddl.replaces ? [place.source] : [],
      models,
    });
  }

  alter(ddl: AlterTable): DdlTranslation {
    const place = this.#place(ddl.table);
    const others = [...ddl.partners, ...(ddl.renamedTo ? [ddl.renamedTo] : [])];
    const otherPlaces = others.map((table) => ({ table, place: this.#place(table) }));
    const places = [place, ...otherPlaces.map((other) => other.place)].filter((found) => found !== null);
    if (places.length === 0) return { outcome: 'none', tables: [] };
    if (places.length < others.length + 1) {
      const names = [ddl.table, ...others].map(({ table }) => table);
      return this.#uncertain(places, renameReason(names));
    }
    const shared = sharedReason(places, this.#router);
    if (shared) return shared;
    const edits = [named(ddl.table, quoted(place as Place)), ...this.#parents(ddl.parents, ddl.table)];
    for (const other of otherPlaces) edits.push(named(other.table, quoted(other.place as Place)));
    const columns = new ColumnClauses(ddl.tokens, (place as Place).destination.columns);
    if (
      others.length > 0 &&
      otherPlaces.some((other) => other.place?.destination.columns.length !== 0 || !columns.plain)
    )
      return this.#uncertain(places, say('rows-between-mapped'));
    const range = {
      from: ddl.clauses[0]?.from ?? ddl.tokens.length,
      end: ddl.clauses.at(-1)?.end ?? ddl.tokens.length,
    };
    const problem = this.#clauses(range, ddl.clauses, (clause) => columns.alter(clause), edits);
    if (problem !== null)
      return problem === 'none' ? { outcome: 'none', tables: namesOf(places) } : this.#uncertain(places, problem);
    const names = namesOf(places);
    return this.#run(places, ddl.tokens.slice(ddl.first), edits, {
      repeat: ddl.partners.length > 0 ? 'swaps' : 'by-definition',
      already: ddl.clauses.length === 1 && others.length === 0 ? ALREADY : [],
      gone: ddl.renamedTo ? names.slice(0, 1) : [],
      moved: ddl.renamedTo ? names.slice(-1) : ddl.partners.length > 0 ? names : [],
    });
  }

  index(ddl: ChangeIndex): DdlTranslation {
    const place = this.#place(ddl.table);
    if (!place) return { outcome: 'none', tables: [] };
    const shared = sharedReason([place], this.#router);
    if (shared) return shared;
    const edits = [named(ddl.table, quoted(place))];
    if (ddl.parts) {
      const parts = new ColumnClauses(ddl.tokens, place.destination.columns).parts(ddl.parts);
      if ('uncertain' in parts) return this.#uncertain([place], parts.uncertain);
      if ('edits' in parts) edits.push(...parts.edits);
    }
    return this.#run([place], ddl.tokens.slice(ddl.first), edits, { already: ALREADY });
  }

  /** A parent without a schema is in that of the child, whatever the session's is. */
  #parents(parents: readonly TableReference[], child: TableReference): TextEdit[] {
    return parents.flatMap((parent) => {
      const schema = parent.schema || child.schema || this.#statement.schema;
      const place = this.#place({ ...parent, schema });
      return [named(parent, place ? quoted(place) : quoteTable(schema, parent.table))];
    });
  }

  /** Adds the edits of all clauses; `none` when none is left, else why it is uncertain, else `null`. */
  #clauses(
    range: TokenRange,
    clauses: readonly TokenRange[],
    translate: (clause: TokenRange) => TranslatedClause,
    edits: TextEdit[],
  ): Wording | 'none' | null {
    const kept: TokenRange[] = [];
    const tokens = this.#ddl.tokens;
    for (const clause of clauses) {
      const translated = translate(clause);
      if ('uncertain' in translated) return translated.uncertain;
      if ('dropped' in translated) continue;
      edits.push(...translated.edits);
      kept.push(clause);
    }
    if (kept.length === clauses.length) return null;
    if (kept.length === 0) return 'none';
    const inside = kept.map((clause) =>
      statementText(this.#statement.sql, tokens.slice(clause.from, clause.end), edits),
    );
    const [first, last] = [tokens[range.from], tokens[range.end - 1]];
    const covered = { start: first?.start ?? 0, end: last?.end ?? 0, text: inside.join(', ') };
    const outside = edits.filter(({ start, end }) => end <= covered.start || start >= covered.end);
    edits.splice(0, edits.length, ...outside, covered);
    return null;
  }

  #uncertain(places: readonly Place[], reason: Wording): DdlTranslation {
    return { outcome: 'uncertain', tables: namesOf(places), reason };
  }

  #run(
    places: readonly Place[],
    tokens: DdlStatement['tokens'],
    edits: readonly TextEdit[],
    more: Partial<DdlStep>,
  ): DdlTranslation {
    const sql = statementText(this.#statement.sql, tokens, edits);
    return { outcome: 'run', steps: [{ ...step(this.#ddl, this.#statement, places, sql, 'by-definition'), ...more }] };
  }
}

function step(
  ddl: Pick<DdlStatement, 'kind'>,
  { sql: statement, sqlMode }: LogStatement,
  places: readonly Place[],
  sql: string,
  repeat: DdlStep['repeat'],
): DdlStep {
  return {
    kind: ddl.kind,
    tables: namesOf(places),
    gone: [],
    moved: [],
    models: [],
    targets: places.map(({ destination: { schema, table } }) => ({ schema, table })),
    sql,
    sqlMode,
    statement,
    repeat,
    already: [],
  };
}

function namesOf(places: readonly Place[]): string[] {
  return [...new Set(places.map(({ source }) => source))];
}

function quoted({ destination: { schema, table } }: Place): string {
  return quoteTable(schema, table);
}

function named({ start, end }: TableReference, text: string): TextEdit {
  return { start, end, text };
}

function within(range: TokenRange | null, i: number): boolean {
  return range !== null && i >= range.from && i < range.end;
}

function splitClauses({ tokens }: DdlStatement, { from, end }: TokenRange): TokenRange[] {
  const walk = new TokenWalk(tokens, from, end);
  const clauses: TokenRange[] = [];
  while (!walk.done) {
    const clause = { from: walk.at, end: walk.clauseEnd() };
    clauses.push(clause);
    walk.at = Math.max(clause.end + 1, walk.at + 1);
  }
  return clauses;
}

function sharedReason(places: readonly Place[], router: TableRouter): DdlTranslation | null {
  if (!places.some(({ schema, table }) => router.isShared(schema, table))) return null;
  return {
    outcome: 'uncertain',
    tables: namesOf(places),
    reason: say('several-sources'),
  };
}

function renameReason(names: readonly string[]): Wording {
  const tool = names.map((name) => ghostNameOf(name)?.tool).find((found) => found !== undefined);
  const reason = say('rename-across');
  return tool === undefined ? reason : say('rename-of-tool', { reason, tool });
}
