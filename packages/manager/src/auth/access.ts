import { OtterError, say, type Wording } from '@otter/core';
import type { Role, Scope } from '../model/user.ts';

/** `granted`: on the channels that were granted to the operator. */
type Permission = 'yes' | 'granted' | 'no';

export interface Access {
  /** What a token needs for it; null: no token will do, a person has to be signed in. */
  scope: Scope | null;
  ADMIN: Permission;
  OPERATOR: Permission;
  VIEWER: Permission;
}

/** A route that answers anybody. */
export type OpenAccess = 'anybody';

const everyone = (scope: Scope | null): Access => ({ scope, ADMIN: 'yes', OPERATOR: 'yes', VIEWER: 'yes' });
const operators = (scope: Scope): Access => ({ scope, ADMIN: 'yes', OPERATOR: 'yes', VIEWER: 'no' });
const granted = (scope: Scope): Access => ({ scope, ADMIN: 'yes', OPERATOR: 'granted', VIEWER: 'no' });
const administrators = (scope: Scope | null): Access => ({ scope, ADMIN: 'yes', OPERATOR: 'no', VIEWER: 'no' });

/** Who may do what: every route × every role. A route that is not here does not start, nor one here that is no route. */
export const ACCESS = {
  'health.read': 'anybody',
  'openapi.read': 'anybody',
  'docs.read': 'anybody',
  'session.create': 'anybody',
  'session.read': everyone('read'),
  'session.delete': everyone(null),
  'session.password': everyone(null),
  'tokens.list': everyone(null),
  'tokens.create': everyone(null),
  'tokens.delete': everyone(null),
  'users.list': administrators('administer'),
  'users.create': administrators('administer'),
  'users.read': administrators('administer'),
  'users.update': administrators('administer'),
  'users.delete': administrators('administer'),
  'users.password': administrators('administer'),
  'data-sources.list': everyone('read'),
  'data-sources.read': everyone('read'),
  'data-sources.create': administrators('configure'),
  'data-sources.update': administrators('configure'),
  'data-sources.delete': administrators('configure'),
  'data-sources.test': administrators('configure'),
  'data-sources.test-stored': operators('operate'),
  'data-sources.switch': administrators('operate'),
  'data-sources.tables': operators('configure'),
  'data-sources.columns': operators('configure'),
  'preflight.unsaved': administrators('configure'),
  'preflight.stored': granted('operate'),
  'channels.list': everyone('read'),
  'channels.read': everyone('read'),
  'channels.status': everyone('read'),
  'channels.create': administrators('configure'),
  'channels.update': granted('configure'),
  'channels.delete': administrators('configure'),
  'channels.start': granted('operate'),
  'channels.stop': granted('operate'),
  'pipelines.list': everyone('read'),
  'pipelines.read': everyone('read'),
  'pipelines.parameters': everyone('read'),
  'pipelines.create': administrators('configure'),
  'pipelines.update': granted('configure'),
  'pipelines.delete': administrators('configure'),
  'pipelines.start': granted('operate'),
  'pipelines.stop': granted('operate'),
  'mappings.read': everyone('read'),
  'mappings.replace': granted('configure'),
  'statistics.read': everyone('read'),
  'tables.list': everyone('read'),
  'tables.history': everyone('read'),
  'channels.sparklines': everyone('read'),
  // Records of errors and conflicts hold rows.
  'errors.list': granted('read'),
  'errors.retry': granted('operate'),
  'errors.skip': granted('operate'),
  // It runs a statement of one's own on the target.
  'errors.replace': administrators('operate'),
  'conflicts.list': granted('read'),
  'conflicts.read': granted('read'),
  'conflicts.keep': granted('operate'),
  'conflicts.confirm': granted('operate'),
  'position.read': everyone('read'),
  'position.preview': granted('read'),
  'position.set': granted('operate'),
  'copy.read': everyone('read'),
  'copy.start': granted('operate'),
  'copy.cancel': granted('operate'),
  'copy.throttle': granted('operate'),
  'verifications.list': everyone('read'),
  'verifications.read': everyone('read'),
  'verifications.start': granted('operate'),
  'verifications.differences': granted('read'),
  'verifications.cancel': granted('operate'),
  'verifications.repair': granted('operate'),
  'verifications.undo': granted('operate'),
  'alarms.list': everyone('read'),
  'alarms.read': everyone('read'),
  'alarms.silence': granted('operate'),
  'alarms.unsilence': granted('operate'),
  'alarm-rules.list': everyone('read'),
  'alarm-rules.read': everyone('read'),
  'alarm-rules.create': administrators('configure'),
  'alarm-rules.update': administrators('configure'),
  'alarm-rules.delete': administrators('configure'),
  'alarm-receivers.list': everyone('read'),
  'alarm-receivers.read': everyone('read'),
  'alarm-receivers.create': administrators('configure'),
  'alarm-receivers.update': administrators('configure'),
  'alarm-receivers.delete': administrators('configure'),
  'alarm-receivers.test': operators('operate'),
  'parameters.read': everyone('read'),
  'parameters.replace': administrators('configure'),
  'configuration.export': everyone('read'),
  'configuration.plan': administrators('configure'),
  'configuration.apply': administrators('configure'),
  'audit.list': administrators('administer'),
  'events.list': everyone('read'),
  'system.read': everyone('read'),
  'nodes.list': everyone('read'),
  'nodes.drain': administrators('operate'),
  'nodes.resume': administrators('operate'),
  'search.read': everyone('read'),
  'live.read': everyone('read'),
  'metrics.read': everyone('read'),
} as const satisfies Record<string, Access | OpenAccess>;

export type RouteName = keyof typeof ACCESS;

/** Who asks. `scopes` is null for a person with a session. */
export interface Identity {
  userId: number;
  userName: string;
  role: Role;
  channelIds: ReadonlySet<number>;
  scopes: readonly Scope[] | null;
  tokenName: string | null;
  /** Of the session; null with a token. */
  sessionHash: string | null;
}

/** Throws FORBIDDEN when the role or the token's scopes do not reach. `granted` is left to {@link assertGranted}. */
export function assertAllowed(identity: Identity, route: RouteName): void {
  const access: Access | OpenAccess = ACCESS[route];
  if (access === 'anybody') return;
  if (identity.scopes !== null && access.scope === null) throw forbidden(say('token-cannot'));
  if (identity.scopes !== null && access.scope !== null && !identity.scopes.includes(access.scope)) {
    throw forbidden(say('token-lacks', { token: identity.tokenName ?? '', scope: access.scope }));
  }
  if (access[identity.role] === 'no') throw forbidden(say('role-may-not', { role: identity.role }));
}

/** Throws FORBIDDEN when the role needs the channel to be granted and it is not. */
export function assertGranted(identity: Identity, route: RouteName, channelId: number): void {
  const access: Access | OpenAccess = ACCESS[route];
  if (access === 'anybody' || access[identity.role] !== 'granted') return;
  if (!identity.channelIds.has(channelId)) throw forbidden(say('channel-not-granted', { id: channelId }));
}

export function forbidden(detail: Wording): OtterError {
  return new OtterError('FORBIDDEN', { detail });
}
