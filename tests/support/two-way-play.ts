import { setTimeout as pause } from 'node:timers/promises';
import {
  assertTablesEqual,
  logEnd,
  type LogEnd,
  Random,
  startFaultProxy,
  type FaultProxy,
  type RunningServer,
} from '@otter/testkit';
import { parseTablePattern } from '@otter/core';
import type { ConflictPolicy, PatternRule, TableRule } from '@otter/engine';
import { SyncProcess, type SyncProcessOptions } from './sync-process.ts';
import { explain, readHistory, type Explained } from './two-way-history.ts';
import { TwoWayPair } from './two-way-pair.ts';
import { SiteWriters, type Journal } from './two-way-writers.ts';

const QUIET_MS_MAX = 300_000;

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
  /** Transactions a second that each site is to write. */
  rate: number;
  /** The longest time between two faults. */
  calmMs: number;
  /** Of every link to the second site. */
  latencyMs?: number;
  /** Servers are restarted too. */
  restarts?: boolean;
  /**
   * Of four tables three have a rule of their own: what is counted, columns, the greater value. Then the sites are
   * compared alone: what is left of a row is no write of anybody.
   */
  rules?: boolean;
}

export interface TwoWayPlayResult extends Explained {
  rows: number;
  /** Transactions of both sites together that were committed in a second of writing. */
  perSecond: number;
  faults: Record<string, number>;
}

/**
 * Two sites that are written at will over few rows, with a process for each direction that is killed again and again,
 * and links that break. At the end, with both directions up and everything quiet, the sites are compared, and what became
 * of every write is explained from the two logs.
 */
export class TwoWayPlay {
  readonly #sites: { a: RunningServer; b: RunningServer };
  readonly #options: TwoWayPlayOptions;
  readonly #random: Random;
  readonly #tables: string[];
  readonly #faults: Record<string, number> = {};

  constructor(sites: { a: RunningServer; b: RunningServer }, options: TwoWayPlayOptions) {
    this.#sites = sites;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#tables = Array.from({ length: options.tables }, (_, i) => `t${i}`);
  }

