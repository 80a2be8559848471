import { isDeepStrictEqual } from 'node:util';
import { readRedactedOptions, type RedactedPorts } from '@otter/options';
import type { PipelineReport, PipelineRun, ReportBody } from './pipeline-report.ts';
import { PipelineThread } from './pipeline-thread.ts';

/** Objects of one pipeline: tables, routes, statements. What it holds of the log is limited by its `memory`. */
const HEAP_MEGABYTES = 512;

export interface WorkerPipelinesPorts extends RedactedPorts {
  /** Of this node, up to 64 characters, unique among those that read the same sources: its heartbeats carry it. */
  name: string;
  now?: () => number;
  /** @default 512 */
  heapMegabytes?: number;
  /** Another program in place of the pipeline's in each thread, for tests. */
  entry?: URL;
}

interface Place {
  /** What the thread was started with: the same again changes nothing. */
  options: Record<string, unknown> | null;
  thread: PipelineThread | null;
  /** Everything asked for this id so far is done. */
  settled: Promise<void>;
}

/**
 * Runs the pipelines of this process, each in a thread of its own: one that fails, crashes or runs out of memory ends
 * alone. Nothing is started again by itself: that is for whoever listens to decide.
 */
export class WorkerPipelines {
  readonly #ports: WorkerPipelinesPorts;
  readonly #now: () => number;
  readonly #listeners = new Set<(report: PipelineReport) => void>();
  readonly #places = new Map<string, Place>();

  constructor(ports: WorkerPipelinesPorts) {
    this.#ports = ports;
    this.#now = ports.now ?? Date.now;
  }

  /**
   * Takes a pipeline on; resolves when its thread has begun, and what becomes of it is reported. One that runs with
   * the same options goes on; with others it is drained first. Throws USAGE, and other codes of scope usage, for
   * options that cannot be read: what runs by that id then goes on.
   */
  async start({ id, options }: PipelineRun): Promise<void> {
    const { sync, redactor } = readRedactedOptions(options, `pipeline ${id}`, this.#ports);
    await this.#inTurn(id, async (place) => {
      if (place.thread?.isAlive === true && isDeepStrictEqual(place.options, options)) return;
      await place.thread?.stop();
      place.options = structuredClone(options);
      place.thread = new PipelineThread({
        options: { ...sync, clock: this.#ports.name },
        heapMegabytes: this.#ports.heapMegabytes ?? HEAP_MEGABYTES,
        entry: this.#ports.entry,
        tell: (body) => this.#report(id, redactor.cleanAll(body)),
      });
    });
  }

  /** Drains a pipeline and ends it; resolves when nothing of it writes any more, after ten seconds at most. */
  async stop(id: string): Promise<void> {
    if (!this.#places.has(id)) return;
    await this.#inTurn(id, async (place) => place.thread?.stop());
  }

  /** What each thread has done since it began, by the id of its pipeline. */
  threads(): { id: string; busyMs: number; idleMs: number }[] {
    return [...this.#places].flatMap(([id, { thread }]) =>
      thread?.isAlive === true ? [{ id, ...thread.loopMs }] : [],
    );
  }

  /** Stops all. */
  async close(): Promise<void> {
    await Promise.all([...this.#places.keys()].map((id) => this.stop(id)));
  }

  /** Calls `listener`, which must not throw, with every report; returns how to stop listening. */
  subscribe(listener: (report: PipelineReport) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What is asked for one id happens in the order it was asked for. */
  async #inTurn(id: string, work: (place: Place) => Promise<void>): Promise<void> {
    const place = this.#places.get(id) ?? { options: null, thread: null, settled: Promise.resolve() };
    this.#places.set(id, place);
    const done = place.settled.then(() => work(place));
    const settled = (place.settled = done.catch(() => undefined));
    await settled;
    if (place.settled === settled && place.thread?.isAlive !== true) this.#places.delete(id);
    await done;
  }

  #report(id: string, body: ReportBody): void {
    const report = { id, atMs: this.#now(), ...body };
    for (const listener of this.#listeners) listener(report);
  }
}
