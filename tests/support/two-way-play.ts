import { setTimeout as pause } from 'node:timers/promises';
import { assertTablesEqual, Random, startFaultProxy, type FaultProxy, type RunningServer } from '@otter/testkit';
import { parseTablePattern } from '@otter/core';
import type { ConflictPolicy, PatternRule, TableRule } from '@otter/engine';
import { SyncProcess, type SyncProcessOptions } from './sync-process.ts';
import { TwoWayPair, type Decision } from './two-way-pair.ts';

const DEADLOCK = 1213;

/** Of the tables, in turn; the first has that of the pair. */
const RULES: readonly (TableRule | null)[] = [
  null,
  { kind: 'counter', columns: ['n'] },
  { kind: 'columns' },
  { kind: 'greatest', column: 'n' },
];

export interface TwoWayPlayOptions {
  /** Which of two changes stays. */
  keep: ConflictPolicy['keep'];
  seed: number;
  seconds: number;
  tables: number;
  /** Rows that are fought for, in each table. */
  keys: number;
  /** By which the clock of `b` is ahead, for what it logs; MariaDB only. */
  skewSeconds?: number;
  /** Of both links between the pipelines and the servers they write to. */
  latencyMs?: number;
  /** Servers are restarted too. */
  restarts?: boolean;
  /** Of four tables three have a rule of their own: what is counted, columns, the greater value. */
  rules?: boolean;
}

export interface TwoWayPlayResult {
  rows: number;
  transactions: number;
  conflicts: { a: Decision[]; b: Decision[] };
}

/**
 * Two sites that are written at will over few rows, with a process for each direction that is killed again and again,
 * and links that break. At the end, with both directions up and everything quiet, the sites are compared.
 */
export class TwoWayPlay {
  readonly #sites: { a: RunningServer; b: RunningServer };
  readonly #options: TwoWayPlayOptions;
  readonly #random: Random;
  readonly #tables: string[];
  readonly #links: FaultProxy[] = [];

  constructor(sites: { a: RunningServer; b: RunningServer }, options: TwoWayPlayOptions) {
    this.#sites = sites;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#tables = Array.from({ length: options.tables }, (_, i) => `t${i}`);
  }

  async run(): Promise<TwoWayPlayResult> {
    const { a, b } = this.#sites;
    const { keep, seed } = this.#options;
    await this.#prepare();
    const pair = new TwoWayPair(a, b, { keep, tie: 'source', rules: this.#rules() });
    // Whoever begins first, begins before the first row is written.
    await pair.start();
    await pair.stop();
    const writing = new AbortController();
    const writers = [
      this.#write(a, 'a', new Random(seed + 1), writing.signal),
      this.#write(b, 'b', new Random(seed + 2), writing.signal),
    ];
    for (const writer of writers) writer.catch(() => undefined);
    try {
      await this.#disturb(pair);
    } finally {
      writing.abort();
    }
    const transactions = (await Promise.all(writers)).reduce((sum, count) => sum + count, 0);
    try {
      await pair.start();
      await pair.quiet(120_000);
      const tables = this.#tables.map((table) => ({ schema: 'shop', table }));
      const { rows } = await assertTablesEqual({ source: a.address, target: b.address, tables });
      return { rows, transactions, conflicts: await pair.conflicts() };
    } finally {
      await pair.stop();
      for (const link of this.#links) await link.stop();
    }
  }

  #rules(): PatternRule[] {
    if (!this.#options.rules) return [];
    return this.#tables.flatMap((table, i) => {
      const rule = RULES[i % RULES.length] ?? null;
      return rule === null ? [] : [{ tables: parseTablePattern(`shop.${table}`), rule }];
    });
  }

  async #prepare(): Promise<void> {
    for (const site of [this.#sites.a, this.#sites.b]) {
      await site.query('DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS retl; CREATE DATABASE shop');
      for (const table of this.#tables) {
        await site.query(`CREATE TABLE shop.${table} (id INT PRIMARY KEY, n INT NOT NULL, site CHAR(1) NOT NULL)`);
      }
    }
  }

  /** Both directions as processes, killed and begun again until the time is over. */
  async #disturb(pair: TwoWayPair): Promise<void> {
    const { seconds, latencyMs, restarts } = this.#options;
    const random = this.#random;
    const [out, back] = pair.options();
    for (const options of [out, back]) {
      const link = await startFaultProxy({ to: options.target });
      if (latencyMs) link.setLatency(latencyMs);
      options.target = { ...options.target, host: link.host, port: link.port };
      this.#links.push(link);
    }
    const running: [SyncProcess, SyncProcess] = [this.#process(out), this.#process(back)];
    const until = Date.now() + seconds * 1000;
    try {
      while (Date.now() < until) {
        await pause(random.int(200, 1500));
        const side = random.int(0, 1) as 0 | 1;
        const fault = random.int(0, restarts ? 9 : 7);
        if (fault < 4) {
          await running[side].remove();
          await pause(random.int(0, 400));
          running[side] = this.#process(side === 0 ? out : back);
        } else if (fault < 8) this.#links[side]?.cut();
        else await (side === 0 ? this.#sites.a : this.#sites.b).restart();
      }
    } finally {
      await Promise.all(running.map((process) => process.remove()));
    }
  }

  #process(options: SyncProcessOptions): SyncProcess {
    const failpoints = ['batch.executed', 'batch.before-commit', 'batch.committed'];
    const failpoint =
      this.#random.int(0, 2) === 0 ? `${this.#random.pick(failpoints)}:${this.#random.int(1, 40)}` : null;
    return new SyncProcess({ ...options, ...(failpoint === null ? {} : { failpoint }) });
  }

  /** Random statements until aborted; how many transactions. */
  async #write(site: RunningServer, name: string, random: Random, signal: AbortSignal): Promise<number> {
    const { skewSeconds = 0 } = this.#options;
    const skew = name === 'b' && skewSeconds > 0 ? `SET timestamp=UNIX_TIMESTAMP(SYSDATE())+${skewSeconds};` : '';
    let count = 0;
    while (!signal.aborted) {
      const statements = Array.from({ length: random.int(1, 3) }, () => this.#statement(random, name));
      try {
        await site.query(`${skew}BEGIN;${statements.join(';')};COMMIT`);
        count += 1;
      } catch (error) {
        // Restarted, or in the way of a pipeline: what it wanted is not done, or done.
        if ((error as { errno?: number }).errno === DEADLOCK) await site.query('ROLLBACK');
        else await pause(50);
      }
      await pause(random.int(0, 3));
    }
    return count;
  }

  #statement(random: Random, name: string): string {
    const table = `shop.${random.pick(this.#tables)}`;
    const id = random.int(1, this.#options.keys);
    const kind = random.int(0, 9);
    if (kind < 3) return `INSERT IGNORE INTO ${table} VALUES (${id},${random.int(0, 999)},'${name}')`;
    if (kind < 6) return `UPDATE ${table} SET n=${random.int(0, 999)},site='${name}' WHERE id=${id}`;
    if (kind < 7) return `UPDATE ${table} SET n=n+${random.int(-9, 9)} WHERE id=${id}`;
    if (kind < 8) return `UPDATE ${table} SET site='${random.int(0, 9)}' WHERE id=${id}`;
    if (kind < 9) return `DELETE FROM ${table} WHERE id=${id}`;
    return `UPDATE IGNORE ${table} SET id=${random.int(1, this.#options.keys)},site='${name}' WHERE id=${id}`;
  }
}
