import { say } from '@otter/core';
import type { TokenRange } from '../ddl/ddl-statement.ts';
import type { SqlToken } from '../ddl/sql-token.ts';
import type { TextEdit } from '../ddl/statement-text.ts';
import type { TokenWalk } from '../ddl/token-walk.ts';
import { requireCommon } from './common-expression.ts';
import type { DefinitionText } from './definition-text.ts';
import { refuse } from './refusal.ts';

/** Engines without transactions whose rows InnoDB holds as well. */
const REPLACED_ENGINES = new Set(['MYISAM', 'ARIA', 'MEMORY', 'ARCHIVE', 'CSV']);
/** Engines with transactions, kept within a family. */
const TRANSACTIONAL_ENGINES = new Set(['INNODB', 'ROCKSDB', 'TOKUDB', 'NDB', 'NDBCLUSTER']);
/** Options that mean the same in both families. */
const COMMON_OPTIONS = new Set(
  'COMMENT ROW_FORMAT KEY_BLOCK_SIZE STATS_PERSISTENT STATS_AUTO_RECALC STATS_SAMPLE_PAGES MIN_ROWS MAX_ROWS AVG_ROW_LENGTH'.split(
    ' ',
  ),
);
/** Options about how one family's engine stores rows: left out where the other is the target. */
const STORAGE_OPTIONS = new Set(
  (
    'COMPRESSION PAGE_COMPRESSED PAGE_COMPRESSION_LEVEL ENCRYPTION_KEY_ID AUTOEXTEND_SIZE ENGINE_ATTRIBUTE ' +
    'SECONDARY_ENGINE SECONDARY_ENGINE_ATTRIBUTE'
  ).split(' '),
);
/** Options of engines that are replaced. */
const REPLACED_ENGINE_OPTIONS = new Set(
  'CHECKSUM DELAY_KEY_WRITE PACK_KEYS PAGE_CHECKSUM TRANSACTIONAL INSERT_METHOD ROW_FORMAT'.split(' '),
);
const PARTITION_WORDS = new Set(
  (
    'PARTITION PARTITIONS SUBPARTITION SUBPARTITIONS BY RANGE LIST HASH KEY LINEAR COLUMNS VALUES LESS THAN IN MAXVALUE ' +
    'ENGINE COMMENT'
  ).split(' '),
);

/** Options and partitioning of the target's table. `collation` is the table's own on the source. Throws {@link Refusal}. */
export function optionText(text: DefinitionText, collation: string): string {
  const walk = text.walk(text.options);
  const options = new OptionTranslation(text, walk);
  while (!walk.done && !(walk.peek() === 'PARTITION' && walk.peek(1) === 'BY')) options.next();
  const found = text.collation(collation);
  const pieces = [...options.pieces, `DEFAULT CHARSET=${found.charset}`, `COLLATE=${found.collation}`];
  if (walk.done) return pieces.join(' ');
  return `${pieces.join(' ')}\n${partitionText(text, { from: walk.at, end: text.options.end })}`;
}

class OptionTranslation {
  readonly pieces: string[] = [];
  readonly #text: DefinitionText;
  readonly #walk: TokenWalk;
  #isEngineReplaced = false;

  constructor(text: DefinitionText, walk: TokenWalk) {
    this.#text = text;
    this.#walk = walk;
  }

  /** Reads one option and writes what becomes of it. */
  next(): void {
    const walk = this.#walk;
    if (walk.skip(',')) return;
    walk.skip('DEFAULT');
    if (walk.peek() === 'WITH' && walk.peek(1) === 'SYSTEM') refuse(say('keeps-history'));
    const from = walk.at;
    const name = walk.token();
    if (!name || (name.kind !== 'word' && name.kind !== 'name')) return refuse(say('options-unreadable'));
    const key = name.text.toUpperCase();
    walk.next();
    if (key === 'CHARACTER' || key === 'DATA' || key === 'INDEX') walk.next();
    walk.skip('=');
    const value = walk.token();
    if (!value || value.kind === 'mark') refuse(say('option-unreadable', { option: name.written }));
    walk.next();
    if (key === 'TABLESPACE') walk.skip('STORAGE', 'DISK');
    this.#option(key, value, { from, end: walk.at });
  }

