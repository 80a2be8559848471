import type { Socket } from 'node:net';
import { MariadbGtidSet, MysqlGtidSet, OtterError, say, type Position, type ServerAddress } from '@otter/core';
import { dumpError } from './dump-error.ts';
import { FrameReader, type StreamEnd } from './frame-reader.ts';
import { encodeGtidSet } from './gtid-encoding.ts';
import { callbackConnection, classifyServerError, openConnection, type Connection } from './server-connection.ts';
import { queryRows, type SourceFacts } from './source-facts.ts';

/** Where a dump begins. `gtid` leaves finding the file to the server. */
export type DumpStart =
  { by: 'file'; file: string; offset: number } | { by: 'gtid'; set: MysqlGtidSet | MariadbGtidSet };

export interface DumpOptions {
  start: DumpStart;
  /** Unique among all replicas of the source, 1 … 2^32 - 1. */
  serverId: number;
  /** Shown to the source; a new connection with the same one ends the older one there. */
  uuid: string;
  heartbeatMs: number;
  /** Unread bytes at which the socket is paused. */
  bufferBytes: number;
  /** End with EOF at the end of the log instead of waiting for more. */
  stopAtEnd?: boolean;
}

const COM_BINLOG_DUMP = 0x12;
const COM_REGISTER_SLAVE = 0x15;
const COM_BINLOG_DUMP_GTID = 0x1e;
const BINLOG_DUMP_NON_BLOCK = 0x01;
const BINLOG_THROUGH_GTID = 0x04;
/** Seconds a paused reader may keep the server waiting before it gives the connection up. */
const SERVER_TIMEOUT_SECONDS = 86_400;
/** Missed heartbeats before a silent link counts as dead. */
const HEARTBEATS_MISSED_MAX = 3;
/** COM_BINLOG_DUMP has 32 bits for the offset. */
export const DUMP_OFFSET_MAX = 0xffff_ffff;
const KILL_TIMEOUT_MS = 2000;

/** A running dump: the log as the server sends it. */
export class Dump {
  readonly frames: FrameReader;
  readonly #address: ServerAddress;
  readonly #threadId: number;

  constructor(address: ServerAddress, threadId: number, frames: FrameReader) {
    this.#address = address;
    this.#threadId = threadId;
    this.frames = frames;
  }

  /** Why the server ended the stream, as a coded error. */
  endError(end: StreamEnd): OtterError {
    if (end.type === 'eof') {
      return new OtterError('SOURCE_UNREACHABLE', { detail: say('stream-ended') });
    }
    return dumpError(end.errno, end.message);
  }

