export { BinlogReader, type BinlogReaderOptions, type BinlogReaderStatus } from './binlog-reader.ts';
export {
  classifyServerError,
  openConnection,
  type Connection,
  type OpenOptions,
  type ServerRole,
} from './connection/server-connection.ts';
export { readLogEnd, readSourceFacts, type LogFile, type SourceFacts } from './connection/source-facts.ts';
export { resolveStart, type StartPoint } from './connection/start-position.ts';
export { scanStatements } from './statement-scan.ts';
export { PositionTracker } from './transactions/position-tracker.ts';