  #option(key: string, value: SqlToken, range: TokenRange): void {
    const text = this.#text;
    // The charset is written anew, and the counter goes on by itself from the rows.
    if (['CHARSET', 'CHARACTER', 'COLLATE', 'AUTO_INCREMENT'].includes(key)) return;
    if (key === 'ENGINE') {
      const engine = engineOf(text, value.written);
      this.#isEngineReplaced = engine !== value.written;
      this.pieces.push(`ENGINE=${engine}`);
    } else if (key === 'DATA' || key === 'INDEX' || key === 'TABLESPACE') {
      const what = key === 'TABLESPACE' ? key : `${key} DIRECTORY`;
      text.warn(say('place-left-out', { option: what }));
    } else if (key === 'CONNECTION' || key === 'UNION') refuse(say('rows-elsewhere', { option: key }));
    else if (this.#isEngineReplaced && REPLACED_ENGINE_OPTIONS.has(key)) return;
    else if (!text.isCrossing || COMMON_OPTIONS.has(key)) this.pieces.push(text.text(range));
    else this.#crossing(key, value);
  }

  #crossing(key: string, value: SqlToken): void {
    const text = this.#text;
    const said = text.written(value).replaceAll("'", '').toUpperCase();
    if (key === 'ENCRYPTION' || key === 'ENCRYPTED') {
      const isOn = said === 'Y' || said === 'YES';
      if (isOn) this.pieces.push(text.target.isMariadb ? 'ENCRYPTED=YES' : "ENCRYPTION='Y'");
    } else if (STORAGE_OPTIONS.has(key))
      text.warn(say('storage-left-out', { option: key, value: said, server: text.target.label }));
    else if (key !== 'CHECKSUM' && key !== 'DELAY_KEY_WRITE' && key !== 'PACK_KEYS')
      refuse(say('option-unknown', { option: key, server: text.target.label }));
  }
}

function engineOf(text: DefinitionText, engine: string): string {
  const upper = engine.toUpperCase();
  if (TRANSACTIONAL_ENGINES.has(upper) && (!text.isCrossing || upper === 'INNODB')) return engine;
  if (REPLACED_ENGINES.has(upper)) {
    text.warn(say('engine-replaced', { engine }));
    return 'InnoDB';
  }
  return refuse(say('engine-unknown', { engine, server: text.target.label }));
}

function partitionText(text: DefinitionText, range: TokenRange): string {
  const names = text.names(range);
  if ('leftOut' in names) return refuse(say('partitioned-by', { column: names.leftOut }));
  const edits: TextEdit[] = [...names.edits];
  const walk = text.walk(range);
  while (!walk.done) {
    const at = walk.at;
    const isDirectory = walk.skip('DATA', 'DIRECTORY') || walk.skip('INDEX', 'DIRECTORY');
    if (isDirectory) {
      walk.skip('=');
      const [first, last] = [text.tokens[at] as SqlToken, walk.token() as SqlToken];
      edits.push({ start: first.start, end: last.end, text: '' });
      text.warn(say('places-left-out'));
    } else if (walk.skip('ENGINE')) {
      walk.skip('=');
      const engine = walk.token() as SqlToken;
      edits.push({ start: engine.start, end: engine.end, text: engineOf(text, engine.written) });
    } else if (walk.skip('SYSTEM_TIME')) refuse(say('keeps-history'));
    else if (text.isCrossing) commonPartition(text, walk);
    walk.next();
  }
  return text.text(range, edits);
}

function commonPartition(text: DefinitionText, walk: TokenWalk): void {
  const isName = ['PARTITION', 'SUBPARTITION'].includes(walk.peek(-1));
  if (isName || PARTITION_WORDS.has(walk.peek())) return;
  requireCommon(text, { from: walk.at, end: walk.at + 1 }, say('of-partitioning'));
}
