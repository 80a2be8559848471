import { sqlTokens, type SqlGrammar, type SqlToken } from './sql-token.ts';
import { TokenWalk, type NameReference, type TableReference } from './token-walk.ts';

/** What a policy can be set for. `database` is DROP DATABASE; CREATE and ALTER DATABASE go with their verb. */
export const DDL_KINDS = ['create', 'alter', 'drop', 'rename', 'truncate', 'index', 'database'] as const;

export type DdlKind = (typeof DDL_KINDS)[number];

/** A run of tokens, `end` exclusive. */
export interface TokenRange {
  from: number;
  end: number;
}

interface Recognised {
  kind: DdlKind;
  tokens: readonly SqlToken[];
  /** Index of the token the statement itself begins with, behind MariaDB's SET STATEMENT … FOR. */
  first: number;
}

export interface CreateTable extends Recognised {
  form: 'create-table';
  table: TableReference;
  /** OR REPLACE: drops what is there. */
  replaces: boolean;
  like: TableReference | null;
  /** Filled by a query in the same statement, which ran as text. */
  selects: boolean;
  /** Tables its foreign keys point to. */
  parents: TableReference[];
  /** What stands between the first brackets; `null` for LIKE. */
  definitions: TokenRange | null;
  /** `START TRANSACTION` at its end, how MySQL logs CREATE … SELECT. */
  opensRows: TokenRange | null;
}

export interface AlterTable extends Recognised {
  form: 'alter-table';
  table: TableReference;
  renamedTo: TableReference | null;
  /** EXCHANGE PARTITION, CONVERT TABLE and CONVERT PARTITION: rows move between two tables. */
  partners: TableReference[];
  parents: TableReference[];
  clauses: TokenRange[];
}

interface DropTable extends Recognised {
  form: 'drop-table';
  tables: TableReference[];
}

export interface RenameTable extends Recognised {
  form: 'rename-table';
  pairs: { from: TableReference; to: TableReference }[];
}

interface TruncateTable extends Recognised {
  form: 'truncate-table';
  table: TableReference;
}

export interface ChangeIndex extends Recognised {
  form: 'create-index' | 'drop-index';
  table: TableReference;
  /** The indexed columns, CREATE only. */
  parts: TokenRange | null;
}

export interface ChangeDatabase extends Recognised {
  form: 'create-database' | 'alter-database' | 'drop-database';
  /** `null`: the session's default schema. */
  schema: NameReference | null;
}

export type DdlStatement =
  CreateTable | AlterTable | DropTable | RenameTable | TruncateTable | ChangeIndex | ChangeDatabase;

const CREATE_MODIFIERS = new Set(['OR', 'REPLACE']);
const ALTER_MODIFIERS = new Set(['ONLINE', 'OFFLINE', 'IGNORE']);
const INDEX_MODIFIERS = new Set(['ONLINE', 'OFFLINE', 'UNIQUE', 'FULLTEXT', 'SPATIAL', 'VECTOR']);
const DROP_TAIL = new Set(['RESTRICT', 'CASCADE']);
/** Clauses before these words take their commas with them: everything behind belongs to one clause. */
const LAST_CLAUSES = new Set(['PARTITION', 'ORDER']);

/**
 * Reads a DDL statement that changes tables; `null` for everything else, and for whatever is not written as expected:
 * what is not understood is never guessed. Never throws.
 * Source: MySQL manual "Data Definition Statements"; MariaDB knowledge base, the pages of the same statements.
 */
export function recogniseDdl(sql: string, grammar: SqlGrammar): DdlStatement | null {
  const all = sqlTokens(sql, grammar);
  const tokens = all.slice(0, statementEnd(all));
  const walk = new TokenWalk(tokens);
  while (walk.skip('SET', 'STATEMENT')) while (!walk.done && !walk.skip('FOR')) walk.next();
  const first = walk.at;
  const recognised = readStatement(walk);
  return recognised && { ...recognised, tokens, first };
}

