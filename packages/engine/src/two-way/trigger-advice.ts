import { say, sayNames } from '@otter/core';
import { asFinding, catalogRows, quoteName, quoteTable, quoteText, type Session } from '@otter/dialects';
import { sqlTokens, type SqlGrammar, type SqlToken } from '../ddl/sql-token.ts';
import { TokenWalk } from '../ddl/token-walk.ts';
import { foldedName } from '../select/table-name.ts';
import { tableLine, type AdviceLine, type SideTable } from './advice.ts';

/** A trigger as information_schema has it. */
interface Trigger {
  schema: string;
  name: string;
  table: string;
  timing: string;
  event: string;
  body: string;
  definer: string;
  sqlMode: string;
}

/** What a trigger does to rows, as far as its text tells. */
export interface TriggerEffects {
  /** Mapped tables it writes to, `schema.table`. */
  writes: string[];
  /** It gives columns of the row other values before they are stored. */
  setsRow: boolean;
  /** It calls a routine, which may write anything. */
  calls: boolean;
}

/**
 * The triggers of mapped tables at one side. Our statements fire them like anybody's, and what they write then is part of
 * a commit of ours, which the other direction takes for an echo. `tables`: by the names at that side, to their names at A.
 */
export async function triggerLines(
  session: Session,
  tables: ReadonlyMap<string, { name: string; at: SideTable }>,
): Promise<AdviceLine[]> {
  const watched = [...tables.values()].map(({ at }) => at.table).filter(({ triggers }) => triggers.length > 0);
  if (watched.length === 0) return [];
  const guard = guardAgainst(await userOf(session));
  const isMapped = (schema: string, table: string): boolean => tables.has(foldedName({ schema, table }));
  return (await readTriggers(session, new Set(watched.map(({ schema }) => schema)))).flatMap((trigger) => {
    const place = tables.get(foldedName(trigger));
    if (!place || trigger.body.startsWith(guard)) return [];
    const effects = effectsOf(trigger, isMapped, grammarOf(session, trigger));
    return [
      tableLine(place.name, place.at, {
        check: 'triggers',
        ...finding(trigger, effects),
        fix: guarded(trigger, guard),
      }),
    ];
  });
}

function finding(
  { name, timing }: Trigger,
  { writes, setsRow, calls }: TriggerEffects,
): Pick<AdviceLine, 'verdict' | 'finding' | 'findingZh'> {
  const trigger = name;
  if (writes.length > 0) {
    return { verdict: 'stop', ...asFinding(say('two-way-trigger-writes', { trigger, tables: sayNames(writes) })) };
  }
  if (setsRow && timing === 'BEFORE') {
    return { verdict: 'warning', ...asFinding(say('two-way-trigger-sets', { trigger })) };
  }
  return {
    verdict: 'warning',
    ...asFinding(say(calls ? 'two-way-trigger-calls' : 'two-way-trigger-fires', { trigger })),
  };
}

/** The name the session signed in with, without its host. */
async function userOf(session: Session): Promise<string> {
  const [[user] = []] = await session.rows('SELECT USER()');
  return (user ?? '').slice(0, (user ?? '').lastIndexOf('@'));
}

/** Begins a body that leaves our own account out: USER() is who runs the statement, whoever defined the trigger. */
function guardAgainst(user: string): string {
  const account = `${user}@`;
  return `IF LEFT(USER(), ${Array.from(account).length}) <> '${account.replaceAll("'", "''")}' THEN`;
}

/** The same trigger, fired by everybody but our account; written for a client that ends statements at DELIMITER. */
function guarded({ schema, name, table, timing, event, body, definer, sqlMode }: Trigger, guard: string): string {
  const at = definer.lastIndexOf('@');
  const owner = `${quoteName(definer.slice(0, at))}@${quoteName(definer.slice(at + 1))}`;
  return [
    "-- fires for everybody but this account afterwards, which therefore has to be Otter's alone",
    `DROP TRIGGER ${quoteTable(schema, name)};`,
    `SET SESSION sql_mode=${quoteText(sqlMode)};`,
    'DELIMITER //',
    `CREATE DEFINER=${owner} TRIGGER ${quoteTable(schema, name)} ${timing} ${event} ON ${quoteTable(schema, table)} FOR EACH ROW`,
    `${guard} ${body.replace(/[;\s]+$/, '')}; END IF //`,
    'DELIMITER ;',
  ].join('\n');
}

