import { BinlogReader, openConnection, readLogEnd, readSourceFacts } from '@otter/binlog';
import {
  compareCoordinates,
  gtidText,
  OtterError,
  type Log,
  type LogTable,
  type Position,
  type Row,
  type RowsChange,
  type TableSchema,
  type Transaction,
} from '@otter/core';
import { openTargetSession, quoteText, readTables, type Session } from '@otter/dialects';
import { pause } from '../heartbeat.ts';
import { backOff } from '../load/back-off.ts';
import { foldedName } from '../select/table-name.ts';
import type { SyncOptions } from '../sync-options.ts';
import { reportText } from './column-pair.ts';
import type { Findings, ForeignWriter } from './findings.ts';

const SOCKET_BYTES = 2 * 1024 * 1024;
/** Our own batches stay below this, so that none of them goes to disk to be recognized. */
const SPILL_BYTES = 16 * 1024 * 1024;
const HEARTBEAT_MS = 10_000;
/** With an end to reach, which a silent server tells with its heartbeats alone. */
const HEARTBEAT_SHORT_MS = 500;
/** One report of a writer and a table in this time; what it does meanwhile is counted. */
const REPORT_EVERY_MS = 60_000;
const LOOK_EVERY_MS = 500;
/** Writers that are told apart at a time. */
const WRITERS_MAX = 100;
const KEYS_MAX = 5;
const STATEMENT_CHARACTERS_MAX = 300;
/** Events of a transaction among which its statement is looked for. */
const EVENTS_MAX = 200;
const END_MS_MAX = 10_000;

/** What the watch shares with the pipeline. */
export interface ForeignWritersPorts {
  options: SyncOptions;
  findings: Findings;
  /** Whether a table of the target is one that the pipeline writes to. */
  isMapped(schema: string, table: string): boolean;
  now: () => number;
  log: Log;
}

/**
 * Reads the target's own log and names whoever changes mapped tables there. Every transaction of ours, of this pipeline
 * or another, of a copy, a catch-up, a repair or an undo, writes one of our own tables as well: one that does not is
 * somebody else's, also when it came by replication.
 */
export class ForeignWriters {
  readonly #ports: ForeignWritersPorts;
  readonly #writers = new Map<string, { report: ForeignWriter; reportedAtMs: number }>();
  readonly #tables = new Map<string, TableSchema>();
  #reader: BinlogReader | null = null;
  #at: Position | null = null;
  #busy = false;

  constructor(ports: ForeignWritersPorts) {
    this.#ports = ports;
  }

