import type { SourceFacts } from '@otter/binlog';
import {
  OtterError,
  say,
  verbatim,
  type LogStatement,
  type LogTable,
  type RowsChange,
  type Transaction,
  type Value,
  type Wording,
} from '@otter/core';
import { WATERMARK_TABLE } from '../copy/watermark.ts';
import {
  CHECKPOINT_TABLE,
  haveBeenAt,
  marksOf,
  siteOf,
  type AnnouncedDrop,
  type CommitMark,
  type Site,
} from '../origin/commit-mark.ts';
import { isKept, isMarkTable, type OriginalMarks } from '../origin/original-mark.ts';
import { LOG_BEGIN, type Seen } from '../conflict/row-writes.ts';
import type { DdlPolicy } from '../ddl/ddl-policy.ts';
import { keepsColumns, recogniseDdl, type DdlKind, type DdlStatement } from '../ddl/ddl-statement.ts';
import { DdlTranslator, dropTables, type DdlTranslation } from '../ddl/ddl-translation.ts';
import type { GhostContext, GhostRuns } from '../ddl/ghost-runs.ts';
import type { SqlGrammar } from '../ddl/sql-token.ts';
import { AnnouncedDrops, DDL_TABLE } from '../origin/announced-drops.ts';
import { viaOfStatement } from '../origin/statement-mark.ts';
import { isRowWrite, recogniseStatement, type TableName } from './log-statement.ts';
import { emptyBarrier, identityOf, type SelectedTransaction, type TableStop } from './selected-transaction.ts';
import type { SyncOptions } from '../sync-options.ts';
import type { TableRouter } from './table-router.ts';

/** Name of the table our heartbeat is written to on the source. */
export const HEARTBEAT_TABLE = 'otter_heartbeat';

/** The pipeline of the other direction, where both sides are written. */
export interface Counterpart {
  pipeline: string;
  /** Up to where it had brought the target's log to the source where reading begins. */
  seen: Seen;
}

/**
 * First stage: keeps of each transaction what concerns this pipeline. The reader has left unmapped tables
 * undecoded already (`wants`); here heartbeats and watermarks are taken out and statements are judged.
 */
export class Selector {
  readonly #router: TableRouter;
  readonly #controlSchema: string;
  readonly #pipeline: string;
  readonly #clock: string;
  /** Mapped tables the log or the catalogue has mentioned, for statements that speak of a whole schema. */
  readonly #known: Set<string>;
  readonly #ddl: DdlPolicy;
  readonly #source: Pick<SqlGrammar, 'isMariadb' | 'versionNumber'>;
  readonly #original: OriginalMarks | null;
  readonly #drops: AnnouncedDrops;
  readonly #translator: DdlTranslator;
  readonly #ghosts: GhostRuns | null;
  readonly #site: Site;
  readonly #target: readonly Site[];
  readonly #counterpart: Counterpart | null;
  #seen: Seen | null;

  constructor(parts: {
    options: Pick<SyncOptions, 'controlSchema' | 'name' | 'clock' | 'ddl' | 'originalMarks'>;
    router: TableRouter;
    known: Iterable<string>;
    source: Pick<SourceFacts, 'flavor' | 'versionNumber' | 'identity'>;
    /** The target, and what has been it before: what has been there is not sent there again. */
    target: readonly Site[];
    /** What had been announced where reading begins. @default [] */
    drops?: readonly AnnouncedDrop[];
    /** Where both sides are written: who brings the target's changes to the source, and up to where it has. */
    counterpart?: Counterpart;
    /** None: working tables of online-change tools are tables like others. */
    ghosts?: GhostRuns;
  }) {
    const { options, router, known, source, target, drops, ghosts = null, counterpart = null } = parts;
    this.#counterpart = counterpart;
    this.#seen = counterpart?.seen ?? null;
    this.#target = target;
    this.#site = siteOf(source.identity);
    this.#ghosts = ghosts;
    this.#router = router;
    this.#ddl = options.ddl;
    this.#original = options.originalMarks ?? null;
    this.#source = { isMariadb: source.flavor === 'mariadb', versionNumber: source.versionNumber };
    this.#drops = new AnnouncedDrops(this.#source, drops);
    this.#translator = new DdlTranslator(router, (name) => this.#spelling(name));
    this.#controlSchema = options.controlSchema.toLowerCase();
    this.#pipeline = options.name;
    this.#clock = options.clock ?? options.name;
    this.#known = new Set(known);
  }

