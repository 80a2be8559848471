import type { Log, Position, ServerAddress } from '@otter/core';
import type { PreflightLine } from '@otter/dialects';
import type { PipelineStatus, SyncOptions } from '@otter/engine';

/** What the commands use of the engine's `Pipeline`. */
export interface PipelinePort {
  preflight(): Promise<PreflightLine[]>;
  run(signal: AbortSignal): Promise<void>;
  status(): PipelineStatus;
  onStatement?: ((sql: string) => void) | undefined;
}

/** One pipeline's checkpoint as the target holds it: everything before its workers' positions is applied. */
export interface StoredCheckpoint {
  pipeline: string;
  epoch: bigint;
  source: string;
  workers: readonly { worker: number; position: Position }[];
  updatedAt: string;
}

/** A change that could not be applied, and what became of it. */
export interface ErrorRecord {
  id: number;
  table: string;
  state: 'open' | 'retrying' | 'skipping' | 'resolved' | 'skipped';
  code: string;
  message: string;
  advice: string;
  position: Position;
  statement: string | null;
  key: string | null;
  before: string | null;
  after: string | null;
  since: string;
  resolvedAt: string | null;
  note: string | null;
}

/** What the commands use of the engine's records in the target. */
export interface ControlPort {
  pipelines(): Promise<string[]>;
  position(name: string): Promise<StoredCheckpoint | null>;
  setPosition(name: string, position: Position): Promise<void>;
  errors(name: string): Promise<ErrorRecord[]>;
  error(name: string, id: number): Promise<ErrorRecord | null>;
  retry(name: string, id: number): Promise<void>;
  skip(name: string, id: number, reason: string): Promise<void>;
  close(): Promise<void>;
}

/** The engine as the command line sees it; tests put a fake in its place. */
export interface EnginePort {
  createPipeline(options: SyncOptions, log: Log): PipelinePort;
  openControl(address: ServerAddress, controlSchema: string): Promise<ControlPort>;
}
