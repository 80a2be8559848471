export type { CatalogColumn, Column, ColumnKind, ForeignKey, KeyPart, TableSchema, UniqueKey } from './column.ts';
export {
  assert,
  codedError,
  ERRORS,
  messageInChinese,
  OtterError,
  type ErrorCode,
  type ErrorDetails,
  type ErrorScope,
} from './errors.ts';
export { armFailpoint, failpoint, FAILPOINTS, type FailpointName } from './failpoint.ts';
export {
  gtidFlavor,
  gtidText,
  MariadbGtidSet,
  MysqlGtidSet,
  parseGtidSet,
  type Gtid,
  type GtidFlavor,
  type GtidSet,
} from './gtid.ts';
export { silentLog, type Log } from './log.ts';
export { noteLog, type NoteLevel } from './note-log.ts';
export {
  compareCoordinates,
  fileSequence,
  parsePosition,
  positionText,
  type Position,
  type PreparedXa,
} from './position.ts';
export { Redactor } from './redaction.ts';
export type { ChangeKind, LogStatement, LogTable, RowsChange, SpilledChanges, Transaction } from './row-change.ts';
export {
  addressText,
  parseServerUrl,
  type AddressSecrets,
  type ServerAddress,
  type TlsMode,
} from './server-address.ts';
export {
  mapName,
  matchesName,
  matchesTable,
  parseNamePattern,
  parseTablePattern,
  parseTablePatterns,
  patternBreadth,
  patternText,
  refuseUnequalRanges,
  separators,
  type NamePattern,
  type TablePattern,
} from './table-pattern.ts';
export { bottleneckOf, noTime, STAGES, type Bottleneck, type Stage, type StageTotals } from './stages.ts';
export { checkInChinese } from './messages.ts';
export {
  idsSaying,
  keep,
  say,
  sayKept,
  sayNames,
  verbatim,
  type KeptMessage,
  type MessageId,
  type Wording,
} from './wording.ts';
export { isJsonDiff, type JsonDiff, type Row, type Value } from './value.ts';
