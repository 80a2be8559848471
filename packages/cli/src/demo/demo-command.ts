import { performance } from 'node:perf_hooks';
import { OtterError, type ServerAddress } from '@otter/core';
import { ensureMariadb } from '@otter/testkit';
import type { CommandContext } from '../commands/command-context.ts';
import { EXIT, exitCodeOf } from '../exit-code.ts';
import { errorText } from '../report/error-report.ts';
import { pause } from '../stop-request.ts';
import { durationText, rateText } from '../view/figures.ts';
import { RateMeter } from '../view/rate-meter.ts';
import { Screen, wantsColour } from '../view/screen.ts';
import { DemoRun } from './demo-run.ts';
import { keptServers, ownServers, type DemoServers } from './demo-servers.ts';
import { invariantSentence, isGood, verdictLines, type DemoVerdict } from './demo-verdict.ts';
import { demoView, type DemoPhase } from './demo-view.ts';
import { spreadOf } from './lag-probe.ts';
import type { ShopEvent } from './shop-writer.ts';
import { SHOP_SCHEMA } from './shop.ts';

const WRITING_MS = 8_000;
const FRAME_EVERY_MS = 200;
const LINE_EVERY_MS = 2_000;
const FEED_MAX = 60;
const EXAMPLE = "INSERT INTO tb_order (user_id, total, note) VALUES (1, 9.99, 'hello 你好');";

/** `otter demo`. Returns the exit code: 0 when both sides were equal and the invariant never broke. */
export async function runDemo(options: { keep: boolean }, context: CommandContext): Promise<number> {
  const { surroundings, stop } = context;
  const say = (line: string): void => surroundings.stdout.write(`${line}\n`);
  const now = (): number => performance.timeOrigin + performance.now();
  const version = await mariadbVersion(say);
  say('otter demo: starting two throw-away MariaDB servers …');
  const startedAt = now();
  const servers = await (options.keep ? keptServers(surroundings) : ownServers());
  say(`  ready after ${durationText(now() - startedAt)}`);
  let keep = options.keep;
  try {
    if (stop.signal.aborted) {
      keep = false;
      return EXIT.interrupted;
    }
    const run = await DemoRun.open(servers, context, now);
    try {
      return await new Demo(run, servers, { version, keep }, context, now).play();
    } finally {
      await run.close();
    }
  } catch (error) {
    keep = false;
    throw error;
  } finally {
    if (!keep) await servers.stop();
    else for (const line of keptLines(servers)) say(line);
  }
}

async function mariadbVersion(say: (line: string) => void): Promise<string> {
  try {
    const waiting = setTimeout(() => say('otter demo: getting MariaDB, once …'), 1_000);
    const { version } = await ensureMariadb().finally(() => clearTimeout(waiting));
    return version;
  } catch (cause) {
    throw new OtterError('USAGE', { detail: `no MariaDB for the demonstration: ${(cause as Error).message}`, cause });
  }
}

function clientCommand(address: ServerAddress): string {
  return `mariadb -h${address.host} -P${address.port} -u${address.user} ${SHOP_SCHEMA}`;
}

function keptLines(servers: DemoServers): string[] {
  return [
    'The servers go on running:',
    `  source  ${clientCommand(servers.source)}`,
    `  target  ${clientCommand(servers.target)}`,
    `  sync    otter sync --from mysql://root@127.0.0.1:${servers.source.port}/ --to mysql://root@127.0.0.1:${servers.target.port}/ --tables 'shop.*' --name demo`,
    `  stop    kill ${servers.keeperId}   (ends both servers and removes their data)`,
  ];
}

/** The demonstration as a person sees it. */
class Demo {
  readonly #run: DemoRun;
  readonly #servers: DemoServers;
  readonly #version: string;
  readonly #keep: boolean;
  readonly #context: CommandContext;
  readonly #now: () => number;
  readonly #screen: Screen | null;
  readonly #written = new RateMeter();
  readonly #applied = new RateMeter();
  readonly #startedAt: number;
  readonly #feed: ShopEvent[] = [];
  #phase: DemoPhase = 'running';
  #verdict: DemoVerdict | null = null;
  #lineAt = 0;

  constructor(
    run: DemoRun,
    servers: DemoServers,
    facts: { version: string; keep: boolean },
    context: CommandContext,
    now: () => number,
  ) {
    this.#run = run;
    this.#servers = servers;
    this.#version = facts.version;
    this.#keep = facts.keep;
    this.#context = context;
    this.#now = now;
    this.#startedAt = now();
    this.#lineAt = this.#startedAt;
    const { stdout, env } = context.surroundings;
    this.#screen = stdout.isTerminal && env.TERM !== 'dumb' ? new Screen(stdout, wantsColour(stdout, env)) : null;
  }