  /** Works until aborted. Where the log cannot be read it says so; it never ends the pipeline. */
  async run(signal: AbortSignal): Promise<void> {
    const { findings, log } = this.#ports;
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        await this.#watch(signal);
        return;
      } catch (error) {
        if (!OtterError.is(error) || error.code === 'INTERNAL') throw error;
        if (signal.aborted) return;
        if (error.scope !== 'retry') {
          findings.foreign = null;
          const reason = `the target's log is not read, other writers are not seen: ${error.detail}`;
          if (findings.note(reason)) log.warn({ code: error.code, detail: error.said }, "the target's log is not read");
          return;
        }
        await backOff(failures, signal);
      } finally {
        this.#reader = null;
      }
    }
  }

  /** Waits until everything that is in the target's log now has been looked at, ten seconds at most. */
  async reachEnd(signal: AbortSignal): Promise<void> {
    if (this.#reader === null) return;
    const connection = await openConnection(this.#ports.options.target);
    try {
      const end = await readLogEnd(connection, 'mysql');
      const until = Date.now() + END_MS_MAX;
      while (!signal.aborted && Date.now() < until && !this.#hasPassed(end)) await pause(20, signal);
    } finally {
      connection.destroy();
    }
  }

  #hasPassed(end: Pick<Position, 'file' | 'offset'>): boolean {
    if (this.#busy) return false;
    if (this.#at !== null && compareCoordinates(this.#at, end) >= 0) return true;
    // Refused meanwhile, or nothing but events that make no transaction.
    const status = this.#reader?.status;
    return status === undefined || (status.drained && status.end !== null && compareCoordinates(status.end, end) >= 0);
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { options, findings } = this.#ports;
    this.#at ??= await this.#begin();
    const session = await openTargetSession(options.target, { role: 'control' });
    const ended = new AbortController();
    try {
      const tables = await readTables(session, (schema, table) => this.#ports.isMapped(schema, table));
      for (const table of tables) this.#tables.set(foldedName(table), table);
      findings.foreign ??= 0;
      const reader = (this.#reader = this.#open(this.#at));
      const either = AbortSignal.any([signal, ended.signal]);
      await Promise.all([this.#read(reader, session, signal), this.#flush(either)]);
    } finally {
      ended.abort();
      session.destroy();
    }
  }

  #open(start: Position): BinlogReader {
    const { options, log } = this.#ports;
    const control = options.controlSchema.toLowerCase();
    return new BinlogReader({
      address: options.target,
      start,
      wants: (schema, table) => schema.toLowerCase() === control || this.#ports.isMapped(schema, table),
      describe: (schema, table) => this.#tables.get(foldedName({ schema, table })),
      memoryBytes: SOCKET_BYTES,
      spillBytes: SPILL_BYTES,
      spillDirectory: options.spillDirectory,
      heartbeatMs: options.untilCaughtUp ? HEARTBEAT_SHORT_MS : HEARTBEAT_MS,
      log,
    });
  }

  /** The end of the target's log. Throws ACCESS_DENIED, LOG_FORMAT. */
  async #begin(): Promise<Position> {
    const connection = await openConnection(this.#ports.options.target);
    try {
      const { logBin, format, end } = await readSourceFacts(connection);
      if (!logBin) throw new OtterError('LOG_FORMAT', { detail: 'it writes none (log_bin=OFF)' });
      if (format !== 'ROW') throw new OtterError('LOG_FORMAT', { detail: `its binlog_format is ${format}, not ROW` });
      return end;
    } finally {
      connection.destroy();
    }
  }

  async #read(reader: BinlogReader, session: Session, signal: AbortSignal): Promise<void> {
    for await (const transactions of reader.transactions(signal)) {
      this.#busy = true;
      for (const transaction of transactions) await this.#take(transaction, session);
      this.#at = reader.position;
      this.#busy = false;
    }
  }

  async #take(transaction: Transaction, session: Session): Promise<void> {
    const found = new Map<string, ForeignWriter>();
    const pieces = transaction.spilled ? transaction.spilled.read() : [transaction.changes];
    const control = this.#ports.options.controlSchema.toLowerCase();
    let isOurs = false;
    for await (const changes of pieces) {
      isOurs ||= changes.some(({ table }) => table.schema.toLowerCase() === control);
      // The values of our own are never decoded.
      if (!isOurs) for (const change of changes) addRows(found, change, transaction);
      for (const change of changes) change.release?.();
    }
    await transaction.spilled?.release();
    if (isOurs || found.size === 0) return;
    for (const writer of found.values()) await this.#found(writer, transaction, session);
    this.#ports.findings.foreign = (this.#ports.findings.foreign ?? 0) + 1;
  }

  /** Reports a writer, or counts it with what it did a moment ago. */
  async #found(writer: ForeignWriter, transaction: Transaction, session: Session): Promise<void> {
    const name = `${writer.table}\u0000${writer.serverId}\u0000${writer.threadId}`;
    const known = this.#writers.get(name);
    if (known !== undefined) {
      add(known.report, writer);
      return;
    }
    writer.statement = await this.#statement(transaction, writer.table, session);
    if (writer.threadId !== null) {
      const [row] = await session.rows('SELECT @@GLOBAL.server_id');
      writer.isReplicated = Number(row?.[0]) !== writer.serverId;
      if (!writer.isReplicated) writer.user = await userOf(writer.threadId, session);
    }
    this.#report(writer);
    if (this.#writers.size < WRITERS_MAX)
      this.#writers.set(name, { report: quiet(writer), reportedAtMs: this.#ports.now() });
  }

  #report(writer: ForeignWriter): void {
    this.#ports.log.error({ table: writer.table, position: writer.position }, 'somebody else writes to the target');
    this.#ports.findings.addWriter(writer);
  }

  /** Reports what known writers have done since, once a minute and at the end. */
  async #flush(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const now = this.#ports.now();
      for (const [name, { report, reportedAtMs }] of this.#writers) {
        if (now - reportedAtMs < REPORT_EVERY_MS) continue;
        this.#writers.delete(name);
        if (report.transactions > 0) this.#report(report);
      }
      await pause(LOOK_EVERY_MS, signal);
    }
    for (const { report } of this.#writers.values()) if (report.transactions > 0) this.#report(report);
    this.#writers.clear();
  }

  /** The statement that wrote to the table, where the server logs statements beside rows. */
  async #statement(transaction: Transaction, table: string, session: Session): Promise<string | null> {
    const { file, startOffset } = transaction;
    let rows: (string | null)[][];
    try {
      rows = await session.rows(`SHOW BINLOG EVENTS IN ${quoteText(file)} FROM ${startOffset} LIMIT ${EVENTS_MAX}`);
    } catch (error) {
      if (!OtterError.is(error) || session.lost) throw error;
      return null;
    }
    let statement: string | null = null;
    for (const [, , type, , , info] of rows) {
      if (type === 'Annotate_rows' || type === 'Rows_query') statement = (info ?? '').replace(/^# /, '');
      if (type === 'Table_map' && info?.endsWith(`(${table})`)) break;
      if (type === 'Xid') break;
    }
    return statement === null ? null : statement.replace(/\s+/g, ' ').slice(0, STATEMENT_CHARACTERS_MAX);
  }
}

/** What one change adds to what its transaction did to the table. */
function addRows(found: Map<string, ForeignWriter>, change: RowsChange, transaction: Transaction): void {
  const table = `${change.table.schema}.${change.table.table}`;
  let writer = found.get(table);
  if (writer === undefined) {
    const { gtid, file, startOffset, committedAtMs, serverId, threadId } = transaction;
    writer = {
      ...{ table, keys: [], transactions: 1, rows: { inserted: 0, updated: 0, deleted: 0 } },
      ...{ at: new Date(committedAtMs).toISOString(), gtid: gtid === null ? null : gtidText(gtid) },
      ...{ position: `${file}:${startOffset}`, serverId, threadId },
      ...{ user: null, statement: null, isReplicated: false },
    };
    found.set(table, writer);
  }
  writer.rows[COUNTS[change.kind]] += change.rowCount;
  for (const row of change.kind === 'insert' ? change.after : change.before) {
    if (writer.keys.length >= KEYS_MAX) break;
    writer.keys.push(keyText(change.table, row));
  }
}

const COUNTS = { insert: 'inserted', update: 'updated', delete: 'deleted' } as const;

function keyText({ columns, primaryKey }: LogTable, row: Row): string {
  const ordinals = primaryKey ?? columns.map((_, i) => i);
  const parts = ordinals.map((o) => {
    const column = columns[o];
    return column === undefined ? '' : `${column.name}=${reportText(row[o], column) ?? 'NULL'}`;
  });
  return parts.join(', ');
}

function add(to: ForeignWriter, writer: ForeignWriter): void {
  if (to.transactions === 0) {
    to.keys = writer.keys;
    to.at = writer.at;
    to.gtid = writer.gtid;
    to.position = writer.position;
  }
  to.transactions += 1;
  for (const kind of Object.values(COUNTS)) to.rows[kind] += writer.rows[kind];
}

/** The same writer, who has done nothing since. */
function quiet(writer: ForeignWriter): ForeignWriter {
  return { ...writer, transactions: 0, rows: { inserted: 0, updated: 0, deleted: 0 } };
}

/** Who is behind a connection of the target, while it is there and may be seen. */
async function userOf(threadId: number, session: Session): Promise<string | null> {
  const [row] = await session.rows(`SELECT USER,HOST FROM information_schema.PROCESSLIST WHERE ID=${threadId}`);
  return row === undefined ? null : `${row[0] ?? ''}@${row[1] ?? ''}`;
}
