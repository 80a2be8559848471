import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  addressText,
  compareCoordinates,
  OtterError,
  positionText,
  say,
  silentLog,
  type Log,
  type Position,
  type ServerAddress,
  type TableSchema,
  type Transaction,
} from '@otter/core';
import { DUMP_OFFSET_MAX, dumpStart, startDump, type Dump, type DumpStart } from './connection/dump.ts';
import { checkStart } from './connection/start-check.ts';
import { classifyServerError, openConnection } from './connection/server-connection.ts';
import { readSourceFacts, type SourceFacts } from './connection/source-facts.ts';
import { EventDecoder, type EventDecoderOptions } from './events/event-decoder.ts';
import type { EventRun } from './events/event-run.ts';
import type { LogEvent } from './events/log-event.ts';
import { PositionTracker } from './transactions/position-tracker.ts';
import { PreparedTransactions } from './transactions/prepared-transactions.ts';
import { TransactionAssembler, type AlreadyApplied } from './transactions/transaction-assembler.ts';

export interface BinlogReaderOptions {
  address: ServerAddress;
  /** Everything before it was applied; its `prepared` XA transactions are collected again. */
  start: Position;
  /** Whether the rows of a table are decoded; of all others only their number is reported. */
  wants(schema: string, table: string): boolean;
  /** Changes that are handed out as `changes` also of a transaction that is spilled, and not with what is spilled. */
  keeps?: (schema: string, table: string) => boolean;
  /** The table as the catalogue or the schema history knows it, for what the log does not say. */
  describe(schema: string, table: string): TableSchema | undefined;
  /** Bytes received and not asked for yet at which the socket is paused. */
  memoryBytes: number;
  /** Event bytes of one transaction above which its rows go to disk. */
  spillBytes: number;
  spillDirectory: string;
  /** The source shows life this often when it has nothing to send. @default 10000 */
  heartbeatMs?: number;
  /** Replica id shown to the source; drawn at random when absent, and drawn anew when another replica has it. */
  serverId?: number;
  log?: Log;
  /** Called when it begins to wait for the source, to be reached or to send something, and when that has an end. */
  onWaiting?: (isWaiting: boolean) => void;
  /** @default true */
  reconnect?: boolean;
}

/** What a reader is doing; read it at any time. */
export interface BinlogReaderStatus {
  connected: boolean;
  /** Bytes received from the source over all connections. */
  bytesRead: number;
  /** Times the connection was lost and opened again. */
  reconnects: number;
  /** `Date.now()` of the last event, heartbeats included; 0 before the first. */
  lastEventAt: number;
  /** The end of the source's log as last seen: by connecting, by events, by heartbeats. `null` before the first. */
  end: { file: string; offset: number } | null;
  /** Whether everything the source is known to have was received and yielded, and no transaction is half received. */
  drained: boolean;
  /** Why the last connection ended, `null` while none has. */
  lastError: OtterError | null;
}

const HEARTBEAT_MS = 10_000;
const YIELD_BYTES = 1 << 20;
const BACKOFF_MS_MIN = 200;
const BACKOFF_MS_MAX = 15_000;

/** Everything that lives as long as one connection. */
interface Session {
  dump: Dump;
  decoder: EventDecoder;
  assembler: TransactionAssembler;
  prepared: PreparedTransactions;
  /** What ended it while decoding; thrown once everything before is yielded. */
  failure: OtterError | null;
  /** The place of the last heartbeat: the source has sent everything before it. */
  sentUpTo: { file: string; offset: number } | null;
  /** Events received and not decoded, because what comes before them may change how they are to be read. */
  held: { runs: EventRun[]; run: number; bound: number } | null;
}

/**
 * Reads a source's log as a replica and hands out its transactions.
 *
 * It reconnects by itself after errors of scope `retry`, with back-off, and goes on after the last transaction it
 * completed: none is lost, none comes twice.
 */
