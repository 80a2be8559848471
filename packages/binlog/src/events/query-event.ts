import type { ByteCursor } from './byte-cursor.ts';
import { corrupt } from './corruption.ts';
import { ByteCursor as Cursor } from './byte-cursor.ts';

/** The statement of a QUERY event, still in the bytes the client sent. */
export interface RawQuery {
  /** The connection that ran it, on the server that wrote it first. */
  threadId: number;
  schema: string;
  sqlMode: bigint | null;
  /** Collation id of the client's character set, where the log has it. */
  clientCollation: number | null;
  sql: Buffer;
}

const POST_HEADER = 13;

/**
 * QUERY and, with a longer fixed part, EXECUTE_LOAD_QUERY:
 * ```
 * thread 4 | seconds 4 | schema length 1 | error 2 | status length 2 | [load fields] | status | schema | 0 | statement
 * ```
 */
export function readQuery(cursor: ByteCursor, postHeaderLength: number): RawQuery {
  if (postHeaderLength < POST_HEADER) throw corrupt(`QUERY has a fixed part of ${postHeaderLength} bytes`);
  const threadId = cursor.uint32();
  cursor.take(4);
  const schemaLength = cursor.uint8();
  cursor.take(2);
  const statusLength = cursor.uint16();
  cursor.take(postHeaderLength - POST_HEADER);
  const status = readStatus(cursor.bytes(statusLength));
  const schema = cursor.utf8(schemaLength);
  cursor.take(1);
  return { threadId, schema, ...status, sql: cursor.rest() };
}

/** Lengths of the status variables that always have the same one, by code. */
const FIXED_LENGTHS: Readonly<Record<number, number>> = {
  0: 4, // flags2
  1: 8, // sql_mode
  3: 4, // auto_increment
  4: 6, // charset: client, connection, server
  7: 2, // lc_time_names
  8: 2, // charset_database
  9: 8, // table_map_for_update
  10: 4, // master_data_written
  13: 3, // microseconds
  16: 1, // explicit_defaults_for_timestamp
  17: 8, // ddl_logged_with_xid
  18: 2, // default_collation_for_utf8mb4
  19: 1, // sql_require_primary_key
  20: 1, // default_table_encryption
  128: 3, // MariaDB hrnow
  129: 8, // MariaDB xid
};

const SQL_MODE = 1;
const CATALOG = 2;
const CHARSET = 4;
const TIME_ZONE = 5;
const CATALOG_NZ = 6;

/** A code this version does not know ends the walk: its length is unknown, and nothing after it is needed. */
function readStatus(bytes: Buffer): { sqlMode: bigint | null; clientCollation: number | null } {
  const cursor = new Cursor(bytes);
  let sqlMode: bigint | null = null;
  let clientCollation: number | null = null;
  while (cursor.remaining > 0) {
    const code = cursor.uint8();
    if (code === SQL_MODE) {
      sqlMode = cursor.bigUint64();
    } else if (code === CHARSET) {
      clientCollation = cursor.uint16();
      cursor.take(4);
    } else if (code === CATALOG || code === CATALOG_NZ || code === TIME_ZONE) {
      cursor.take(cursor.uint8() + (code === CATALOG ? 1 : 0));
    } else {
      const length = FIXED_LENGTHS[code];
      if (length === undefined) break;
      cursor.take(length);
    }
  }
  return { sqlMode, clientCollation };
}

/** WHATWG names of the charsets a client may speak. Not listed: those a client cannot use (ucs2, utf16, utf32). */
const DECODER_LABELS: Readonly<Record<string, string>> = {
  big5: 'big5',
  cp1250: 'windows-1250',
  cp1251: 'windows-1251',
  cp1256: 'windows-1256',
  cp1257: 'windows-1257',
  cp866: 'ibm866',
  cp932: 'shift_jis',
  euckr: 'euc-kr',
  eucjpms: 'euc-jp',
  gb18030: 'gb18030',
  gb2312: 'gbk',
  gbk: 'gbk',
  greek: 'iso-8859-7',
  hebrew: 'iso-8859-8',
  koi8r: 'koi8-r',
  koi8u: 'koi8-u',
  latin1: 'windows-1252',
  latin2: 'iso-8859-2',
  latin5: 'windows-1254',
  latin7: 'iso-8859-13',
  macroman: 'macintosh',
  sjis: 'shift_jis',
  tis620: 'windows-874',
  ujis: 'euc-jp',
};

/**
 * The text of a statement. Bytes that are no text in their charset become Latin-1, so that every ASCII keyword
 * and name survives: a statement is only read for what it does to which table.
 */
export function statementText(sql: Buffer, charset: string | undefined): string {
  const label = charset === undefined ? undefined : DECODER_LABELS[charset];
  const text = label === undefined ? sql.toString('utf8') : new TextDecoder(label).decode(sql);
  return text.includes('\ufffd') ? sql.toString('latin1') : text;
}
