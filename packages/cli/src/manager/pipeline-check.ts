import { checkInChinese, silentLog } from '@otter/core';
import { Pipeline } from '@otter/engine';
import type { PipelineCheck } from '@otter/manager';
import type { RedactedPorts } from '@otter/options';
import { textsOf } from '../report/language.ts';
import { forPipeline } from './pipeline-request.ts';

/** The preflight of `otter sync --check` for the options of a pipeline. */
export function pipelineCheck(ports: RedactedPorts): PipelineCheck {
  return {
    check: (options) =>
      forPipeline(options, ports, async (sync) => {
        const lines = await new Pipeline(sync, { log: silentLog }).preflight();
        return lines.map((line) => {
          const { verdict, subject, check } = line;
          return { verdict, subject, name: check, nameZh: checkInChinese(check), ...textsOf(line) };
        });
      }),
  };
}
