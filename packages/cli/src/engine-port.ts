import type { Log, ServerAddress } from '@otter/core';
import type { Control, Pipeline, SyncOptions, Verification, VerifyListener, VerifyOptions } from '@otter/engine';

/** What the commands use of a pipeline. */
export type PipelinePort = Pick<Pipeline, 'preflight' | 'run' | 'status' | 'onStatement'>;

/** The engine as the command line sees it; tests put a fake in its place. */
export interface EnginePort {
  createPipeline(options: SyncOptions, log: Log): PipelinePort;
  createVerification(options: VerifyOptions, listener: VerifyListener, now: () => number): Pick<Verification, 'run'>;
  openControl(address: ServerAddress, controlSchema: string): Promise<Control>;
}
