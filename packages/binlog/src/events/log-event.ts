import type { Gtid, RowsChange } from '@otter/core';

/** The 19 bytes every event of binlog version 4 begins with (MySQL internals, "Event Header"). */
export interface EventHeader {
  /** Seconds since 1970 of the statement's start, or of its end for MariaDB's commit events. */
  timestamp: number;
  typeCode: number;
  serverId: number;
  /** Bytes of the whole event, header and checksum included. */
  eventSize: number;
  /** Low 32 bits of the offset after the event; 0 in artificial events. */
  nextOffset: number;
  flags: number;
  /** Where it begins in the bytes it was decoded from. */
  start: number;
}

/** What one event of the log says, after decoding. */
export type LogEvent =
  | { type: 'format'; header: EventHeader; serverVersion: string }
  | { type: 'rotate'; header: EventHeader; file: string; offset: number }
  | {
      type: 'gtid';
      header: EventHeader;
      /** `null` for ANONYMOUS_GTID. */
      gtid: Gtid | null;
      /** Commit time at the original source in ms (µs precision cut), `null` where the log has none. */
      committedAtMs: number | null;
      /** MariaDB FL_STANDALONE: the group is one statement, with no commit event after it. */
      standalone: boolean;
      /**
       * MariaDB, binlog_alter_two_phase: the ALTER of the group has only begun, or was rolled back; another group
       * holds it again when it is done.
       */
      undone: boolean;
      lastCommitted: number;
      sequenceNumber: number;
      /** MariaDB: the group is the second half (COMMIT / ROLLBACK) or first half (PREPARE) of an XA transaction. */
      xa: 'none' | 'prepare' | 'decide';
      /** MariaDB 11.5 and later: the connection that wrote the group. */
      threadId: number | null;
    }
  | { type: 'query'; header: EventHeader; schema: string; sql: string; sqlMode: bigint | null; threadId: number }
  /** XID_EVENT: the transaction before it is committed. */
  | { type: 'commit'; header: EventHeader }
  | { type: 'xa-prepare'; header: EventHeader; xid: string; onePhase: boolean }
  | { type: 'rows'; header: EventHeader; change: RowsChange }
  /** Rows of a table the reader was told to leave out; not decoded. */
  | { type: 'filtered'; header: EventHeader; rowCount: number }
  /** TRANSACTION_PAYLOAD: the events inside, decompressed a bounded piece at a time, in order. */
  | { type: 'payload'; header: EventHeader; events: Iterable<LogEvent> }
  | { type: 'heartbeat'; header: EventHeader; file: string; offset: number }
  /** LOAD DATA blocks and the like: a statement-format write whose text is in the QUERY event after it. */
  | { type: 'statement-part'; header: EventHeader }
  /** Events without meaning for row replication: TABLE_MAP (kept inside the decoder), ROWS_QUERY, ANNOTATE, STOP, … */
  | { type: 'ignored'; header: EventHeader };
