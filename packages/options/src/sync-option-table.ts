import { OtterError, parseServerUrl, parseTablePattern, type AddressSecrets, type ServerAddress } from '@otter/core';
import { parseDdlPolicy, parseOriginalMarks, SYNC_DEFAULTS, type DdlPolicy, type OriginalMarks } from '@otter/engine';
import { byteSizeText, parseByteSize } from './byte-size.ts';
import { columnMapping, parseColumns } from './column-syntax.ts';
import { parseConflictRule } from './conflict-rule-syntax.ts';
import { parseMapping } from './map-syntax.ts';
import {
  declareOptions,
  integerOption,
  listOption,
  pairsOption,
  switchOption,
  textOption,
  wordOption,
  type OptionValues,
} from './option-table.ts';
import { parseStart } from './position-syntax.ts';

const WORKERS_MAX = 64;
const MEMORY_BYTES_MIN = 4 * 1024 * 1024;
/** Server ids are unsigned 32-bit and 0 means "no replica". */
const SERVER_ID_MAX = 0xffff_ffff;

/** What the readers of option texts need from outside. */
export interface OptionReaders extends AddressSecrets {
  /** Hears of every password that was read, so that it can be kept out of every message. */
  noteSecret(secret: string, user: string): void;
}

/** Every option of `otter sync`; the other commands take theirs from here. */
export function syncOptionTable(readers: OptionReaders) {
  return { ...serverOptions(readers), ...TABLE_OPTIONS, ...RUN_OPTIONS, ...RESOURCE_OPTIONS };
}

function serverOptions(readers: OptionReaders) {
  const serverUrl = (text: string): ServerAddress => {
    const address = parseServerUrl(text, readers);
    readers.noteSecret(address.password, address.user);
    return address;
  };
  return declareOptions({
    from: {
      form: 'value',
      placeholder: 'URL',
      required: true,
      secret: true,
      schema: textOption(serverUrl),
      description: 'source server, mysql://user:password@host:port/',
    },
    to: {
      form: 'value',
      placeholder: 'URL',
      required: true,
      secret: true,
      schema: textOption(serverUrl),
      description: 'target server, mysql://user:password@host:port/',
    },
  });
}

const TABLE_OPTIONS = declareOptions({
  tables: {
    form: 'list',
    placeholder: 'PATTERNS',
    required: true,
    schema: listOption(parseTablePattern).refine((list) => list.length > 0, { error: 'no table is named' }),
    description: 'tables to keep equal, a comma list of schema.table: names, t[01-32], regular expressions, *',
  },
  map: {
    form: 'list',
    placeholder: 'SRC:DST',
    schema: pairsOption(parseMapping, (source, target) => parseMapping(`${source}:${target}`)),
    description: 'other names on the target, shop.order_[00-31]:archive.orders (repeatable)',
  },
  columns: {
    form: 'list',
    placeholder: 'TABLE(…)',
    schema: pairsOption(parseColumns, (table, list) => columnMapping(table, list, `${table}: ${list}`)),
    description: 'columns that travel and their names, see below (repeatable)',
  },
});

