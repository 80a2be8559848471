import { OtterError } from '@otter/core';
import type { Session } from '@otter/dialects';
import { pause } from '../stop-request.ts';
import { ITEM_COUNT, itemAtStart, text, USER_COUNT, userAtStart } from './shop.ts';

/** One thing the shop did. */
export interface ShopEvent {
  kind: 'order' | 'cancel' | 'deliver' | 'price' | 'restock' | 'user';
  /** Of the order, where there is one. */
  orderId: number | null;
  text: string;
  at: number;
}

const RATE_PER_SECOND = 300;
const OPEN_ORDERS_MAX = 1_500;
const SHELF_LOW = 40;
const RESTOCK_PIECES = 400;
const NOTES = ['NULL', "'请包装成礼物 🎁'", "'ring twice'", "'放门口即可'", 'NULL', 'NULL'];

/** Chooses what happens next; a seed makes it the same every time. */
function random(seed: number): () => number {
  let state = seed;
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Customers of the shop: a few hundred transactions a second over several connections. Each connection has
 * items of its own, so that two of them never wait for each other in a circle.
 */
export class ShopWriter {
  readonly #sessions: readonly Session[];
  readonly #now: () => number;
  readonly #lanes: Lane[];
  #running: Promise<void> | null = null;
  #stop = new AbortController();
  transactions = 0;
  /** The last things done, newest last. */
  readonly events: ShopEvent[] = [];

  constructor(sessions: readonly Session[], now: () => number) {
    this.#sessions = sessions;
    this.#now = now;
    this.#lanes = sessions.map((_, i) => new Lane(i, sessions.length));
  }

  start(): void {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const lanes = this.#sessions.map((session, i) => this.#work(session, this.#lanes[i] as Lane, signal));
    this.#running = Promise.all(lanes).then(() => {});
    // Reported by `stop`; until then it is nobody's unhandled rejection.
    this.#running.catch(() => {});
  }

  /** Ends after the transactions under way. Throws what ended a connection. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    this.#running = null;
  }

  async #work(session: Session, lane: Lane, signal: AbortSignal): Promise<void> {
    const startedAt = this.#now();
    const step = (1000 * this.#sessions.length) / RATE_PER_SECOND;
    for (let due = startedAt; !signal.aborted;) {
      const event = await lane.step(session);
      this.transactions += 1;
      this.events.push({ ...event, at: this.#now() });
      if (this.events.length > 200) this.events.splice(0, 100);
      // Business comes in waves; a steady line would look like a drawing.
      due += step * (1 + 0.35 * Math.sin((this.#now() - startedAt) / 1_300));
      const early = due - this.#now();
      if (early > 1) await pause(early, signal);
      else if (early < -500) due = this.#now();
    }
  }
}

interface LaneItem {
  id: number;
  title: string;
  price: number;
  stock: number;
}

/** One connection's customers and the items they buy. */
class Lane {
  readonly #random: () => number;
  readonly #items: LaneItem[];
  readonly #open: number[] = [];
  readonly #cancelled: number[] = [];
  readonly #ordersMax: number;

  constructor(index: number, lanes: number) {
    this.#random = random(index + 1);
    this.#ordersMax = OPEN_ORDERS_MAX / lanes;
    this.#items = Array.from({ length: ITEM_COUNT }, (_, i) => i + 1)
      .filter((id) => id % lanes === index)
      .map((id) => ({ id, ...itemAtStart(id) }));
  }

  async step(session: Session): Promise<Omit<ShopEvent, 'at'>> {
    const low = this.#items.find((item) => item.stock < SHELF_LOW);
    if (low !== undefined) return this.#restock(session, low);
    const dice = this.#random();
    if (this.#open.length > this.#ordersMax || (dice < 0.2 && this.#open.length > 50)) return this.#deliver(session);
    if (dice < 0.28 && this.#open.length > 50) return this.#cancel(session);
    if (dice < 0.36) return this.#changePrice(session);
    if (dice < 0.42) return this.#editUser(session);
    return this.#order(session);
  }

  async #order(session: Session): Promise<Omit<ShopEvent, 'at'>> {
    const user = this.#user();
    const first = this.#below(this.#items.length);
    const count = 1 + this.#below(3);
    const lines = Array.from({ length: count }, (_, i) => ({
      item: this.#items[(first + i * 3) % this.#items.length] as LaneItem,
      quantity: 1 + this.#below(3),
    }));
    const total = lines.reduce((sum, line) => sum + Math.round(line.item.price * 100) * line.quantity, 0) / 100;
    const channel = this.#random() < 0.5 ? 'web' : 'app';
    const note = NOTES[this.#below(NOTES.length)];
    const results = await session.query(
      [
        'START TRANSACTION',
        ...lines.map(
          ({ item, quantity }) => `UPDATE shop.tb_item SET stock = stock - ${quantity} WHERE id = ${item.id}`,
        ),
        `INSERT INTO shop.tb_order (user_id, channel, total, note) VALUES (${user}, '${channel}', ${total.toFixed(2)}, ${note})`,
        'SET @placed = LAST_INSERT_ID()',
        `INSERT INTO shop.tb_order_item (order_id, item_id, quantity, price) VALUES ${lines
          .map(({ item, quantity }) => `(@placed, ${item.id}, ${quantity}, ${item.price.toFixed(2)})`)
          .join(',')}`,
        'COMMIT',
        'SELECT @placed',
      ].join(';'),
    );
    for (const { item, quantity } of lines) item.stock -= quantity;
    const id = Number(results.at(-1)?.rows?.[0]?.[0]?.toString());
    if (!Number.isSafeInteger(id))
      throw new OtterError('INTERNAL', { detail: 'the demonstration lost an order number' });
    this.#open.push(id);
    const [line] = lines;
    const more = count > 1 ? ` +${count - 1}` : '';
    return {
      kind: 'order',
      orderId: id,
      text: `#${id} ${userAtStart(user)}: ${line?.quantity}× ${line?.item.title}${more}, ¥${total.toFixed(2)}`,
    };
  }

  async #cancel(session: Session): Promise<Omit<ShopEvent, 'at'>> {
    const [id] = this.#open.splice(this.#below(this.#open.length), 1) as [number];
    await session.query(
      [
        'START TRANSACTION',
        this.#returnPieces('stock', id),
        `DELETE FROM shop.tb_order_item WHERE order_id = ${id}`,
        `UPDATE shop.tb_order SET status = 'cancelled' WHERE id = ${id}`,
        'COMMIT',
      ].join(';'),
    );
    this.#cancelled.push(id);
    return { kind: 'cancel', orderId: id, text: `#${id} cancelled, back on the shelf` };
  }

  async #deliver(session: Session): Promise<Omit<ShopEvent, 'at'>> {
    const id = this.#open.shift() as number;
    const gone = [id, ...this.#cancelled.splice(0, 2)];
    await session.query(
      [
        'START TRANSACTION',
        this.#returnPieces('delivered', id),
        `DELETE FROM shop.tb_order_item WHERE order_id = ${id}`,
        `DELETE FROM shop.tb_order WHERE id IN (${gone.join(',')})`,
        'COMMIT',
      ].join(';'),
    );
    return { kind: 'deliver', orderId: id, text: `#${id} delivered` };
  }

  /** Moves the pieces of an order to another column of their items, as the database knows them. */
  #returnPieces(column: 'stock' | 'delivered', orderId: number): string {
    return `UPDATE shop.tb_item i JOIN shop.tb_order_item l ON l.item_id = i.id SET i.${column} = i.${column} + l.quantity WHERE l.order_id = ${orderId}`;
  }

  async #restock(session: Session, item: LaneItem): Promise<Omit<ShopEvent, 'at'>> {
    await session.query(
      `UPDATE shop.tb_item SET stock = stock + ${RESTOCK_PIECES}, stocked = stocked + ${RESTOCK_PIECES} WHERE id = ${item.id}`,
    );
    item.stock += RESTOCK_PIECES;
    return { kind: 'restock', orderId: null, text: `${item.title}: ${RESTOCK_PIECES} pieces came in` };
  }

  async #changePrice(session: Session): Promise<Omit<ShopEvent, 'at'>> {
    const item = this.#items[this.#below(this.#items.length)] as LaneItem;
    const start = itemAtStart(item.id).price;
    item.price = Math.round(start * (0.8 + this.#random() * 0.4) * 100) / 100;
    await session.query(`UPDATE shop.tb_item SET price = ${item.price.toFixed(2)} WHERE id = ${item.id}`);
    return { kind: 'price', orderId: null, text: `${item.title}: now ¥${item.price.toFixed(2)}` };
  }

  async #editUser(session: Session): Promise<Omit<ShopEvent, 'at'>> {
    const id = this.#user();
    const preferences = JSON.stringify({ language: id % 2 ? 'zh' : 'en', theme: this.#random() < 0.5 ? '🌙' : '☀️' });
    await session.query(
      `UPDATE shop.tb_user SET preferences = ${text(preferences)}, visits = visits + 1 WHERE id = ${id}`,
    );
    return { kind: 'user', orderId: null, text: `${userAtStart(id)} changed the settings` };
  }

  /** Any user but the probe's. */
  #user(): number {
    return 2 + this.#below(USER_COUNT - 1);
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }
}
