import { OtterError } from './errors.ts';

/** The global identifier of one transaction. */
export interface Gtid {
  /** MySQL: `uuid` or `uuid:tag`, lower case. MariaDB: the domain id as text. */
  readonly domain: string;
  /** MariaDB: the server id inside the GTID; MySQL: 0. */
  readonly server: number;
  readonly sequence: number;
}

export type GtidFlavor = 'mysql' | 'mariadb';

export function gtidText(gtid: Gtid): string {
  return gtid.domain.includes('-')
    ? `${gtid.domain}:${gtid.sequence}`
    : `${gtid.domain}-${gtid.server}-${gtid.sequence}`;
}

/** `[first, last]`, both inside. */
type Interval = [number, number];

/** What both families of GTIDs can be asked. */
export interface GtidSet {
  readonly flavor: GtidFlavor;
  add(gtid: Gtid): void;
  has(gtid: Gtid): boolean;
  contains(other: GtidSet): boolean;
  isEmpty(): boolean;
  clone(): GtidSet;
  toString(): string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TAG = /^[a-z_][a-z0-9_]{0,31}$/;

/**
 * A MySQL GTID set: sorted, merged intervals a `uuid` or `uuid:tag`.
 * Text form of the manual, "GTID Sets": `uuid:1-5:7:tag:1-3,uuid2:9`.
 */
export class MysqlGtidSet implements GtidSet {
  readonly flavor = 'mysql';
  readonly #intervals = new Map<string, Interval[]>();

  static parse(text: string): MysqlGtidSet {
    const set = new MysqlGtidSet();
    for (const part of text.replace(/\s+/g, '').split(',')) {
      if (part !== '') set.#parsePart(part, text);
    }
    return set;
  }

  #parsePart(part: string, text: string): void {
    const [uuidText, ...fields] = part.split(':');
    const uuid = (uuidText ?? '').toLowerCase();
    if (!UUID.test(uuid) || fields.length === 0) throw invalid(text, `"${part}" is not uuid:interval`);
    let domain = uuid;
    for (const field of fields) {
      const lower = field.toLowerCase();
      if (TAG.test(lower)) {
        domain = `${uuid}:${lower}`;
        continue;
      }
      const match = /^(\d+)(?:-(\d+))?$/.exec(field);
      if (!match) throw invalid(text, `"${field}" is neither an interval nor a tag`);
      const first = sequenceNumber(match[1] as string, text);
      const last = match[2] === undefined ? first : sequenceNumber(match[2], text);
      if (first === 0) throw invalid(text, 'sequence numbers begin at 1');
      // The server accepts an inverted interval as empty; so do we.
      if (last >= first) this.addInterval(domain, first, last);
    }
  }

