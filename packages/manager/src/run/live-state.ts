import type { LiveError, TableCounts } from './pipeline-host.ts';

/** What a pipeline does now. `restarting`: it drains, to go on with a changed configuration. */
export type LiveStateName = 'stopped' | 'starting' | 'running' | 'restarting' | 'stopping' | 'failed';

/** What is known of a pipeline at this moment, beside its configuration. */
export interface LivePipeline {
  pipelineId: number;
  channelId: number;
  state: LiveStateName;
  /** Since when it is in this state. */
  sinceMs: number;
  /** Why it failed last; null once it runs again. */
  error: LiveError | null;
  /** When it is started again after a failure. */
  retryAtMs: number | null;
  /** Times it failed and was started again. */
  restarts: number;
  /** The status object of `otter sync --json`, as it was reported last. */
  status: unknown;
  statusAtMs: number | null;
}

/** Rows applied by source table, since the pipeline started. */
export type Tables = Readonly<Record<string, TableCounts>>;

type Listener = (pipeline: LivePipeline) => void;
type TablesListener = (pipelineId: number, tables: Tables) => void;

/** What every pipeline does, in memory; listeners hear of each change. */
export class LiveState {
  readonly #pipelines = new Map<number, LivePipeline>();
  readonly #tables = new Map<number, Tables>();
  readonly #listeners = new Set<Listener>();
  readonly #tablesListeners = new Set<TablesListener>();

  /** In the order of their numbers. */
  all(): LivePipeline[] {
    return [...this.#pipelines.values()].sort((a, b) => a.pipelineId - b.pipelineId);
  }

  /** What is known of a pipeline; one nobody has reported of is stopped, since `sinceMs`. */
  find(pipelineId: number, channelId: number, sinceMs: number): LivePipeline {
    return this.#pipelines.get(pipelineId) ?? stopped(pipelineId, channelId, sinceMs);
  }

  update(pipeline: LivePipeline): void {
    this.#pipelines.set(pipeline.pipelineId, pipeline);
    for (const listener of this.#listeners) listener(pipeline);
  }

  /** What was applied to each table since the pipeline started. */
  tables(pipelineId: number): Tables {
    return this.#tables.get(pipelineId) ?? {};
  }

  updateTables(pipelineId: number, tables: Tables): void {
    this.#tables.set(pipelineId, tables);
    for (const listener of this.#tablesListeners) listener(pipelineId, tables);
  }

  /** Of a pipeline that was deleted. */
  forget(pipelineId: number): void {
    this.#pipelines.delete(pipelineId);
    this.#tables.delete(pipelineId);
  }

  /** Returns a function that ends the subscription. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The same for the counts of tables. */
  subscribeTables(listener: TablesListener): () => void {
    this.#tablesListeners.add(listener);
    return () => this.#tablesListeners.delete(listener);
  }
}

function stopped(pipelineId: number, channelId: number, sinceMs: number): LivePipeline {
  return {
    pipelineId,
    channelId,
    state: 'stopped',
    sinceMs,
    error: null,
    retryAtMs: null,
    restarts: 0,
    status: null,
    statusAtMs: null,
  };
}