  /** Whether rows of this table are worth decoding. */
  wants(schema: string, table: string): boolean {
    this.#ghosts?.rowsOf(`${schema}.${table}`);
    return this.keeps(schema, table) || this.#isOurs(schema, table) || this.#router.destination(schema, table) !== null;
  }

  /** Whether rows of this table are needed at once, of whatever transaction: they tell where it comes from. */
  keeps(_schema: string, table: string): boolean {
    return isMark(table) || this.#isOriginal(table);
  }

  /** Throws LOOP_SUSPECTED. */
  select(transaction: Transaction): SelectedTransaction {
    let rows = 0;
    let beatSentAtMs: number | null = null;
    let ours = 0;
    let isKeptBack = false;
    const marks: string[] = [];
    const commits: CommitMark[] = [];
    const announced = this.#drops.list;
    for (const change of transaction.changes) {
      if (change.table.table === CHECKPOINT_TABLE) {
        ours += 1;
        commits.push(...marksOf(change));
        continue;
      }
      if (change.table.table === DDL_TABLE) {
        ours += 1;
        this.#drops.hear(change);
        continue;
      }
      if (this.#original && this.#isOriginal(change.table.table)) {
        ours += 1;
        isKeptBack ||= isKept(this.#original, change);
        continue;
      }
      if (!this.#isOurs(change.table.schema, change.table.table)) {
        rows += change.rowCount;
        continue;
      }
      ours += 1;
      if (change.table.table === HEARTBEAT_TABLE) beatSentAtMs = this.#sentAt(change) ?? beatSentAtMs;
      else marks.push(...this.#cellsOf(this.#pipeline, change, 'mark').filter((cell) => typeof cell === 'string'));
    }
    if (ours > 0) {
      transaction.changes = transaction.changes.filter(
        ({ table }) => !this.keeps(table.schema, table.table) && !this.#isOurs(table.schema, table.table),
      );
    }
    const item: SelectedTransaction = { transaction, stops: [], beatSentAtMs, rows };
    for (const statement of transaction.statements) this.#judge(statement, item);
    if (this.#drops.list !== announced) item.drops = this.#drops.list;
    if (marks.length > 0) item.marks = marks;
    if (commits.length > 0) this.#trace(item, commits);
    if (isKeptBack) leaveOut(item);
    if (this.#seen !== null) item.seen = this.#seen;
    return item;
  }

  /** A commit of the counterpart: whatever comes after it in the source's log has seen the target up to there. */
  #note({ pipeline, worker, via, position, seen }: CommitMark): void {
    if (this.#counterpart === null || pipeline !== this.#counterpart.pipeline || worker !== 0) return;
    if (via.at(-1) === this.#target.at(-1))
      this.#seen = { file: position.file, offset: position.offset, applied: seen ?? LOG_BEGIN };
  }

  /** Rows a pipeline of ours has written at the source: they go on, but not to where they have been. */
  #trace(item: SelectedTransaction, commits: readonly CommitMark[]): void {
    for (const mark of commits) this.#note(mark);
    const via = [...new Set(commits.flatMap((mark) => mark.via))].toSorted();
    if (via.length > 0) item.via = via;
    const { transaction } = item;
    const round = item.rows > 0 || transaction.spilled !== null ? commits.find((mark) => this.#cameRound(mark)) : null;
    if (round) item.echo = true;
    if (!haveBeenAt(commits, this.#target) && !commits.some((mark) => this.#isOwn(mark))) {
      if (!round) return;
      const { file, offset } = transaction;
      throw new OtterError('LOOP_SUSPECTED', {
        detail: say('came-round', { file, offset, pipeline: round.pipeline, via: round.via.join(' → ') }),
      });
    }
    leaveOut(item);
  }

  #isOriginal(table: string): boolean {
    return this.#original !== null && isMarkTable(table);
  }

  /** A commit of this very pipeline, which was made at its target: something else than Otter has brought it here. */
  #isOwn({ pipeline, via }: CommitMark): boolean {
    return pipeline === this.#pipeline && via.at(-1) === this.#site;
  }

  /** The rows have been at the source before. Between tables of one server that is the way of things. */
  #cameRound(mark: CommitMark): boolean {
    if (this.#target.includes(this.#site)) return false;
    return this.#isOwn(mark) || mark.via.slice(0, -1).includes(this.#site);
  }

  /** Remembers tables for `DROP DATABASE`. */
  learn(table: LogTable): void {
    this.#known.add(`${table.schema}.${table.table}`);
  }

  #isOurs(schema: string, table: string): boolean {
    return (table === HEARTBEAT_TABLE || table === WATERMARK_TABLE) && schema.toLowerCase() === this.#controlSchema;
  }

  #sentAt(change: RowsChange): number | null {
    const cells = this.#cellsOf(this.#clock, change, 'sent_at_ms');
    const last = cells[cells.length - 1];
    return typeof last === 'number' ? last : null;
  }

  /** A column of the rows written under this name; an image may leave the key out. */
  #cellsOf(writer: string, change: RowsChange, name: string): Value[] {
    const columns = change.table.columns.map((column) => column.name);
    const pipeline = columns.indexOf('pipeline');
    const at = columns.indexOf(name);
    return change.after.filter((row) => row[pipeline] === writer || row[pipeline] === undefined).map((row) => row[at]);
  }

  #judge(statement: LogStatement, item: SelectedTransaction): void {
    const ddl =
      isRowWrite(statement.sql) || statement.sql.length > DDL_CHARACTERS_MAX
        ? null
        : recogniseDdl(statement.sql, grammarOf(statement, this.#source));
    // Filled by a query in the same statement, whose rows are not in the log: a write like any other.
    const isDdl = ddl !== null && !('selects' in ddl && ddl.selects);
    if (!isDdl) {
      this.#ghosts?.noteTrigger(statement, grammarOf(statement, this.#source), this.#context(item));
      item.stops.push(...this.#stopsOf(statement));
      return;
    }
    const via = viaOfStatement(statement.sql) ?? this.#drops.take(ddl, statement.schema);
    if (via) item.via = via;
    const ghost = this.#ghosts?.note(ddl, statement, this.#context(item)) ?? null;
    if (ghost?.outcome === 'nothing') return;
    if (ghost?.outcome === 'uncertain') {
      const translation = { outcome: 'uncertain' as const, tables: [ghost.base], reason: ghost.reason };
      this.#admit({ kind: 'alter', keeps: false }, translation, statement, item);
    } else if (ghost) {
      const { keeps, translation } = this.#translator.swap(ghost, statement, grammarOf(ghost.alter, this.#source));
      this.#admit({ kind: 'alter', keeps }, translation, statement, item);
    } else {
      this.#admit({ kind: ddl.kind, keeps: keepsColumns(ddl) }, this.#translate(ddl, statement), statement, item);
    }
  }

  #context({ transaction }: SelectedTransaction): GhostContext {
    return {
      spelling: (name) => this.#spelling(name),
      isKnown: (name) => this.#known.has(name),
      identity: identityOf(transaction),
    };
  }

  /** Takes what a change of definition comes to into the transaction. `keeps`: every column stays as it is. */
  #admit(
    ddl: { kind: DdlKind; keeps: boolean },
    translation: DdlTranslation,
    statement: LogStatement,
    item: SelectedTransaction,
  ): void {
    const hasBeenThere = item.via?.some((site) => this.#target.includes(site)) ?? false;
    const action = hasBeenThere ? 'ignore' : this.#ddl[ddl.kind];
    const tables =
      translation.outcome === 'run' ? translation.steps.flatMap((step) => step.tables) : translation.tables;
    if (translation.outcome === 'none' && tables.length === 0) return;
    if (action !== 'ignore' && (action === 'stop' || translation.outcome === 'uncertain')) {
      const reason = translation.outcome === 'uncertain' ? translation.reason : null;
      item.stops.push(...tables.map((table) => stop(table, statement, 'DDL_SEEN', reason)));
      return;
    }
    const barrier = (item.ddl ??= emptyBarrier());
    barrier.tables.push(...tables);
    if (!ddl.keeps) barrier.redefined.push(...tables);
    if (action === 'apply' && translation.outcome === 'run') {
      barrier.steps.push(...translation.steps);
      barrier.gone.push(...translation.steps.flatMap((step) => step.gone));
      barrier.moved.push(...translation.steps.flatMap((step) => step.moved));
    }
    for (const table of tables) this.#known.add(table);
  }

  #translate(ddl: DdlStatement, statement: LogStatement): DdlTranslation {
    if (ddl.form !== 'drop-database') return this.#translator.translate(ddl, statement);
    const schema = ddl.schema?.name.toLowerCase() ?? '';
    return dropTables(this.#knownIn(schema), this.#router, statement);
  }

  #knownIn(lowerSchema: string): string[] {
    return [...this.#known].filter((name) => name.toLowerCase().startsWith(`${lowerSchema}.`));
  }

  #stopsOf(statement: LogStatement): TableStop[] {
    const plainBackslash = ((statement.sqlMode ?? 0n) & NO_BACKSLASH_ESCAPES) !== 0n;
    const meaning = recogniseStatement(statement.sql, plainBackslash);
    switch (meaning.meaning) {
      case 'harmless':
        return [];
      case 'definition':
        return this.#stops(meaning.tables, statement, 'DDL_SEEN');
      case 'write':
        return this.#stops(meaning.tables, statement, 'STATEMENT_DML');
      case 'schema-drop':
        return this.#knownIn(meaning.schema.toLowerCase()).map((table) => stop(table, statement, 'DDL_SEEN'));
      case 'unknown': {
        // Not understood: every mapped table that may be meant stops rather than none.
        const words = new Set(meaning.words.map((word) => word.toLowerCase()));
        const tables = [...this.#known].filter((name) => words.has(name.slice(name.indexOf('.') + 1).toLowerCase()));
        return tables.map((table) => stop(table, statement, 'DDL_SEEN'));
      }
    }
  }

  #stops(names: readonly TableName[], statement: LogStatement, code: TableStop['code']): TableStop[] {
    const tables = new Set<string>();
    for (const name of names) {
      const schema = name.schema === '' ? statement.schema : name.schema;
      if (schema === '' || this.#router.destination(schema, name.table) === null) continue;
      tables.add(this.#spelling(`${schema}.${name.table}`));
    }
    // A statement names columns and aliases too: where any table is known, only known ones are meant.
    const known = [...tables].filter((table) => this.#known.has(table));
    return (code === 'STATEMENT_DML' && known.length > 0 ? known : [...tables]).map((table) =>
      stop(table, statement, code),
    );
  }

  /** The name as rows events spell it. */
  #spelling(name: string): string {
    if (this.#known.has(name)) return name;
    const lower = name.toLowerCase();
    return [...this.#known].find((known) => known.toLowerCase() === lower) ?? name;
  }
}

/** Rows that have been where they would go. */
function leaveOut(item: SelectedTransaction): void {
  const { transaction } = item;
  transaction.filteredRows += item.rows;
  item.returned = item.rows;
  item.rows = 0;
  transaction.changes = [];
  transaction.spilled?.release().catch(() => undefined);
  transaction.spilled = null;
}

/** Tables whose rows tell where other changes come from. */
function isMark(table: string): boolean {
  return table === CHECKPOINT_TABLE || table === DDL_TABLE;
}

/** Bits of sql_mode in the log. Source: MySQL sql/system_variables.h. */
const ANSI_QUOTES = 1n << 2n;
const NO_BACKSLASH_ESCAPES = 1n << 20n;
/** Longer than any DDL; a longer statement writes rows. */
const DDL_CHARACTERS_MAX = 4 << 20;

function grammarOf({ sqlMode }: LogStatement, source: Pick<SqlGrammar, 'isMariadb' | 'versionNumber'>): SqlGrammar {
  const mode = sqlMode ?? 0n;
  return { ...source, ansiQuotes: (mode & ANSI_QUOTES) !== 0n, plainBackslash: (mode & NO_BACKSLASH_ESCAPES) !== 0n };
}

const STATEMENT_CHARACTERS_MAX = 200_000;

function stop(
  table: string,
  statement: LogStatement,
  code: TableStop['code'],
  reason: Wording | null = null,
): TableStop {
  const sql = statement.sql.slice(0, STATEMENT_CHARACTERS_MAX);
  // The text of a write holds values of rows: it is kept with the record, and not repeated in messages.
  const shown = code === 'STATEMENT_DML' ? `${/^\w*/.exec(sql.trimStart())?.[0] ?? ''} …` : sql.slice(0, 200);
  const detail = reason === null ? verbatim(shown) : say('statement-uncertain', { statement: shown, reason });
  return { table, code, detail: say('about', { what: table, detail }), statement: sql };
}