/** Semicolons at the end say nothing; one in the middle would begin a second statement, which a log never holds. */
function statementEnd(tokens: readonly SqlToken[]): number {
  let end = tokens.length;
  while (end > 0 && tokens[end - 1]?.kind === 'mark' && tokens[end - 1]?.text === ';') end -= 1;
  return end;
}

/** The tables it is about, parents of foreign keys left out. */
export function tablesOf(ddl: DdlStatement): TableReference[] {
  switch (ddl.form) {
    case 'alter-table':
      return [ddl.table, ...ddl.partners, ...(ddl.renamedTo ? [ddl.renamedTo] : [])];
    case 'drop-table':
      return ddl.tables;
    case 'rename-table':
      return ddl.pairs.flatMap(({ from, to }) => [from, to]);
    case 'create-table':
    case 'truncate-table':
    case 'create-index':
    case 'drop-index':
      return [ddl.table];
    case 'create-database':
    case 'alter-database':
    case 'drop-database':
      return [];
  }
}

/** Words that begin a clause of ALTER TABLE which leaves the columns as they are. */
const KEEPING = new Set([
  ...['ENGINE', 'COMMENT', 'AUTO_INCREMENT', 'ROW_FORMAT', 'ALGORITHM', 'LOCK', 'FORCE', 'ENABLE', 'DISABLE', 'ORDER'],
  ...['TRUNCATE', 'REORGANIZE', 'COALESCE', 'ANALYZE', 'OPTIMIZE', 'REBUILD', 'CHECK', 'REPAIR', 'REMOVE'],
]);
/** Words behind ADD, DROP and RENAME that speak of something else than columns. */
const NO_COLUMNS = new Set([
  ...[
    'INDEX',
    'KEY',
    'UNIQUE',
    'PRIMARY',
    'FULLTEXT',
    'SPATIAL',
    'VECTOR',
    'CONSTRAINT',
    'FOREIGN',
    'CHECK',
    'PARTITION',
  ],
]);

/** Whether the statement certainly leaves every column of its tables as it is: only keys, rows or partitions change. */
export function keepsColumns(ddl: DdlStatement): boolean {
  if (ddl.form === 'create-index' || ddl.form === 'drop-index' || ddl.form === 'truncate-table') return true;
  if (ddl.form !== 'alter-table' || ddl.partners.length > 0) return false;
  return ddl.clauses.every(({ from, end }) => {
    const walk = new TokenWalk(ddl.tokens, from, end);
    const verb = walk.peek();
    if (verb === 'ADD' || verb === 'DROP') return NO_COLUMNS.has(walk.peek(1));
    return verb === 'RENAME' ? walk.peek(1) === 'INDEX' || walk.peek(1) === 'KEY' : KEEPING.has(verb);
  });
}

type Read<T extends DdlStatement = DdlStatement> = T extends DdlStatement ? Omit<T, 'tokens' | 'first'> : never;

function readStatement(walk: TokenWalk): Read | null {
  if (walk.skip('CREATE')) return readCreate(walk);
  if (walk.skip('ALTER')) return readAlter(walk);
  if (walk.skip('DROP')) return readDrop(walk);
  if (walk.skip('RENAME', 'TABLE') || walk.skip('RENAME', 'TABLES')) return readRename(walk);
  if (walk.skip('TRUNCATE')) return readTruncate(walk);
  return null;
}

function readCreate(walk: TokenWalk): Read | null {
  const replaces = walk.peek() === 'OR' && walk.peek(1) === 'REPLACE';
  walk.skipAny(CREATE_MODIFIERS);
  if (walk.skip('TABLE')) return readCreateTable(walk, replaces);
  if (walk.skip('DATABASE') || walk.skip('SCHEMA')) {
    if (replaces) return null;
    walk.skip('IF', 'NOT', 'EXISTS');
    const schema = walk.name();
    return schema && { form: 'create-database', kind: 'create', schema };
  }
  walk.skipAny(INDEX_MODIFIERS);
  return walk.skip('INDEX') ? readCreateIndex(walk) : null;
}

