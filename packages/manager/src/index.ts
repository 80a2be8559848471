export type { PasswordCost } from './auth/password.ts';
export { passwordVariable } from './configuration/configuration.ts';
export { plainDocument, type ConfigurationDocument, type Documents } from './configuration/document.ts';
export { checkedDocuments, documentsText, readDocuments } from './configuration/document-text.ts';
export type { Plan, PlannedChange } from './configuration/plan.ts';
export { startManager, type Manager, type ManagerOptions } from './manager.ts';
export { restoreAdministrator } from './restore-administrator.ts';
export type { DataSourceProbe, ProbeCheck, ProbeResult } from './probe/data-source-probe.ts';
export type { PipelineHost, PipelineReport, PipelineRun, TableCounts } from './run/pipeline-host.ts';
export type { DataSourceAccess } from './store/data-sources.ts';
export type { StoreLocation } from './store/database.ts';
export type {
  KeptRow,
  RepairResult,
  RowDifference,
  VerificationEnd,
  VerificationNews,
  VerificationRequest,
  VerificationTools,
  VerificationWork,
} from './tools/verification-tools.ts';
export type { ConflictQuery, ConflictTools, PipelineConflict, RowImage, Verdict } from './tools/conflict-tools.ts';
export type {
  ErrorDecision,
  LogPlace,
  PipelineError,
  PipelinePosition,
  PipelineTools,
  PositionPreview,
  SyncOptionValues,
  TableCopy,
} from './tools/pipeline-tools.ts';
export type { CheckLine, PipelineCheck } from './probe/pipeline-check.ts';
export type { ListedColumn, ListedTable, ServerTables } from './probe/server-tables.ts';
export type { Mapping } from './model/mapping.ts';
