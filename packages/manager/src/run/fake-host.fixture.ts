import type { PipelineHost, PipelineReport, PipelineRun } from './pipeline-host.ts';

/** A host that runs nothing and writes down what it is told. */
export class FakeHost implements PipelineHost {
  /** `start 1`, `stop 1`, in the order they were asked for. */
  readonly calls: string[] = [];
  /** What runs now. */
  readonly running = new Map<string, PipelineRun>();
  readonly #listeners = new Set<(report: PipelineReport) => void>();
  /** Reports `running` as soon as it was started. */
  obliging = true;
  /** Thrown by the next start of this pipeline. */
  readonly refused = new Map<string, Error>();
  /** A stop of this pipeline waits for it. */
  readonly slowStops = new Map<string, Promise<void>>();

  /** What a thread has done; nothing without. */
  readonly loops = new Map<string, { busyMs: number; idleMs: number }>();

  start(run: PipelineRun): Promise<void> {
    this.calls.push(`start ${run.id}`);
    const refusal = this.refused.get(run.id);
    this.refused.delete(run.id);
    if (refusal !== undefined) return Promise.reject(refusal);
    if (this.running.has(run.id)) return Promise.reject(new Error(`${run.id} runs already`));
    this.running.set(run.id, run);
    if (this.obliging) this.state(run.id, 'running');
    return Promise.resolve();
  }

  async stop(id: string): Promise<void> {
    this.calls.push(`stop ${id}`);
    this.state(id, 'stopping');
    await this.slowStops.get(id);
    this.running.delete(id);
    this.state(id, 'stopped');
  }

  threads(): { id: string; busyMs: number; idleMs: number }[] {
    return [...this.running.keys()].map((id) => ({ id, ...(this.loops.get(id) ?? { busyMs: 0, idleMs: 0 }) }));
  }

  subscribe(listener: (report: PipelineReport) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  report(report: PipelineReport): void {
    for (const listener of this.#listeners) listener(report);
  }

  state(id: string, state: 'starting' | 'running' | 'stopping' | 'stopped'): void {
    this.report({ kind: 'state', id, atMs: Date.now(), state, error: null });
  }

  fail(id: string, code: string): void {
    this.running.delete(id);
    const error = {
      ...{ code, message: `${code} happened`, messageZh: `${code} 发生` },
      ...{ advice: 'do something', adviceZh: '请处理' },
    };
    this.report({ kind: 'state', id, atMs: Date.now(), state: 'failed', error });
  }
}
