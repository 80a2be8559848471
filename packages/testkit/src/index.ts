export {
  availableKinds,
  cacheDir,
  ensureMariadb,
  ensureServer,
  SERVER_KINDS,
  type ServerBinaries,
  type ServerKind,
} from './install.ts';
export { dataTemplate } from './data-template.ts';
export {
  connectLikeAnApplication,
  startServer,
  type MysqldOptions,
  type RunningServer,
  type ServerOptions,
  type SqlRow,
} from './server.ts';
export { ensureChromium } from './chromium.ts';
export { ensureSysbench, OltpLoad, oltpCommand, type OltpOptions } from './sysbench.ts';
export { waitFor, type WaitOptions } from './wait.ts';
export { FaultProxy, startFaultProxy, type ProxyTarget } from './fault-proxy.ts';
export {
  assertTablesEqual,
  compareTables,
  differenceText,
  tablesOf,
  type CompareOptions,
  type CompareResult,
  type RowDifference,
  type TablePair,
} from './oracles/table-compare.ts';
export { canonicalJson } from './oracles/json-text.ts';
export { startNativeReplica, type NativeReplica, type ReplicaOptions } from './oracles/native-replica.ts';
export { logEnd, logGrowth, type LogEnd } from './oracles/log-end.ts';
export { binlogText, type BinlogTextOptions } from './oracles/binlog-text.ts';
export { Random } from './generators/random.ts';
export { columnTypes, type ColumnType } from './generators/column-types.ts';
export { randomSchema, type GeneratedColumn, type GeneratedTable } from './generators/random-schema.ts';
export {
  createTables,
  runWorkload,
  sumCounters,
  workloadSeeds,
  type WorkloadCounters,
  type WorkloadOptions,
} from './generators/workload.ts';
export { STATEMENT_KINDS, type StatementKind } from './generators/table-statements.ts';
export { dataSourceOf, ManagerClient, type ManagerAnswer } from './manager-client.ts';
