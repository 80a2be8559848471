import {
  Repair,
  VerifyRecords,
  type DifferenceReport,
  type RepairOutcome,
  type RepairPlan,
  type UndoOutcome,
  type VerifyOptions,
  type WriteKind,
} from '@otter/engine';
import type { RunningServer } from '@otter/testkit';
import { verifyOptions, verifyTables, type VerifyRun } from './verify-run.ts';

export interface RepairRun extends RepairOutcome {
  id: string;
  verification: VerifyRun;
  plans: RepairPlan[];
  written: { report: DifferenceReport; kind: WriteKind }[];
  left: { report: DifferenceReport; code: string; reason: string }[];
}

/** Verifies, then repairs what was found, as `otter verify --repair --yes` does. `before` runs between the two, `onConfirm` when asked. */
export async function repairTables(
  source: RunningServer,
  target: RunningServer,
  tables: string,
  options: Partial<VerifyOptions> & {
    before?: () => Promise<void>;
    confirm?: boolean;
    onConfirm?: () => Promise<void>;
  } = {},
): Promise<RepairRun> {
  const { before, confirm = true, onConfirm, ...rest } = options;
  const verification = await verifyTables(source, target, tables, rest);
  const id = verification.id ?? '';
  await before?.();
  const plans: RepairPlan[] = [];
  const written: RepairRun['written'] = [];
  const left: RepairRun['left'] = [];
  const repair = new Repair(verifyOptions(source, target, tables, rest), id, {
    confirm: async (all) => {
      plans.push(...all);
      await onConfirm?.();
      return confirm;
    },
    repaired: (report, kind) => void written.push({ report, kind }),
    equal: () => undefined,
    kept: (report, code, reason) => void left.push({ report, code, reason }),
  });
  return { ...(await repair.run(new AbortController().signal)), id, verification, plans, written, left };
}

/** What `otter verify undo ID` does. */
export async function undoRepair(target: RunningServer, id: string): Promise<UndoOutcome> {
  const records = await VerifyRecords.open(target.address, 'retl');
  try {
    return await records.undo(id, new AbortController().signal);
  } finally {
    await records.close();
  }
}
