import type { KeptMessage } from '@otter/core';

/** Runs pipelines somewhere; told what should run, it reports what does. */
export interface PipelineHost {
  /** Starts, or restarts with other options, one pipeline. Resolves when it was taken on, not when it is caught up. */
  start(run: PipelineRun): Promise<void>;
  /** Drains and ends it; resolves when nothing of it writes any more. */
  stop(id: string): Promise<void>;
  /** How long the thread of each pipeline has worked, and had nothing to do, since it began. */
  threads(): { id: string; busyMs: number; idleMs: number }[];
  /** Called for each report of any pipeline. Returns a function that ends the subscription. */
  subscribe(listener: (report: PipelineReport) => void): () => void;
}

export interface PipelineRun {
  id: string;
  /** What `otter sync` takes, by the names of its YAML file, secrets in plain. */
  options: Record<string, unknown>;
}

/** Why a pipeline failed. */
export interface LiveError {
  code: string;
  message: string;
  messageZh: string;
  advice: string;
  adviceZh: string;
}

/** Rows applied to one target table. */
export interface TableCounts {
  target: string;
  inserted: number;
  updated: number;
  deleted: number;
}

export type PipelineReport =
  | {
      kind: 'state';
      id: string;
      atMs: number;
      state: 'starting' | 'running' | 'stopping' | 'stopped' | 'failed';
      error: LiveError | null;
    }
  | {
      kind: 'status';
      id: string;
      atMs: number;
      /** The status object of `otter sync --json`. */
      status: unknown;
    }
  | {
      kind: 'tables';
      id: string;
      atMs: number;
      /** By source table, what was applied since it started. */
      tables: Record<string, TableCounts>;
    }
  | {
      kind: 'note';
      id: string;
      atMs: number;
      level: 'info' | 'warn' | 'error';
      code: string | null;
      text: string;
      /** The same, to be said in other languages. */
      said: KeptMessage;
      /** `ddl`: a change of definition was applied. */
      mark: 'ddl' | null;
    };