function readCreateTable(walk: TokenWalk, replaces: boolean): Read<CreateTable> | null {
  walk.skip('IF', 'NOT', 'EXISTS');
  const table = walk.table();
  if (!table) return null;
  const create = { form: 'create-table', kind: 'create', table, replaces, selects: false, parents: [] } as const;
  const inBrackets = walk.peek() === '(' && walk.peek(1) === 'LIKE';
  if (inBrackets) walk.next();
  if (walk.skip('LIKE')) {
    const like = walk.table();
    if (inBrackets && !walk.skip(')')) return null;
    return like && walk.done ? { ...create, parents: [], like, definitions: null, opensRows: null } : null;
  }
  const selects = holdsQuery(new TokenWalk(walk.tokens, walk.at, walk.end));
  const from = walk.at + 1;
  if (!walk.skipGroup())
    return selects ? { ...create, parents: [], like: null, selects, definitions: null, opensRows: null } : null;
  const definitions = { from, end: walk.at - 1 };
  const parents = readParents(new TokenWalk(walk.tokens, from, definitions.end));
  if (!parents) return null;
  let opensRows: TokenRange | null = null;
  for (; !walk.done; walk.next()) {
    // MERGE tables name the tables they are made of.
    if (walk.peek() === 'UNION') return null;
    if (walk.peek() === 'START' && walk.peek(1) === 'TRANSACTION') opensRows = { from: walk.at, end: walk.at + 2 };
  }
  return { ...create, like: null, selects, parents, definitions, opensRows };
}

/** SELECT, TABLE or VALUES behind a CREATE TABLE; VALUES also opens the bounds of a partition. */
function holdsQuery(walk: TokenWalk): boolean {
  for (; !walk.done; walk.next()) {
    const word = walk.peek();
    if (word === 'SELECT' || word === 'TABLE') return true;
    if (word === 'VALUES' && walk.peek(1) !== 'LESS' && walk.peek(1) !== 'IN') return true;
  }
  return false;
}

/** The tables behind every REFERENCES; `null` where one cannot be read. */
function readParents(walk: TokenWalk): TableReference[] | null {
  const parents: TableReference[] = [];
  while (!walk.done) {
    if (!walk.skip('REFERENCES')) {
      walk.next();
      continue;
    }
    const parent = walk.table();
    if (!parent) return null;
    parents.push(parent);
  }
  return parents;
}

function readCreateIndex(walk: TokenWalk): Read<ChangeIndex> | null {
  walk.skip('IF', 'NOT', 'EXISTS');
  if (!walk.name()) return null;
  if (walk.skip('USING') || walk.skip('TYPE')) walk.next();
  if (!walk.skip('ON')) return null;
  const table = walk.table();
  if (!table || walk.peek() !== '(') return null;
  const from = walk.at + 1;
  walk.skipGroup();
  return { form: 'create-index', kind: 'index', table, parts: { from, end: walk.at - 1 } };
}

