import type { OtterError } from '@otter/core';
import type { PreflightLine } from '@otter/dialects';
import type { PipelineStatus } from '@otter/engine';

/** How a run ended. */
export interface RunEnd {
  reason: 'caught up' | 'stopped' | 'failed';
  exitCode: number;
  elapsedMs: number;
}

/** Tells a person or a program what a pipeline does. Everything it is given has been redacted. */
export interface Reporter {
  preflight(lines: readonly PreflightLine[]): void;
  /** A few times a second, and once after the run has ended. */
  status(status: PipelineStatus): void;
  statement(sql: string): void;
  /** A line of the engine's log. */
  note(level: 'info' | 'warn' | 'error', text: string): void;
  /** The run can be stopped and the wish was heard. */
  stopping(): void;
  error(error: OtterError): void;
  end(end: RunEnd, status: PipelineStatus): void;
  /** Gives the terminal back, without a word; called before the process is cut short. */
  close(): void;
}
