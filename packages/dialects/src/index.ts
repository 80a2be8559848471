export { compileBulkLoad, type BulkColumn, type BulkLoad } from './mysql/bulk-load.ts';
export {
  catalogRows,
  charsetName,
  readCascades,
  readIndexes,
  readTables,
  SYSTEM_SCHEMAS,
  type Cascade,
  type TargetColumn,
  type TargetTable,
} from './mysql/catalog.ts';
export { compatibility, describe } from './mysql/compatibility.ts';
export { classifyTargetError, type FailurePlace } from './mysql/error-classification.ts';
export type { Literal, LiteralTarget } from './mysql/literal.ts';
export { compileLiteral } from './mysql/literals.ts';
export { runLenient } from './mysql/lenient-execution.ts';
export { quoteBytes, quoteName, quoteTable, quoteText } from './mysql/quoting.ts';
export {
  LENIENT_SQL_MODE,
  openTargetSession,
  versionNumberOf,
  WRITER_SQL_MODE,
  type Session,
  type SessionOptions,
  type SessionRole,
  type StatementResult,
} from './mysql/session.ts';
export { compileRowSelect, type RowSelect } from './mysql/row-select.ts';
export {
  compileTableWriter,
  type TableWriter,
  type TableWriterOptions,
  type WriterColumn,
} from './mysql/statements.ts';
export { isLogged, logStatusSql, readLogFilter, unloggedBy } from './mysql/log-filter.ts';
export {
  checkServers,
  checkSource,
  checkTarget,
  asFinding,
  asFix,
  type PreflightLine,
  type SourceCheckOptions,
  type TableName,
  type TargetCheckOptions,
} from './mysql/preflight.ts';
export {
  grantStatement,
  hasPrivilege,
  parseGrant,
  readAccount,
  type Account,
  type Grant,
  type Place,
} from './mysql/privileges.ts';
export { compareTables, identityOf, type ColumnMap, type ComparisonOptions } from './mysql/table-comparison.ts';
export { UTF8_FAMILY } from './mysql/text-literals.ts';
