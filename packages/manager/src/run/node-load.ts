import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { PipelineHost } from './pipeline-host.ts';

const SAMPLE_MS = 5_000;
/** How often the monitor of the loop's delay looks, which it counts as delay. */
const MONITOR_MS = 20;
const NANOSECONDS_PER_MS = 1e6;

/** What this process and the threads of its pipelines did lately. */
interface LoadSample {
  /** From when on it counts, milliseconds. */
  overMs: number;
  /** Processors it kept busy: 1.5 is one and a half, all threads together. */
  processors: number;
  /** By how much the loop of the manager itself was late: pages and reports wait for it, rows do not. */
  loopDelayMs: { mean: number; max: number };
  /** Share of the time the thread of a pipeline worked, 0 to 1, by its number. */
  busy: ReadonlyMap<number, number>;
}

type Threads = ReadonlyMap<string, { busyMs: number; idleMs: number }>;

/** Looks every five seconds at what was done since the last look. */
export class NodeLoad {
  readonly #host: PipelineHost;
  readonly #now: () => number;
  readonly #delay = monitorEventLoopDelay({ resolution: MONITOR_MS });
  #timer: NodeJS.Timeout | null = null;
  #cpu = process.cpuUsage();
  #atMs: number;
  #threads: Threads = new Map();
  #last: LoadSample | null = null;

  constructor(host: PipelineHost, now: () => number) {
    this.#host = host;
    this.#now = now;
    this.#atMs = now();
  }

  start(): void {
    this.#delay.enable();
    this.#timer = setInterval(() => this.sample(), SAMPLE_MS).unref();
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#delay.disable();
  }

  /** Null before the first look. */
  get last(): LoadSample | null {
    return this.#last;
  }

  sample(): void {
    const overMs = this.#now() - this.#atMs;
    if (overMs <= 0) return;
    const { user, system } = process.cpuUsage(this.#cpu);
    const threads = new Map(this.#host.threads().map(({ id, ...loop }) => [id, loop]));
    const late = (nanoseconds: number): number =>
      Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / NANOSECONDS_PER_MS - MONITOR_MS) : 0;
    this.#last = {
      overMs,
      processors: (user + system) / 1000 / overMs,
      loopDelayMs: { mean: late(this.#delay.mean), max: late(this.#delay.max) },
      busy: new Map([...threads].map(([id, loop]) => [Number(id), busyShare(this.#threads.get(id), loop)])),
    };
    this.#cpu = process.cpuUsage();
    this.#atMs += overMs;
    this.#threads = threads;
    this.#delay.reset();
  }
}

function busyShare(before: { busyMs: number; idleMs: number } | undefined, now: { busyMs: number; idleMs: number }) {
  // A thread that began anew counts from zero.
  const since = before !== undefined && before.busyMs <= now.busyMs && before.idleMs <= now.idleMs ? before : ZERO;
  const [busyMs, idleMs] = [now.busyMs - since.busyMs, now.idleMs - since.idleMs];
  return busyMs + idleMs <= 0 ? 0 : busyMs / (busyMs + idleMs);
}

const ZERO = { busyMs: 0, idleMs: 0 };
