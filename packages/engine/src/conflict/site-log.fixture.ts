/** Columns of a row, small numbers. */
export type Row = readonly number[];
/** `null`: no such row. */
export type Image = Row | null;
/** Sites as bits. */
export type Sites = number;

/** What a transaction did to one row; the key is a number too. */
export interface Write {
  key: number;
  before: Image;
  after: Image;
}

/** The checkpoint row in a commit of a pipeline. */
export interface Mark {
  pipeline: number;
  /** Up to where the source's log has been applied, as a number of transactions. */
  position: number;
  /** Up to where the source had seen the target's log there. */
  seen: number;
  /** Sites the rows have been at. */
  via: Sites;
}

export interface Entry {
  /** By the clock of the site. */
  stamp: number;
  writes: readonly Write[];
  mark: Mark | null;
  /** Known to the model alone: sites the rows have really been at, and which transactions of the source were decided. */
  been: Sites;
  decided: readonly number[];
}

/**
 * A log, and with it all that is stored at a site: rows and checkpoints are what the commits in it have made of them.
 * Equal logs are one object, so that a state is told by a few numbers.
 */
export class SiteLog {
  static #count = 0;
  readonly id = SiteLog.#count++;
  readonly entries: readonly Entry[];
  readonly rows: readonly Image[];
  /** The last checkpoint of every pipeline that has committed here. */
  readonly checkpoints: readonly (Mark | undefined)[];
  readonly #prefixes: readonly SiteLog[];
  readonly #next = new Map<string, SiteLog>();

  private constructor(parent: SiteLog | null, entry: Entry | null, rows: readonly Image[]) {
    this.entries = parent && entry ? [...parent.entries, entry] : [];
    this.rows = rows;
    const checkpoints = [...(parent?.checkpoints ?? [])];
    if (entry?.mark) checkpoints[entry.mark.pipeline] = entry.mark;
    this.checkpoints = checkpoints;
    this.#prefixes = parent ? [...parent.#prefixes, parent] : [];
  }

  static begin(rows: readonly Image[]): SiteLog {
    return new SiteLog(null, null, rows);
  }

  get length(): number {
    return this.entries.length;
  }

  /** The site as it was when the log had this length. */
  at(length: number): SiteLog {
    return this.#prefixes[length] ?? this;
  }

  append(entry: Entry): SiteLog {
    const name = nameOf(entry);
    const known = this.#next.get(name);
    if (known) return known;
    const rows = [...this.rows];
    for (const { key, after } of entry.writes) rows[key] = after;
    const log = new SiteLog(this, entry, rows);
    this.#next.set(name, log);
    return log;
  }
}

/** Tells entries apart. */
function nameOf({ stamp, writes, mark, been, decided }: Entry): string {
  const rows = writes.map(({ key, after }) => `${key}:${after === null ? '-' : after.join('.')}`).join(' ');
  const place = mark === null ? '' : `${mark.pipeline} ${mark.position} ${mark.seen} ${mark.via}`;
  return `${stamp}|${rows}|${place}|${been}|${decided.join(' ')}`;
}

/** Whether two images are equal. */
export function same(a: Image, b: Image): boolean {
  if (a === null || b === null) return a === b;
  return a.every((value, i) => value === b[i]);
}
