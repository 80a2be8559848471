import { say, type Log, type LogStatement, type Wording } from '@otter/core';
import { splitName } from '../select/table-name.ts';
import type { TableRouter } from '../select/table-router.ts';
import type { AlterTable, CreateTable, DdlStatement, RenameTable } from './ddl-statement.ts';
import { ghostNameOf, TRIGGER_PREFIX, type GhostTool, type PresentGhost } from './ghost-tables.ts';
import { sqlTokens, type SqlGrammar } from './sql-token.ts';
import { TokenWalk, type TableReference } from './token-walk.ts';

/** What the log has told of one table's change by a tool. Kept as JSON with the checkpoint. */
export interface GhostRun {
  tool: GhostTool;
  /** Source name of the table that is changed. */
  base: string;
  /** Source name of the copy that is to become it; `null` when none is under way. */
  working: string | null;
  /** Source names of all tables that are left out for it. */
  names: string[];
  /** The tool's ALTER TABLE of the copy. */
  alter: { schema: string; sql: string; sqlMode: string | null } | null;
  /** pt-online-schema-change's triggers, by what they watch. */
  triggers: Record<string, string>;
  /** Why it is not known what the tool does. */
  problem: string | null;
  /** The same in Chinese; versions before did not store it. */
  problemZh?: string | undefined;
  /** gh-ost's cut-over in two steps: what the table is called between them. */
  away: string | null;
  /** The transaction of the swap, once it was made. */
  swap: string | null;
}

/** What a statement means to a table that a tool changes. */
export type GhostStep =
  /** A half of something: nothing is to be done. */
  | { outcome: 'nothing' }
  /** The swap: `alter` is to be run, for `base` instead of `working`. */
  | { outcome: 'swap'; base: string; working: string; alter: LogStatement }
  | { outcome: 'uncertain'; base: string; reason: Wording };

/** How the log's reader sees names, and where it is. */
export interface GhostContext {
  /** The name as rows events spell it. */
  spelling: (name: string) => string;
  /** A table of that name has been seen. */
  isKnown: (name: string) => boolean;
  /** Of the transaction. */
  identity: string;
}

/** A run that is known from its beginning has seen these. */
const WATCHED = ['DELETE', 'UPDATE', 'INSERT'];

/**
 * Follows gh-ost and pt-online-schema-change in the log. Their working tables are left out of the router from the CREATE
 * TABLE on, the ALTER TABLE they get is remembered, and the RENAME that swaps one in is told to be that ALTER.
 *
 * A table whose name would fit is a working table when it is created beside its base table, as the tool does it;
 * pt-online-schema-change's, whose names a person may choose too, when one of its triggers stands before its first row.
 */
export class GhostRuns {
  readonly #router: TableRouter;
  readonly #log: Log | null;
  readonly #runs: Map<string, GhostRun>;
  readonly #changed = new Set<GhostRun>();
  /** Dropped by the statement that is being judged: its text must still find them left out. */
  #dropped: string[] = [];

  constructor(router: TableRouter, runs: readonly GhostRun[], log: Log | null = null) {
    this.#router = router;
    this.#log = log;
    this.#runs = new Map(runs.map((run) => [run.base, run]));
    for (const { names } of runs) for (const name of names) router.leaveOut(name);
  }

  /** Runs that changed since this was asked last. */
  takeChanged(): GhostRun[] {
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed;
  }

