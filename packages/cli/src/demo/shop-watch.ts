import type { Session } from '@otter/dialects';
import { pause } from '../stop-request.ts';
import { BROKEN_ITEMS, SHOP_TABLES } from './shop.ts';

const EVERY_MS = 50;
const COUNT_EVERY_MS = 400;

/** An order as a reader of the target sees it. */
export interface SeenOrder {
  id: number;
  text: string;
  status: string;
}

/**
 * A reader of the target: does every item balance, how many rows are there, which of the asked orders are there.
 * Counts rows on the source too, for the view.
 */
export class ShopWatch {
  readonly #source: Session;
  readonly #target: Session;
  readonly #now: () => number;
  checks = 0;
  /** Items that did not balance on the target although they did on the source. */
  broken = 0;
  /** Items that do not balance on the source either: somebody changed the stock by hand. */
  changedByHand = false;
  sourceCounts: Record<string, number> = {};
  targetCounts: Record<string, number> = {};
  seen = new Map<number, SeenOrder>();
  /** The newest order written by the person who watches. */
  yours: SeenOrder | null = null;
  /** Which orders to look for. */
  wanted: readonly number[] = [];

  constructor(source: Session, target: Session, now: () => number) {
    this.#source = source;
    this.#target = target;
    this.#now = now;
  }

  async run(signal: AbortSignal): Promise<void> {
    let countedAt = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      await this.check();
      await this.#lookForOrders();
      if (this.#now() - countedAt >= COUNT_EVERY_MS) {
        countedAt = this.#now();
        await this.count();
      }
      await pause(EVERY_MS, signal);
    }
  }

  /** One look at the books: a single statement, so one snapshot over both tables. */
  async check(): Promise<void> {
    const broken = await this.#target.rows(BROKEN_ITEMS);
    this.checks += 1;
    if (broken.length === 0) return;
    const onSource = new Set((await this.#source.rows(BROKEN_ITEMS)).map((row) => row[0]));
    const ours = broken.filter((row) => !onSource.has(row[0]));
    if (ours.length < broken.length) this.changedByHand = true;
    this.broken += ours.length;
  }

  async count(): Promise<void> {
    const sql = `SELECT ${SHOP_TABLES.map((table) => `(SELECT COUNT(*) FROM shop.${table})`).join(', ')}`;
    const [source, target] = await Promise.all([this.#source.rows(sql), this.#target.rows(sql)]);
    const counts = (rows: (string | null)[][]): Record<string, number> =>
      Object.fromEntries(SHOP_TABLES.map((table, i) => [table, Number(rows[0]?.[i] ?? 0)]));
    this.sourceCounts = counts(source);
    this.targetCounts = counts(target);
  }

  async #lookForOrders(): Promise<void> {
    const columns = `o.id, o.status, o.total, COALESCE(u.name, '?'), COALESCE(o.note, '')`;
    const from = 'FROM shop.tb_order o LEFT JOIN shop.tb_user u ON u.id = o.user_id';
    if (this.wanted.length > 0) {
      const rows = await this.#target.rows(`SELECT ${columns} ${from} WHERE o.id IN (${this.wanted.join(',')})`);
      const found = new Map(rows.map((row) => [Number(row[0]), seenOrder(row)]));
      // An order that was there and is gone has been delivered: the shop forgets those.
      const gone = (id: number): SeenOrder | undefined => {
        const before = this.seen.get(id);
        return before === undefined ? undefined : { ...before, status: 'delivered' };
      };
      const known = this.wanted.map((id) => [id, found.get(id) ?? gone(id)] as const);
      this.seen = new Map(known.filter((entry): entry is [number, SeenOrder] => entry[1] !== undefined));
    }
    const yours = await this.#target.rows(
      `SELECT ${columns} ${from} WHERE o.channel = 'you' ORDER BY o.id DESC LIMIT 1`,
    );
    this.yours = yours[0] === undefined ? null : seenOrder(yours[0]);
  }
}

function seenOrder(row: readonly (string | null)[]): SeenOrder {
  const [id, status, total, name, note] = row;
  return { id: Number(id), status: status ?? '', text: `#${id} ${name}, ¥${total}${note === '' ? '' : ` “${note}”`}` };
}
