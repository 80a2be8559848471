import { codedError, MariadbGtidSet, type OtterError, type ServerAddress } from '@otter/core';
import { openTargetSession, type Session } from '@otter/dialects';
import type { StatusFacts } from '@otter/engine';
import { compareTables } from '@otter/testkit';
import type { CommandContext } from '../commands/command-context.ts';
import { pause } from '../stop-request.ts';
import { DemoManager } from './demo-manager.ts';
import type { DemoServers } from './demo-servers.ts';
import { differenceSentence, type DemoVerdict } from './demo-verdict.ts';
import { LagProbe, spreadOf } from './lag-probe.ts';
import { ShopWatch } from './shop-watch.ts';
import { ShopWriter } from './shop-writer.ts';
import { SHOP_DEFINITIONS, SHOP_SCHEMA, SHOP_TABLES, shopRows } from './shop.ts';

const WRITER_SESSIONS = 2;
const CATCH_UP_MS_MAX = 20_000;
const COMPARE_ATTEMPTS_MAX = 3;
const DIFFERENCES_SHOWN = 5;

/** The shop, its writer, the sync and those who watch: everything of the demonstration but its looks. */
export class DemoRun {
  readonly writer: ShopWriter;
  readonly probe: LagProbe;
  readonly watch: ShopWatch;
  readonly manager: DemoManager;
  readonly #servers: DemoServers;
  readonly #now: () => number;
  readonly #sessions: readonly Session[];
  readonly #admin: Session;
  readonly #watchers = new AbortController();
  #ended: Promise<unknown> = Promise.resolve();
  /** Applied before the writer began: the first rows, which would flatter the rate. */
  #before: { transactions: number; rows: number } | null = null;
  #writtenSince = 0;
  #writingMs = 0;
  /** What ended the writer or a watcher; the sync goes on without them. */
  trouble: string | null = null;

  private constructor(parts: {
    manager: DemoManager;
    servers: DemoServers;
    now: () => number;
    writers: Session[];
    others: [admin: Session, probeSource: Session, probeTarget: Session, watchSource: Session, watchTarget: Session];
  }) {
    const [admin, probeSource, probeTarget, watchSource, watchTarget] = parts.others;
    this.manager = parts.manager;
    this.#servers = parts.servers;
    this.#now = parts.now;
    this.#sessions = [...parts.writers, ...parts.others];
    this.#admin = admin;
    this.writer = new ShopWriter(parts.writers, parts.now);
    this.probe = new LagProbe(probeSource, probeTarget, parts.now);
    this.watch = new ShopWatch(watchSource, watchTarget, parts.now);
  }

  /** Makes the shop on both sides, starts the sync, then writes the first rows to the source. */
  static async open(servers: DemoServers, context: CommandContext, now: () => number): Promise<DemoRun> {
    await Promise.all([defineShop(servers.source), defineShop(servers.target)]);
    const session = (address: ServerAddress): Promise<Session> => openTargetSession(address, { role: 'source' });
    const writers = await Promise.all(Array.from({ length: WRITER_SESSIONS }, () => session(servers.source)));
    const { source, target } = servers;
    const others = await Promise.all([
      session(source),
      session(source),
      session(target),
      session(source),
      session(target),
    ]);
    const [file, offset] = (await others[0].rows('SHOW MASTER STATUS'))[0] ?? [];
    const manager = await DemoManager.open(servers, `binlog:${file}:${offset}`, context);
    const run = new DemoRun({ manager, servers, now, writers, others });
    await others[0].query(shopRows());
    await run.#catchUp();
    const troubled = (error: unknown): void => void (run.trouble ??= codedError(error).detail);
    const watchers = [run.watch.run(run.#watchers.signal), run.probe.run(run.#watchers.signal)];
    run.#ended = Promise.all(watchers.map((watcher) => watcher.catch(troubled)));
    return run;
  }

  get status(): StatusFacts {
    return this.manager.status;
  }

  /** What ended the pipeline. */
  get failure(): OtterError | null {
    return this.manager.failure;
  }

  startWriter(): void {
    const { transactionsApplied, rowsApplied } = this.status;
    this.#before ??= { transactions: transactionsApplied, rows: rowsApplied };
    this.#writtenSince = this.#now();
    this.writer.start();
  }

  async stopWriter(): Promise<void> {
    try {
      await this.writer.stop();
    } catch (error) {
      this.trouble = `the writer stopped: ${codedError(error).detail}`;
    }
    this.#writingMs += this.#now() - this.#writtenSince;
  }

  /** With the writer stopped: waits until all is applied, then compares both sides row by row. */
  async verdict(): Promise<DemoVerdict> {
    for (let attempt = 1; ; attempt++) {
      await this.#catchUp();
      const compared = await compareTables({
        source: this.#servers.source,
        target: this.#servers.target,
        tables: SHOP_TABLES.map((table) => ({ schema: SHOP_SCHEMA, table })),
        differencesMax: DIFFERENCES_SHOWN,
      });
      await this.watch.check();
      // The probe and a person's own rows may fall between the two readings; a real difference stays.
      if (!compared.equal && attempt < COMPARE_ATTEMPTS_MAX && this.failure === null) continue;
      await this.watch.count();
      const { transactionsApplied, rowsApplied } = this.status;
      const perSecond = (count: number): number => (count / Math.max(1, this.#writingMs)) * 1000;
      return {
        equal: compared.equal,
        tables: compared.tables,
        rows: compared.rows,
        differences: compared.differences.slice(0, DIFFERENCES_SHOWN).map(differenceSentence),
        differenceCount: compared.differenceCount,
        transactions: transactionsApplied,
        transactionsPerSecond: perSecond(transactionsApplied - (this.#before?.transactions ?? 0)),
        rowsPerSecond: perSecond(rowsApplied - (this.#before?.rows ?? 0)),
        lag: spreadOf(this.probe.samples),
        probes: this.probe.samples.length,
        checks: this.watch.checks,
        broken: this.watch.broken,
        changedByHand: this.watch.changedByHand,
      };
    }
  }

  /** Waits until everything now in the source's log is applied, or cannot be. */
  async #catchUp(): Promise<void> {
    const wanted = MariadbGtidSet.parse((await this.#admin.rows('SELECT @@global.gtid_binlog_pos'))[0]?.[0] ?? '');
    const deadline = this.#now() + CATCH_UP_MS_MAX;
    while (this.failure === null && this.#now() < deadline) {
      const { position } = this.status;
      if (position !== null && position.gtid !== '' && MariadbGtidSet.parse(position.gtid).contains(wanted)) return;
      await pause(10, this.#watchers.signal);
      // A failed start would otherwise be waited for without a pause.
      if (this.#watchers.signal.aborted) return;
    }
  }

  /** Ends the writer, the watchers and the sync. */
  async close(): Promise<void> {
    await this.stopWriter();
    this.#watchers.abort();
    await this.#ended;
    await this.manager.close();
    await Promise.all(this.#sessions.map((session) => session.close()));
  }
}

async function defineShop(address: ServerAddress): Promise<void> {
  const session = await openTargetSession(address, { role: 'source' });
  try {
    await session.query(SHOP_DEFINITIONS);
  } finally {
    await session.close();
  }
}
