import { OtterError, say } from '@otter/core';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Identity, RouteName } from '../auth/access.ts';
import type { SignIn } from '../auth/sign-in.ts';
import { rule } from '../model/field-rule.ts';
import { idSchema, timeSchema } from '../model/text.ts';
import type { DataSourceProbe } from '../probe/data-source-probe.ts';
import type { PipelineCheck } from '../probe/pipeline-check.ts';
import type { ServerTables } from '../probe/server-tables.ts';
import type { LiveState } from '../run/live-state.ts';
import type { NodeLoad } from '../run/node-load.ts';
import type { TableHistory } from '../run/table-history.ts';
import type { Scheduler } from '../run/scheduler.ts';
import type { AlarmSender } from '../alarm/alarm-sender.ts';
import type { AlarmReceivers } from '../store/alarm-receivers.ts';
import type { AlarmRules } from '../store/alarm-rules.ts';
import type { Alarms } from '../store/alarms.ts';
import type { Verifications } from '../run/verifications.ts';
import type { ConsoleFiles } from './console-files.ts';
import type { Channels } from '../store/channels.ts';
import type { CredentialStore } from '../store/credentials.ts';
import type { DataSources } from '../store/data-sources.ts';
import type { Pipelines } from '../store/pipelines.ts';
import type { Actor, Store } from '../store/store.ts';
import type { Users } from '../store/users.ts';
import type { ConflictTools } from '../tools/conflict-tools.ts';
import type { PipelineTools, SyncOptionValues } from '../tools/pipeline-tools.ts';

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What the routes work with. */
export interface Services {
  store: Store;
  users: Users;
  credentials: CredentialStore;
  signIn: SignIn;
  dataSources: DataSources;
  channels: Channels;
  pipelines: Pipelines;
  probe: DataSourceProbe;
  serverTables: ServerTables;
  check: PipelineCheck;
  /** Path of a file with this PEM text. */
  pemPath: (pem: string) => string;
  live: LiveState;
  tableHistory: TableHistory;
  scheduler: Scheduler;
  load: NodeLoad;
  tools: PipelineTools;
  conflictTools: ConflictTools;
  verifications: Verifications;
  alarms: Alarms;
  alarmRules: AlarmRules;
  alarmReceivers: AlarmReceivers;
  alarmSender: AlarmSender;
  /** What a pipeline runs with, or would. Throws NOT_FOUND. */
  optionsOf: (pipelineId: number) => Promise<SyncOptionValues>;
  /** Where browsers reach the manager when that is behind a proxy; null: where it listens. */
  publicUrl: string | null;
  /** What the manager is and works with. */
  facts: ManagerFacts;
  /** The console's files; null: it was not built. */
  console: ConsoleFiles | null;
}

/** What does not change while a manager runs. */
interface ManagerFacts {
  version: string;
  /** Of the node in this process. */
  nodeName: string;
  dataDir: string;
  store: 'sqlite' | 'mysql';
  startedAtMs: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its row of the table of access, and its operation in the description of the interface. */
    name?: RouteName;
    /** What the `id` of the path is, where an operator needs the channel to be granted. */
    grant?: 'channel' | 'pipeline' | 'verification' | 'alarm';
  }
  interface FastifyRequest {
    identity: Identity | null;
    /** The Idempotency-Key this request runs under. */
    idempotencyKey: string | null;
  }
}

const PAGE_MAX = 500;
const SEARCH_LENGTH_MAX = 64;

/** A number in a path or a query: digits, and nothing else that JavaScript takes for a number. */
export function digits(max: z.ZodType<number, number>) {
  return z
    .string()
    .regex(/^(?:0|[1-9]\d{0,14})$/, rule(say('form-number')))
    .transform(Number)
    .pipe(max);
}

export const idText = digits(idSchema);
/** A moment, milliseconds since 1970. */
export const timeText = digits(timeSchema);
export const idParams = z.strictObject({ id: idText });

/** Without halves of surrogate pairs and control characters, which no name holds and no store compares alike. */
export const searchSchema = z
  .string()
  .min(1)
  .max(SEARCH_LENGTH_MAX)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, rule(say('no-control-characters')));

export const pageQuery = z.strictObject({
  limit: digits(z.int().min(1).max(PAGE_MAX)).default(100),
  after: idText.optional().meta({ description: '`next` of the page before' }),
});

export const searchQuery = pageQuery.extend({ search: searchSchema.optional() });

export function pageSchema<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    total: z.int().meta({ description: 'what matches, on all pages' }),
    next: idSchema.nullable().meta({ description: 'what to ask for `after`; null at the end' }),
  });
}

export function pageRequest(query: z.infer<typeof pageQuery>): { limit: number; after: number | null } {
  return { limit: query.limit, after: query.after ?? null };
}

/** Headers of a request that changes something that has a version. Looked at by {@link versionOf}. */
export const versionHeaders = z.looseObject({
  'if-match': z.string().max(64).optional().meta({ description: 'required: the ETag of what was read' }),
});

/** A place in a log. */
export const placeSchema = z.object({
  file: z.string(),
  offset: z.number(),
  gtid: z.string().meta({ description: "'' when the server has none" }),
});

const TABLE_LENGTH_MAX = 140;
const TABLES_MAX = 500;

/** A table by its name, not by a pattern: what is shown of a table is what is sent back. */
export const sourceTableSchema = z
  .string()
  .max(TABLE_LENGTH_MAX)
  .regex(/^[^\p{Cc}\p{Cs}.]+\.[^\p{Cc}\p{Cs}]+$/u, rule(say('form-table')));

export const sourceTablesSchema = z
  .array(sourceTableSchema)
  .min(1)
  .max(TABLES_MAX)
  .meta({ description: 'source names, schema.table' });

export const nothing = z.undefined().meta({ description: 'no body' });

/** The version a request speaks of. Throws VERSION_MISSING, REQUEST_INVALID. */
export function versionOf(request: FastifyRequest): number {
  const text = request.headers['if-match'];
  if (text === undefined) throw new OtterError('VERSION_MISSING', { detail: say('version-header-missing') });
  const version = /^"(\d{1,9})"$/.exec(text)?.[1];
  if (version === undefined) throw new OtterError('REQUEST_INVALID', { detail: say('version-header-unreadable') });
  return Number(version);
}

/** Says which version the answer is. */
export function tagged<T extends { version: number }>(reply: FastifyReply, object: T): T {
  void reply.header('etag', `"${object.version}"`);
  return object;
}

/** Who asks. The hook before has made sure that there is somebody. */
export function identityOf(request: FastifyRequest): Identity {
  if (request.identity === null) throw new OtterError('INTERNAL', { detail: 'a route without identity' });
  return request.identity;
}

export function actorOf(request: FastifyRequest): Actor & { userId: number } {
  const { userId, userName, tokenName } = identityOf(request);
  return { userId, userName, via: tokenName === null ? 'session' : `token ${tokenName}` };
}
