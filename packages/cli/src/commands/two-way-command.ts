import { noteLog } from '@otter/core';
import { preflightFailure, type SyncOptions } from '@otter/engine';
import { twoWayOptions, type SyncOptionValues } from '@otter/options';
import type { PipelinePort } from '../engine-port.ts';
import { EXIT } from '../exit-code.ts';
import { JsonReporter } from '../report/json-reporter.ts';
import { PlainReporter } from '../report/plain-reporter.ts';
import type { Reporter } from '../report/reporter.ts';
import type { CommandContext } from './command-context.ts';
import { preflight, printPreflight, SyncRun } from './sync-run.ts';

const LOOK_EVERY_MS = 50;

/** One direction and who tells of it. */
interface Direction {
  options: SyncOptions;
  pipeline: PipelinePort;
  reporter: Reporter;
}

/**
 * `otter sync --two-way`: both directions in one process. Neither starts unless both may; afterwards each goes on by
 * itself, whatever becomes of the other. Returns the exit code, that of a direction that failed.
 */
export async function runTwoWay(values: SyncOptionValues, context: CommandContext): Promise<number> {
  const both = twoWayOptions(values, context.surroundings.temporaryDirectory).map((options) =>
    directionOf(options, values, context),
  );
  let failure = null;
  for (const { pipeline, reporter, options } of both) {
    const lines = context.redactor.cleanAll(await preflight(pipeline, values.check));
    failure ??= preflightFailure(lines);
    if (values.json || !values.check) reporter.preflight(lines);
    else {
      context.surroundings.stdout.write(`${options.name}\n`);
      printPreflight(lines, context, true);
    }
  }
  if (failure !== null && !values.check) throw failure;
  if (values.check) return failure === null ? EXIT.done : EXIT.usage;
  const [out, back] = both as [Direction, Direction];
  const leading = runOf(out, context);
  if (!(await ranOnce(out.pipeline, leading))) return await leading;
  const codes = await Promise.all([leading, runOf(back, context)]);
  return codes.find((code) => code !== EXIT.done) ?? EXIT.done;
}

function directionOf(options: SyncOptions, values: SyncOptionValues, context: CommandContext): Direction {
  const { surroundings, language, debug } = context;
  const { stdout, stderr } = surroundings;
  const now = (): number => surroundings.now();
  const { name } = options;
  const reporter = values.json
    ? new JsonReporter({ stdout, stderr, now, language, name })
    : new PlainReporter({ progress: stdout, statements: stdout, stderr, now, language, name, debug });
  const log = noteLog((level, text) => reporter.note(level, context.redactor.clean(`${name}: ${text}`)));
  return { options, reporter, pipeline: context.engine.createPipeline(options, log) };
}

async function runOf({ pipeline, reporter, options }: Direction, context: CommandContext): Promise<number> {
  return await new SyncRun(pipeline, reporter, options, context).run();
}

/** Resolves once rows flow: the other direction begins where this one found its log. `false`: it has failed before. */
async function ranOnce(pipeline: PipelinePort, run: Promise<number>): Promise<boolean> {
  let code: number | null = null;
  const ended = run.then((exit) => {
    code = exit;
  });
  while (code === null && pipeline.status().state !== 'running') {
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))]);
  }
  return code === null || code === EXIT.done;
}