export class BinlogReader {
  readonly #options: BinlogReaderOptions;
  readonly #log: Log;
  readonly #uuid = randomUUID();
  readonly #status: BinlogReaderStatus = {
    connected: false,
    bytesRead: 0,
    reconnects: 0,
    lastEventAt: 0,
    end: null,
    drained: false,
    lastError: null,
  };
  #serverId: number;
  #tracker: PositionTracker | null = null;
  #position: Position;
  /** Complete as soon as the first connection has passed the start; then reconnecting need not read them again. */
  #prepared: PreparedTransactions | null = null;
  #identity: string | null = null;
  #failures = 0;

  constructor(options: BinlogReaderOptions) {
    this.#options = options;
    this.#log = options.log ?? silentLog;
    this.#position = options.start;
    this.#serverId = options.serverId ?? randomServerId();
  }

  get status(): Readonly<BinlogReaderStatus> {
    return this.#status;
  }

  /** Position after the last transaction read, yielded or about to be. */
  get position(): Position {
    return this.#tracker?.position() ?? this.#position;
  }

  /**
   * Pulls transactions in commit order. Each array holds what was ready, never nothing, about 1 MB of log at most;
   * a transaction is yielded in the turn its last packet arrives in. Ends when `signal` aborts. To be called once.
   *
   * A transaction that holds a statement is the last of its array, and nothing behind it is decoded before the next
   * array is asked for: `describe` may answer differently from there on.
   *
   * Throws LOG_PURGED, LOG_AHEAD, LOG_CORRUPT, LOG_FORMAT, EVENT_UNKNOWN, ACCESS_DENIED, SOURCE_CHANGED,
   * NOT_SUPPORTED (an XA COMMIT whose rows lie before the start); with `reconnect: false` transient errors too.
   */
  async *transactions(signal: AbortSignal): AsyncGenerator<Transaction[]> {
    try {
      while (!signal.aborted) {
        try {
          yield* this.#connection(signal);
        } catch (error) {
          if (signal.aborted) return;
          this.#options.onWaiting?.(true);
          await this.#recover(error, signal);
        }
      }
    } finally {
      this.#prepared?.releaseAll();
    }
  }

  /** One connection, from login to its end by an error or by `signal`. */
  async *#connection(signal: AbortSignal): AsyncGenerator<Transaction[]> {
    const session = await unlessAborted(this.#connect(), signal, (late) => late.dump.close());
    const { dump } = session;
    this.#options.onWaiting?.(false);
    const abort = (): void => dump.frames.close();
    signal.addEventListener('abort', abort, { once: true });
    const bytesBefore = this.#status.bytesRead;
    try {
      for (;;) {
        const batch = this.#collect(session);
        this.#status.bytesRead = bytesBefore + dump.frames.bytesRead;
        if (signal.aborted) return;
        if (batch.length > 0) yield batch;
        if (session.failure) throw session.failure;
        if (batch.length > 0) continue;
        this.#status.drained = session.held === null && dump.frames.queuedBytes === 0 && this.#atEnd(session);
        this.#options.onWaiting?.(true);
        const end = await dump.frames.wait();
        this.#options.onWaiting?.(false);
        this.#status.drained = false;
        if (end) throw dump.endError(end);
      }
    } finally {
      signal.removeEventListener('abort', abort);
      this.#status.connected = false;
      this.#status.drained = false;
      this.#keepPrepared(session);
      session.assembler.close();
      await dump.close();
    }
  }

  async #connect(): Promise<Session> {
    const { address, memoryBytes } = this.#options;
    const connection = await openConnection(address);
    try {
      const facts = await readSourceFacts(connection);
      this.#tracker ??= new PositionTracker(facts.flavor, this.#position);
      const position = this.position;
      const asked = this.#prepared ? { ...position, prepared: [] } : position;
      const start = dumpStart(asked, facts);
      this.#checkIdentity(facts, start);
      await checkStart(connection, facts, start);
      const dump = await startDump(connection, facts, address, {
        start,
        serverId: this.#serverId,
        uuid: this.#uuid,
        heartbeatMs: this.#options.heartbeatMs ?? HEARTBEAT_MS,
        bufferBytes: memoryBytes,
      });
      this.#status.connected = true;
      this.#status.end = { file: facts.end.file, offset: facts.end.offset };
      this.#log.info({ source: addressText(address), from: positionText(position), by: start.by }, 'reading the log');
      return this.#session(dump, facts, start, asked);
    } catch (error) {
      connection.destroy();
      throw classifyServerError(error, 'source', address);
    }
  }

  #session(dump: Dump, facts: SourceFacts, start: DumpStart, position: Position): Session {
    const options = this.#options;
    const { flavor, collations } = facts;
    const checksum = facts.checksum !== 'NONE';
    const decoderOptions: EventDecoderOptions = {
      flavor,
      collations,
      checksum,
      wants: (schema, table) => options.wants(schema, table),
      describe: (schema, table) => options.describe(schema, table),
    };
    const isKept = (schema: string, table: string): boolean => options.keeps?.(schema, table) ?? false;
    const wantsSpilled = (schema: string, table: string): boolean =>
      !isKept(schema, table) && options.wants(schema, table);
    const newDecoder = (): EventDecoder => new EventDecoder({ ...decoderOptions, wants: wantsSpilled });
    const prepared = this.#prepared ?? new PreparedTransactions(position.prepared ?? []);
    const assembler = new TransactionAssembler({
      flavor,
      coordinates: start.by === 'gtid' ? { file: position.file, offset: position.offset } : null,
      prepared,
      applied: alreadyApplied(start, position),
      spillBytes: options.spillBytes,
      spillDirectory: options.spillDirectory,
      keeps: options.keeps,
      newDecoder,
      log: this.#log,
    });
    return {
      dump,
      decoder: new EventDecoder(decoderOptions),
      assembler,
      prepared,
      failure: null,
      sentUpTo: null,
      held: null,
    };
  }

  /** Coordinates mean nothing on another server, and an address may lead to another one from now on. */
  #checkIdentity(facts: SourceFacts, start: DumpStart): void {
    if (this.#identity !== null && this.#identity !== facts.identity && start.by === 'file') {
      throw new OtterError('SOURCE_CHANGED', {
        detail: say('address-other', { found: facts.identity, stored: this.#identity ?? '' }),
      });
    }
    this.#identity = facts.identity;
  }

  /** XA groups collected by a connection serve the next one, unless it had not yet found all that the start names. */
  #keepPrepared(session: Session): void {
    if (session.assembler.caughtUpWithStart) this.#prepared = session.prepared;
    else session.prepared.releaseAll();
  }

  /**
   * Decodes what was received, until about 1 MB of log is done, a statement has been read or nothing is left. Never
   * throws: see `failure`.
   */
  #collect(session: Session): Transaction[] {
    const out: Transaction[] = [];
    let bytes = 0;
    try {
      while (bytes < YIELD_BYTES && !endsWithStatement(out)) {
        if (session.held === null) {
          const runs = session.dump.frames.take();
          if (runs === null) break;
          session.held = { runs, run: 0, bound: 0 };
          for (const run of runs) bytes += run.byteLength;
        }
        this.#events(session.held, session, out);
        this.#status.lastEventAt = Date.now();
      }
      this.#seen(session.assembler);
    } catch (error) {
      session.failure = located(error, session.assembler);
    }
    return out;
  }

  /** Whether nothing is half done and what was read reaches to where the log was last seen to end. */
  #atEnd({ assembler, sentUpTo }: Session): boolean {
    const { end } = this.#status;
    if (!assembler.idle || end === null) return false;
    const read = assembler.file !== '' && compareCoordinates(assembler, end) >= 0;
    // After a dump by GTID with nothing to send, only a heartbeat tells the place.
    return read || (sentUpTo !== null && compareCoordinates(sentUpTo, end) >= 0);
  }

  /** The log is at least as long as what was read of it. */
  #seen({ file, offset }: TransactionAssembler): void {
    const { end } = this.#status;
    if (file === '' || (end !== null && compareCoordinates(end, { file, offset }) >= 0)) return;
    this.#status.end = { file, offset };
  }

  /** Goes on with the events held, up to the end of a transaction with a statement. */
  #events(held: NonNullable<Session['held']>, session: Session, out: Transaction[]): void {
    for (; held.run < held.runs.length; held.run += 1) {
      const { buffer, bounds, checksumsFit } = held.runs[held.run] as EventRun;
      while (held.bound < bounds.length) {
        const event = session.decoder.decode(buffer, bounds[held.bound], bounds[held.bound + 1], checksumsFit);
        held.bound += 2;
        const complete = out.length;
        this.#event(buffer, event, session, out);
        if (out.length > complete && endsWithStatement(out)) return;
      }
      held.bound = 0;
    }
    session.held = null;
  }

  #event(bytes: Buffer, event: LogEvent, session: Session, out: Transaction[]): void {
    const complete = out.length;
    session.assembler.push(bytes, event, out);
    if (event.type === 'heartbeat') {
      const { file, offset } = event;
      session.sentUpTo = { file, offset };
      // MySQL also sends one in the middle, when it has passed over much that was asked not to be sent.
      const { end } = this.#status;
      if (end === null || compareCoordinates(end, session.sentUpTo) < 0) this.#status.end = session.sentUpTo;
      this.#failures = 0;
    }
    for (let i = complete; i < out.length; i++) {
      (this.#tracker as PositionTracker).advance(out[i] as Transaction);
      this.#failures = 0;
    }
  }

  /** Waits before the next attempt, or throws what no attempt can cure. */
  async #recover(cause: unknown, signal: AbortSignal): Promise<void> {
    const error = classifyServerError(cause, 'source', this.#options.address);
    this.#status.lastError = error;
    if (this.#options.reconnect === false || error.scope !== 'retry') throw error;
    if (error.code === 'SERVER_ID_CLASH') this.#serverId = randomServerId();
    const ceiling = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** this.#failures);
    const delayMs = ceiling * (0.5 + Math.random() / 2);
    this.#failures += 1;
    this.#status.reconnects += 1;
    this.#log.warn({ code: error.code, detail: error.said, delayMs: Math.round(delayMs) }, 'the log connection ended');
    await sleep(delayMs, undefined, { signal }).catch(() => undefined);
  }
}

