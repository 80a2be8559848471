import { say, type Wording } from '@otter/core';
import type { TargetColumn } from '@otter/dialects';
import type { SqlToken } from '../ddl/sql-token.ts';
import type { TextEdit } from '../ddl/statement-text.ts';
import type { TokenRange } from '../ddl/ddl-statement.ts';
import type { NameReference, TokenWalk } from '../ddl/token-walk.ts';
import { requireCommon } from './common-expression.ts';
import type { DefinitionText } from './definition-text.ts';
import { refuse } from './refusal.ts';

/** Types both families have, and store alike. */
const COMMON_TYPES = new Set(
  (
    'TINYINT SMALLINT MEDIUMINT INT BIGINT DECIMAL FLOAT DOUBLE BIT YEAR DATE TIME DATETIME TIMESTAMP CHAR VARCHAR ' +
    'BINARY VARBINARY TINYTEXT TEXT MEDIUMTEXT LONGTEXT TINYBLOB BLOB MEDIUMBLOB LONGBLOB ENUM SET JSON GEOMETRY POINT ' +
    'LINESTRING POLYGON MULTIPOINT MULTILINESTRING MULTIPOLYGON GEOMETRYCOLLECTION GEOMCOLLECTION'
  ).split(' '),
);
/** MySQL takes a default of theirs as an expression only. */
const NO_LITERAL_DEFAULT = /^(?:(?:TINY|MEDIUM|LONG)?(?:TEXT|BLOB)|JSON)$/;
const NOW = new Set(['CURRENT_TIMESTAMP', 'NOW', 'LOCALTIME', 'LOCALTIMESTAMP']);
/** From here on MySQL keeps CHECK; before, it reads it and forgets it. */
export const CHECKS_SINCE = 80016;

/** Writes one column of the target; `null` when the mapping leaves it out. Throws {@link Refusal}. */
export function columnText(text: DefinitionText, range: TokenRange, tableCollation: string): string | null {
  const walk = text.walk(range);
  const name = walk.name();
  const column = text.table.columns.find((c) => c.name.toLowerCase() === name?.name.toLowerCase());
  if (!name || !column) return refuse(say('column-unreadable'));
  if (text.targetName(name.name) === null) return null;
  return new ColumnTranslation(text, range, { walk, name, column, tableCollation }).run();
}

interface ColumnParts {
  walk: TokenWalk;
  name: NameReference;
  column: TargetColumn;
  tableCollation: string;
}

class ColumnTranslation {
  readonly #text: DefinitionText;
  readonly #range: TokenRange;
  readonly #walk: TokenWalk;
  readonly #name: NameReference;
  readonly #column: TargetColumn;
  readonly #tableCollation: string;
  readonly #edits: TextEdit[] = [];
  #type = '';
  /** Last token of the type, behind which a charset may be put. */
  #typeEnd: SqlToken | null = null;
  #charset: SqlToken | null = null;
  #hasCollation = false;
  #isGenerated = false;

  constructor(text: DefinitionText, range: TokenRange, { walk, name, column, tableCollation }: ColumnParts) {
    this.#text = text;
    this.#range = range;
    this.#walk = walk;
    this.#name = name;
    this.#column = column;
    this.#tableCollation = tableCollation;
  }

