import type { DifferenceReport } from './report.ts';

/** Somebody who changes mapped tables of the target beside our pipelines. */
export interface ForeignWriter {
  table: string;
  /** Keys of the first rows, `id=7`. */
  keys: string[];
  /** Since the last report of the same writer and table. */
  transactions: number;
  rows: { inserted: number; updated: number; deleted: number };
  /** When the first of them was committed, ISO 8601. */
  at: string;
  gtid: string | null;
  /** `file:offset` of its beginning in the target's log. */
  position: string;
  serverId: number;
  /** By the log; `null` where it has none (MariaDB before 11.5). */
  threadId: number | null;
  /** `user@host` while the connection is still there; `null` when it is not, or may not be seen. */
  user: string | null;
  /** The beginning of the statement, where the log has it. */
  statement: string | null;
  /** Came by replication from another server. */
  isReplicated: boolean;
}

export type Finding =
  | { seq: number; kind: 'difference'; difference: DifferenceReport }
  | { seq: number; kind: 'foreign-writer'; writer: ForeignWriter };

/** How far the rows the stream wrote have been read back. */
export interface ReadBackStatus {
  /** Images that were read back and found on the target. */
  checked: number;
  /** Rows that wait to be read back. */
  pending: number;
  /** Rows that differ for certain; each is in `findings`. */
  failed: number;
  /** Applied rows that were left out, for want of room or because they cannot be compared. */
  skipped: number;
  /** Transactions of others on mapped tables; `null`: the target's log is not read. */
  foreign: number | null;
  /** What is not looked at, and why. */
  notes: string[];
  /** Names the record of what was found, as `otter verify list` shows it; `null` before the first difference. */
  record: string | null;
  /** The latest, oldest first. */
  findings: Finding[];
}

const KEPT_MAX = 100;
const KNOWN_MAX = 10_000;

/** What continuous verification has found since the process started. */
export class Findings {
  checked = 0;
  failed = 0;
  skipped = 0;
  foreign: number | null = null;
  record: string | null = null;
  readonly notes: string[] = [];
  readonly #latest: Finding[] = [];
  readonly #known = new Set<string>();
  #seq = 0;

  /** `false` when this very difference has been reported before. */
  addDifference(difference: DifferenceReport): boolean {
    const { target, kind, key, columns } = difference;
    const name = JSON.stringify([target, key, kind, columns.map((column) => column.name)]);
    if (this.#known.has(name)) return false;
    // Of very many the oldest may be reported again.
    const [oldest] = this.#known;
    if (this.#known.size >= KNOWN_MAX && oldest !== undefined) this.#known.delete(oldest);
    this.#known.add(name);
    this.failed += 1;
    this.#add({ seq: ++this.#seq, kind: 'difference', difference });
    return true;
  }

  addWriter(writer: ForeignWriter): void {
    this.#add({ seq: ++this.#seq, kind: 'foreign-writer', writer });
  }

  /** Says once what is not looked at. */
  note(text: string): boolean {
    if (this.notes.includes(text)) return false;
    this.notes.push(text);
    return true;
  }

  status(pending: number, leftOut: number): ReadBackStatus {
    const { checked, failed, foreign, notes, record } = this;
    const skipped = this.skipped + leftOut;
    return { checked, pending, failed, skipped, foreign, notes: [...notes], record, findings: [...this.#latest] };
  }

  #add(finding: Finding): void {
    this.#latest.push(finding);
    if (this.#latest.length > KEPT_MAX) this.#latest.shift();
  }
}
