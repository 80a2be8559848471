import type { OtterError } from '@otter/core';
import type { PreflightLine } from '@otter/dialects';
import { statusFacts, withoutFindings, type ParkedTable, type PipelineStatus } from '@otter/engine';
import type { Output } from '../surroundings.ts';
import { errorFacts } from './error-report.ts';
import { adviceOf, type Language } from './language.ts';
import { FindingWatch, findingCode } from './finding-watch.ts';
import { ParkedWatch } from './parked-watch.ts';
import type { Reporter, RunEnd } from './reporter.ts';

const STATUS_EVERY_MS = 1_000;

/** One JSON object a line on stdout, and nothing else there; notes of the engine go to stderr. */
export class JsonReporter implements Reporter {
  readonly #stdout: Output;
  readonly #stderr: Output;
  readonly #now: () => number;
  readonly #language: Language;
  readonly #name: string;
  #statusAt = Number.NEGATIVE_INFINITY;
  #state = '';
  readonly #parked = new ParkedWatch();
  readonly #findings = new FindingWatch();

  constructor(ports: { stdout: Output; stderr: Output; now: () => number; language: Language; name: string }) {
    this.#stdout = ports.stdout;
    this.#stderr = ports.stderr;
    this.#now = ports.now;
    this.#language = ports.language;
    this.#name = ports.name;
  }

  preflight(lines: readonly PreflightLine[]): void {
    const count = (verdict: string): number => lines.filter((line) => line.verdict === verdict).length;
    const verdict = count('stop') > 0 ? 'stop' : count('warning') > 0 ? 'warning' : 'ok';
    this.#write('preflight', { verdict, lines });
  }

  status(status: PipelineStatus): void {
    this.#reportParked(status.parked);
    this.#reportFindings(status);
    const now = this.#now();
    if (status.state === this.#state && now - this.#statusAt < STATUS_EVERY_MS) return;
    this.#state = status.state;
    this.#statusAt = now;
    this.#write('status', statusFacts(status));
  }

  statement(sql: string): void {
    this.#write('statement', { sql });
  }

  note(level: 'info' | 'warn' | 'error', text: string): void {
    if (level !== 'info') this.#stderr.write(`${level}: ${text}\n`);
  }

  stopping(): void {
    this.#write('stopping', {});
  }

  error(error: OtterError): void {
    this.#write('error', errorFacts(error, this.#language));
  }

  end(end: RunEnd, status: PipelineStatus): void {
    this.#reportParked(status.parked, true);
    this.#reportFindings(status);
    this.#write('done', { ...end, ...withoutFindings(status) });
  }

  close(): void {}

  #reportParked(parked: readonly ParkedTable[], last = false): void {
    const { news, rejoined } = this.#parked.look(parked, last);
    // The event is called parked whatever the table's own state; `state` tells parked from catching-up.
    for (const p of news) this.#write('parked', { ...p, advice: adviceOf(p.code, this.#language) });
    for (const table of rejoined) this.#write('rejoined', { table });
  }

  #reportFindings(status: PipelineStatus): void {
    for (const finding of this.#findings.look(status)) {
      const code = findingCode(finding);
      const facts = finding.kind === 'difference' ? finding.difference : finding.writer;
      this.#write(finding.kind, { code, ...facts, advice: adviceOf(code, this.#language) });
    }
  }

  #write(event: string, facts: object): void {
    const line = { time: new Date(this.#now()).toISOString(), event, name: this.#name, ...facts };
    this.#stdout.write(
      `${JSON.stringify(line, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}\n`,
    );
  }
}
