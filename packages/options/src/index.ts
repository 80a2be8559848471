export { parseByteSize } from './byte-size.ts';
export { COLUMN_SYNTAX } from './column-syntax.ts';
export { CONFLICT_RULE_SYNTAX } from './conflict-rule-syntax.ts';
export { readOptionFile } from './option-file.ts';
export {
  declareOptions,
  environmentName,
  integerOption,
  resolveOptions,
  switchOption,
  textOption,
  type OptionDeclaration,
  type OptionTable,
  type OptionValues,
} from './option-table.ts';
export { derivedName } from './pipeline-name.ts';
export { parseSoughtPosition, parseStoredPosition } from './position-syntax.ts';
export {
  syncOptionTable,
  type OptionReaders,
  type SyncOptionTable,
  type SyncOptionValues,
} from './sync-option-table.ts';
export { readRedactedOptions, redactingReaders, type RedactedPorts } from './redacted-options.ts';
export { otherDirection, readSyncOptions, syncOptions, twoWayOptions } from './sync-options.ts';
