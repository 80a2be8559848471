import type { Log, ServerAddress } from '@otter/core';
import type { Control, Pipeline, SyncOptions } from '@otter/engine';

/** What the commands use of a pipeline. */
export type PipelinePort = Pick<Pipeline, 'preflight' | 'run' | 'status' | 'onStatement'>;

/** The engine as the command line sees it; tests put a fake in its place. */
export interface EnginePort {
  createPipeline(options: SyncOptions, log: Log): PipelinePort;
  openControl(address: ServerAddress, controlSchema: string): Promise<Control>;
}
