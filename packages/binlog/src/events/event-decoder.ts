import { OtterError, type GtidFlavor, type TableSchema } from '@otter/core';
import { DUMMY_TABLE_ID, readRows, readRowsHead, ROWS_TYPES, type PreparedTable } from '../rows/rows-event.ts';
import { ByteCursor } from './byte-cursor.ts';
import { inflateRest } from './compressed-body.ts';
import { asCorruption, corrupt } from './corruption.ts';
import { checksumFits, CHECKSUM_LENGTH, formatChecksumFits, HEADER_LENGTH, readHeader } from './event-header.ts';
import { EVENT, LOG_EVENT_ARTIFICIAL_F, LOG_EVENT_IGNORABLE_F } from './event-type.ts';
import { readFormat, type LogFormat } from './format-description.ts';
import { readGtid, readMariaGtid, readTaggedGtid } from './gtid-event.ts';
import { readHeartbeat, readHeartbeatV2 } from './heartbeat-event.ts';
import type { EventHeader, LogEvent } from './log-event.ts';
import { readQuery, statementText } from './query-event.ts';
import { TableMapCache } from './table-map-cache.ts';
import { readTableName } from './table-map.ts';
import { payloadEvents, readPayload } from './transaction-payload.ts';
import { readXaPrepare } from './xid-text.ts';

export interface EventDecoderOptions {
  flavor: GtidFlavor;
  /** Collation id → lower-case names, from the source's information_schema.COLLATIONS. */
  collations: ReadonlyMap<number, { charset: string; collation: string }>;
  /**
   * The catalogue's definition valid at this place of the log, or `undefined` when unknown. Asked for every
   * TABLE_MAP; must return the same object while the definition is the same.
   */
  describe(schema: string, table: string): TableSchema | undefined;
  /** `false`: rows of the table are counted, not decoded (`filtered`). The answer must not change. */
  wants(schema: string, table: string): boolean;
  /**
   * Whether events in front of the first FORMAT_DESCRIPTION (an artificial ROTATE) end with a checksum:
   * what was set as `@master_binlog_checksum`. Left out: found out from the bytes.
   */
  checksum?: boolean;
}

/** Table ids in force at once: one statement writes to no more tables than this. */
const TABLE_IDS_MAX = 65_536;

const LAST_MAPS_MAX = 4096;

/** The map a table id stood for last. */
interface LastMap {
  body: Buffer;
  schema: string;
  table: string;
  isWanted: boolean;
  described: TableSchema | undefined;
  prepared: PreparedTable;
}

/** Whether what is left at the cursor is `body`; short bodies, so no call into the runtime. */
function sameBytes(body: Buffer, { buffer, offset, end }: ByteCursor): boolean {
  const { length } = body;
  if (end - offset !== length) return false;
  for (let i = 0; i < length; i += 1) if (body[i] !== buffer[offset + i]) return false;
  return true;
}

/**
 * Turns the events of one log stream into what they mean, in order. Keeps the format, the table ids of the
 * statement at hand and the prepared table maps between calls; a new connection needs a new decoder.
 *
 * Formats: MySQL 5.6 to 9.x (`libs/mysql/binlog/event`), MariaDB 10.5 to 11.x (`sql/log_event.h`).
 */
export class EventDecoder {
  readonly #options: EventDecoderOptions;
  readonly #tables: TableMapCache;
  #format: LogFormat | null = null;
  #tableIds = new Map<number, PreparedTable>();
  readonly #lastMaps = new Map<number, LastMap>();

  constructor(options: EventDecoderOptions) {
    this.#options = options;
    this.#tables = new TableMapCache(options.collations, options.flavor);
  }

  /**
   * Decodes one complete event, header included, no network OK byte: `bytes` from `start` to `end`.
   * `isChecked`: its checksum, should it have one, is known to fit.
   *
   * Throws LOG_CORRUPT for bytes no server writes (a wrong checksum among them), EVENT_UNKNOWN for a type this
   * version does not know and that is not marked as ignorable, NOT_SUPPORTED for INCIDENT (the source lost rows)
   * and for an encrypted log. Nothing of an event is handed out when it throws.
   */
  decode(bytes: Buffer, start = 0, end = bytes.length, isChecked = false): LogEvent {
    try {
      const header = readHeader(bytes, start, end);
      if (header.typeCode === EVENT.FORMAT_DESCRIPTION) return this.#decodeFormat(header, bytes.subarray(start, end));
      const bodyEnd =
        isChecked && this.#format?.checksum ? end - CHECKSUM_LENGTH : this.#bodyEnd(header, bytes.subarray(start, end));
      return this.#decodeBody(header, new ByteCursor(bytes, start + HEADER_LENGTH, bodyEnd));
    } catch (error) {
      throw asCorruption(error);
    }
  }