  async play(): Promise<number> {
    const { stop } = this.#context;
    if (this.#screen === null) this.#sayHow();
    else stop.listenToKeys();
    const removeEmergency = stop.onEmergency(() => this.#screen?.close());
    const timer = setInterval(() => this.#show(), FRAME_EVERY_MS);
    let verdict: DemoVerdict | null = null;
    try {
      verdict = await this.#act(WRITING_MS);
      while (this.#screen !== null && !stop.signal.aborted && this.#run.failure === null) {
        this.#phase = 'live';
        verdict = await this.#act(Number.POSITIVE_INFINITY);
      }
    } finally {
      clearInterval(timer);
      this.#screen?.close();
      removeEmergency();
    }
    const answers = await this.#run.manager.consoleAnswers();
    return this.#conclude(verdict, answers);
  }

  /** Lets the shop do business for a while, then compares. */
  async #act(ms: number): Promise<DemoVerdict | null> {
    const { signal } = this.#context.stop;
    const until = this.#now() + ms;
    this.#run.startWriter();
    while (this.#now() < until && !signal.aborted && this.#run.failure === null) {
      await pause(Math.min(FRAME_EVERY_MS, until - this.#now()), signal);
    }
    this.#phase = 'comparing';
    await this.#run.stopWriter();
    if (this.#run.failure !== null) return null;
    this.#verdict = await this.#run.verdict();
    return this.#verdict;
  }

  #conclude(verdict: DemoVerdict | null, consoleAnswers: boolean): number {
    const { surroundings, language, debug, redactor } = this.#context;
    const { failure, trouble } = this.#run;
    const { parked } = this.#run.status;
    if (verdict !== null) surroundings.stdout.write(`${verdictLines(verdict).join('\n')}\n`);
    surroundings.stdout.write(`  console ${consoleAnswers ? 'answered' : 'DID NOT ANSWER'}\n`);
    if (trouble !== null) surroundings.stderr.write(`otter demo: ${redactor.clean(trouble)}\n`);
    for (const p of parked) surroundings.stderr.write(`otter demo: ${p.table} is parked: ${p.code}: ${p.message}\n`);
    if (failure !== null) {
      surroundings.stderr.write(redactor.clean(errorText(failure, language, debug)));
      return Math.max(EXIT.error, exitCodeOf(failure));
    }
    return verdict !== null && isGood(verdict) && consoleAnswers ? EXIT.done : EXIT.error;
  }

  #sayHow(): void {
    this.#context.surroundings.stdout.write(
      [
        `  source  ${clientCommand(this.#servers.source)}`,
        `  target  ${clientCommand(this.#servers.target)}`,
        `  console ${this.#run.manager.url}   user admin, password ${this.#run.manager.password}`,
        `  a shop writes to the source for ${WRITING_MS / 1000} seconds; the sync carries it to the target\n`,
      ].join('\n'),
    );
  }

  #show(): void {
    const run = this.#run;
    const now = this.#now();
    this.#written.add(now, run.writer.transactions);
    this.#applied.add(now, run.status.rowsApplied);
    this.#takeEvent();
    if (this.#screen !== null) {
      this.#screen.paint(demoView(this.#viewState(now), this.#screen.size));
      return;
    }
    if (now - this.#lineAt < LINE_EVERY_MS || this.#phase === 'comparing') return;
    this.#lineAt = now;
    const lag = run.probe.samples.at(-1);
    const figures = [
      `${rateText(this.#written.perSecond())} tx/s written`,
      `${rateText(this.#applied.perSecond())} rows/s applied`,
      `lag ${lag === undefined ? '—' : durationText(lag)}`,
      `invariant ${invariantSentence(run.watch)}`,
    ];
    const seconds = `${Math.round((now - this.#startedAt) / 1000)} s`;
    this.#context.surroundings.stdout.write(`${seconds.padStart(6)}  ${figures.join(', ')}\n`);
  }

  /** One event a frame: hundreds a second would be a blur. Orders first, they can be watched arriving. */
  #takeEvent(): void {
    const { events } = this.#run.writer;
    const last = this.#feed[0]?.at ?? 0;
    const fresh = events.filter((event) => event.at > last);
    const wantsOrder = this.#feed.length % 3 !== 2;
    const event = fresh.findLast((e) => (e.kind === 'order') === wantsOrder) ?? fresh.at(-1);
    if (event === undefined) return;
    this.#feed.unshift(event);
    if (this.#feed.length > FEED_MAX) this.#feed.length = FEED_MAX - 3;
    this.#run.watch.wanted = this.#feed.flatMap((e) => (e.kind === 'order' && e.orderId !== null ? [e.orderId] : []));
  }

  #viewState(now: number) {
    const run = this.#run;
    return {
      phase: this.#phase,
      elapsedMs: now - this.#startedAt,
      servers: `MariaDB ${this.#version} → MariaDB ${this.#version}`,
      source: `${this.#servers.source.host}:${this.#servers.source.port}`,
      target: `${this.#servers.target.host}:${this.#servers.target.port}`,
      client: clientCommand(this.#servers.source),
      console: { url: run.manager.url, password: run.manager.password },
      statement: EXAMPLE,
      keep: this.#keep,
      status: this.#context.redactor.cleanAll(run.status),
      written: { perSecond: this.#written.perSecond(), history: this.#written.history() },
      applied: { perSecond: this.#applied.perSecond(), history: this.#applied.history() },
      lagMs: run.probe.samples.at(-1) ?? null,
      lagHistory: run.probe.samples.slice(-60),
      lag: spreadOf(run.probe.samples.slice(-600)),
      sourceCounts: run.watch.sourceCounts,
      targetCounts: run.watch.targetCounts,
      feed: this.#feed,
      seen: run.watch.seen,
      yours: run.watch.yours,
      checks: run.watch.checks,
      broken: run.watch.broken,
      changedByHand: run.watch.changedByHand,
      verdict: this.#verdict,
      trouble: run.trouble,
      language: this.#context.language,
    };
  }
}
