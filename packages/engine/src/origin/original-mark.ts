import { OtterError, type RowsChange } from '@otter/core';
import { quoteTable, quoteText } from '@otter/dialects';

/** Which transactions marked as by the original otter are not carried, and whether our commits are marked for it. */
export interface OriginalMarks {
  /** The channel whose other pipelines the original still runs; `null`: only what an application has shielded counts. */
  channel: { id: number; info: string | null } | null;
}

const MARK_TABLE = 'retl_mark';
/** The original's system schema; its pipelines follow the table there alone. */
export const MARK_SCHEMA = 'retl';
/** Ends the information of a mark that keeps a transaction from every channel. */
const SHIELD = '_SYNC';
/** The original takes the numbers below for its own rows. */
const ID_MIN = 1000;
const INFO_CHARACTERS_MAX = 128;

const place = quoteTable(MARK_SCHEMA, MARK_TABLE);

/** Where our marks for the original go. */
export const MARK_TABLES: readonly string[] = [place];

/** Whether rows of a table are marks, of whatever schema, as the original has it. */
export function isMarkTable(table: string): boolean {
  return table.toLowerCase() === MARK_TABLE;
}

/** Reads `off`, `shield`, `CHANNEL` and `CHANNEL:INFO`; `null` for `off`. Throws USAGE. */
export function parseOriginalMarks(text: string): OriginalMarks | null {
  if (text === 'off') return null;
  if (text === 'shield') return { channel: null };
  const [, id, info] = /^([1-9]\d{0,8})(?::(.+))?$/s.exec(text) ?? [];
  if (id === undefined || (info ?? '').length > INFO_CHARACTERS_MAX) {
    const detail = `"${text}" says neither off, shield, a channel's number nor NUMBER:INFO, with up to ${INFO_CHARACTERS_MAX} characters of information`;
    throw new OtterError('USAGE', { detail });
  }
  return { channel: { id: Number(id), info: info ?? null } };
}

/**
 * Whether a change to the table of marks says that its transaction is not to be carried: the original looks at both
 * images, for a text that ends in `_SYNC`, the channel's text and its number. Throws SCHEMA_MISMATCH where it cannot be read.
 */
export function isKept({ channel }: OriginalMarks, change: RowsChange): boolean {
  const { columns, problem } = change.table;
  if (problem) throw problem;
  const cellOf = (name: string): number => columns.findIndex((column) => column.name.toUpperCase() === name);
  const [id, info] = [cellOf('CHANNEL_ID'), cellOf('CHANNEL_INFO')];
  return [...change.after, ...change.before].some((row) => {
    const text = typeof row[info] === 'string' ? row[info].toUpperCase() : '';
    if (text.endsWith(SHIELD)) return true;
    if (channel === null) return false;
    return text === (channel.info?.toUpperCase() ?? null) || Number(row[id]) === channel.id;
  });
}

/** What a transaction of ours begins and ends with, so that the original's pipelines of the channel leave it out. */
export function channelSql({ channel }: OriginalMarks): { head: string; tail: string } | null {
  if (channel === null) return null;
  const id = `${ID_MIN}+CONNECTION_ID()`;
  const info = channel.info === null ? 'NULL' : quoteText(channel.info);
  const head = `INSERT INTO ${place} (ID,CHANNEL_ID,CHANNEL_INFO) VALUES (${id},${channel.id},${info}) ON DUPLICATE KEY UPDATE CHANNEL_ID=${channel.id},CHANNEL_INFO=${info}`;
  return { head, tail: `DELETE FROM ${place} WHERE ID=${id}` };
}

/** The table of marks as the original makes it, for a target that it has never written to. */
export const MARK_DEFINITIONS: readonly string[] = [
  `CREATE DATABASE IF NOT EXISTS ${MARK_SCHEMA} DEFAULT CHARACTER SET utf8mb4`,
  `CREATE TABLE IF NOT EXISTS ${place} (
  ID BIGINT NOT NULL AUTO_INCREMENT,
  CHANNEL_ID INT(11) DEFAULT NULL,
  CHANNEL_INFO VARCHAR(128) DEFAULT NULL,
  PRIMARY KEY (ID)
) ENGINE=InnoDB`,
];