function endsWithStatement(transactions: readonly Transaction[]): boolean {
  const last = transactions[transactions.length - 1];
  return last !== undefined && last.statements.length > 0;
}

/** What the dump brings once more although it lies before `position`. */
function alreadyApplied(start: DumpStart, position: Position): AlreadyApplied | null {
  const prepared = position.prepared ?? [];
  if (start.by === 'gtid') {
    return prepared.length > 0 ? { by: 'gtid', gtids: new Set(prepared.map((xa) => xa.gtid)) } : null;
  }
  if (prepared.length === 0 && position.offset <= DUMP_OFFSET_MAX) return null;
  return { by: 'coordinates', file: position.file, offset: position.offset };
}

/** Far from the small numbers people give to their replicas; below 2^31 for tools that read it as signed. */
function randomServerId(): number {
  return randomInt(0x2000_0000, 0x7fff_ffff);
}

/** Says where in the log an error arose. */
function located(error: unknown, assembler: TransactionAssembler): OtterError {
  const at = { file: assembler.file, offset: assembler.offset };
  if (OtterError.is(error)) {
    const place = `${at.file}:${at.offset}`;
    const detail = error.detail.includes(at.file) ? error.said : say('after-place', { detail: error.said, place });
    return new OtterError(error.code, { detail, context: { ...error.context, ...at }, cause: error });
  }
  const detail = `${(error as Error).message} (after ${at.file}:${at.offset})`;
  return new OtterError('INTERNAL', { detail, context: at, cause: error });
}

/** `work`, or an error as soon as `signal` aborts; then `late` cleans up what comes out of it after all. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, late: (value: T) => Promise<void>): Promise<T> {
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new OtterError('SOURCE_UNREACHABLE', { detail: say('connecting-interrupted') }));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } catch (error) {
    work.then(late).catch(() => undefined);
    throw error;
  } finally {
    if (abort) signal.removeEventListener('abort', abort);
  }
}
