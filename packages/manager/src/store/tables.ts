import type { Generated } from 'kysely';
import type { RuleType, Severity } from '../model/alarm.ts';

/** Columns of the store, as kysely names them; the store itself writes them with underscores. Times are in ms. */
interface Versioned {
  id: Generated<number>;
  version: number;
  createdAtMs: number;
  updatedAtMs: number;
}

export interface DataSourceRow extends Versioned {
  name: string;
  description: string;
  kind: 'mysql';
  primaryHost: string;
  primaryPort: number;
  standbyHost: string | null;
  standbyPort: number | null;
  userName: string;
  passwordSealed: string | null;
  tlsMode: 'off' | 'on' | 'verify-ca' | 'verify-full';
  tlsCa: string | null;
  tlsCert: string | null;
  tlsKeySealed: string | null;
}

export interface ChannelRow extends Versioned {
  name: string;
  description: string;
  /** JSON. */
  parameters: string;
}

export interface PipelineRow extends Versioned {
  channelId: number;
  name: string;
  description: string;
  checkpointName: string;
  sourceId: number;
  targetId: number;
  /** JSON. */
  parameters: string;
  desired: 'running' | 'stopped';
  /** JSON: of both directions of a pair, in the words of the leading one; null of a pipeline of one way. */
  pair: string | null;
  /** Of the direction that follows: the leading one. */
  leadingId: number | null;
}

export interface MappingRow {
  id: Generated<number>;
  pipelineId: number;
  ordinal: number;
  sourcePattern: string;
  targetPattern: string | null;
  /** JSON. */
  columnChoice: string;
}

interface SystemRow {
  /** Always 1: there is one row. */
  id: number;
  version: number;
  /** JSON. */
  parameters: string;
  /** A known text, sealed: tells a wrong key before it does harm. */
  keyCheck: string;
}

export interface UserRow extends Versioned {
  name: string;
  role: 'ADMIN' | 'OPERATOR' | 'VIEWER';
  passwordHash: string;
  disabled: number;
  failedLogins: number;
  lockedUntilMs: number;
}

interface UserChannelRow {
  userId: number;
  channelId: number;
}

interface SessionRow {
  tokenHash: string;
  userId: number;
  createdAtMs: number;
  seenAtMs: number;
  expiresAtMs: number;
}

interface ApiTokenRow {
  id: Generated<number>;
  userId: number;
  name: string;
  tokenHash: string;
  /** JSON. */
  scopes: string;
  createdAtMs: number;
  expiresAtMs: number | null;
}

interface AuditRow {
  id: Generated<number>;
  atMs: number;
  userId: number | null;
  userName: string;
  via: string;
  action: string;
  objectKind: string;
  objectId: number | null;
  objectName: string;
  /** JSON without secrets, or null. */
  beforeState: string | null;
  afterState: string | null;
}

export interface EventRow {
  id: Generated<number>;
  atMs: number;
  level: 'info' | 'warn' | 'error';
  code: string | null;
  channelId: number | null;
  pipelineId: number | null;
  /** In English. */
  message: string;
  /** The message it was said by, and as JSON what filled it; null for one that was stored before, or is too long. */
  messageKey: string | null;
  messageParameters: string | null;
  /** What it is in the charts of its pipeline; null: nothing. */
  mark: EventMark | null;
}

/** An event that explains what a chart shows: `error` is a table that stopped, or a whole pipeline. */
export type EventMark = 'start' | 'stop' | 'ddl' | 'error';

/** What a pipeline did in one stretch of time, of `resolutionMs`. Stages are milliseconds spent in each. */
export interface StatisticsRow {
  resolutionMs: number;
  pipelineId: number;
  /** Where the stretch begins, a multiple of its length. */
  atMs: number;
  /** The largest that was reported. */
  lagMs: number | null;
  lagReadMs: number | null;
  inserted: number;
  updated: number;
  deleted: number;
  bytes: number;
  transactions: number;
  commits: number;
  retries: number;
  sourceMs: number;
  parseMs: number;
  queueMs: number;
  idleMs: number;
  workerMs: number;
  dependencyMs: number;
  sqlMs: number;
  commitMs: number;
}

