import type { OtterError } from '@otter/core';
import type { PreflightLine } from '@otter/dialects';
import type { PipelineStatus } from '@otter/engine';
import type { Output } from '../surroundings.ts';
import { RateMeter } from '../view/rate-meter.ts';
import type { Screen } from '../view/screen.ts';
import { syncView } from '../view/sync-view.ts';
import { errorText } from './error-report.ts';
import { lineIn, type Language } from './language.ts';
import { FindingWatch, findingCode, findingText } from './finding-watch.ts';
import type { Reporter, RunEnd } from './reporter.ts';
import { runSummary } from './run-summary.ts';

const NOTICES_MAX = 20;
const ALIKE_CHARACTERS = 40;
const LAG_EVERY_MS = 1_000;
const LAG_HISTORY_MAX = 240;

/** What the view shows besides the status. */
export interface LiveSubject {
  name: string;
  source: string;
  target: string;
  apply: string;
  workers: number;
}

/** The live terminal view; errors and the summary are printed once the screen has been given back. */
export class LiveReporter implements Reporter {
  readonly #screen: Screen;
  readonly #stdout: Output;
  readonly #stderr: Output;
  readonly #now: () => number;
  readonly #language: Language;
  readonly #subject: LiveSubject;
  readonly #debug: boolean;
  readonly #startedAt: number;
  readonly #rows = new RateMeter();
  readonly #transactions = new RateMeter();
  readonly #bytes = new RateMeter();
  readonly #lagHistory: (number | null)[] = [];
  readonly #notices: string[] = [];
  readonly #findings = new FindingWatch();
  #lagAt = Number.NEGATIVE_INFINITY;
  #stopping = false;

  constructor(
    screen: Screen,
    ports: {
      stdout: Output;
      stderr: Output;
      now: () => number;
      language: Language;
      subject: LiveSubject;
      debug: boolean;
    },
  ) {
    this.#screen = screen;
    this.#stdout = ports.stdout;
    this.#stderr = ports.stderr;
    this.#now = ports.now;
    this.#language = ports.language;
    this.#subject = ports.subject;
    this.#debug = ports.debug;
    this.#startedAt = ports.now();
  }

  preflight(lines: readonly PreflightLine[]): void {
    for (const line of lines) {
      if (line.verdict === 'ok') continue;
      const { finding, fix } = lineIn(line, this.#language);
      this.#notice(`${line.subject}, ${line.check}: ${finding}${fix === null ? '' : ` — ${fix}`}`);
    }
  }

  status(status: PipelineStatus): void {
    const now = this.#now();
    this.#rows.add(now, status.rowsApplied);
    this.#transactions.add(now, status.transactionsApplied);
    this.#bytes.add(now, status.bytesRead);
    if (now - this.#lagAt >= LAG_EVERY_MS) {
      this.#lagAt = now;
      this.#lagHistory.push(status.lagMs);
      if (this.#lagHistory.length > LAG_HISTORY_MAX) this.#lagHistory.shift();
    }
    for (const finding of this.#findings.look(status)) this.#notice(`${findingCode(finding)}: ${findingText(finding)}`);
    const state = {
      ...this.#subject,
      elapsedMs: now - this.#startedAt,
      status,
      rows: figuresOf(this.#rows),
      transactions: figuresOf(this.#transactions),
      bytes: figuresOf(this.#bytes),
      lagHistory: this.#lagHistory,
      notices: this.#notices,
      stopping: this.#stopping,
      language: this.#language,
    };
    this.#screen.paint(syncView(state, this.#screen.size));
  }

  /** Statements go to a pipe, not into a view: `--dry-run` never makes this reporter. */
  statement(): void {}

  note(level: 'info' | 'warn' | 'error', text: string): void {
    if (level !== 'info') this.#notice(text);
  }

  stopping(): void {
    this.#stopping = true;
  }

  error(error: OtterError): void {
    this.#screen.close();
    this.#stderr.write(errorText(error, this.#language, this.#debug));
  }

  end(end: RunEnd, status: PipelineStatus): void {
    this.#screen.close();
    this.#stdout.write(runSummary(this.#subject.name, end, status, this.#language));
  }

  close(): void {
    this.#screen.close();
  }

  #notice(text: string): void {
    // "Tried again in 2 s", "tried again in 4 s": the newest of such a row is enough.
    const last = this.#notices.at(-1);
    if (last?.slice(0, ALIKE_CHARACTERS) === text.slice(0, ALIKE_CHARACTERS)) this.#notices.pop();
    this.#notices.push(text);
    if (this.#notices.length > NOTICES_MAX) this.#notices.shift();
  }
}

function figuresOf(meter: RateMeter): { perSecond: number; history: readonly number[] } {
  return { perSecond: meter.perSecond(), history: meter.history() };
}
