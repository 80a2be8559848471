export {
  turned,
  type ConflictPolicy,
  type PatternRule,
  type TableRule,
  type Winner,
} from './conflict/conflict-policy.ts';
export type { ConflictFilter, ConflictRecord, ConflictState, Verdict } from './conflict/conflict-store.ts';
export type { Overruling } from './conflict/overruling.ts';
export { openControl, type Control } from './control/control.ts';
export type { StoredCheckpoint, StoredWorker } from './control/checkpoint-store.ts';
export { ControlTables } from './control/control-tables.ts';
export type { StoredCopy } from './copy/copy-store.ts';
export { copyFacts, type CopyFacts } from './copy/copy-status.ts';
export { findPosition, readSourceLog, stepBetween, type PositionStep, type SourceLog } from './control/source-log.ts';
export { isSettled, type ErrorRecord, type ErrorState, type ParkScope } from './control/error-records.ts';
export {
  Cutover,
  type CutoverFinding,
  type CutoverOptions,
  type CutoverPorts,
  type CutoverResult,
} from './cutover/cutover.ts';
export { DDL_APPLIED } from './ddl/ddl-applier.ts';
export { MARK_SCHEMA, parseOriginalMarks, type OriginalMarks } from './origin/original-mark.ts';
export { DDL_POLICY_DEFAULT, parseDdlPolicy, type DdlAction, type DdlPolicy } from './ddl/ddl-policy.ts';
export { backOff } from './load/back-off.ts';
export { Pipeline, STOP_MS_MAX, type PipelinePorts } from './pipeline.ts';
export { preflightFailure } from './preflight.ts';
export { TableRouter } from './select/table-router.ts';
export { statusFacts, withoutFindings, type StatusFacts } from './status/status-facts.ts';
export {
  SYNC_DEFAULTS,
  type ColumnMapping,
  type CopyStatus,
  type ParkedTable,
  type PipelineState,
  type PipelineStatus,
  type StartPoint,
  type SyncOptions,
  type TableMapping,
  type TwoWayOptions,
} from './sync-options.ts';
export type { PreflightLine } from '@otter/dialects';
export type { AdviceLine, Side, TwoWayAdvice } from './two-way/advice.ts';
export { adviseTwoWay, runAdvisor, type AdvisedSides, type AdviceOptions } from './two-way/advisor.ts';
export { Repair, type RepairListener, type RepairOutcome, type RepairPlan } from './verify/repair.ts';
export type { Finding, ForeignWriter, ReadBackStatus } from './verify/findings.ts';
export type { WriteKind } from './verify/repair-store.ts';
export { VerifyRecords, type KeptRow, type UndoOutcome } from './verify/undo.ts';
export type { NumberedDifference, VerifySummary } from './verify/verify-store.ts';
export { Verification } from './verify/verification.ts';
export type {
  Sample,
  TableResult,
  VerifyListener,
  VerifyOptions,
  VerifyProgress,
  VerifyResult,
} from './verify/verify-options.ts';
export type { ColumnReport, DifferenceKind, DifferenceReport } from './verify/report.ts';