  addInterval(domain: string, first: number, last: number): void {
    const list = this.#intervals.get(domain);
    if (!list) {
      this.#intervals.set(domain, [[first, last]]);
      return;
    }
    const tail = list[list.length - 1];
    if (tail && first === tail[1] + 1) {
      tail[1] = last;
      return;
    }
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle] as Interval)[1] + 1 < first) low = middle + 1;
      else high = middle;
    }
    let end = low;
    const merged: Interval = [first, last];
    while (end < list.length && (list[end] as Interval)[0] <= last + 1) {
      const other = list[end] as Interval;
      merged[0] = Math.min(merged[0], other[0]);
      merged[1] = Math.max(merged[1], other[1]);
      end += 1;
    }
    list.splice(low, end - low, merged);
  }

  add(gtid: Gtid): void {
    this.addInterval(gtid.domain, gtid.sequence, gtid.sequence);
  }

  has(gtid: Gtid): boolean {
    return this.#covers(gtid.domain, gtid.sequence, gtid.sequence);
  }

  #covers(domain: string, first: number, last: number): boolean {
    return this.#intervals.get(domain)?.some((i) => i[0] <= first && last <= i[1]) ?? false;
  }

  contains(other: GtidSet): boolean {
    if (!(other instanceof MysqlGtidSet)) return false;
    for (const [domain, first, last] of other.intervals()) if (!this.#covers(domain, first, last)) return false;
    return true;
  }

  /** Removes every GTID of `other`. */
  subtract(other: MysqlGtidSet): void {
    for (const [domain, first, last] of other.intervals()) {
      const list = this.#intervals.get(domain);
      if (!list) continue;
      const kept = list.flatMap((i): Interval[] => {
        if (i[1] < first || last < i[0]) return [i];
        const rest: Interval[] = [];
        if (i[0] < first) rest.push([i[0], first - 1]);
        if (last < i[1]) rest.push([last + 1, i[1]]);
        return rest;
      });
      if (kept.length === 0) this.#intervals.delete(domain);
      else this.#intervals.set(domain, kept);
    }
  }

  union(other: MysqlGtidSet): void {
    for (const [domain, first, last] of other.intervals()) this.addInterval(domain, first, last);
  }

  /** Every interval, domains in text order, intervals ascending. */
  *intervals(): Generator<[domain: string, first: number, last: number]> {
    for (const domain of [...this.#intervals.keys()].sort()) {
      for (const [first, last] of this.#intervals.get(domain) as Interval[]) yield [domain, first, last];
    }
  }

  isEmpty(): boolean {
    return this.#intervals.size === 0;
  }

  clone(): MysqlGtidSet {
    const copy = new MysqlGtidSet();
    for (const [domain, list] of this.#intervals) {
      copy.#intervals.set(
        domain,
        list.map((i): Interval => [i[0], i[1]]),
      );
    }
    return copy;
  }

  toString(): string {
    const parts: string[] = [];
    let uuid = '';
    let tag = '';
    for (const [domain, first, last] of this.intervals()) {
      const [u, t = ''] = domain.split(':') as [string, string?];
      const interval = first === last ? `${first}` : `${first}-${last}`;
      if (u !== uuid) parts.push(t === '' ? `${u}:${interval}` : `${u}:${t}:${interval}`);
      else if (t !== tag) parts[parts.length - 1] += `:${t}:${interval}`;
      else parts[parts.length - 1] += `:${interval}`;
      uuid = u;
      tag = t;
    }
    return parts.join(',');
  }
}

/** A MariaDB GTID position: the last GTID of every domain. Text form: `0-1-100,1-2-5`. */
export class MariadbGtidSet implements GtidSet {
  readonly flavor = 'mariadb';
  readonly #last = new Map<string, Gtid>();

  static parse(text: string): MariadbGtidSet {
    const set = new MariadbGtidSet();
    for (const part of text.replace(/\s+/g, '').split(',')) {
      if (part === '') continue;
      const match = /^(\d+)-(\d+)-(\d+)$/.exec(part);
      if (!match) throw invalid(text, `"${part}" is not domain-server-sequence`);
      const [domainText, server, sequence] = match.slice(1) as [string, string, string];
      const domain = String(sequenceNumber(domainText, text));
      if (set.#last.has(domain)) throw invalid(text, `domain ${domain} occurs twice`);
      set.#last.set(domain, { domain, server: sequenceNumber(server, text), sequence: sequenceNumber(sequence, text) });
    }
    return set;
  }

  add(gtid: Gtid): void {
    this.#last.set(gtid.domain, gtid);
  }

  has(gtid: Gtid): boolean {
    const last = this.#last.get(gtid.domain);
    return last !== undefined && gtid.sequence <= last.sequence;
  }

  contains(other: GtidSet): boolean {
    return other instanceof MariadbGtidSet && [...other.#last.values()].every((gtid) => this.has(gtid));
  }

  isEmpty(): boolean {
    return this.#last.size === 0;
  }

  clone(): MariadbGtidSet {
    const copy = new MariadbGtidSet();
    for (const gtid of this.#last.values()) copy.add(gtid);
    return copy;
  }

  toString(): string {
    return [...this.#last.values()]
      .sort((a, b) => Number(a.domain) - Number(b.domain))
      .map(gtidText)
      .join(',');
  }
}

/** Parses either family's text form. Throws POSITION_INVALID. */
export function parseGtidSet(flavor: GtidFlavor, text: string): GtidSet {
  return flavor === 'mysql' ? MysqlGtidSet.parse(text) : MariadbGtidSet.parse(text);
}

/** The family a text belongs to: MySQL's begins with a UUID. */
export function gtidFlavor(text: string): GtidFlavor {
  return /^\s*[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-/i.test(text) ? 'mysql' : 'mariadb';
}

function sequenceNumber(digits: string, text: string): number {
  const value = Number(digits);
  // The servers allow up to 2^63 - 1; past 2^53 a number would silently lose transactions.
  if (!Number.isSafeInteger(value)) throw invalid(text, `${digits} is larger than this version can hold`);
  return value;
}

function invalid(text: string, reason: string): OtterError {
  return new OtterError('POSITION_INVALID', { detail: `"${text}" is not a GTID set: ${reason}` });
}