  /** Working tables that were there before anything was read: how they came about is not known. */
  found(ghosts: readonly PresentGhost[]): void {
    for (const { tool, role, base, name } of ghosts) {
      if (this.#router.isNamed(name) || this.#runs.get(base)?.names.includes(name)) continue;
      const run = this.#runs.get(base) ?? this.#begin(tool, base, null, []);
      this.#leaveOut(run, name);
      if (role !== 'copy' || this.#open(base)) continue;
      run.working = name;
      run.swap = null;
      this.#forgive(run);
      this.#suspect(run, say('ghost-before'));
      run.triggers = Object.fromEntries(WATCHED.map((event) => [event, 'found']));
    }
  }

  /**
   * Rows of a table are in the log. A copy that gets rows before a trigger of pt-online-schema-change stands was made by
   * somebody else, and travels like any other table. (The first trigger fires before the last is made.)
   */
  rowsOf(name: string): void {
    const run = this.#under(name);
    if (run?.tool !== 'pt-online-schema-change' || run.working !== name || Object.keys(run.triggers).length > 0) return;
    this.#forget(run);
    run.names = run.names.filter((other) => other !== name);
    this.#router.takeIn(name);
    this.#log?.warn({ table: name }, 'no table of pt-online-schema-change: it has rows and no triggers');
  }

  /** `null`: the statement means what it says. */
  note(ddl: DdlStatement, statement: LogStatement, context: GhostContext): GhostStep | null {
    for (const name of this.#dropped.splice(0)) this.#router.takeIn(name);
    const nameOf = ({ schema, table }: TableReference): string =>
      context.spelling(`${schema === '' ? statement.schema : schema}.${table}`);
    switch (ddl.form) {
      case 'create-table':
        return this.#create(ddl, nameOf, statement, context);
      case 'alter-table':
        this.#alter(ddl, nameOf, statement);
        return null;
      case 'create-index':
      case 'drop-index':
      case 'truncate-table':
        this.#doubt(nameOf(ddl.table), say('ghost-copy-changed'));
        return null;
      case 'drop-table':
        for (const table of ddl.tables) this.#drop(nameOf(table));
        // gh-ost makes sure that nothing is left of a former run: IF EXISTS of what never was.
        return ddl.tables.every((table) => this.#isAbsent(nameOf(table), context)) ? { outcome: 'nothing' } : null;
      case 'rename-table':
        return this.#rename(ddl, nameOf, context);
      default:
        return null;
    }
  }

  /** Any other statement: whether it makes or drops one of the triggers of pt-online-schema-change. */
  noteTrigger({ sql, schema }: LogStatement, grammar: SqlGrammar, context: GhostContext): void {
    if (!sql.toLowerCase().includes(TRIGGER_PREFIX)) return;
    const walk = new TokenWalk(sqlTokens(sql, grammar));
    const isDrop = walk.peek() === 'DROP';
    while (!walk.done && !walk.skip('TRIGGER')) walk.next();
    walk.skip('IF', 'NOT', 'EXISTS');
    walk.skip('IF', 'EXISTS');
    const trigger = walk.table()?.table ?? '';
    if (isDrop) {
      for (const run of this.#runs.values()) {
        const watched = Object.entries(run.triggers).find(([, name]) => name === trigger);
        if (run.working === null || run.swap !== null || !watched) continue;
        Reflect.deleteProperty(run.triggers, watched[0]);
        this.#changed.add(run);
      }
      return;
    }
    if (!trigger.toLowerCase().startsWith(TRIGGER_PREFIX) || !walk.skip('AFTER')) return;
    const event = walk.peek();
    walk.next();
    const on = walk.skip('ON') ? walk.table() : null;
    const run = on && this.#open(context.spelling(`${on.schema === '' ? schema : on.schema}.${on.table}`));
    if (!run || !WATCHED.includes(event)) return;
    const [, working] = splitName(run.working ?? '');
    const fills = walk.tokens.slice(walk.at).some(({ written }) => written.toLowerCase() === working.toLowerCase());
    if (!fills) return;
    run.triggers[event] = trigger;
    this.#changed.add(run);
  }

  #create(
    ddl: CreateTable,
    nameOf: (table: TableReference) => string,
    { sql }: LogStatement,
    context: GhostContext,
  ): GhostStep | null {
    const name = nameOf(ddl.table);
    if (this.#open(name)?.away) return this.#lost(name, say('ghost-made-anew'));
    const ghost = ghostNameOf(splitName(name)[1]);
    // None of the tools does either.
    const isPlain = !ddl.replaces && !ddl.selects && ddl.tokens[ddl.first + 2]?.text !== 'IF';
    const base = this.#baseOf(name, context);
    if (!ghost || base === undefined || !isPlain || this.#router.isNamed(name)) return null;
    const like = ddl.like && nameOf(ddl.like);
    const before = this.#runs.get(base);
    if (ghost.role === 'copy') {
      if (like === null ? ghost.tool === 'gh-ost' : like !== base) return null;
      this.#leaveOut(this.#begin(ghost.tool, base, name, before?.names ?? []), name);
    } else if (ghost.tool === 'gh-ost' && sql.includes('gh-ost'))
      this.#leaveOut(before ?? this.#begin(ghost.tool, base, null, []), name);
    return null;
  }

  /** The table whose working table this would be by its name. */
  #baseOf(name: string, { spelling, isKnown }: GhostContext): string | undefined {
    const [schema, table] = splitName(name);
    return ghostNameOf(table)
      ?.bases.map((found) => spelling(`${schema}.${found}`))
      .find((found) => isKnown(found) && this.#router.destination(...splitName(found)) !== null);
  }

  /** By its name a working table, and none that travels has been seen. */
  #isAbsent(name: string, context: GhostContext): boolean {
    return !context.isKnown(name) && !this.#router.isNamed(name) && this.#baseOf(name, context) !== undefined;
  }

  #alter(ddl: AlterTable, nameOf: (table: TableReference) => string, statement: LogStatement): void {
    const name = nameOf(ddl.table);
    const run = this.#under(name);
    const others = [...ddl.partners, ...(ddl.renamedTo ? [ddl.renamedTo] : [])].map(nameOf);
    for (const other of others) this.#doubt(other, say('ghost-rows-moved'));
    if (run?.working !== name) return this.#doubt(name, say('ghost-base-altered'));
    const { clauses, tokens } = ddl;
    if (clauses.every(({ from }) => tokens[from]?.text === 'AUTO_INCREMENT')) return;
    if (others.length > 0 || run.alter) return this.#doubt(name, say('ghost-altered-twice'));
    const { schema, sql, sqlMode } = statement;
    run.alter = { schema, sql, sqlMode: sqlMode === null ? null : String(sqlMode) };
    this.#changed.add(run);
  }

  #drop(name: string): void {
    for (const run of this.#runs.values()) {
      if (run.swap === null && (run.working === name || (run.base === name && run.working !== null))) this.#forget(run);
      if (!run.names.includes(name)) continue;
      run.names = run.names.filter((other) => other !== name);
      this.#dropped.push(name);
      this.#changed.add(run);
    }
  }

  #rename(
    { pairs }: RenameTable,
    nameOf: (table: TableReference) => string,
    { identity }: GhostContext,
  ): GhostStep | null {
    const named = pairs.map(({ from, to }) => ({ from: nameOf(from), to: nameOf(to) }));
    const [first, second] = named;
    if (first && second && named.length === 2 && first.from === second.to) {
      const swap = this.#swap({ base: first.from, working: second.from, old: first.to, identity });
      if (swap) return swap;
    }
    if (first && named.length === 1) {
      const leaving = this.#open(first.from);
      if (leaving?.tool === 'gh-ost' && leaving.away === null && isOldOf(leaving, first.to)) {
        leaving.away = first.to;
        this.#leaveOut(leaving, first.to);
        return { outcome: 'nothing' };
      }
      const { away } = this.#open(first.to) ?? { away: null };
      if (away === first.from) {
        (this.#open(first.to) as GhostRun).away = null;
        this.#changed.add(this.#open(first.to) as GhostRun);
        return { outcome: 'nothing' };
      }
      if (away !== null) {
        const swap = this.#swap({ base: first.to, working: first.from, old: away, identity });
        return swap ?? this.#lost(first.to, say('ghost-name-taken'));
      }
    }
    for (const name of named.flatMap(({ from, to }) => [from, to])) {
      const run = this.#under(name);
      if (run) this.#forget(run);
    }
    return null;
  }

  #swap(parts: { base: string; working: string; old: string; identity: string }): GhostStep | null {
    const { base, working, old, identity } = parts;
    const run = this.#runs.get(base);
    if (run?.working !== working || (run.swap !== null && run.swap !== identity)) return null;
    run.swap = identity;
    run.away = null;
    if (isOldOf(run, old)) this.#leaveOut(run, old);
    else this.#suspect(run, say('ghost-renamed', { name: old }));
    run.names = run.names.filter((name) => name !== working);
    this.#dropped.push(working);
    this.#changed.add(run);
    if (run.tool === 'pt-online-schema-change' && !isWatched(run)) this.#suspect(run, say('ghost-triggers-unseen'));
    const { alter } = run;
    if (alter === null) this.#suspect(run, say('ghost-alter-unseen'));
    if (alter === null || run.problem !== null) return { outcome: 'uncertain', base, reason: swapReason(run) };
    const sqlMode = alter.sqlMode === null ? null : BigInt(alter.sqlMode);
    return { outcome: 'swap', base, working, alter: { ...alter, sqlMode } };
  }

  /** The run that is under way for this base table. */
  #open(base: string): GhostRun | null {
    const run = this.#runs.get(base);
    return run && run.working !== null && run.swap === null ? run : null;
  }