  async run(): Promise<TwoWayPlayResult> {
    const { a, b } = this.#sites;
    await this.#prepare();
    const begin = { a: await logEnd(a), b: await logEnd(b) };
    const pair = new TwoWayPair(a, b, { keep: this.#options.keep, tie: 'source', rules: this.#rules() });
    // Whoever begins first, begins before the first row is written.
    await pair.start();
    await pair.stop();
    const begun = performance.now();
    const journals = await this.#write(pair);
    const seconds = (performance.now() - begun) / 1000;
    try {
      await pair.start();
      await pair.quiet(QUIET_MS_MAX);
      const tables = this.#tables.map((table) => ({ schema: 'shop', table }));
      const { rows } = await assertTablesEqual({ source: a.address, target: b.address, tables });
      const explained = this.#options.rules ? await this.#decided(journals) : await this.#explained(begin, journals);
      const perSecond = Math.round((explained.written.a + explained.written.b) / seconds);
      return { ...explained, rows, perSecond, faults: this.#faults };
    } finally {
      await pair.stop();
    }
  }

  async #explained(begin: { a: LogEnd; b: LogEnd }, journals: { a: Journal; b: Journal }): Promise<Explained> {
    const { a, b } = this.#sites;
    const known = { tables: this.#tables };
    const explained = explain(
      await readHistory({ ...known, name: 'a', server: a, begin: begin.a, pipeline: 'back' }),
      await readHistory({ ...known, name: 'b', server: b, begin: begin.b, pipeline: 'there' }),
      this.#options.keep,
    );
    accounted(explained.written.a, journals.a);
    accounted(explained.written.b, journals.b);
    return explained;
  }

  /** What the records say. */
  async #decided({ a, b }: { a: Journal; b: Journal }): Promise<Explained> {
    const sum = { written: { a: a.committed, b: b.committed }, brought: 0, lost: 0, won: 0 };
    for (const site of [this.#sites.a, this.#sites.b]) {
      for (const { outcome, n } of await site.query('SELECT outcome,COUNT(*) n FROM retl.otter_conflict GROUP BY 1'))
        sum[outcome === 'local' ? 'lost' : 'won'] += Number(n);
    }
    return sum;
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

  /** Both sites, until the time is over, with everything else that happens. */
  async #write(pair: TwoWayPair): Promise<{ a: Journal; b: Journal }> {
    const { seed, keys, rate, rules = false } = this.#options;
    const options = { tables: this.#tables, keys, rate, parts: rules };
    const ofA = new SiteWriters(this.#sites.a, 'a', { ...options, seed: seed + 1 });
    const ofB = new SiteWriters(this.#sites.b, 'b', { ...options, seed: seed + 2 });
    try {
      await this.#disturb(pair);
    } finally {
      await Promise.all([ofA.stop(), ofB.stop()]);
    }
    return { a: ofA.journal, b: ofB.journal };
  }

  /** Both directions as processes beside the first site, killed and begun again until the time is over. */
  async #disturb(pair: TwoWayPair): Promise<void> {
    const { a, b } = this.#sites;
    const links = [await startFaultProxy({ to: a }), await startFaultProxy({ to: b })] as const;
    links[1].setLatency(this.#options.latencyMs ?? 0);
    const [out, back] = pair.options().map((options, i) => ({
      ...options,
      source: { ...options.source, host: links[i as 0 | 1].host, port: links[i as 0 | 1].port },
      target: { ...options.target, host: links[(1 - i) as 0 | 1].host, port: links[(1 - i) as 0 | 1].port },
    })) as [SyncProcessOptions, SyncProcessOptions];
    const running: [SyncProcess, SyncProcess] = [this.#process(out), this.#process(back)];
    const until = Date.now() + this.#options.seconds * 1000;
    try {
      while (Date.now() < until) {
        await pause(this.#random.int(200, this.#options.calmMs));
        const side = this.#random.int(0, 1) as 0 | 1;
        await this.#fault(side, links, running);
        for (const each of [0, 1] as const) {
          const { exitCode, signalCode } = running[each].child;
          if (exitCode !== null || signalCode !== null) running[each] = this.#process(each === 0 ? out : back);
        }
      }
    } finally {
      await Promise.all(running.map((process) => process.remove()));
      for (const link of links) await link.stop();
    }
  }

  async #fault(
    side: 0 | 1,
    links: readonly [FaultProxy, FaultProxy],
    running: readonly [SyncProcess, SyncProcess],
  ): Promise<void> {
    const fault = this.#random.pick([
      'kill',
      'kill',
      'cut',
      'partition',
      ...(this.#options.restarts ? ['restart'] : []),
    ]);
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
    if (fault === 'kill') await running[side].remove();
    else if (fault === 'restart') await (side === 0 ? this.#sites.a : this.#sites.b).restart();
    else {
      await links[side].refuse(fault === 'partition');
      links[side].cut();
      if (fault === 'partition') await pause(this.#random.int(200, 2000));
      await links[side].refuse(false);
    }
  }

  #process(options: SyncProcessOptions): SyncProcess {
    const failpoints = ['batch.executed', 'batch.before-commit', 'batch.committed'];
    const failpoint =
      this.#random.int(0, 2) === 0 ? `${this.#random.pick(failpoints)}:${this.#random.int(1, 40)}` : null;
    return new SyncProcess({ ...options, ...(failpoint === null ? {} : { failpoint }) });
  }
}

/** Every transaction that a writer was told of is in the log, and none but those it does not know of besides. */
function accounted(written: number, { committed, unknown }: Journal): void {
  if (written >= committed && written <= committed + unknown) return;
  throw new Error(`${written} transactions are in the log; ${committed} were committed, ${unknown} perhaps`);
}