  /** Where the event ends without its checksum, in the bytes it is a part of. */
  #bodyEnd({ typeCode, start, eventSize }: EventHeader, event: Buffer): number {
    const hasChecksum = this.#format === null ? this.#guessChecksum(event) : this.#format.checksum;
    if (!hasChecksum) return start + eventSize;
    if (!checksumFits(event)) throw corrupt(`the checksum of an event of type ${typeCode} does not fit its bytes`);
    return start + eventSize - CHECKSUM_LENGTH;
  }

  #guessChecksum(event: Buffer): boolean {
    return this.#options.checksum ?? checksumFits(event);
  }

  #decodeFormat(header: EventHeader, event: Buffer): LogEvent {
    const format = readFormat(event);
    // Its own checksum is there even when no other event has one.
    if (format.checksum && !formatChecksumFits(event)) {
      throw corrupt('the checksum of FORMAT_DESCRIPTION does not fit its bytes');
    }
    this.#format = format;
    this.#tableIds = new Map();
    return { type: 'format', header, serverVersion: format.serverVersion };
  }

  #postHeaderLength(typeCode: number): number {
    if (this.#format === null) throw corrupt(`an event of type ${typeCode} stands in front of FORMAT_DESCRIPTION`);
    return this.#format.postHeaderLengths[typeCode - 1] ?? 0;
  }

  #decodeBody(header: EventHeader, cursor: ByteCursor): LogEvent {
    const { typeCode } = header;
    if (ROWS_TYPES[typeCode] !== undefined) return this.#decodeRows(header, cursor);
    switch (typeCode) {
      case EVENT.TABLE_MAP:
        return this.#decodeTableMap(header, cursor);
      case EVENT.QUERY:
      case EVENT.EXECUTE_LOAD_QUERY:
      case EVENT.MARIA_QUERY_COMPRESSED:
        return this.#decodeQuery(header, cursor);
      case EVENT.XID:
        return { type: 'commit', header };
      case EVENT.XA_PREPARE:
        return { type: 'xa-prepare', header, ...readXaPrepare(cursor) };
      case EVENT.GTID:
      case EVENT.ANONYMOUS_GTID:
        return readGtid(header, cursor, typeCode === EVENT.ANONYMOUS_GTID);
      case EVENT.GTID_TAGGED:
        return readTaggedGtid(header, cursor);
      case EVENT.MARIA_GTID:
        return readMariaGtid(header, cursor);
      case EVENT.TRANSACTION_PAYLOAD:
        return this.#decodePayload(header, cursor);
      case EVENT.ROTATE: {
        const offset = cursor.safeUint64();
        return { type: 'rotate', header, offset, file: cursor.utf8(cursor.remaining) };
      }
      case EVENT.HEARTBEAT:
        return readHeartbeat(header, cursor, this.#options.flavor);
      case EVENT.HEARTBEAT_V2:
        return readHeartbeatV2(header, cursor);
      default:
        return decodeOther(header);
    }
  }

  #decodeQuery(header: EventHeader, cursor: ByteCursor): LogEvent {
    const query = readQuery(cursor, this.#postHeaderLength(header.typeCode));
    const bytes = header.typeCode === EVENT.MARIA_QUERY_COMPRESSED ? inflateRest(new ByteCursor(query.sql)) : query.sql;
    const { clientCollation, schema, sqlMode, threadId } = query;
    const charset = clientCollation === null ? undefined : this.#options.collations.get(clientCollation)?.charset;
    return { type: 'query', header, schema, sql: statementText(bytes, charset), sqlMode, threadId };
  }

  #decodeTableMap(header: EventHeader, cursor: ByteCursor): LogEvent {
    const tableId = cursor.uint(this.#postHeaderLength(EVENT.TABLE_MAP) === 6 ? 4 : 6);
    cursor.take(2);
    if (this.#tableIds.size >= TABLE_IDS_MAX) throw corrupt(`a statement has more than ${TABLE_IDS_MAX} TABLE_MAPs`);
    this.#tableIds.set(tableId, this.#prepare(tableId, cursor));
    return { type: 'ignored', header };
  }

  /** A server sends the same map for the same id until the table is opened anew, so that one is tried first. */
  #prepare(tableId: number, cursor: ByteCursor): PreparedTable {
    const options = this.#options;
    const last = this.#lastMaps.get(tableId);
    if (last && sameBytes(last.body, cursor)) {
      if (!last.isWanted || options.describe(last.schema, last.table) === last.described) return last.prepared;
    }
    const body = cursor.rest();
    const { schema, table } = readTableName(new ByteCursor(body));
    const isWanted = options.wants(schema, table);
    const described = isWanted ? options.describe(schema, table) : undefined;
    const prepared = this.#tables.prepare(body, described, isWanted);
    if (this.#lastMaps.size >= LAST_MAPS_MAX) this.#lastMaps.clear();
    this.#lastMaps.set(tableId, { body: Buffer.from(body), schema, table, isWanted, described, prepared });
    return prepared;
  }

  #decodeRows(header: EventHeader, cursor: ByteCursor): LogEvent {
    const { tableId, endsStatement, cascades } = readRowsHead(cursor, this.#postHeaderLength(header.typeCode));
    const prepared = this.#tableIds.get(tableId);
    if (prepared === undefined) {
      if (tableId !== DUMMY_TABLE_ID) throw corrupt(`rows name table id ${tableId}, which no TABLE_MAP has set`);
      if (endsStatement) this.#tableIds.clear();
      return { type: 'ignored', header };
    }
    const { change, rowCount } = readRows(cursor, header.typeCode, prepared);
    if (change !== null && !cascades) change.cascades = false;
    if (endsStatement) this.#tableIds.clear();
    return change === null ? { type: 'filtered', header, rowCount } : { type: 'rows', header, change };
  }

  #decodePayload(header: EventHeader, cursor: ByteCursor): LogEvent {
    const payload = readPayload(cursor);
    const events = (): Generator<LogEvent> => this.#payloadEvents(payloadEvents(payload));
    return { type: 'payload', header, events: { [Symbol.iterator]: events } };
  }

  /** Events inside a payload have no checksums, and no payloads in them. */
  *#payloadEvents(events: Generator<Buffer>): Generator<LogEvent> {
    try {
      for (const event of events) {
        const header = readHeader(event, 0, event.length);
        if (header.typeCode === EVENT.TRANSACTION_PAYLOAD || header.typeCode === EVENT.FORMAT_DESCRIPTION) {
          throw corrupt(`an event of type ${header.typeCode} stands inside a compressed transaction`);
        }
        yield this.#decodeBody(header, new ByteCursor(event, HEADER_LENGTH));
      }
    } catch (error) {
      throw asCorruption(error);
    }
  }
}

