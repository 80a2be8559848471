import type { Log } from '@otter/core';
import { Pipeline, type PipelineStatus, type PreflightLine, type SyncOptions } from '@otter/engine';
import type { RunningServer } from '@otter/testkit';
import { pipelineOptions } from './pipeline-options.ts';

export interface PipelineRunOptions extends Partial<Omit<SyncOptions, 'source' | 'target' | 'tables'>> {
  source: RunningServer;
  target: RunningServer;
  /** As after `--tables`. */
  tables: string;
  /** Gives up after this long. @default 60000 */
  timeoutMs?: number;
  /** Coded errors the test expects; any other makes the run throw. @default none */
  expectedErrors?: readonly string[];
}

export interface PipelineRunResult {
  status: PipelineStatus;
  /** Everything logged as a warning or an error: `error SCHEMA_MISMATCH table parked`. */
  complaints: string[];
}

let nextName = 1;

/** A pipeline name no other run of this process uses. */
export function freshName(): string {
  return `run-${process.pid}-${nextName++}`;
}

/**
 * Runs a pipeline in this process until everything that was in the source's log at the start is applied.
 * Without `name` it reads the log from its beginning; with a name used before, it goes on from there.
 * Throws the pipeline's own error, and one that lists the parked tables or a lack of time.
 */
export async function runUntilCaughtUp(options: PipelineRunOptions): Promise<PipelineRunResult> {
  const { timeoutMs = 60_000, expectedErrors = [], ...rest } = options;
  const complaints: string[] = [];
  const pipeline = new Pipeline(runOptions(rest), { log: complaintLog(complaints) });
  const deadline = AbortSignal.timeout(timeoutMs);
  await pipeline.run(deadline);
  const status = pipeline.status();
  const parked = status.parked.filter(({ code }) => !expectedErrors.includes(code));
  const problems = parked.map(({ table, code, message }) => `${table} is parked: ${code} ${message}`);
  if (deadline.aborted) problems.push(`not caught up after ${timeoutMs} ms: ${JSON.stringify(status)}`);
  if (problems.length > 0) throw new Error([...problems, ...complaints].join('\n'));
  return { status, complaints };
}

/** What the preflight of such a run says: its warnings and stops, and with `all` everything. */
export async function preflightOf(options: PipelineRunOptions, all = false): Promise<PreflightLine[]> {
  const lines = await new Pipeline(runOptions(options), { log: complaintLog([]) }).preflight();
  return all ? lines : lines.filter(({ verdict }) => verdict !== 'ok');
}

/** The SQL a dry run of it shows. */
export async function dryRunOf(options: PipelineRunOptions): Promise<string[]> {
  const shown: string[] = [];
  const pipeline = new Pipeline(runOptions({ ...options, dryRun: true }), { log: complaintLog([]) });
  pipeline.onStatement = (sql) => shown.push(sql);
  await pipeline.run(AbortSignal.timeout(options.timeoutMs ?? 60_000));
  return shown;
}

function runOptions(options: PipelineRunOptions): SyncOptions {
  const { source, target, timeoutMs: _, expectedErrors: __, ...rest } = options;
  return pipelineOptions({
    name: freshName(),
    untilCaughtUp: true,
    ...rest,
    source: source.address,
    target: target.address,
  });
}

function complaintLog(complaints: string[]): Log {
  const note = (level: string) => (facts: object, message: string) => {
    complaints.push(`${level} ${JSON.stringify(facts)} ${message}`);
  };
  return { debug: () => undefined, info: () => undefined, warn: note('warn'), error: note('error') };
}
