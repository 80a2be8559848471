// Entry of a thread: compares tables, or shows, carries out or takes back a repair, until it is done or told to stop.
import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import { codedError } from '@otter/core';
import { Repair, Verification, VerifyRecords, type RepairPlan, type VerifyOptions } from '@otter/engine';
import type { KeptRow, RepairResult, VerificationEnd } from '@otter/manager';
import type { VerificationMessage, VerificationTask } from './verification-thread.ts';

/** Rows left as they are that are told one by one. */
const KEPT_SHOWN_MAX = 100;

assert(parentPort);
const port = parentPort;
const tell = (message: VerificationMessage): void => port.postMessage(message);

const stopping = new AbortController();
port.on('message', () => stopping.abort());

async function compare(options: VerifyOptions): Promise<VerificationEnd> {
  const news = (each: Extract<VerificationMessage, { kind: 'news' }>['news']): void =>
    tell({ kind: 'news', news: each });
  const listener = {
    begun: (verifyId: string) => news({ kind: 'begun', verifyId }),
    progress: (step: Extract<Parameters<typeof news>[0], { kind: 'step' }>['step']) => news({ kind: 'step', step }),
    table: (result: Extract<Parameters<typeof news>[0], { kind: 'table' }>['result']) =>
      news({ kind: 'table', result }),
    // They are read from the target, where they are kept.
    difference: () => undefined,
    note: () => undefined,
  };
  const { stopped } = await new Verification(options, { listener, now: () => Date.now() }).run(stopping.signal);
  return { kind: 'verified', stopped };
}

async function repair(options: VerifyOptions, id: string, execute: boolean): Promise<VerificationEnd> {
  const plans: RepairPlan[] = [];
  const kept: KeptRow[] = [];
  const outcome = await new Repair(options, id, {
    confirm: (planned) => {
      plans.push(...planned);
      return Promise.resolve(execute && planned.some(({ refused }) => refused === null));
    },
    repaired: () => undefined,
    equal: () => undefined,
    kept: ({ target: table, key }, code, reason) => {
      if (kept.length < KEPT_SHOWN_MAX) kept.push({ table, key, code, reason });
    },
  }).run(stopping.signal);
  if (!execute) return { kind: 'planned', plans };
  const refused = plans.flatMap(({ target: table, refused: why }) =>
    why === null ? [] : [{ table, key: {}, ...why }],
  );
  const { inserted, updated, deleted, equal } = outcome;
  return ended({
    ...{ kind: 'repair', stopped: outcome.end === 'stopped', inserted, updated, deleted, equal, undone: 0 },
    ...{ kept: [...refused, ...kept], keptCount: outcome.kept + refused.length },
  });
}

async function undo({ target, controlSchema }: VerifyOptions, id: string): Promise<VerificationEnd> {
  const records = await VerifyRecords.open(target, controlSchema);
  try {
    const { undone, kept, stopped } = await records.undo(id, stopping.signal);
    return ended({
      ...{ kind: 'undo', stopped, inserted: 0, updated: 0, deleted: 0, equal: 0, undone },
      ...{ kept: kept.slice(0, KEPT_SHOWN_MAX), keptCount: kept.length },
    });
  } finally {
    await records.close();
  }
}

function ended(result: RepairResult): VerificationEnd {
  return { kind: 'repaired', result };
}

async function run({ verify, work }: VerificationTask): Promise<VerificationEnd> {
  if (work.kind === 'verify') return compare(verify);
  if (work.kind === 'undo') return undo(verify, work.id);
  return repair(verify, work.id, work.kind === 'repair');
}

try {
  tell({ kind: 'end', end: await run(workerData as VerificationTask) });
} catch (thrown) {
  const { code, said } = codedError(thrown);
  tell({ kind: 'error', code, detail: said });
}
// Ends this thread alone. Sockets of connections that did not close in time must not keep it.
process.exit();
