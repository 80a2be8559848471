import {
  compareCoordinates,
  gtidText,
  OtterError,
  silentLog,
  type Gtid,
  type GtidFlavor,
  type Log,
  type LogStatement,
  type RowsChange,
  type Transaction,
} from '@otter/core';
import type { EventHeader, LogEvent } from '../events/log-event.ts';
import { LogCoordinates } from './log-coordinates.ts';
import type { GroupContent, PreparedTransactions } from './prepared-transactions.ts';
import { SpillFile } from './spill-file.ts';
import { endsStatement, SpilledTransaction, type EventSource } from './spilled-transaction.ts';
import { transactionControl, type TransactionControl } from './transaction-control.ts';

type GtidEvent = Extract<LogEvent, { type: 'gtid' }>;
type QueryEvent = Extract<LogEvent, { type: 'query' }>;
type PayloadEvent = Extract<LogEvent, { type: 'payload' }>;

/** Which transactions of the stream were applied before and must not come out again. */
export type AlreadyApplied =
  | { by: 'coordinates'; file: string; offset: number }
  /** The GTIDs asked for again because their XA groups were still undecided. */
  | { by: 'gtid'; gtids: Set<string> };

export interface AssemblerOptions {
  flavor: GtidFlavor;
  /** Where a dump by GTID is believed to begin; a dump by coordinates names its place itself. */
  coordinates: { file: string; offset: number } | null;
  /** What an earlier connection collected, or what a stored position names. */
  prepared: PreparedTransactions;
  applied: AlreadyApplied | null;
  /** Event bytes of a group above which its rows go to disk. */
  spillBytes: number;
  spillDirectory: string;
  /** Changes that stay in memory also of a transaction that is spilled; they are few. */
  keeps?: ((schema: string, table: string) => boolean) | undefined;
  /** A decoder for what was spilled, less what is kept. */
  newDecoder: () => EventSource;
  log?: Log;
  /** Only places are wanted: an XA COMMIT may lack its rows. @default false */
  scan?: boolean;
}

const TABLE_MAP = 19;

/** Verbs a group without a GTID event may begin with (MySQL 5.6, or gtid_mode=OFF). */
const OPENING = new Set<TransactionControl['verb']>(['begin', 'xa-start', 'xa-commit', 'xa-rollback']);

/** A view of the event alone. */
function eventBytes(raw: Buffer, { start, eventSize }: EventHeader): Buffer {
  return raw.subarray(start, start + eventSize);
}

interface Savepoint {
  changes: number;
  rowsEvents: number;
}

/**
 * Puts events together to transactions, whole and in commit order. All of it is synchronous; per event nothing is
 * allocated but what the transaction keeps.
 *
 * How a group begins and ends (MySQL "Binary Log", MariaDB KB "GTID_EVENT"):
 * - MySQL: GTID, QUERY BEGIN, …, XID | QUERY COMMIT | QUERY ROLLBACK; or GTID, QUERY (DDL). Without GTIDs the same
 *   less the GTID event.
 * - MariaDB: GTID, …, XID | QUERY COMMIT | QUERY ROLLBACK; or GTID with the standalone flag, QUERY.
 * - XA: …, QUERY XA START, …, XA_PREPARE; and later a group with QUERY XA COMMIT or XA ROLLBACK.
 */
export class TransactionAssembler {
  readonly #options: AssemblerOptions;
  readonly #log: Log;
  readonly #at: LogCoordinates;
  readonly #prepared: PreparedTransactions;
  #applied: AlreadyApplied | null;
  #rotated = false;
  #format: Buffer | null = null;
  /** Seconds; artificial events have none of their own. */
  #lastTimestamp = 0;

