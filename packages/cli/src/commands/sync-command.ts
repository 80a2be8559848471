import { addressText, noteLog, OtterError, say } from '@otter/core';
import { preflightFailure, type SyncOptions } from '@otter/engine';
import { syncOptions, type SyncOptionValues } from '@otter/options';
import { EXIT } from '../exit-code.ts';
import { JsonReporter } from '../report/json-reporter.ts';
import { LiveReporter } from '../report/live-reporter.ts';
import { PlainReporter } from '../report/plain-reporter.ts';
import type { Reporter } from '../report/reporter.ts';
import { Screen, wantsColour } from '../view/screen.ts';
import type { CommandContext } from './command-context.ts';
import { preflight, printPreflight, SyncRun } from './sync-run.ts';
import { runTwoWay } from './two-way-command.ts';

/** `otter sync`: preflight, then the pipeline until it is caught up, stopped or failed. Returns the exit code. */
export async function runSync(values: SyncOptionValues, context: CommandContext): Promise<number> {
  if (values['two-way']) return await runTwoWay(values, context);
  for (const option of ['conflicts-ask', 'conflict-rule'] as const)
    if (values[option].length > 0) throw new OtterError('USAGE', { detail: say('two-way-only', { option }) });
  const options = syncOptions(values, context.surroundings.temporaryDirectory);
  const reporter = reporterOf(values, options, context);
  const log = noteLog((level, text) => reporter.note(level, context.redactor.clean(text)));
  const pipeline = context.engine.createPipeline(options, log);
  const lines = context.redactor.cleanAll(await preflight(pipeline, values.check));
  const failure = preflightFailure(lines);
  if (values.check || failure !== null) {
    if (values.json) reporter.preflight(lines);
    else printPreflight(lines, context, values.check);
    if (!values.check && failure !== null) throw failure;
    return failure === null ? EXIT.done : EXIT.usage;
  }
  reporter.preflight(lines);
  if (options.dryRun) pipeline.onStatement = (sql) => reporter.statement(sql);
  return new SyncRun(pipeline, reporter, options, context).run();
}

function reporterOf(values: SyncOptionValues, options: SyncOptions, context: CommandContext): Reporter {
  const { stdout, stderr, env } = context.surroundings;
  const now = (): number => context.surroundings.now();
  const { language, debug } = context;
  const { name } = options;
  if (values.json) return new JsonReporter({ stdout, stderr, now, language, name });
  if (!stdout.isTerminal || options.dryRun || env.TERM === 'dumb') {
    // The SQL of a dry run must be usable as it is: nothing else goes beside it.
    const progress = options.dryRun ? stderr : stdout;
    return new PlainReporter({ progress, statements: stdout, stderr, now, language, name, debug });
  }
  const subject = {
    name,
    source: addressText(options.source),
    target: addressText(options.target),
    apply: options.apply,
    workers: options.workers,
  };
  return new LiveReporter(new Screen(stdout, wantsColour(stdout, env)), {
    stdout,
    stderr,
    now,
    language,
    subject,
    debug,
  });
}