/** Events that carry nothing for row replication, and those nobody may pass over. */
function decodeOther(header: EventHeader): LogEvent {
  switch (header.typeCode) {
    case EVENT.BEGIN_LOAD_QUERY:
    case EVENT.APPEND_BLOCK:
    case EVENT.EXEC_LOAD:
    case EVENT.DELETE_FILE:
    case EVENT.INTVAR:
    case EVENT.RAND:
    case EVENT.USER_VAR:
      return { type: 'statement-part', header };
    case EVENT.STOP:
    case EVENT.IGNORABLE:
    case EVENT.ROWS_QUERY:
    case EVENT.PREVIOUS_GTIDS:
    case EVENT.TRANSACTION_CONTEXT:
    case EVENT.VIEW_CHANGE:
    case EVENT.MARIA_ANNOTATE:
    case EVENT.MARIA_BINLOG_CHECKPOINT:
    case EVENT.MARIA_GTID_LIST:
      return { type: 'ignored', header };
    case EVENT.INCIDENT:
      throw new OtterError('NOT_SUPPORTED', {
        detail: 'the source wrote an INCIDENT event: it lost changes from its log. Copy the tables again from there',
      });
    case EVENT.MARIA_START_ENCRYPTION:
      throw new OtterError('NOT_SUPPORTED', { detail: 'the log is encrypted; read it through the server' });
    default:
      if ((header.flags & LOG_EVENT_IGNORABLE_F) !== 0) return { type: 'ignored', header };
      throw new OtterError('EVENT_UNKNOWN', {
        detail: `event type ${header.typeCode}`,
        context: { typeCode: header.typeCode, flags: header.flags, artificial: header.flags & LOG_EVENT_ARTIFICIAL_F },
      });
  }
}