function readAlter(walk: TokenWalk): Read | null {
  walk.skipAny(ALTER_MODIFIERS);
  if (walk.skip('DATABASE') || walk.skip('SCHEMA')) {
    const bare = new Set(['CHARACTER', 'CHARSET', 'COLLATE', 'DEFAULT', 'COMMENT', 'ENCRYPTION', 'READ']);
    const schema = bare.has(walk.peek()) ? null : walk.name();
    return { form: 'alter-database', kind: 'alter', schema };
  }
  if (!walk.skip('TABLE')) return null;
  walk.skip('IF', 'EXISTS');
  const table = walk.table();
  if (!table) return null;
  if (walk.skip('WAIT')) walk.next();
  walk.skip('NOWAIT');
  const clauses: TokenRange[] = [];
  const others: Pick<AlterTable, 'renamedTo' | 'partners' | 'parents'> = { renamedTo: null, partners: [], parents: [] };
  while (!walk.done) {
    const from = walk.at;
    const last = LAST_CLAUSES.has(walk.peek()) && walk.peek(1) === 'BY';
    const end = last ? walk.end : walk.clauseEnd();
    clauses.push({ from, end });
    if (!readClause(new TokenWalk(walk.tokens, from, end), others)) return null;
    walk.at = end;
    if (!walk.done && !walk.skip(',')) return null;
  }
  return { form: 'alter-table', kind: 'alter', table, clauses, ...others };
}

/** Notes the other tables a clause of ALTER TABLE names; false where one cannot be read. */
function readClause(clause: TokenWalk, others: Pick<AlterTable, 'renamedTo' | 'partners' | 'parents'>): boolean {
  if (clause.peek() === 'UNION') return false;
  const verb = clause.peek();
  if (verb === 'RENAME' && !['COLUMN', 'INDEX', 'KEY'].includes(clause.peek(1))) {
    clause.next();
    if (!clause.skip('TO') && !clause.skip('AS')) clause.skip('=');
    others.renamedTo = clause.table();
    return others.renamedTo !== null && clause.done;
  }
  if (verb === 'EXCHANGE' || verb === 'CONVERT') {
    for (; !clause.done; clause.next()) {
      const named = clause.skip('WITH', 'TABLE') || clause.skip('TO', 'TABLE') || clause.skip('CONVERT', 'TABLE');
      if (!named) continue;
      const partner = clause.table();
      if (!partner) return false;
      others.partners.push(partner);
    }
    return true;
  }
  const parents = readParents(clause);
  if (parents) others.parents.push(...parents);
  return parents !== null;
}

function readDrop(walk: TokenWalk): Read | null {
  if (walk.skip('DATABASE') || walk.skip('SCHEMA')) {
    walk.skip('IF', 'EXISTS');
    const schema = walk.name();
    return schema && walk.done ? { form: 'drop-database', kind: 'database', schema } : null;
  }
  if (walk.skip('TABLE') || walk.skip('TABLES')) {
    walk.skip('IF', 'EXISTS');
    const tables = walk.tables();
    walk.skipAny(DROP_TAIL);
    return tables && onlyWaitLeft(walk) ? { form: 'drop-table', kind: 'drop', tables } : null;
  }
  walk.skipAny(ALTER_MODIFIERS);
  if (!walk.skip('INDEX')) return null;
  walk.skip('IF', 'EXISTS');
  if (!walk.name() || !walk.skip('ON')) return null;
  const table = walk.table();
  return table && { form: 'drop-index', kind: 'index', table, parts: null };
}

/** MariaDB: WAIT n or NOWAIT. */
function onlyWaitLeft(walk: TokenWalk): boolean {
  if (walk.skip('WAIT')) walk.next();
  walk.skip('NOWAIT');
  return walk.done;
}

function readRename(walk: TokenWalk): Read<RenameTable> | null {
  walk.skip('IF', 'EXISTS');
  const pairs: RenameTable['pairs'] = [];
  do {
    const from = walk.table();
    if (walk.skip('WAIT')) walk.next();
    walk.skip('NOWAIT');
    const to = walk.skip('TO') ? walk.table() : null;
    if (!from || !to) return null;
    pairs.push({ from, to });
  } while (walk.skip(','));
  return walk.done ? { form: 'rename-table', kind: 'rename', pairs } : null;
}

function readTruncate(walk: TokenWalk): Read<TruncateTable> | null {
  walk.skip('TABLE');
  const table = walk.table();
  return table && onlyWaitLeft(walk) ? { form: 'truncate-table', kind: 'truncate', table } : null;
}