const RUN_OPTIONS = declareOptions({
  start: {
    form: 'value',
    placeholder: 'WHERE',
    schema: textOption(parseStart).default({ at: 'now' }),
    defaultText: 'now',
    description: 'where to begin without a checkpoint: now, earliest, gtid:SET, binlog:FILE:POS, time:ISO',
  },
  mode: {
    form: 'value',
    placeholder: 'MODE',
    schema: wordOption(['auto', 'full+incremental', 'full', 'incremental']).default(SYNC_DEFAULTS.mode),
    defaultText: SYNC_DEFAULTS.mode,
    description:
      'copy the rows that are there, follow the log, or both; auto: both at a first start into empty tables, else the log',
  },
  'if-not-empty': {
    form: 'value',
    placeholder: 'WHAT',
    schema: wordOption(['fail', 'keep', 'replace']).default(SYNC_DEFAULTS.ifNotEmpty),
    defaultText: SYNC_DEFAULTS.ifNotEmpty,
    description: 'target tables that hold rows before a copy: fail, keep them and do not copy, or replace their rows',
  },
  'create-tables': {
    form: 'value',
    placeholder: 'WHEN',
    schema: wordOption(['auto', 'yes', 'no']).default(SYNC_DEFAULTS.createTables),
    defaultText: SYNC_DEFAULTS.createTables,
    description:
      'create the tables the target lacks at a first start, as the source has them: yes, no; auto: when rows are copied too',
  },
  indexes: {
    form: 'value',
    placeholder: 'WHEN',
    schema: wordOption(['after-copy', 'with-table']).default(SYNC_DEFAULTS.indexes),
    defaultText: SYNC_DEFAULTS.indexes,
    description:
      'when a table that is created and copied gets its secondary indexes: after-copy, all at once when its rows are there; with-table',
  },
  'copy-lanes': {
    form: 'value',
    placeholder: 'N',
    schema: integerOption(1, WORKERS_MAX).default(SYNC_DEFAULTS.copyLanes),
    defaultText: String(SYNC_DEFAULTS.copyLanes),
    description: 'connections that read the source for the copy',
  },
  'copy-rate': {
    form: 'value',
    placeholder: 'SIZE',
    schema: textOption(parseByteSize).default(SYNC_DEFAULTS.copyBytesPerSecond),
    defaultText: 'no limit',
    description: 'bytes of rows the copy reads from the source in a second at most',
  },
  ddl: {
    form: 'value',
    placeholder: 'POLICY',
    schema: textOption((text): DdlPolicy => parseDdlPolicy(text)).default(SYNC_DEFAULTS.ddl),
    defaultText: 'apply,drop=stop,database=stop',
    description:
      'changes of definition: apply, ignore or stop, for all or by kind (create, alter, drop, rename, truncate, index, database), alter=apply,drop=ignore',
  },
  'copy-max-lag': {
    form: 'value',
    placeholder: 'SECONDS',
    schema: integerOption(1, 86_400).optional(),
    defaultText: 'no limit',
    description: 'the copy waits while the target is further behind than this',
  },
  'free-gate': {
    form: 'value',
    placeholder: 'on|off',
    schema: wordOption(['on', 'off']).default(SYNC_DEFAULTS.freeGate),
    defaultText: SYNC_DEFAULTS.freeGate,
    description: 'on: keys inserted into retl_buffer on the source have their rows brought again',
  },
  'otter-marks': {
    form: 'value',
    placeholder: 'off|shield|CHANNEL[:INFO]',
    schema: textOption((text): OriginalMarks | undefined => parseOriginalMarks(text) ?? undefined).optional(),
    defaultText: 'off',
    description:
      'beside the original otter (retl_mark): shield: what is marked _SYNC is not carried; CHANNEL: nor what that channel of the original wrote, and our commits are marked for it',
  },
  'copy-max-load': {
    form: 'value',
    placeholder: 'N',
    schema: integerOption(1, 100_000).optional(),
    defaultText: 'no limit',
    description: 'the copy waits while more connections of the source run a statement (Threads_running)',
  },
  name: {
    form: 'value',
    placeholder: 'ID',
    schema: textOption(pipelineName).optional(),
    defaultText: 'sync-XXXXXXXX from target, source and tables',
    description: 'name of this pipeline, the key of its checkpoint in the target',
  },
  apply: {
    form: 'value',
    placeholder: 'MODE',
    schema: wordOption(['transaction', 'row']).default(SYNC_DEFAULTS.apply),
    defaultText: SYNC_DEFAULTS.apply,
    description: 'transaction keeps source transactions whole; row spreads rows by key: faster, eventually equal',
  },
  workers: {
    form: 'value',
    placeholder: 'N',
    schema: integerOption(1, WORKERS_MAX).default(SYNC_DEFAULTS.workers),
    defaultText: String(SYNC_DEFAULTS.workers),
    description: 'connections that write to the target',
  },
  verify: {
    form: 'value',
    placeholder: 'off|continuous',
    schema: wordOption(['off', 'continuous']).default(SYNC_DEFAULTS.verify),
    defaultText: SYNC_DEFAULTS.verify,
    description: 'continuous reads written rows back within seconds and names other writers on the target',
  },
  'two-way': {
    form: 'switch',
    schema: switchOption(),
    description:
      'keep both sides equal, each of which may be written: a pipeline each way, conflicts decided and recorded',
  },
  conflicts: {
    form: 'value',
    placeholder: 'RULE',
    schema: wordOption(['newest', 'from', 'to']).default('newest'),
    defaultText: 'newest',
    description:
      'with --two-way, which of two changes of a row stays that did not know of each other: newest, or that of one side',
  },
  'conflicts-ask': {
    form: 'list',
    placeholder: 'PATTERNS',
    schema: listOption(parseTablePattern),
    description:
      'with --two-way, tables whose conflicts stay open until a person has looked at them (otter conflicts); decided by the rule meanwhile',
  },
  'conflicts-days': {
    form: 'value',
    placeholder: 'DAYS',
    schema: integerOption(1, 36_500).default(SYNC_DEFAULTS.conflictDays),
    defaultText: String(SYNC_DEFAULTS.conflictDays),
    description:
      'with --two-way, how long decisions that are not open are kept (otter conflicts); open ones stay until a person has looked',
  },
  'conflict-rule': {
    form: 'list',
    placeholder: 'TABLE:RULE',
    schema: pairsOption(parseConflictRule, (table, rule) => parseConflictRule(`${table}:${rule}`)),
    description:
      'with --two-way, another rule for some tables: by a column, column by column, counters, see below (repeatable)',
  },
  'until-caught-up': {
    form: 'switch',
    schema: switchOption(),
    description: 'end once everything that was in the log at the start has been applied',
  },
  restart: {
    form: 'switch',
    schema: switchOption(),
    description: 'begin at --start even when a checkpoint is stored',
  },
  check: { form: 'switch', schema: switchOption(), description: 'run the preflight alone and print what it found' },
  'dry-run': {
    form: 'switch',
    schema: switchOption(),
    description: 'print the SQL that would run; write nothing anywhere',
  },
  json: { form: 'switch', schema: switchOption(), description: 'print one JSON object a line on stdout' },
});

