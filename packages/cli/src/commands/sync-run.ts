import { codedError, ERRORS, OtterError, say } from '@otter/core';
import { asFinding, type PreflightLine } from '@otter/dialects';
import { STOP_MS_MAX, type SyncOptions } from '@otter/engine';
import type { PipelinePort } from '../engine-port.ts';
import { EXIT, exitCodeOf } from '../exit-code.ts';
import { findingText } from '../report/finding-watch.ts';
import { errorNumberText } from '../report/parked-watch.ts';
import type { Reporter, RunEnd } from '../report/reporter.ts';
import { lineText } from '../view/line.ts';
import { preflightView } from '../view/preflight-view.ts';
import { columnsOf, wantsColour } from '../view/screen.ts';
import type { CommandContext } from './command-context.ts';

/** Five times a second: as often as an eye follows figures, and cheap. */
const STATUS_EVERY_MS = 200;

/** With `--check` a server that cannot be asked is a finding like any other: the command is not ready to run. */
export async function preflight(pipeline: PipelinePort, check: boolean): Promise<PreflightLine[]> {
  try {
    return await pipeline.preflight();
  } catch (error) {
    const coded = codedError(error);
    if (!check || coded.scope === 'usage') throw coded;
    const subject = coded.code.startsWith('TARGET') ? 'target' : coded.code.startsWith('SOURCE') ? 'source' : 'servers';
    const message = { en: coded.message, zh: coded.messageZh };
    const said = say('not-reached', { message, advice: { en: coded.advice, zh: coded.adviceZh } });
    return [{ verdict: 'stop', subject, check: coded.code, ...asFinding(said) }];
  }
}

export function printPreflight(lines: readonly PreflightLine[], context: CommandContext, all: boolean): void {
  const output = all ? context.surroundings.stdout : context.surroundings.stderr;
  const colour = wantsColour(output, context.surroundings.env);
  const shown = all ? lines : lines.filter((line) => line.verdict !== 'ok');
  output.write(
    `${preflightView(shown, columnsOf(output), context.language)
      .map((line) => lineText(line, colour))
      .join('\n')}\n`,
  );
}

/** One run of a pipeline with everything around it: status, keys, the limit on stopping, the last words. */
export class SyncRun {
  readonly #pipeline: PipelinePort;
  readonly #reporter: Reporter;
  readonly #options: SyncOptions;
  readonly #context: CommandContext;
  readonly #startedAt: number;

  constructor(pipeline: PipelinePort, reporter: Reporter, options: SyncOptions, context: CommandContext) {
    this.#pipeline = pipeline;
    this.#reporter = reporter;
    this.#options = options;
    this.#context = context;
    this.#startedAt = context.surroundings.now();
  }

  async run(): Promise<number> {
    const { stop, redactor } = this.#context;
    stop.listenToKeys();
    const removeEmergency = stop.onEmergency(() => this.#reporter.close());
    const hearStop = (): void => this.#reporter.stopping();
    stop.signal.addEventListener('abort', hearStop, { once: true });
    const report = (): void => this.#reporter.status(redactor.cleanAll(this.#pipeline.status()));
    const timer = setInterval(report, STATUS_EVERY_MS);
    let failure: OtterError | null = null;
    try {
      report();
      await withinStopLimit(this.#pipeline.run(stop.signal), stop.signal);
    } catch (error) {
      failure = redactor.cleanError(codedError(error));
    } finally {
      clearInterval(timer);
      stop.signal.removeEventListener('abort', hearStop);
      report();
      this.#reporter.close();
      removeEmergency();
    }
    return this.#finish(failure);
  }

  #finish(failure: OtterError | null): number {
    const { stop, redactor, surroundings } = this.#context;
    const status = redactor.cleanAll(this.#pipeline.status());
    const error = failure ?? this.#parkedError() ?? this.#differenceError();
    if (error !== null) this.#reporter.error(error);
    const exitCode = error === null ? EXIT.done : exitCodeOf(error);
    // A table parked at the end is a failure of "keep these equal", though the pipeline itself did not fail.
    const reason: RunEnd['reason'] = error !== null ? 'failed' : stop.signal.aborted ? 'stopped' : 'caught up';
    this.#reporter.end({ reason, exitCode, elapsedMs: surroundings.now() - this.#startedAt }, status);
    return exitCode;
  }

  /** Caught up with a table left behind is not caught up. */
  #parkedError(): OtterError | null {
    const { parked } = this.#pipeline.status();
    const [first] = parked;
    if (!this.#options.untilCaughtUp || this.#context.stop.signal.aborted || first === undefined) return null;
    const others = parked.length > 1 ? ` (and ${parked.length - 1} more tables)` : '';
    const what = first.state === 'parked' ? 'is parked' : 'has not caught up yet';
    const code = knownCode(first.code);
    const head = `${first.table} ${what}, error${errorNumberText(first.id)}: `;
    const detail = { en: `${head}${first.message}${others}`, zh: `${head}${first.messageZh}${others}` };
    return this.#context.redactor.cleanError(new OtterError(code, { detail }));
  }

  /** Caught up with rows that are known to differ is not equal. */
  #differenceError(): OtterError | null {
    const { verify } = this.#pipeline.status();
    if (!this.#options.untilCaughtUp || this.#context.stop.signal.aborted || !verify?.failed) return null;
    const found = verify.findings.find(({ kind }) => kind === 'difference');
    const others = verify.failed > 1 ? ` (and ${verify.failed - 1} more rows)` : '';
    const detail = `${found === undefined ? `${verify.failed} rows` : findingText(found)}${others}`;
    return this.#context.redactor.cleanError(new OtterError('ROWS_DIFFER', { detail }));
  }
}

function knownCode(code: string): OtterError['code'] {
  return Object.hasOwn(ERRORS, code) ? (code as OtterError['code']) : 'INTERNAL';
}

/** `run`, but not longer than the limit after the wish to stop: what is not committed then is done again next time. */
async function withinStopLimit(run: Promise<void>, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let arm: (() => void) | undefined;
  const limit = new Promise<never>((_, reject) => {
    arm = () => {
      timer = setTimeout(() => {
        reject(
          new OtterError('TARGET_BUSY', {
            detail: `the commit in flight did not end within ${STOP_MS_MAX / 1000} s of the wish to stop; it was left, nothing is lost`,
          }),
        );
      }, STOP_MS_MAX);
    };
    if (signal.aborted) arm();
    else signal.addEventListener('abort', arm, { once: true });
  });
  try {
    await Promise.race([run, limit]);
  } finally {
    clearTimeout(timer);
    if (arm) signal.removeEventListener('abort', arm);
  }
}