async function readTriggers(session: Session, schemas: ReadonlySet<string>): Promise<Trigger[]> {
  const rows = await catalogRows(
    session,
    (schema) => schemas.has(schema),
    `SELECT EVENT_OBJECT_SCHEMA, TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_STATEMENT,
            DEFINER, SQL_MODE FROM information_schema.TRIGGERS
      WHERE EVENT_OBJECT_SCHEMA IN (${[...schemas].map(quoteText).join(',')})
      ORDER BY EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER`,
  );
  return (rows as string[][]).map(
    ([schema = '', name = '', table = '', timing = '', event = '', body = '', definer = '', sqlMode = '']) => {
      return { schema, name, table, timing, event, body, definer, sqlMode };
    },
  );
}

function grammarOf({ isMariadb, versionNumber }: Session, { sqlMode }: Trigger): SqlGrammar {
  const modes = sqlMode.split(',');
  return {
    ansiQuotes: modes.includes('ANSI_QUOTES'),
    plainBackslash: modes.includes('NO_BACKSLASH_ESCAPES'),
    ...{ isMariadb, versionNumber },
  };
}

const WRITES: ReadonlySet<string> = new Set(['INSERT', 'REPLACE', 'UPDATE', 'DELETE']);
/** `FOR UPDATE`, `ON DUPLICATE KEY UPDATE`. */
const NO_WRITE_BEHIND: ReadonlySet<string> = new Set(['FOR', 'KEY']);
/** Behind these no more tables are named that are written to. */
const TABLES_END: ReadonlySet<string> = new Set(['SET', 'VALUES', 'VALUE', 'SELECT', 'WHERE', '(', ';']);

/**
 * Reads the body of a trigger. A table that stands between the verb of a statement and its values counts as written, one
 * that is only joined too: rather one too many. `isMapped`: by the names at the trigger's server.
 */
export function effectsOf(
  { schema, body }: Pick<Trigger, 'schema' | 'body'>,
  isMapped: (schema: string, table: string) => boolean,
  grammar: SqlGrammar,
): TriggerEffects {
  const tokens = sqlTokens(body, grammar);
  const writes = new Set<string>();
  let calls = false;
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'word') continue;
    if (token.text === 'CALL') calls = true;
    const isVerb = WRITES.has(token.text) && !NO_WRITE_BEHIND.has(tokens[i - 1]?.text ?? '');
    if (!isVerb) continue;
    for (const [named, table] of namesBehind(tokens, i + 1)) {
      const [place, name] = [named === '' ? schema : named, table];
      if (isMapped(place, name)) writes.add(`${place}.${name}`);
    }
  }
  return { writes: [...writes], setsRow: setsRow(tokens), calls };
}

/** Whatever could be a table up to the values: words that are none of ours are told apart by the caller. */
function namesBehind(tokens: readonly SqlToken[], from: number): [schema: string, table: string][] {
  const names: [string, string][] = [];
  const walk = new TokenWalk(tokens, from);
  while (!walk.done && !TABLES_END.has(walk.peek())) {
    const table = walk.table();
    if (table) names.push([table.schema, table.table]);
    else walk.next();
  }
  return names;
}

/** `SET NEW.a = …`, `SET @x = 1, NEW.a = …`, `SELECT … INTO NEW.a`. */
function setsRow(tokens: readonly SqlToken[]): boolean {
  let depth = 0;
  let isAssignment = false;
  for (const [i, { kind, text }] of tokens.entries()) {
    if (kind === 'mark' && text === '(') depth += 1;
    if (kind === 'mark' && text === ')') depth -= 1;
    if (text === ';') isAssignment = false;
    if (kind === 'word' && (text === 'SET' || text === 'INTO')) isAssignment = true;
    const before = tokens[i - 1]?.text;
    const begins = before === 'SET' || before === 'INTO' || before === ',';
    if (kind === 'word' && text === 'NEW' && isAssignment && depth === 0 && begins) return true;
  }
  return false;
}
