import { say, type Wording } from '@otter/core';
import { quoteTable } from '@otter/dialects';
import type { TokenRange } from '../ddl/ddl-statement.ts';
import type { SqlToken } from '../ddl/sql-token.ts';
import type { TextEdit } from '../ddl/statement-text.ts';
import type { NameReference, TableReference, TokenWalk } from '../ddl/token-walk.ts';
import { CHECKS_SINCE } from './column-text.ts';
import { requireCommon } from './common-expression.ts';
import type { DefinitionText } from './definition-text.ts';
import { refuse } from './refusal.ts';
import { logsCascades } from '../transform/cascade-places.ts';

/** Where the parent of a foreign key goes; `null` when it does not travel. */
export interface ParentPlace {
  schema: string;
  table: string;
  columnName(column: string): string | null;
}

/** Looks up the parent of a foreign key by its source name. */
export type ParentLookup = (schema: string, table: string) => ParentPlace | null;

const KEY_WORDS = new Set(['PRIMARY', 'UNIQUE', 'KEY', 'INDEX', 'FULLTEXT', 'SPATIAL', 'VECTOR']);
/** As MariaDB calls the checks of every table; MySQL wants a name once in a schema. */
const OWN_CHECK_NAME = /^CONSTRAINT_\d+$/;

/** Whether a definition is a key, constraint or period rather than a column. */
export function isKeyText(text: DefinitionText, range: TokenRange): boolean {
  const word = text.walk(range).peek();
  return KEY_WORDS.has(word) || word === 'CONSTRAINT' || word === 'FOREIGN' || word === 'CHECK' || word === 'PERIOD';
}

/** Writes one key, check or foreign key of the target; `null` when it is left out, with a warning. */
export function keyText(text: DefinitionText, range: TokenRange, parent: ParentLookup): string | null {
  const walk = text.walk(range);
  if (walk.peek() === 'PERIOD') return periodText(text, range);
  const constraint = walk.skip('CONSTRAINT') && !KEY_WORDS.has(walk.peek()) ? walk.name() : null;
  if (walk.skip('FOREIGN', 'KEY')) return foreignKeyText(text, range, { walk, constraint, parent });
  if (walk.skip('CHECK')) return checkText(text, range, walk, constraint);
  return indexText(text, range, walk);
}

function periodText(text: DefinitionText, range: TokenRange): string {
  if (text.tokens[range.from + 2]?.text === 'SYSTEM_TIME') refuse(say('keeps-history'));
  if (text.isCrossing) refuse(say('period-unknown', { server: text.target.label }));
  const names = text.names(range);
  if ('leftOut' in names) return refuse(say('period-needs', { column: names.leftOut }));
  return text.text(range, names.edits);
}

function indexText(text: DefinitionText, range: TokenRange, walk: TokenWalk): string | null {
  const kind = walk.peek();
  while (KEY_WORDS.has(walk.peek())) walk.next();
  const name = walk.peek() === '(' ? null : walk.name();
  if (kind === 'VECTOR' && text.isCrossing) refuse(say('vector-unknown', { server: text.target.label }));
  if (walk.skip('USING')) walk.next();
  const from = walk.at + 1;
  if (!walk.skipGroup()) refuse(say('key-unreadable'));
  const edits: TextEdit[] = [];
  const what = say('of-key', { key: name?.name ?? 'PRIMARY' });
  const leftOut = keyParts(text, { from, end: walk.at - 1 }, what, edits);
  if (leftOut !== null) {
    if (kind === 'PRIMARY') refuse(say('primary-needs', { column: leftOut }));
    const id = kind === 'UNIQUE' ? 'unique-left-out' : 'index-left-out';
    text.warn(say(id, { key: name?.name ?? '', column: leftOut }));
    return null;
  }
  if (text.isCrossing) indexOptions(text, walk, what, edits);
  return text.text(range, edits);
}

/** Renames the columns of a key; the first that does not travel, else `null`. */
function keyParts(text: DefinitionText, range: TokenRange, what: Wording, edits: TextEdit[]): string | null {
  const walk = text.walk(range);
  while (!walk.done) {
    const part = { from: walk.at, end: walk.clauseEnd() };
    if (text.isCrossing && walk.peek() === '(') refuse(say('key-expression', { what, server: text.target.label }));
    if (text.isCrossing && text.tokens.slice(part.from, part.end).some(({ text: word }) => word === 'OVERLAPS'))
      refuse(say('key-overlaps', { what, server: text.target.label }));
    const names = text.names(part);
    if ('leftOut' in names) return names.leftOut;
    edits.push(...names.edits);
    walk.at = part.end;
    walk.skip(',');
  }
  return null;
}

