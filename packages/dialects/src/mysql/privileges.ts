import { quoteName } from './quoting.ts';
import type { Session } from './session.ts';

/** One GRANT (or, with partial revokes, REVOKE) as SHOW GRANTS prints it. */
export interface Grant {
  revoked: boolean;
  /** Upper-case privilege → the columns it is limited to, `null` for the whole object. */
  privileges: Map<string, string[] | null>;
  /** `*` or the schema as written, wildcards and their escapes included. */
  schema: string;
  /** `*` or a table. */
  table: string;
}

/** What the account of a session may do. */
export interface Account {
  /** `'user'@'host'`, the account that matched, ready for SQL. */
  name: string;
  grants: Grant[];
  /** Whether `%` and `_` in a granted schema are wildcards; not so with MySQL's partial_revokes. */
  wildcards: boolean;
}

/** Reads the grants of the session's own account and of its active roles. */
export async function readAccount(session: Session): Promise<Account> {
  const since = (version: number): boolean => !session.isMariadb && session.versionNumber >= version;
  const answers = await session.rowsOfEach([
    'SELECT CURRENT_USER()',
    since(80_000) ? 'SELECT CURRENT_ROLE()' : "SELECT 'NONE'",
    since(80_016) ? 'SELECT @@global.partial_revokes' : 'SELECT 0',
    'SHOW GRANTS',
  ]);
  const [current = '', roles = 'NONE', partial] = answers.map((rows) => rows[0]?.[0] ?? undefined);
  const at = current.lastIndexOf('@');
  const name = `${quoted(current.slice(0, at))}@${quoted(current.slice(at + 1))}`;
  // MariaDB lists the active role's grants by itself, MySQL when asked with USING.
  const hasRoles = roles !== 'NONE' && roles !== '';
  const grants = hasRoles ? await session.rows(`SHOW GRANTS FOR CURRENT_USER() USING ${roles}`) : (answers[3] ?? []);
  return {
    name,
    wildcards: partial !== '1',
    grants: grants.map(([line]) => parseGrant(line ?? '')).filter((grant) => grant !== null),
  };
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

const NAME = '(\\*|`(?:[^`]|``)*`|[^`\\s.]+)';
const LINE = new RegExp(`^(GRANT|REVOKE) ([\\s\\S]+?) ON (?:TABLE )?${NAME}\\.${NAME} (?:TO|FROM) `, 'i');

/** `null` for a line that grants a role, a proxy or a routine. */
export function parseGrant(line: string): Grant | null {
  const match = LINE.exec(line);
  if (match === null) return null;
  const [, verb = '', list = '', schema = '', table = ''] = match;
  return {
    revoked: verb.toUpperCase() === 'REVOKE',
    privileges: parsePrivileges(list),
    schema: unquoted(schema),
    table: unquoted(table),
  };
}

function unquoted(name: string): string {
  return name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name;
}

/** `SELECT (a, b), INSERT`: a comma inside parentheses separates columns. */
function parsePrivileges(list: string): Map<string, string[] | null> {
  const privileges = new Map<string, string[] | null>();
  for (const [, name = '', columns] of list.matchAll(
    /\s*([A-Za-z_ ]+?)\s*(?:\(((?:`(?:[^`]|``)*`|[^)`])*)\))?(?:,|$)/g,
  )) {
    if (name === '') continue;
    const parts = columns === undefined ? null : (columns.match(/`(?:[^`]|``)*`|[^,\s`]+/g) ?? []).map(unquoted);
    privileges.set(name.toUpperCase(), parts);
  }
  return privileges;
}

/** Where a privilege is wanted: everywhere, on a schema (`table` absent), or on a table. */
export interface Place {
  schema?: string;
  table?: string;
  /** Column names that must all be covered; a grant limited to columns counts when it names them. */
  columns?: readonly string[];
}

/** Whether the account has the privilege at the place, by any grant and after partial revokes. */
export function hasPrivilege(account: Account, privilege: string, place: Place = {}): boolean {
  let granted = false;
  for (const grant of account.grants) {
    if (grant.revoked) continue;
    if (!covers(account, grant, place)) continue;
    if (grant.privileges.has('ALL PRIVILEGES') || grant.privileges.has('ALL')) granted = true;
    const columns = grant.privileges.get(privilege);
    if (columns === null) granted = true;
    else if (columns !== undefined && place.columns?.every((column) => columns.includes(column)) === true)
      granted = true;
  }
  if (!granted) return false;
  return !account.grants.some((g) => g.revoked && g.schema === place.schema && g.privileges.has(privilege));
}

function covers(account: Account, grant: Grant, place: Place): boolean {
  if (grant.schema === '*') return true;
  if (place.schema === undefined) return false;
  if (grant.table === '*') return schemaMatches(grant.schema, place.schema, account.wildcards);
  return grant.schema === place.schema && grant.table === place.table;
}

/** `db\_%` matches `db_1`: LIKE with a backslash as escape. */
function schemaMatches(pattern: string, schema: string, wildcards: boolean): boolean {
  if (!wildcards) return pattern.replaceAll(/\\([_%])/g, '$1') === schema;
  let regex = '';
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i] as string;
    if (character === '\\' && i + 1 < pattern.length) {
      i += 1;
      regex += escaped(pattern[i] as string);
    } else if (character === '%') regex += '.*';
    else if (character === '_') regex += '.';
    else regex += escaped(character);
  }
  return new RegExp(`^${regex}$`, 'su').test(schema);
}

function escaped(character: string): string {
  return character.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/** A GRANT that gives what is missing, ready to run; wildcards in a schema's name are escaped. */
export function grantStatement(account: Account, privileges: readonly string[], place: Place = {}): string {
  let object = '*.*';
  if (place.schema !== undefined && place.table !== undefined) {
    object = `${quoteName(place.schema)}.${quoteName(place.table)}`;
  } else if (place.schema !== undefined) {
    const schema = account.wildcards ? place.schema.replaceAll(/[_%\\]/g, '\\$&') : place.schema;
    object = `${quoteName(schema)}.*`;
  }
  return `GRANT ${privileges.join(', ')} ON ${object} TO ${account.name};`;
}