  /**
   * Closes the socket and, best effort, ends the server's dump thread, which would otherwise live
   * until it next has something to send. Waits 2 seconds at most. Never rejects.
   */
  async close(): Promise<void> {
    this.frames.close();
    const address = { ...this.#address, connectTimeoutMs: Math.min(KILL_TIMEOUT_MS, this.#address.connectTimeoutMs) };
    try {
      const connection = await openConnection(address);
      try {
        await connection.query(`KILL ${this.#threadId}`);
      } finally {
        connection.destroy();
      }
    } catch {
      // The thread is gone already or the server is; either way nothing is left to do.
    }
  }
}

/**
 * Takes `connection` over and starts a dump on it; the connection must not be used for anything else any more.
 * Throws SOURCE_UNREACHABLE, ACCESS_DENIED; what the server has against the start comes as the stream's end.
 */
export async function startDump(
  connection: Connection,
  facts: SourceFacts,
  address: ServerAddress,
  options: DumpOptions,
): Promise<Dump> {
  await prepareSession(connection, facts, options);
  const { stream, threadId } = takeOver(connection);
  const frames = new FrameReader(stream, {
    bufferBytes: options.bufferBytes,
    silenceMsMax: options.heartbeatMs * HEARTBEATS_MISSED_MAX,
  });
  const dump = new Dump(address, threadId, frames);
  try {
    stream.write(commandPacket(registerCommand(options.serverId)));
    const end = await frames.wait();
    if (end) throw dump.endError(end);
    frames.take();
    stream.write(commandPacket(dumpCommand(options)));
    return dump;
  } catch (error) {
    frames.close();
    throw classifyServerError(error, 'source', address);
  }
}

async function prepareSession(connection: Connection, facts: SourceFacts, options: DumpOptions): Promise<void> {
  const heartbeatNs = BigInt(options.heartbeatMs) * 1_000_000n;
  const uuid = connection.escape(options.uuid);
  const settings = [
    `SESSION net_read_timeout = ${SERVER_TIMEOUT_SECONDS}`,
    `SESSION net_write_timeout = ${SERVER_TIMEOUT_SECONDS}`,
    `SESSION wait_timeout = ${SERVER_TIMEOUT_SECONDS}`,
    // Each server looks at the spelling it grew up with and takes the other for an ordinary variable.
    `@master_heartbeat_period = ${heartbeatNs}`,
    `@source_heartbeat_period = ${heartbeatNs}`,
    `@slave_uuid = ${uuid}`,
    `@replica_uuid = ${uuid}`,
  ];
  if (facts.checksum !== 'NONE' || facts.versionNumber >= 50_600) {
    settings.push('@master_binlog_checksum = @@GLOBAL.binlog_checksum');
    settings.push('@source_binlog_checksum = @@GLOBAL.binlog_checksum');
  }
  if (facts.flavor === 'mariadb') {
    // 4: understands GTID events, which are otherwise rewritten to BEGIN.
    settings.push('@mariadb_slave_capability = 4');
    if (options.start.by === 'gtid') {
      settings.push(`@slave_connect_state = ${connection.escape(options.start.set.toString())}`);
      settings.push('@slave_gtid_strict_mode = 0', '@slave_gtid_ignore_duplicates = 0');
    }
  }
  await queryRows(connection, `SET ${settings.join(', ')}`);
}

/** Detaches mysql2 from its socket: from here on the packets are ours. Its other listeners only note the end. */
function takeOver(connection: Connection): { stream: Socket; threadId: number } {
  const driver = callbackConnection(connection);
  driver.stream.removeAllListeners('data');
  return { stream: driver.stream, threadId: driver.threadId };
}

function dumpCommand(options: DumpOptions): Buffer {
  const flags = options.stopAtEnd ? BINLOG_DUMP_NON_BLOCK : 0;
  const { start, serverId } = options;
  if (start.by === 'file') return dumpByFileCommand(start.file, start.offset, serverId, flags);
  // MariaDB took the position from @slave_connect_state and ignores file and offset.
  if (start.set instanceof MariadbGtidSet) return dumpByFileCommand('', 4, serverId, flags);
  return dumpByGtidCommand(start.set, serverId, flags);
}

/** COM_BINLOG_DUMP: `12`, u32 offset, u16 flags, u32 server id, file name to the end. */
export function dumpByFileCommand(file: string, offset: number, serverId: number, flags: number): Buffer {
  const name = Buffer.from(file, 'utf8');
  const payload = Buffer.alloc(11 + name.length);
  payload[0] = COM_BINLOG_DUMP;
  payload.writeUInt32LE(offset, 1);
  payload.writeUInt16LE(flags, 5);
  payload.writeUInt32LE(serverId, 7);
  name.copy(payload, 11);
  return payload;
}

/** COM_BINLOG_DUMP_GTID: `1e`, u16 flags, u32 server id, u32 name length, name, u64 offset, u32 length, set. */
export function dumpByGtidCommand(set: MysqlGtidSet, serverId: number, flags: number): Buffer {
  const encoded = encodeGtidSet(set);
  const head = Buffer.alloc(23);
  head[0] = COM_BINLOG_DUMP_GTID;
  head.writeUInt16LE(flags | BINLOG_THROUGH_GTID, 1);
  head.writeUInt32LE(serverId, 3);
  head.writeUInt32LE(0, 7);
  head.writeBigUInt64LE(4n, 11);
  head.writeUInt32LE(encoded.length, 19);
  return Buffer.concat([head, encoded]);
}

/** COM_REGISTER_SLAVE: `15`, u32 server id, three counted strings, u16 port, u32 rank, u32 source id. */
export function registerCommand(serverId: number): Buffer {
  const host = Buffer.from('otter', 'latin1');
  const payload = Buffer.alloc(5 + 1 + host.length + 1 + 1 + 2 + 4 + 4);
  payload[0] = COM_REGISTER_SLAVE;
  payload.writeUInt32LE(serverId, 1);
  payload[5] = host.length;
  host.copy(payload, 6);
  return payload;
}

/** A command begins a new sequence, so its number is 0. Longer commands than one packet do not occur below 1 M intervals. */
function commandPacket(payload: Buffer): Buffer {
  if (payload.length >= 0xffffff) {
    throw new OtterError('POSITION_INVALID', { detail: 'the GTID set is longer than one packet of 16 MB' });
  }
  const head = Buffer.alloc(4);
  head.writeUIntLE(payload.length, 0, 3);
  return Buffer.concat([head, payload]);
}

/** How to dump from a position: by GTID whenever it holds a set the server can use, else by coordinates. */
export function dumpStart(position: Position, facts: SourceFacts): DumpStart {
  const prepared = position.prepared ?? [];
  const first = prepared[0];
  if (position.gtid === '' || facts.gtidMode !== 'ON') {
    return { by: 'file', ...fileStart(first ?? position) };
  }
  if (facts.flavor === 'mysql') {
    const set = MysqlGtidSet.parse(position.gtid);
    // Asking again for the prepared groups brings their rows back.
    for (const xa of prepared) set.subtract(MysqlGtidSet.parse(xa.gtid));
    return { by: 'gtid', set };
  }
  if (first) return { by: 'file', ...fileStart(first) };
  return { by: 'gtid', set: MariadbGtidSet.parse(position.gtid) };
}

/** Past 4 GiB the protocol cannot name the place: read the file from its start, the caller leaves out what it had. */
function fileStart(at: { file: string; offset: number }): { file: string; offset: number } {
  return { file: at.file, offset: at.offset > DUMP_OFFSET_MAX ? 4 : Math.max(4, at.offset) };
}
