import { tmpdir } from 'node:os';
import { parseTablePatterns } from '@otter/core';
import { Verification, type DifferenceReport, type VerifyOptions, type VerifyResult } from '@otter/engine';
import type { RunningServer } from '@otter/testkit';

export interface VerifyRun extends VerifyResult {
  /** Every difference in the order it was reported. */
  found: DifferenceReport[];
  notes: string[];
}

/** The options of `otter verify` with nothing but the servers and the tables given. */
export function verifyOptions(
  source: RunningServer,
  target: RunningServer,
  tables: string,
  options: Partial<VerifyOptions> = {},
): VerifyOptions {
  return {
    source: source.address,
    target: target.address,
    tables: parseTablePatterns(tables),
    mappings: [],
    columns: [],
    controlSchema: 'retl',
    pipeline: null,
    sample: null,
    rowsPerSecond: null,
    hideValues: false,
    recorded: 'if-possible',
    resume: null,
    spillDirectory: tmpdir(),
    ...options,
  };
}

/** Runs a verification in this process, to its end or until `signal`. */
export async function verifyTables(
  source: RunningServer,
  target: RunningServer,
  tables: string,
  options: Partial<VerifyOptions> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<VerifyRun> {
  const found: DifferenceReport[] = [];
  const notes: string[] = [];
  const listener = {
    progress: () => undefined,
    difference: (report: DifferenceReport) => void found.push(report),
    table: () => undefined,
    note: (text: string) => void notes.push(text),
  };
  const verification = new Verification(verifyOptions(source, target, tables, options), {
    listener,
    now: () => Date.now(),
  });
  return { ...(await verification.run(signal)), found, notes };
}