  // The open group.
  #open = false;
  /** Whether the group goes on until a commit; else its first statement is all of it. */
  #begun = false;
  /** Its statement has no effect. */
  #undone = false;
  #startOffset = 0;
  #serverId = 0;
  #threadId: number | null = null;
  #gtid: Gtid | null = null;
  #gtidMs: number | null = null;
  #xid: string | null = null;
  #bytes = 0;
  #filteredRows = 0;
  #changes: RowsChange[] = [];
  #statements: LogStatement[] = [];
  #spilled: SpilledTransaction | null = null;
  /** Of what is spilled. */
  #kept: RowsChange[] = [];
  #savepoints: Map<string, Savepoint> | null = null;
  /** Those of the statement at hand: what is spilled begins with them. */
  #tableMaps: { raw: Buffer; header: EventHeader }[] = [];

  constructor(options: AssemblerOptions) {
    this.#options = options;
    this.#log = options.log ?? silentLog;
    this.#at = new LogCoordinates(options.coordinates?.file ?? '', options.coordinates?.offset ?? 0);
    this.#prepared = options.prepared;
    this.#applied = options.applied;
  }

  get file(): string {
    return this.#at.file;
  }

  /** Offset after the last event. */
  get offset(): number {
    return this.#at.offset;
  }

  /** Whether the last event ended a transaction: nothing is half done. */
  get idle(): boolean {
    return !this.#open;
  }

  /** Whether everything applied before has passed: from here on all that comes is new. */
  get caughtUpWithStart(): boolean {
    return this.#applied === null;
  }

  /** Takes one event with the bytes it was decoded from; completed transactions are appended to `out`. Throws LOG_CORRUPT, NOT_SUPPORTED. */
  push(raw: Buffer, event: LogEvent, out: Transaction[]): void {
    if (event.type === 'rotate') {
      this.#rotate(event, out);
      return;
    }
    this.#at.advance(event.header);
    if (event.header.timestamp !== 0) this.#lastTimestamp = event.header.timestamp;
    if (event.type === 'format') {
      this.#format = Buffer.from(eventBytes(raw, event.header));
      this.#abandon('a new log file began before its commit');
      return;
    }
    if (event.type === 'gtid') {
      this.#beginByGtid(event);
      return;
    }
    if (event.type === 'heartbeat') return;
    if (this.#open) this.#bytes += event.header.eventSize;
    if (event.type === 'payload') this.#payload(raw, event, out);
    else this.#inGroup(raw, event, out);
  }

  /** Forgets the open group; the prepared ones belong to the caller. */
  close(): void {
    this.#abandon('');
  }

  #inGroup(raw: Buffer | null, event: LogEvent, out: Transaction[]): void {
    switch (event.type) {
      case 'rows':
        this.#rows(raw, event.change, event.header);
        break;
      case 'filtered':
        this.#requireOpen(event.header);
        this.#filteredRows += event.rowCount;
        if (this.#spilled) this.#spillRows(raw, event.header);
        else if (raw !== null && endsStatement(raw, event.header)) this.#tableMaps = [];
        break;
      case 'query':
        this.#query(event, out);
        break;
      case 'commit':
        this.#requireOpen(event.header);
        this.#emit(event.header, out);
        break;
      case 'xa-prepare':
        this.#requireOpen(event.header);
        this.#xaPrepare(event.xid, event.onePhase, event.header, out);
        break;
      case 'ignored':
        if (event.header.typeCode === TABLE_MAP && raw !== null && this.#open) this.#tableMap(raw, event.header);
        break;
      case 'statement-part':
        break;
      case 'payload':
      case 'gtid':
      case 'format':
      case 'rotate':
      case 'heartbeat':
        throw this.#corrupt(`a ${event.type} event inside a payload`);
    }
  }

  #rotate(event: Extract<LogEvent, { type: 'rotate' }>, out: Transaction[]): void {
    this.#abandon('the log file ended before its commit');
    const next = this.#rotated && event.file !== this.#at.file;
    this.#at.rotate(event.file, event.offset);
    this.#rotated = true;
    if (!next) return;
    // An idle source rotates, too; unless the position follows, the file it names is purged one day.
    this.#startOffset = event.offset;
    this.#serverId = event.header.serverId;
    this.#emit(event.header, out);
  }

  #beginByGtid(event: GtidEvent): void {
    if (this.#open) throw this.#corrupt('a transaction begins before the one before it has ended');
    this.#begin(event.header);
    this.#gtid = event.gtid;
    this.#gtidMs = event.committedAtMs;
    this.#threadId = event.threadId;
    // MariaDB says with the GTID what MySQL says with QUERY BEGIN and QUERY XA START.
    this.#begun = this.#options.flavor === 'mariadb' && !event.standalone;
    if (event.xa === 'prepare') this.#xid = '';
    this.#undone = event.undone;
  }

  #begin(header: EventHeader): void {
    this.#open = true;
    this.#undone = false;
    this.#begun = false;
    this.#startOffset = this.#at.offset - header.eventSize;
    this.#serverId = header.serverId;
    this.#bytes = header.eventSize;
  }

