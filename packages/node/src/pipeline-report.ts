import type { ErrorCode, KeptMessage, NoteLevel } from '@otter/core';
import type { PipelineStatus, StatusFacts } from '@otter/engine';

/** A pipeline that is to run. */
export interface PipelineRun {
  /** Who asks about it; not its `name`, which is the key of its checkpoint. */
  id: string;
  /** What `otter sync` takes, by the names of its YAML file, secrets in plain. */
  options: Record<string, unknown>;
}

/** `starting` lasts until rows flow; a pipeline that waits for a server stays what it was, and its status says so. */
export type RunState = 'starting' | 'running' | 'stopping' | 'stopped' | 'failed';

/** Why a pipeline ended. */
export interface RunError {
  code: ErrorCode;
  message: string;
  /** The same in Chinese. */
  messageZh: string;
  advice: string;
  adviceZh: string;
}

/** Rows applied to each table since the start. */
export type TableCounts = PipelineStatus['tables'];

/** A note of its own kind: a change of definition was applied. */
export type NoteMark = 'ddl';

/** What is told of a pipeline; no password is in it. */
export type PipelineReport =
  | { kind: 'state'; id: string; atMs: number; state: RunState; error: RunError | null }
  /** Once a second, every third while there is nothing to do, and whenever the engine's state has changed. */
  | { kind: 'status'; id: string; atMs: number; status: StatusFacts }
  /** Every few seconds, where something has changed: rows applied by source table. */
  | { kind: 'tables'; id: string; atMs: number; tables: TableCounts }
  /** What the engine logs. */
  | {
      kind: 'note';
      id: string;
      atMs: number;
      level: NoteLevel;
      code: ErrorCode | null;
      text: string;
      /** The same, to be said in other languages. */
      said: KeptMessage;
      mark: NoteMark | null;
    };

/** A report without whose it is, and when. */
export type ReportBody =
  | Pick<Extract<PipelineReport, { kind: 'state' }>, 'kind' | 'state' | 'error'>
  | Pick<Extract<PipelineReport, { kind: 'status' }>, 'kind' | 'status'>
  | Pick<Extract<PipelineReport, { kind: 'tables' }>, 'kind' | 'tables'>
  | Pick<Extract<PipelineReport, { kind: 'note' }>, 'kind' | 'level' | 'code' | 'text' | 'said' | 'mark'>;
