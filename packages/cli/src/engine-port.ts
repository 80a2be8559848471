import type { Log, ServerAddress } from '@otter/core';
import type {
  AdviceOptions,
  Control,
  Cutover,
  CutoverOptions,
  CutoverPorts,
  Pipeline,
  Repair,
  RepairListener,
  SyncOptions,
  TwoWayAdvice,
  Verification,
  VerifyListener,
  VerifyOptions,
  VerifyRecords,
} from '@otter/engine';

/** What the commands use of a pipeline. */
export type PipelinePort = Pick<Pipeline, 'preflight' | 'run' | 'status' | 'onStatement'>;

/** The engine as the command line sees it; tests put a fake in its place. */
export interface EnginePort {
  createPipeline(options: SyncOptions, log: Log): PipelinePort;
  createVerification(options: VerifyOptions, listener: VerifyListener, now: () => number): Pick<Verification, 'run'>;
  /** `id`: the verification whose differences are repaired, made with the same options. */
  createRepair(options: VerifyOptions, id: string, listener: RepairListener): Pick<Repair, 'run'>;
  openVerifyRecords(
    address: ServerAddress,
    controlSchema: string,
  ): Promise<Pick<VerifyRecords, 'list' | 'undo' | 'close'>>;
  createCutover(options: CutoverOptions, ports: CutoverPorts): Pick<Cutover, 'run'>;
  advise(options: AdviceOptions, now: () => number): Promise<TwoWayAdvice>;
  openControl(address: ServerAddress, controlSchema: string): Promise<Control>;
}