/** What may stand behind the columns: MySQL's INVISIBLE is MariaDB's IGNORED. */
function indexOptions(text: DefinitionText, walk: TokenWalk, what: Wording, edits: TextEdit[]): void {
  while (!walk.done) {
    const word = walk.peek();
    if (word === 'USING' || word === 'COMMENT') walk.at += 2;
    else if (word === 'KEY_BLOCK_SIZE') {
      walk.next();
      walk.skip('=');
      walk.next();
    } else if (word === 'INVISIBLE' || word === 'IGNORED') {
      const token = walk.token() as SqlToken;
      edits.push({ start: token.start, end: token.end, text: text.target.isMariadb ? 'IGNORED' : 'INVISIBLE' });
      walk.next();
    } else refuse(say('says-unknown', { what, word: walk.token()?.written ?? '', server: text.target.label }));
  }
}

function checkText(
  text: DefinitionText,
  range: TokenRange,
  walk: TokenWalk,
  constraint: NameReference | null,
): string | null {
  const name = constraint?.name ?? '';
  const what = say('of-check', { check: name });
  const from = walk.at;
  if (!walk.skipGroup()) refuse(say('unreadable', { what }));
  const group = { from, end: walk.at };
  const names = text.names(group);
  const leftOut = (why: Wording): null => {
    text.warn(say('check-left-out', { check: name, why }));
    return null;
  };
  if ('leftOut' in names) return leftOut(say('its-column-stays', { column: names.leftOut }));
  const { target } = text;
  if (!target.isMariadb && target.versionNumber < CHECKS_SINCE)
    return leftOut(say('server-has-none', { server: target.label }));
  if (!text.isCrossing) return text.text(range, names.edits);
  if (!walk.done) return leftOut(say('not-enforced'));
  requireCommon(text, group, what);
  const check = `CHECK ${text.text(group, names.edits)}`;
  return constraint && !OWN_CHECK_NAME.test(name) ? `CONSTRAINT ${text.written(constraint)} ${check}` : check;
}

function foreignKeyText(
  text: DefinitionText,
  range: TokenRange,
  parts: { walk: TokenWalk; constraint: NameReference | null; parent: ParentLookup },
): string | null {
  const { walk, constraint, parent } = parts;
  const name = constraint?.name ?? '';
  if (walk.peek() !== '(') walk.name();
  const own = { from: walk.at + 1, end: 0 };
  walk.skipGroup();
  own.end = walk.at - 1;
  const reference = walk.skip('REFERENCES') ? walk.table() : null;
  const theirs = { from: walk.at + 1, end: 0 };
  if (!reference || !walk.skipGroup()) return refuse(say('foreign-key-unreadable', { key: name }));
  theirs.end = walk.at - 1;
  const place = parent(reference.schema || text.table.schema, reference.table);
  const edits = place && foreignKeyEdits(text, { own, theirs, reference, place });
  if (edits) return text.text(range, edits);
  const why = place ? say('a-column-stays') : say('parent-stays', { parent: reference.table });
  const rules = text.table.foreignKeys.find((key) => key.name === name);
  const acts = (rule: string | undefined): boolean => rule === 'CASCADE' || (rule?.startsWith('SET ') ?? false);
  if (
    !logsCascades(text.source.isMariadb, text.source.versionNumber) &&
    (acts(rules?.onDelete) || acts(rules?.onUpdate))
  )
    refuse(say('foreign-key-cascades', { key: name, why }));
  text.warn(say('foreign-key-left-out', { key: name, why }));
  return null;
}

function foreignKeyEdits(
  text: DefinitionText,
  parts: { own: TokenRange; theirs: TokenRange; reference: TableReference; place: ParentPlace },
): TextEdit[] | null {
  const { own, theirs, reference, place } = parts;
  const names = text.names(own);
  if ('leftOut' in names) return null;
  const edits = [...names.edits, { ...reference, text: quoteTable(place.schema, place.table) }];
  for (let i = theirs.from; i < theirs.end; i++) {
    const token = text.tokens[i] as SqlToken;
    if (token.kind !== 'name') continue;
    const target = place.columnName(token.text);
    if (target === null) return null;
    edits.push({ start: token.start, end: token.end, text: `\`${target.replaceAll('`', '``')}\`` });
  }
  return edits;
}