  #tableMap(raw: Buffer, header: EventHeader): void {
    if (this.#spilled) this.#spilled.append(eventBytes(raw, header));
    else this.#tableMaps.push({ raw, header });
  }

  #rows(raw: Buffer | null, change: RowsChange, header: EventHeader): void {
    this.#requireOpen(header);
    if (this.#spilled) {
      if (this.#keeps(change)) this.#kept.push(change);
      this.#spillRows(raw, header);
      return;
    }
    this.#changes.push(change);
    if (raw !== null && endsStatement(raw, header)) this.#tableMaps = [];
    if (raw !== null && this.#bytes > this.#spillLimit()) this.#beginSpill();
  }

  #keeps({ table }: RowsChange): boolean {
    return this.#options.keeps?.(table.schema, table.table) ?? false;
  }

  #spillLimit(): number {
    const limit = this.#options.spillBytes;
    // XA groups stay until they are decided: all of them together get as much memory as one.
    return this.#xid === null ? limit : Math.max(0, limit - this.#prepared.bytesInMemory);
  }

  #beginSpill(): SpilledTransaction {
    const file = new SpillFile(this.#options.spillDirectory);
    this.#kept = this.#changes.filter((change) => this.#keeps(change));
    const head = this.#kept.length === 0 ? this.#changes : this.#changes.filter((change) => !this.#keeps(change));
    const spilled = new SpilledTransaction(file, head, this.#format, this.#options.newDecoder);
    for (const { raw, header } of this.#tableMaps) spilled.append(eventBytes(raw, header));
    this.#tableMaps = [];
    this.#spilled = spilled;
    return spilled;
  }

  /** Rows inside a payload (`raw` is null) are in the file with it. */
  #spillRows(raw: Buffer | null, header: EventHeader): void {
    const spilled = this.#spilled as SpilledTransaction;
    spilled.rowsEvents += 1;
    if (raw !== null) spilled.append(eventBytes(raw, header));
  }

  /**
   * TRANSACTION_PAYLOAD: its events follow each other as if they stood in the log. When they turn out to be more than
   * memory should hold, the compressed event is spilled as it is and run through once more.
   */
  #payload(raw: Buffer, event: PayloadEvent, out: Transaction[]): void {
    this.#requireOpen(event.header);
    // Memory is what counts, so the events count with their own sizes and not with what they were compressed to.
    this.#bytes -= event.header.eventSize;
    const before = {
      bytes: this.#bytes,
      changes: this.#changes.length,
      statements: this.#statements.length,
      filteredRows: this.#filteredRows,
    };
    if (this.#spilled) this.#spilled.append(eventBytes(raw, event.header));
    for (const inner of event.events) {
      this.#bytes += inner.header.eventSize;
      if (!this.#spilled && inner.type === 'rows' && this.#bytes > this.#spillLimit()) {
        this.#bytes = before.bytes;
        this.#changes.length = before.changes;
        this.#statements.length = before.statements;
        this.#filteredRows = before.filteredRows;
        this.#savepoints = null;
        const whole = eventBytes(raw, event.header);
        this.#beginSpill().append(whole);
        this.#spilledPayload(whole, out);
        return;
      }
      this.#inGroup(null, inner, out);
    }
  }

  #spilledPayload(raw: Buffer, out: Transaction[]): void {
    const decoder = this.#options.newDecoder();
    if (this.#format) decoder.decode(this.#format);
    const event = decoder.decode(raw);
    if (event.type !== 'payload') throw this.#corrupt('a payload changed its type');
    for (const inner of event.events) {
      this.#bytes += inner.header.eventSize;
      this.#inGroup(null, inner, out);
    }
  }

  #query(event: QueryEvent, out: Transaction[]): void {
    const control = transactionControl(event.sql);
    if (control?.verb === 'ignore') return;
    if (!this.#open) {
      if (control && !OPENING.has(control.verb)) this.#requireOpen(event.header);
      this.#begin(event.header);
    }
    this.#threadId ??= event.threadId;
    if (control) {
      this.#control(control, event.header, out);
      return;
    }
    if (!this.#undone) this.#statements.push({ schema: event.schema, sql: event.sql, sqlMode: event.sqlMode });
    if (!this.#begun) this.#emit(event.header, out);
  }

  #control(control: TransactionControl, header: EventHeader, out: Transaction[]): void {
    switch (control.verb) {
      case 'begin':
        this.#begun = true;
        break;
      case 'commit':
        this.#emit(header, out);
        break;
      case 'rollback':
        this.#dropRows(null);
        this.#emit(header, out);
        break;
      case 'savepoint':
        this.#savepoints ??= new Map();
        this.#savepoints.set(control.name, {
          changes: this.#changes.length,
          rowsEvents: this.#spilled?.rowsEvents ?? 0,
        });
        break;
      case 'rollback-to':
        this.#rollbackTo(control.name);
        break;
      case 'release':
        this.#savepoints?.delete(control.name);
        break;
      case 'xa-start':
        this.#begun = true;
        this.#xid = control.xid;
        break;
      case 'xa-commit':
        this.#xaCommit(control.xid, control.onePhase, header, out);
        break;
      case 'xa-rollback':
        this.#prepared
          .take(control.xid)
          ?.spilled?.release()
          .catch(() => undefined);
        this.#dropRows(null);
        this.#emit(header, out);
        break;
      case 'xa-end':
      case 'ignore':
        break;
    }
  }

  #rollbackTo(name: string): void {
    const savepoint = this.#savepoints?.get(name);
    if (!savepoint) throw this.#corrupt(`ROLLBACK TO names the savepoint "${name}", which was not set`);
    this.#dropRows(savepoint);
  }

  /**
   * Undoes rows since a savepoint, or all. Statements stay: one that wrote to a table without transactions is not
   * undone on the source either, and whoever applies must not miss it.
   */
  #dropRows(since: Savepoint | null): void {
    this.#changes.length = Math.min(this.#changes.length, since?.changes ?? 0);
    if (this.#spilled && since) this.#spilled.dropFrom(since.rowsEvents);
    if (since) return;
    this.#spilled?.release().catch(() => undefined);
    this.#spilled = null;
  }

  #xaPrepare(xid: string, onePhase: boolean, header: EventHeader, out: Transaction[]): void {
    if (onePhase) {
      this.#emit(header, out);
      return;
    }
    const gtid = this.#gtid === null ? '' : gtidText(this.#gtid);
    const content = this.#takeContent();
    this.#prepared.add({ xid, file: this.#at.file, offset: this.#startOffset, gtid }, content);
    this.#emit(header, out);
  }

  #xaCommit(xid: string, onePhase: boolean, header: EventHeader, out: Transaction[]): void {
    const content = this.#prepared.take(xid);
    if (content) {
      this.#changes = content.changes;
      this.#statements = content.statements;
      this.#spilled = content.spilled;
      this.#bytes += content.bytes;
      this.#filteredRows = content.filteredRows;
    } else if (!this.#options.scan && !(onePhase && this.#xid === xid) && !this.#isApplied()) {
      throw new OtterError('NOT_SUPPORTED', {
        detail:
          `XA COMMIT ${xid} at ${this.#at.file}:${this.#at.offset} commits rows that were logged before the position ` +
          'this pipeline started from; start from before its XA PREPARE, or compare the tables and set the position behind it',
      });
    }
    this.#emit(header, out);
  }

  #takeContent(): GroupContent {
    this.#spilled?.finish();
    const content: GroupContent = {
      changes: this.#changes,
      statements: this.#statements,
      spilled: this.#spilled,
      bytes: this.#bytes,
      filteredRows: this.#filteredRows,
    };
    this.#changes = [];
    this.#statements = [];
    this.#spilled = null;
    this.#filteredRows = 0;
    return content;
  }

  #emit(header: EventHeader, out: Transaction[]): void {
    const spilled = this.#spilled;
    if (this.#applied !== null) {
      if (this.#isApplied()) {
        this.#leaveOut();
        return;
      }
      this.#applied = null;
    }
    spilled?.finish();
    out.push({
      file: this.#at.file,
      offset: this.#at.offset,
      startOffset: this.#startOffset,
      gtid: this.#gtid,
      committedAtMs: this.#gtidMs ?? (header.timestamp || this.#lastTimestamp) * 1000,
      serverId: this.#serverId,
      threadId: this.#threadId,
      changes: spilled ? this.#kept : this.#changes,
      statements: this.#statements,
      spilled,
      bytes: this.#bytes,
      filteredRows: this.#filteredRows,
      prepared: this.#prepared.list,
    });
    this.#reset();
  }

  /** Whether the open group, which ends here, was applied before. */
  #isApplied(): boolean {
    const applied = this.#applied;
    if (applied === null) return false;
    if (applied.by === 'coordinates') return compareCoordinates(this.#at, applied) <= 0;
    return this.#gtid === null || applied.gtids.has(gtidText(this.#gtid));
  }

  #leaveOut(): void {
    this.#spilled?.release().catch(() => undefined);
    if (this.#applied?.by === 'gtid' && this.#gtid !== null) {
      this.#applied.gtids.delete(gtidText(this.#gtid));
      if (this.#applied.gtids.size === 0) this.#applied = null;
    }
    this.#reset();
  }

  #reset(): void {
    this.#open = false;
    this.#begun = false;
    this.#gtid = null;
    this.#gtidMs = null;
    this.#threadId = null;
    this.#xid = null;
    this.#bytes = 0;
    this.#filteredRows = 0;
    this.#changes = [];
    this.#kept = [];
    this.#statements = [];
    this.#spilled = null;
    this.#savepoints = null;
    if (this.#tableMaps.length > 0) this.#tableMaps = [];
  }

  /** A group without an end was not committed: the server crashed while writing it and rolled it back at restart. */
  #abandon(reason: string): void {
    if (!this.#open) return;
    if (reason !== '') {
      this.#log.warn({ file: this.#at.file, offset: this.#startOffset, reason }, 'left out an incomplete transaction');
    }
    this.#spilled?.release().catch(() => undefined);
    this.#reset();
  }

  #requireOpen(header: EventHeader): void {
    if (this.#open) return;
    throw this.#corrupt(`the log is read from within a transaction: an event of type ${header.typeCode} has no BEGIN`);
  }

  #corrupt(what: string): OtterError {
    return new OtterError('LOG_CORRUPT', { detail: `${what} (at ${this.#at.file}:${this.#at.offset})` });
  }
}