const RESOURCE_OPTIONS = declareOptions({
  memory: {
    form: 'value',
    placeholder: 'SIZE',
    schema: textOption(memoryBytes).default(SYNC_DEFAULTS.memoryBytes),
    defaultText: byteSizeText(SYNC_DEFAULTS.memoryBytes),
    description: 'log events held in memory at most; larger transactions go to disk meanwhile',
  },
  'control-schema': {
    form: 'value',
    placeholder: 'NAME',
    schema: textOption(schemaName).default(SYNC_DEFAULTS.controlSchema),
    defaultText: SYNC_DEFAULTS.controlSchema,
    description: "schema of Otter's own tables",
  },
  heartbeat: {
    form: 'value',
    placeholder: 'auto|off',
    schema: wordOption(['auto', 'off']).default(SYNC_DEFAULTS.heartbeat),
    defaultText: SYNC_DEFAULTS.heartbeat,
    description: 'auto writes a heartbeat row on the source, for an honest lag, when the account may',
  },
  'server-id': {
    form: 'value',
    placeholder: 'N',
    schema: integerOption(1, SERVER_ID_MAX).optional(),
    defaultText: 'drawn at random',
    description: 'replica id shown to the source; must be unique there',
  },
  lang: {
    form: 'value',
    placeholder: 'en|zh',
    schema: wordOption(['en', 'zh']).optional(),
    defaultText: 'from LC_ALL, LANG',
    description: 'language of findings, errors and advice',
  },
});

export type SyncOptionTable = ReturnType<typeof syncOptionTable>;
export type SyncOptionValues = OptionValues<SyncOptionTable>;

function pipelineName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text)) return text;
  throw usage(`"${text}" is not a name; use up to 64 letters, digits, dots, dashes and underscores`);
}

function schemaName(text: string): string {
  if (/^[A-Za-z0-9_$]{1,64}$/.test(text)) return text;
  throw usage(`"${text}" is not a schema name; use up to 64 letters, digits, underscores`);
}

function memoryBytes(text: string): number {
  const bytes = parseByteSize(text);
  if (bytes >= MEMORY_BYTES_MIN && Number.isSafeInteger(bytes)) return bytes;
  throw usage(`${text} is too small or too large; use at least ${byteSizeText(MEMORY_BYTES_MIN)}`);
}

function usage(detail: string): OtterError {
  return new OtterError('USAGE', { detail });
}
