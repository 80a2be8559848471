import { positionText, type OtterError } from '@otter/core';
import type { PreflightLine } from '@otter/dialects';
import type { PipelineStatus } from '@otter/engine';
import type { Output } from '../surroundings.ts';
import { bytesText, countText, durationText, lagText, rateText } from '../view/figures.ts';
import { indexingText } from '../view/indexing-text.ts';
import { lineText } from '../view/line.ts';
import { preflightView } from '../view/preflight-view.ts';
import { RateMeter } from '../view/rate-meter.ts';
import { errorText } from './error-report.ts';
import { adviceLabel, adviceOf, messageOf, type Language } from './language.ts';
import { FindingWatch, findingCode, findingText, readBackText } from './finding-watch.ts';
import { errorNumberText, ParkedWatch } from './parked-watch.ts';
import type { Reporter, RunEnd } from './reporter.ts';
import { runSummary } from './run-summary.ts';

const LINE_EVERY_MS = 5_000;
const WIDTH = 120;

/** One line every five seconds and one for every turn of events, for logs and pipes. */
export class PlainReporter implements Reporter {
  readonly #progress: Output;
  readonly #statements: Output;
  readonly #stderr: Output;
  readonly #now: () => number;
  readonly #language: Language;
  readonly #name: string;
  readonly #debug: boolean;
  readonly #rows = new RateMeter(LINE_EVERY_MS);
  readonly #transactions = new RateMeter(LINE_EVERY_MS);
  readonly #bytes = new RateMeter(LINE_EVERY_MS);
  #lineAt = Number.NEGATIVE_INFINITY;
  #state = '';
  readonly #parked = new ParkedWatch();
  readonly #findings = new FindingWatch();

  constructor(ports: {
    /** Where progress goes. */
    progress: Output;
    /** Where the SQL of `--dry-run` goes, alone. */
    statements: Output;
    stderr: Output;
    now: () => number;
    language: Language;
    name: string;
    debug: boolean;
  }) {
    this.#progress = ports.progress;
    this.#statements = ports.statements;
    this.#stderr = ports.stderr;
    this.#now = ports.now;
    this.#language = ports.language;
    this.#name = ports.name;
    this.#debug = ports.debug;
  }

  preflight(lines: readonly PreflightLine[]): void {
    // A start that is in order needs no table; `--check` prints all of it.
    const worthSaying = lines.filter((line) => line.verdict !== 'ok');
    if (worthSaying.length === 0) return;
    this.#stderr.write(
      `${preflightView(worthSaying, WIDTH, this.#language)
        .slice(0, -2)
        .map((line) => lineText(line, false))
        .join('\n')}\n`,
    );
  }

  status(status: PipelineStatus): void {
    const now = this.#now();
    this.#rows.add(now, status.rowsApplied);
    this.#transactions.add(now, status.transactionsApplied);
    this.#bytes.add(now, status.bytesRead);
    this.#reportParked(status);
    this.#reportFindings(status);
    if (status.state === this.#state && now - this.#lineAt < LINE_EVERY_MS) return;
    this.#state = status.state;
    this.#lineAt = now;
    const parked = status.parked.length > 0 ? `, ${status.parked.length} parked` : '';
    const { copy } = status;
    const readBack = readBackText(status);
    const figures = [
      ...(copy && copy.tablesDone < copy.tables
        ? [
            `copying: ${countText(copy.rows)} of about ${countText(copy.estimatedRows)} rows, ${copy.tablesDone} of ${copy.tables} tables`,
            copy.paused === null
              ? `${rateText(copy.rowsPerSecond)} rows/s, ${bytesText(copy.bytesPerSecond)}/s copied`
              : `the copy waits (${copy.paused})`,
            ...(copy.etaMs === null || copy.paused !== null ? [] : [`about ${durationText(copy.etaMs)} left`]),
          ]
        : []),
      ...(copy && copy.indexing.length > 0 ? [indexingText(copy.indexing)] : []),
      `lag ${lagText(status.lagMs)}`,
      `${rateText(this.#rows.perSecond())} rows/s`,
      `${rateText(this.#transactions.perSecond())} tx/s`,
      `${bytesText(this.#bytes.perSecond())}/s`,
      `${countText(status.rowsApplied)} rows applied${parked}`,
      ...(readBack === null ? [] : [readBack]),
      ...(status.conflicts === null ? [] : [`${countText(status.conflicts)} conflicts`]),
      ...(status.openConflicts ? [`${countText(status.openConflicts)} wait for a person`] : []),
      status.position === null ? 'no position yet' : `at ${positionText(status.position)}`,
    ];
    this.#line(`${status.state}: ${figures.join(', ')}`);
  }

  statement(sql: string): void {
    // A comment says where a commit would be; a semicolon there would only look like a mistake.
    this.#statements.write(sql.startsWith('--') ? `${sql}\n` : `${sql.replace(/;?\s*$/, ';')}\n`);
  }

  note(level: 'info' | 'warn' | 'error', text: string): void {
    if (level !== 'info' || this.#debug) this.#stderr.write(`${this.#time()} ${level}: ${text}\n`);
  }

  stopping(): void {
    this.#line('stopping: finishing the commit in flight');
  }

  error(error: OtterError): void {
    this.#stderr.write(errorText(error, this.#language, this.#debug));
  }

  end(end: RunEnd, status: PipelineStatus): void {
    this.#progress.write(runSummary(this.#name, end, status, this.#language));
  }

  close(): void {}

  #reportParked(status: PipelineStatus): void {
    const { news, rejoined } = this.#parked.look(status.parked);
    for (const p of news) {
      this.#line(`${p.state}: ${p.table}${errorNumberText(p.id)} ${p.code}: ${messageOf(p, this.#language)}`);
      if (p.state === 'parked') this.#line(`  ${adviceLabel(this.#language)}: ${adviceOf(p.code, this.#language)}`);
    }
    for (const table of rejoined) this.#line(`rejoined: ${table}`);
  }

  #reportFindings(status: PipelineStatus): void {
    const news = this.#findings.look(status);
    const said = new Set<string>();
    for (const finding of news) {
      const code = findingCode(finding);
      this.#line(`${code}: ${findingText(finding)}`);
      said.add(code);
    }
    for (const code of said) this.#line(`  ${adviceLabel(this.#language)}: ${adviceOf(code, this.#language)}`);
  }

  #line(text: string): void {
    this.#progress.write(`${this.#time()} ${this.#name} ${text}\n`);
  }

  #time(): string {
    return new Date(this.#now()).toISOString().replace(/\.\d+Z/, 'Z');
  }
}