  /** The run under way in which the table is the base or the copy. */
  #under(name: string): GhostRun | null {
    for (const run of this.#runs.values()) {
      if (this.#open(run.base) && (run.base === name || run.working === name)) return run;
    }
    return null;
  }

  #begin(tool: GhostTool, base: string, working: string | null, names: readonly string[]): GhostRun {
    const nothing = { alter: null, triggers: {}, problem: null, away: null, swap: null };
    const run: GhostRun = { tool, base, working, names: [...names], ...nothing };
    this.#runs.set(base, run);
    return run;
  }

  #leaveOut(run: GhostRun, name: string): void {
    if (!run.names.includes(name)) run.names.push(name);
    this.#router.leaveOut(name);
    this.#changed.add(run);
    this.#log?.info({ table: name, tool: run.tool, of: run.base }, 'working table, left out');
  }

  #doubt(name: string, problem: Wording): void {
    const run = this.#under(name);
    if (!run) return;
    this.#suspect(run, problem);
    this.#changed.add(run);
  }

  /** The first problem is what is told. */
  #suspect(run: GhostRun, { en, zh }: Wording): void {
    if (run.problem !== null) return;
    run.problem = en;
    run.problemZh = zh;
  }

  #forgive(run: GhostRun): void {
    run.problem = null;
    delete run.problemZh;
  }

  #forget(run: GhostRun): void {
    run.working = null;
    run.alter = null;
    run.triggers = {};
    this.#forgive(run);
    run.away = null;
    this.#changed.add(run);
  }

  #lost(base: string, reason: Wording): GhostStep {
    const run = this.#runs.get(base);
    if (run) this.#forget(run);
    return { outcome: 'uncertain', base, reason };
  }
}

function isOldOf(run: GhostRun, name: string): boolean {
  const [schema, table] = splitName(name);
  const ghost = ghostNameOf(table);
  const [baseSchema, base] = splitName(run.base);
  const bases = ghost?.bases.map((found) => found.toLowerCase()) ?? [];
  return (
    ghost?.role === 'old' && ghost.tool === run.tool && schema === baseSchema && bases.includes(base.toLowerCase())
  );
}

function isWatched(run: GhostRun): boolean {
  return WATCHED.every((event) => run.triggers[event] !== undefined);
}

/** Why the swap is not made, and what to do. */
function swapReason({ tool, base, alter, problem, problemZh }: GhostRun): Wording {
  const what = alter === null ? say('alter-of-tool') : say('alter-shown', { sql: alter.sql.slice(0, 500) });
  const why = { en: problem ?? '', zh: problemZh ?? problem ?? '' };
  return say('swap-unrepeatable', { tool, problem: why, what, table: base });
}