/** A source table of a pipeline to which something was applied. */
interface PipelineTableRow {
  id: Generated<number>;
  pipelineId: number;
  /** `schema.table`. */
  name: string;
}

/** Rows applied to a table in one stretch of time; with a resolution of 0, since its pipeline was made. */
export interface TableStatisticsRow {
  tableId: number;
  resolutionMs: number;
  atMs: number;
  inserted: number;
  updated: number;
  deleted: number;
}

/** A comparison of a pipeline's tables. Its differences lie in the target, by `verifyId`. */
export interface VerificationRow {
  id: Generated<number>;
  pipelineId: number;
  state: 'waiting' | 'running' | 'done' | 'canceled' | 'failed' | 'repairing' | 'undoing';
  /** JSON. */
  request: string;
  verifyId: string | null;
  /** JSON. */
  progress: string;
  /** JSON, or null. */
  repair: string | null;
  error: string | null;
  userName: string;
  createdAtMs: number;
  endedAtMs: number | null;
}

export interface AlarmReceiverRow extends Versioned {
  name: string;
  description: string;
  type: 'webhook' | 'dingtalk' | 'wecom' | 'feishu' | 'email';
  language: 'en' | 'zh';
  origin: string | null;
  headerName: string | null;
  /** JSON, or null. */
  mail: string | null;
  /** JSON of URL, keys and passwords, sealed. */
  secretsSealed: string;
}

export interface AlarmRuleRow extends Versioned {
  name: string;
  description: string;
  type: RuleType;
  severity: Severity;
  enabled: number;
  thresholdSeconds: number;
  forMinutes: number;
  repeatMinutes: number;
  channelId: number | null;
  pipelineId: number | null;
  /** Every receiver there is; else those of `alarmRuleReceivers`. */
  tellsAll: number;
}

interface AlarmRuleReceiverRow {
  ruleId: number;
  receiverId: number;
}

export interface AlarmRow {
  id: Generated<number>;
  ruleId: number;
  ruleName: string;
  type: RuleType;
  severity: Severity;
  channelId: number;
  channelName: string;
  pipelineId: number;
  pipelineName: string;
  /** JSON. */
  facts: string;
  /** JSON: who was told that it was raised. */
  receiverIds: string;
  /** JSON, or null. */
  silence: string | null;
  raisedAtMs: number;
  toldAtMs: number;
  clearedAtMs: number | null;
}

/** News of an alarm for one receiver, until it is sent or given up, and then for the record. */
export interface AlarmMessageRow {
  id: Generated<number>;
  alarmId: number;
  receiverId: number;
  news: 'raised' | 'repeated' | 'cleared';
  state: 'waiting' | 'sent' | 'failed';
  attempts: number;
  nextAtMs: number;
  /** What the receiver said last, or why it said nothing. */
  answer: string | null;
  /** Of the last change. */
  atMs: number;
}

interface IdempotencyRow {
  userId: number;
  keyText: string;
  requestHash: string;
  /** Null while the request runs, 0 once its change is committed. */
  status: number | null;
  answerSealed: string | null;
  createdAtMs: number;
}

export interface Tables {
  dataSources: DataSourceRow;
  channels: ChannelRow;
  pipelines: PipelineRow;
  mappings: MappingRow;
  systemParameters: SystemRow;
  users: UserRow;
  userChannels: UserChannelRow;
  sessions: SessionRow;
  apiTokens: ApiTokenRow;
  auditEntries: AuditRow;
  events: EventRow;
  idempotencyKeys: IdempotencyRow;
  statistics: StatisticsRow;
  pipelineTables: PipelineTableRow;
  tableStatistics: TableStatisticsRow;
  verifications: VerificationRow;
  alarmReceivers: AlarmReceiverRow;
  alarmRules: AlarmRuleRow;
  alarmRuleReceivers: AlarmRuleReceiverRow;
  alarms: AlarmRow;
  alarmMessages: AlarmMessageRow;
}
