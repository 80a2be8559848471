import { setTimeout as pause } from 'node:timers/promises';
import { connectLikeAnApplication, Random, type RunningServer } from '@otter/testkit';

const CONNECTIONS = 8;
const DEADLOCK = 1213;
const LOCK_WAIT = 1205;
const RETRY_MS = 50;

export interface SiteWritersOptions {
  tables: readonly string[];
  /** Rows of each table that are fought for. */
  keys: number;
  /** Transactions a second. */
  rate: number;
  seed: number;
  /** Rows are also changed in one column, and added to. */
  parts: boolean;
}

type Connection = Awaited<ReturnType<typeof connectLikeAnApplication>>;

/** Transactions that changed something: those the server said it had committed, and those it did not come to say so of. */
export interface Journal {
  committed: number;
  unknown: number;
}

/** Applications at one site: random transactions over few rows until they are stopped. Without `parts` no two of them write the same row image. */
export class SiteWriters {
  readonly journal: Journal = { committed: 0, unknown: 0 };
  readonly #site: RunningServer;
  readonly #name: string;
  readonly #options: SiteWritersOptions;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>[];
  #number = 0;

  constructor(site: RunningServer, name: string, options: SiteWritersOptions) {
    this.#site = site;
    this.#name = name;
    this.#options = options;
    this.#running = Array.from({ length: CONNECTIONS }, (_, i) => this.#run(new Random(options.seed * 100 + i)));
    for (const each of this.#running) each.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  async #run(random: Random): Promise<void> {
    const everyMs = (1000 * CONNECTIONS) / this.#options.rate;
    let connection: Connection | null = null;
    let due = performance.now();
    while (!this.#stopping.signal.aborted) {
      // What was missed while the site was away is not made up for.
      due = Math.max(due + everyMs, performance.now() - 1000);
      await pause(Math.max(0, due - performance.now()));
      const sql = `BEGIN;${Array.from({ length: random.int(1, 3) }, () => this.#statement(random)).join(';')};COMMIT`;
      try {
        connection ??= await connectLikeAnApplication(this.#site);
        const [results] = await connection.query(sql);
        if (hasChanged(results as StatementEnd[])) this.journal.committed += 1;
      } catch (error) {
        const { errno } = error as { errno?: number };
        if (connection && (errno === DEADLOCK || errno === LOCK_WAIT)) {
          // The connection may be lost meanwhile; what it had not committed is gone with it.
          await connection.query('ROLLBACK').catch(() => undefined);
          continue;
        }
        if (connection) this.journal.unknown += 1;
        connection?.destroy();
        connection = null;
        await pause(RETRY_MS);
      }
    }
    connection?.destroy();
  }

  #statement(random: Random): string {
    const { tables, keys, parts } = this.#options;
    const table = `shop.${random.pick(tables)}`;
    // Besides the rows that are fought for, some that the two sites seldom meet in.
    const id = random.chance(0.2) ? random.int(1000, 9999) : random.int(1, keys);
    const kind = random.int(0, 9);
    const n = (this.#number += 1);
    if (parts && kind === 3) return `UPDATE ${table} SET n=n+${random.int(-9, 9)} WHERE id=${id}`;
    if (parts && kind === 4) return `UPDATE ${table} SET site='${random.int(0, 9)}' WHERE id=${id}`;
    if (kind < 3) return `INSERT IGNORE INTO ${table} VALUES (${id},${n},'${this.#name}')`;
    if (kind < 8) return `UPDATE ${table} SET n=${n},site='${this.#name}' WHERE id=${id}`;
    if (kind < 9) return `DELETE FROM ${table} WHERE id=${id}`;
    return `UPDATE IGNORE ${table} SET id=${random.int(1, keys)},n=${n},site='${this.#name}' WHERE id=${id}`;
  }
}

/** What the driver says of a statement without rows. */
interface StatementEnd {
  affectedRows: number;
  changedRows: number;
  info: string;
}

/** An UPDATE tells how many rows it has found, and changed them; one that was ignored has changed none. */
function hasChanged(results: readonly StatementEnd[]): boolean {
  return results.some(
    ({ affectedRows, changedRows, info }) => (info.startsWith('Rows') ? changedRows : affectedRows) > 0,
  );
}
