import { MysqlGtidSet, OtterError } from '@otter/core';

const UUID_BYTES = 16;
const INTERVAL_BYTES = 16;
/** Format number in the top byte of the first word (MySQL 8.3, sql/rpl_gtid_set.cc). */
const TAGGED = 1n;

/**
 * The binary form of a MySQL GTID set, in COM_BINLOG_DUMP_GTID and PREVIOUS_GTIDS:
 *
 * ```
 * u64 count                      tagged: 1 << 56 | count << 8 | 1
 * count times:
 *   16 bytes uuid
 *   u8 tag length << 1, tag      tagged only
 *   u64 intervals
 *   intervals times: u64 first, u64 last + 1
 * ```
 *
 * The tagged form is written only when the set holds a tag: servers before 8.3 cannot read it.
 */
export function encodeGtidSet(set: MysqlGtidSet): Buffer {
  const domains = new Map<string, [first: number, last: number][]>();
  let tagged = false;
  for (const [domain, first, last] of set.intervals()) {
    if (domain.includes(':')) tagged = true;
    const list = domains.get(domain);
    if (list) list.push([first, last]);
    else domains.set(domain, [[first, last]]);
  }
  const parts: Buffer[] = [];
  const count = BigInt(domains.size);
  parts.push(u64(tagged ? (TAGGED << 56n) | (count << 8n) | TAGGED : count));
  for (const [domain, intervals] of domains) {
    const [uuid, tag = ''] = domain.split(':') as [string, string?];
    parts.push(Buffer.from(uuid.replaceAll('-', ''), 'hex'));
    if (tagged) parts.push(Buffer.from([tag.length << 1]), Buffer.from(tag, 'latin1'));
    parts.push(u64(BigInt(intervals.length)));
    for (const [first, last] of intervals) parts.push(u64(BigInt(first)), u64(BigInt(last) + 1n));
  }
  return Buffer.concat(parts);
}

/** Reads what {@link encodeGtidSet} writes; bytes behind it are ignored. Throws LOG_CORRUPT. */
export function decodeGtidSet(bytes: Buffer): MysqlGtidSet {
  const set = new MysqlGtidSet();
  let at = 0;
  const need = (length: number): number => {
    const start = at;
    at += length;
    if (at > bytes.length) throw corrupt(`it ends at byte ${bytes.length}, ${at} are needed`);
    return start;
  };
  const word = bytes.readBigUInt64LE(need(8));
  const format = word >> 56n;
  if (format > TAGGED) throw corrupt(`its format ${format} is not known`);
  const tagged = format === TAGGED;
  const count = tagged ? (word >> 8n) & 0xff_ffff_ffffn : word;
  for (let i = 0n; i < count; i++) {
    const start = need(UUID_BYTES);
    const hex = bytes.toString('hex', start, start + UUID_BYTES);
    let domain = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    if (tagged) {
      const length = (bytes[need(1)] as number) >> 1;
      const tagAt = need(length);
      if (length > 0) domain += `:${bytes.toString('latin1', tagAt, tagAt + length)}`;
    }
    const intervals = bytes.readBigUInt64LE(need(8));
    for (let j = 0n; j < intervals; j++) {
      const interval = need(INTERVAL_BYTES);
      const first = sequence(bytes.readBigUInt64LE(interval));
      set.addInterval(domain, first, sequence(bytes.readBigUInt64LE(interval + 8)) - 1);
    }
  }
  return set;
}

function sequence(value: bigint): number {
  if (value < 1n || value > BigInt(Number.MAX_SAFE_INTEGER))
    throw corrupt(`the sequence number ${value} is no valid one`);
  return Number(value);
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function corrupt(reason: string): OtterError {
  return new OtterError('LOG_CORRUPT', { detail: `a binary GTID set cannot be read: ${reason}` });
}