  run(): string {
    const text = this.#text;
    const renamed = text.renamed(this.#name);
    if (renamed) this.#edits.push(renamed);
    this.#readType();
    while (!this.#walk.done) this.#attribute();
    this.#settleCollation();
    const rest = text.names({ from: this.#range.from + 1, end: this.#range.end });
    if ('leftOut' in rest) refuse(say('column-computed', { column: this.#column.name, from: rest.leftOut }));
    return text.text(this.#range, [...this.#edits, ...rest.edits]);
  }

  get #is(): Wording {
    return say('of-column', { column: this.#column.name });
  }

  get #itsDefault(): Wording {
    return say('of-default', { column: this.#column.name });
  }

  get #isToMysql(): boolean {
    return this.#text.isCrossing && !this.#text.target.isMariadb;
  }

  #readType(): void {
    const walk = this.#walk;
    const { isCrossing, target } = this.#text;
    this.#type = walk.peek();
    if (isCrossing && !COMMON_TYPES.has(this.#type))
      refuse(say('type-unknown', { what: this.#is, type: this.#column.typeText, server: target.label }));
    if (isCrossing && this.#type === 'GEOMCOLLECTION') this.#replace(walk.token(), 'geometrycollection');
    walk.next();
    walk.skipGroup();
    this.#typeEnd = walk.token(-1) ?? null;
    // What utf8mb3 has no place for, the emoji of a label for instance, is printed as a question mark by both families.
    if (this.#column.labels?.some((label) => label.includes('?'))) refuse(say('label-doubtful', { what: this.#is }));
  }

  #attribute(): void {
    const walk = this.#walk;
    const at = walk.at;
    if (walk.skip('CHARACTER', 'SET') || walk.skip('CHARSET')) {
      this.#charset = walk.token() ?? null;
      walk.next();
    } else if (walk.skip('COLLATE')) {
      this.#hasCollation = true;
      this.#replace(walk.token(), this.#found().collation);
      walk.next();
    } else if (walk.skip('GENERATED', 'ALWAYS', 'AS') || walk.skip('AS')) this.#generated();
    else if (walk.skip('DEFAULT')) this.#default();
    else if (walk.skip('ON', 'UPDATE')) this.#value();
    else if (walk.skip('COMMENT')) walk.next();
    else if (walk.skip('CHECK')) this.#check(at);
    else if ((walk.peek() === 'WITH' || walk.peek() === 'WITHOUT') && walk.peek(1) === 'SYSTEM')
      refuse(say('keeps-history'));
    else if (this.#text.isCrossing) this.#crossing(at);
    else if (!walk.skipGroup()) walk.next();
  }

  /** Attributes one family has, and those both have. */
  #crossing(at: number): void {
    const walk = this.#walk;
    const plain = ['UNSIGNED', 'SIGNED', 'ZEROFILL', 'NULL', 'AUTO_INCREMENT', 'VIRTUAL', 'STORED', 'INVISIBLE'];
    if (walk.skip('NOT', 'NULL')) {
      if (!this.#isGenerated || !this.#text.target.isMariadb) return;
      this.#drop(at, say('not-null-left-out', { what: this.#is }));
    } else if (plain.includes(walk.peek())) walk.next();
    else if (walk.peek() === 'PERSISTENT') {
      this.#replace(walk.token(), 'STORED');
      walk.next();
    } else if (['SRID', 'REF_SYSTEM_ID', 'COLUMN_FORMAT', 'STORAGE'].includes(walk.peek())) {
      const what = walk.peek();
      walk.next();
      walk.skip('=');
      walk.next();
      this.#drop(at, say('attribute-left-out', { attribute: what, what: this.#is }));
    } else if (walk.skip('COMPRESSED'))
      this.#drop(at, say('attribute-left-out', { attribute: 'COMPRESSED', what: this.#is }));
    else
      refuse(
        say('says-unknown', {
          what: this.#is,
          word: walk.token()?.written ?? '',
          server: this.#text.target.label,
        }),
      );
  }

  #generated(): void {
    const walk = this.#walk;
    const from = walk.at;
    if (!walk.skipGroup()) refuse(say('keeps-history'));
    this.#isGenerated = true;
    if (this.#text.isCrossing)
      requireCommon(this.#text, { from, end: walk.at }, say('of-generated', { column: this.#column.name }));
  }

  #check(from: number): void {
    const walk = this.#walk;
    const group = walk.at;
    if (!walk.skipGroup()) refuse(say('unreadable', { what: say('of-column-check', { column: this.#column.name }) }));
    const { isCrossing, target } = this.#text;
    if (!target.isMariadb && target.versionNumber < CHECKS_SINCE) {
      this.#drop(from, say('column-check-left-out', { what: this.#is, server: target.label }));
      return;
    }
    if (isCrossing && !this.#isJsonCheck(group))
      requireCommon(this.#text, { from: group, end: walk.at }, say('of-column-check', { column: this.#column.name }));
  }

  /** What makes a LONGTEXT of MariaDB its JSON. */
  #isJsonCheck(group: number): boolean {
    const { tokens } = this.#text;
    return tokens[group + 1]?.text === 'JSON_VALID' && tokens[group + 3]?.written === this.#column.name;
  }

  /** A default ends where the next gap is: literals and calls are printed without one, expressions in brackets. */
  #value(): TokenRange {
    const walk = this.#walk;
    const from = walk.at;
    let end = walk.token()?.start;
    while (!walk.done && walk.token()?.start === end) {
      if (walk.peek() === '(') walk.skipGroup();
      else walk.next();
      end = walk.token(-1)?.end;
    }
    return { from, end: walk.at };
  }

  #default(): void {
    const value = this.#value();
    const { tokens, target, isCrossing } = this.#text;
    const first = tokens[value.from] as SqlToken;
    const literal = this.#text.text(value);
    if (first.kind === 'string' && literal.includes('?')) this.#doubtfulDefault();
    const isCall = first.kind === 'word' && tokens[value.from + 1]?.text === '(' && value.end > value.from + 1;
    const isNow = NOW.has(first.text) && (this.#column.kind === 'datetime' || this.#column.kind === 'timestamp');
    if (!isCrossing) return;
    const names = this.#text.names(value);
    if ('leftOut' in names) return refuse(say('default-needs', { what: this.#itsDefault, column: names.leftOut }));
    if (first.text === '(' || isCall) requireCommon(this.#text, value, this.#itsDefault, 'default');
    if (!this.#isToMysql || first.text === '(' || isNow || first.text === 'NULL') return;
    const isLiteralRefused = NO_LITERAL_DEFAULT.test(this.#type) || this.#column.kind === 'geometry';
    if (!isCall && !isLiteralRefused) return;
    if (target.versionNumber < 80013) refuse(say('default-refused', { what: this.#is, server: target.label }));
    const last = tokens[value.end - 1] as SqlToken;
    this.#edits.push({ start: first.start, end: last.end, text: `(${this.#text.text(value, names.edits)})` });
  }

  #doubtfulDefault(): void {
    if (this.#column.kind === 'binary') refuse(say('default-bytes', { what: this.#itsDefault }));
    this.#text.warn(say('default-doubtful', { what: this.#is }));
  }

  #found(): ReturnType<DefinitionText['collation']> {
    return this.#text.collation(this.#column.collation ?? '');
  }

  /** Says outright what a default would decide: the servers need not have the same ones. */
  #settleCollation(): void {
    const { collation } = this.#column;
    const { source, target } = this.#text;
    if (collation === null) return;
    const found = this.#found();
    this.#noteDifference(found.difference, found.isCoarse, found.collation);
    const charset = this.#charset;
    // MySQL from 8.0 on names a collation wherever it is not the charset's default, and has kept those since.
    const sameDefaults = [source, target].every((server) => !server.isMariadb && server.versionNumber >= 80000);
    if (charset) {
      const collate = this.#hasCollation || sameDefaults ? '' : ` COLLATE ${found.collation}`;
      this.#replace(charset, `${found.charset}${collate}`);
    } else if (!this.#hasCollation && collation !== this.#tableCollation && this.#typeEnd) {
      const type = this.#typeEnd;
      const told = ` CHARACTER SET ${found.charset} COLLATE ${found.collation}`;
      this.#edits.push({ start: type.start, end: type.end, text: `${this.#text.written(type)}${told}` });
    }
  }

  #noteDifference(difference: Wording | null, isCoarse: boolean, collation: string): void {
    if (difference === null) return;
    const lower = this.#column.name.toLowerCase();
    const from = this.#column.collation ?? '';
    const key = this.#text.table.uniqueKeys.find(({ parts }) => parts.some((p) => p.column?.toLowerCase() === lower));
    if (key && isCoarse)
      refuse(
        say('collation-coarse', {
          ...{ what: this.#is, collation: from, key: key.name },
          ...{ server: this.#text.target.label, nearest: collation },
        }),
      );
    const change = { from, to: collation, difference };
    this.#text.recollate(
      this.#column.name,
      key ? say('collation-becomes-unique', { ...change, key: key.name }) : say('collation-becomes', change),
    );
  }

  #replace(token: SqlToken | undefined, written: string): void {
    if (token) this.#edits.push({ start: token.start, end: token.end, text: written });
  }

  #drop(from: number, warning: Wording): void {
    const [first, last] = [this.#text.tokens[from], this.#text.tokens[this.#walk.at - 1]];
    if (first && last) this.#edits.push({ start: first.start, end: last.end, text: '' });
    this.#text.warn(warning);
  }
}
