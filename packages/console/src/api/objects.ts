import type { operations } from './contract.ts';

type Answer<O extends keyof operations> = operations[O] extends {
  responses: { 200: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;
type Body<O extends keyof operations> = operations[O] extends {
  requestBody: { content: { 'application/json': infer Sent } };
}
  ? Sent
  : never;

export type Channel = Answer<'channels.read'>;
export type Pipeline = Answer<'pipelines.read'>;
export type DataSource = Answer<'data-sources.read'>;
export type DataSourceInput = Body<'data-sources.create'>;
export type Probe = Answer<'data-sources.test'>;
export type User = Answer<'users.read'>;
export type Identity = Answer<'session.read'>;
export type Role = Identity['role'];
export type Mapping = Body<'mappings.replace'>['mappings'][number];
export type Parameters = Body<'parameters.replace'>['parameters'];
export type AuditEntry = Answer<'audit.list'>['items'][number];
export type SystemEvent = Answer<'events.list'>['items'][number];
export type LivePipeline = Omit<
  Answer<'channels.status'>['pipelines'][number],
  'name' | 'desired' | 'equalAsOf' | 'equalExcept'
>;
export type ServerTable = Answer<'data-sources.tables'>['tables'][number];
export type PreflightCheck = Answer<'preflight.unsaved'>['checks'][number];
export type PipelineError = Answer<'errors.list'>['items'][number];
export type PipelinePosition = Answer<'position.read'>;
export type PositionPreview = Answer<'position.preview'>;
export type TableCopy = Answer<'copy.read'>['items'][number];
export type Statistics = Answer<'statistics.read'>;
export type TableHistory = Exclude<Answer<'tables.history'>, string>;
export type PipelineTable = Answer<'tables.list'>['items'][number];
export type Verification = Answer<'verifications.read'>;
export type RowDifference = Answer<'verifications.differences'>['items'][number];
export type RepairPlan = NonNullable<Answer<'verifications.repair'>['plan']>;
export type Alarm = Answer<'alarms.read'>;
export type AlarmRule = Answer<'alarm-rules.read'>;
export type AlarmRuleInput = Body<'alarm-rules.create'>;
export type AlarmReceiver = Answer<'alarm-receivers.read'>;
export type AlarmReceiverInput = Body<'alarm-receivers.create'>;
export type Delivery = Answer<'alarm-receivers.test'>;
export type SearchHit = Answer<'search.read'>['items'][number];
export type ClusterNode = Answer<'nodes.list'>['items'][number];
export type ConfigurationPlan = Answer<'configuration.plan'>;
export type PlannedChange = ConfigurationPlan['changes'][number];
export type Conflict = Answer<'conflicts.read'>;
export type Verdict = NonNullable<Conflict['chosen']>;
export type Pair = Omit<NonNullable<Pipeline['twoWay']>, 'counterpartId' | 'leads'>;
