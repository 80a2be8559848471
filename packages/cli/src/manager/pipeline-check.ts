import { silentLog } from '@otter/core';
import { Pipeline } from '@otter/engine';
import type { PipelineCheck } from '@otter/manager';
import { readSyncOptions, type OptionReaders } from '@otter/options';

/** The preflight of `otter sync --check` for the options of a pipeline. */
export function pipelineCheck(readers: OptionReaders, temporaryDirectory: string): PipelineCheck {
  return {
    async check(options) {
      const sync = readSyncOptions(options, { place: 'the pipeline', readers, temporaryDirectory });
      const lines = await new Pipeline(sync, { log: silentLog }).preflight();
      return lines.map(({ verdict, subject, check, finding, fix }) => ({
        ...{ verdict, subject, name: check, text: finding, fix: fix ?? null },
      }));
    },
  };
}
