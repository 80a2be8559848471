import { randomInt, randomUUID } from 'node:crypto';
import { OtterError, parseGtidSet, type GtidSet, type Transaction } from '@otter/core';
import { EventDecoder } from '../events/event-decoder.ts';
import { HEADER_LENGTH } from '../events/event-header.ts';
import type { EventRun } from '../events/event-run.ts';
import { EVENT } from '../events/event-type.ts';
import { PreparedTransactions } from '../transactions/prepared-transactions.ts';
import { TransactionAssembler } from '../transactions/transaction-assembler.ts';
import { startDump, type Dump } from './dump.ts';
import { decodeGtidSet } from './gtid-encoding.ts';
import { addressOf, openConnection, type Connection } from './server-connection.ts';
import { binlogGtidPosition, type SourceFacts } from './source-facts.ts';

const FIRST_OFFSET = 4;
const BUFFER_BYTES = 8 << 20;
/** A scan reads what is there; the server is never silent for long. */
const HEARTBEAT_MS = 20_000;

/**
 * Reads the log from the beginning of a file, or a place in it, to the present end of the log without decoding rows: to find places
 * where transactions begin, and GTIDs. Uses a connection of its own.
 */
export class LogScan {
  readonly #dump: Dump;
  readonly #decoder: EventDecoder;
  readonly #assembler: TransactionAssembler;
  /** Seconds; when the first file was begun, 0 before that was read. */
  createdAt = 0;
  /** MySQL: the GTIDs before the first file, `null` where the log does not say. */
  previousGtids: GtidSet | null = null;

  private constructor(dump: Dump, facts: SourceFacts) {
    const { flavor, collations } = facts;
    const checksum = facts.checksum !== 'NONE';
    const newDecoder = (): EventDecoder =>
      new EventDecoder({ flavor, collations, checksum, describe: () => undefined, wants: () => false });
    this.#dump = dump;
    this.#decoder = newDecoder();
    this.#assembler = new TransactionAssembler({
      flavor,
      coordinates: null,
      prepared: new PreparedTransactions([]),
      applied: null,
      spillBytes: Number.MAX_SAFE_INTEGER,
      spillDirectory: '',
      newDecoder,
      scan: true,
    });
  }

  /** Throws what a dump throws when `offset` is not a place between two events. */
  static async open(connection: Connection, facts: SourceFacts, file: string, offset = FIRST_OFFSET): Promise<LogScan> {
    const address = addressOf(connection);
    const own = await openConnection(address);
    try {
      const dump = await startDump(own, facts, address, {
        start: { by: 'file', file, offset },
        serverId: randomInt(0x2000_0000, 0x7fff_ffff),
        uuid: randomUUID(),
        heartbeatMs: HEARTBEAT_MS,
        bufferBytes: BUFFER_BYTES,
        stopAtEnd: true,
      });
      return new LogScan(dump, facts);
    } catch (error) {
      own.destroy();
      throw error;
    }
  }

  /** Whether the scan stands between two transactions. */
  get idle(): boolean {
    return this.#assembler.idle;
  }

  get file(): string {
    return this.#assembler.file;
  }

  get offset(): number {
    return this.#assembler.offset;
  }

  /** Yields what is complete after each chunk of the log, which may be nothing; ends at the end of the log. */
  async *transactions(): AsyncGenerator<Transaction[]> {
    for (;;) {
      const runs = this.#dump.frames.take();
      if (runs === null) {
        const end = await this.#dump.frames.wait();
        if (end?.type === 'eof') return;
        if (end) throw this.#dump.endError(end);
        continue;
      }
      const out: Transaction[] = [];
      for (const run of runs) this.#events(run, out);
      yield out;
    }
  }

  #events({ buffer, bounds, checksumsFit }: EventRun, out: Transaction[]): void {
    for (let i = 0; i < bounds.length; i += 2) {
      const event = this.#decoder.decode(buffer, bounds[i], bounds[i + 1], checksumsFit);
      this.#assembler.push(buffer, event, out);
      const { typeCode, start, timestamp } = event.header;
      if (typeCode === EVENT.FORMAT_DESCRIPTION && this.createdAt === 0) this.createdAt = timestamp;
      if (typeCode === EVENT.PREVIOUS_GTIDS) {
        this.previousGtids ??= decodeGtidSet(buffer.subarray(start + HEADER_LENGTH, bounds[i + 1]));
      }
    }
  }

  close(): Promise<void> {
    this.#assembler.close();
    return this.#dump.close();
  }
}

/**
 * Everything before the beginning of a file: PREVIOUS_GTIDS on MySQL, the GTID list on MariaDB. `null` when the server
 * has no GTIDs.
 */
export async function gtidsBefore(connection: Connection, facts: SourceFacts, file: string): Promise<GtidSet | null> {
  if (facts.gtidMode !== 'ON') return null;
  if (facts.flavor === 'mariadb') {
    return parseGtidSet('mariadb', await binlogGtidPosition(connection, file, FIRST_OFFSET));
  }
  const scan = await LogScan.open(connection, facts, file);
  try {
    for await (const transactions of scan.transactions()) {
      if (scan.previousGtids) return withPurged(scan.previousGtids, facts);
      if (transactions.length > 0) break;
    }
    if (scan.previousGtids) return withPurged(scan.previousGtids, facts);
    throw new OtterError('LOG_CORRUPT', { detail: `${file} does not begin with PREVIOUS_GTIDS` });
  } finally {
    await scan.close();
  }
}

/** Purged GTIDs need not be in any log (a server restored from a backup), yet a dump by GTID must name them. */
function withPurged(set: GtidSet, facts: SourceFacts): GtidSet {
  return parseGtidSet('mysql', [set.toString(), facts.gtidPurged].filter((text) => text !== '').join(','));
}
