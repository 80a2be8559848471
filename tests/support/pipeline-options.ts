import { tmpdir } from 'node:os';
import { parseTablePatterns } from '@otter/core';
import { parseDdlPolicy, type SyncOptions } from '@otter/engine';

export interface TestPipelineOptions extends Partial<Omit<SyncOptions, 'tables'>> {
  source: SyncOptions['source'];
  target: SyncOptions['target'];
  /** As after `--tables`. */
  tables: string;
}

/** Options of a pipeline as most tests want them. */
export function pipelineOptions({ tables, ...rest }: TestPipelineOptions & { name: string }): SyncOptions {
  return {
    mappings: [],
    columns: [],
    start: { at: 'earliest' },
    restart: false,
    apply: 'transaction',
    workers: 2,
    untilCaughtUp: false,
    mode: 'incremental',
    ifNotEmpty: 'fail',
    createTables: 'auto',
    indexes: 'after-copy',
    copyLanes: 2,
    copyBytesPerSecond: 0,
    freeGate: 'on',
    ddl: parseDdlPolicy('stop,create=ignore,index=ignore'),
    verify: 'off',
    dryRun: false,
    controlSchema: 'retl',
    memoryBytes: 64 * 1024 * 1024,
    heartbeat: 'off',
    spillDirectory: tmpdir(),
    ...rest,
    tables: parseTablePatterns(tables),
  };
}
