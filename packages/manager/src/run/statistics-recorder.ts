import { STAGES } from '@otter/core';
import { z } from 'zod';
import { RESOLUTIONS, rollUp, writeSamples, type StatisticsSample } from '../store/statistics.ts';
import type { Store } from '../store/store.ts';
import type { LivePipeline, LiveState } from './live-state.ts';

const PERIOD_MS = RESOLUTIONS[0].resolutionMs;
/** Samples that wait for a store that does not answer. */
const WAITING_MAX = 10_000;
const ROLL_UP_EVERY_MS = 60_000;

const count = z.number().default(0);
const stages = z.object(
  Object.fromEntries(STAGES.map((stage) => [stage, count])) as Record<(typeof STAGES)[number], typeof count>,
);
/** What of the status object of `otter sync --json` is kept. */
const statusSchema = z.object({
  lagMs: z.number().nullable().default(null),
  lagReadMs: z.number().nullable().default(null),
  changes: z.object({ inserted: count, updated: count, deleted: count }).prefault({}),
  bytesRead: count,
  transactionsApplied: count,
  commits: count,
  retries: count,
  stages: stages.prefault({}),
});
type Status = z.infer<typeof statusSchema>;

interface Course {
  /** What was counted when the stretch began; null: it began with the run, and counters with it. */
  base: Status | null;
  /** Null until something is reported in the stretch. */
  latest: Status | null;
  lagMs: number | null;
  lagReadMs: number | null;
}

const NEW_COURSE: Course = { base: null, latest: null, lagMs: null, lagReadMs: null };

/**
 * Turns the status of each pipeline, which counts since it started, into what happened in each stretch of ten seconds,
 * and writes that for all pipelines at once.
 */
export class StatisticsRecorder {
  readonly #store: Store;
  readonly #courses = new Map<number, Course>();
  readonly #unsubscribe: () => void;
  #waiting: StatisticsSample[] = [];
  #timer: NodeJS.Timeout | null = null;
  #endedAtMs = 0;
  #rolledUpAtMs = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: Store, live: LiveState) {
    this.#store = store;
    this.#unsubscribe = live.subscribe((pipeline) => this.#hear(pipeline));
  }

  start(): void {
    const untilNextMs = PERIOD_MS - (this.#store.now() % PERIOD_MS);
    this.#timer = setTimeout(() => {
      void this.tick();
      this.start();
    }, untilNextMs);
  }

  /** Ends the stretch that runs and writes it; resolves when it is written, or could not be. */
  async tick(): Promise<void> {
    const nowMs = this.#store.now();
    // The timer may fire a little before the stretch ends, and then once more.
    const endedAtMs = Math.round(nowMs / PERIOD_MS) * PERIOD_MS;
    if (endedAtMs === this.#endedAtMs) return;
    this.#endedAtMs = endedAtMs;
    for (const [pipelineId, course] of this.#courses) {
      const { latest } = course;
      // Of one that says nothing nothing is known.
      if (latest === null) continue;
      this.#waiting.push(sampleOf({ pipelineId, atMs: endedAtMs - PERIOD_MS }, course, latest));
      this.#courses.set(pipelineId, { ...NEW_COURSE, base: latest });
    }
    this.#waiting = this.#waiting.slice(-WAITING_MAX);
    this.#writing = this.#writing.then(() => this.#write(nowMs));
    await this.#writing;
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#unsubscribe();
    await this.#writing;
  }

  #hear({ pipelineId, state, status, statusAtMs }: LivePipeline): void {
    const course = this.#courses.get(pipelineId) ?? NEW_COURSE;
    if (state !== 'running') {
      // The next run counts from nothing.
      if (course.latest === null) this.#courses.delete(pipelineId);
      return;
    }
    const parsed = statusAtMs === null ? null : statusSchema.safeParse(status);
    if (parsed?.success !== true) return;
    const latest = parsed.data;
    const { base } = course;
    this.#courses.set(pipelineId, {
      base: base !== null && isLater(latest, base) ? base : null,
      latest,
      lagMs: largest(course.lagMs, latest.lagMs),
      lagReadMs: largest(course.lagReadMs, latest.lagReadMs),
    });
  }

  async #write(nowMs: number): Promise<void> {
    const samples = this.#waiting;
    this.#waiting = [];
    try {
      if (samples.length > 0) await writeSamples(this.#store, samples);
    } catch {
      // A store that does not answer stops no pipeline; what was not written is tried again with the next.
      this.#waiting = [...samples, ...this.#waiting];
      return;
    }
    if (nowMs - this.#rolledUpAtMs < ROLL_UP_EVERY_MS) return;
    // What fails now is summed up the next time.
    await rollUp(this.#store).then(
      () => (this.#rolledUpAtMs = nowMs),
      () => undefined,
    );
  }
}

/** Whether both counted in the same run: counters only grow. */
function isLater(latest: Status, base: Status): boolean {
  return base.commits <= latest.commits && base.stages.source <= latest.stages.source;
}

function largest(one: number | null | undefined, other: number | null): number | null {
  if (one === null || one === undefined) return other;
  return other === null ? one : Math.max(one, other);
}

function sampleOf(
  place: { pipelineId: number; atMs: number },
  { base, lagMs, lagReadMs }: Course,
  latest: Status,
): StatisticsSample {
  const since = (read: (status: Status) => number): number =>
    Math.max(0, read(latest) - (base === null ? 0 : read(base)));
  const stage = (name: (typeof STAGES)[number]): number => since(({ stages: each }) => each[name]);
  return {
    ...{ ...place, lagMs, lagReadMs },
    inserted: since(({ changes }) => changes.inserted),
    updated: since(({ changes }) => changes.updated),
    deleted: since(({ changes }) => changes.deleted),
    bytes: since(({ bytesRead }) => bytesRead),
    transactions: since(({ transactionsApplied }) => transactionsApplied),
    commits: since(({ commits }) => commits),
    retries: since(({ retries }) => retries),
    sourceMs: stage('source'),
    parseMs: stage('parse'),
    queueMs: stage('queue'),
    idleMs: stage('idle'),
    workerMs: stage('worker'),
    dependencyMs: stage('dependency'),
    sqlMs: stage('sql'),
    commitMs: stage('commit'),
  };
}
