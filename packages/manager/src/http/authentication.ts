import { OtterError, say } from '@otter/core';
import type { FastifyContextConfig, FastifyRequest } from 'fastify';
import { ACCESS, assertAllowed, assertGranted, forbidden, type Identity } from '../auth/access.ts';
import { secretHash, TOKEN_PREFIX } from '../store/credentials.ts';
import type { App, Services } from './contract.ts';

export const SESSION_COOKIE = 'otter_session';
/**
 * A page of another origin cannot send a header of its own without asking first, which nobody here answers; so a request
 * that changes something and is believed for its cookie has to carry this one.
 */
const REQUEST_HEADER = 'x-otter-request';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
const BEARER = new RegExp(`^Bearer (${TOKEN_PREFIX}[A-Za-z0-9_-]{43})$`);
const COOKIE = new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=([A-Za-z0-9_-]{43})(?:;|$)`);

/** Before anything of a request is read: who asks, and whether they may. */
export function registerAuthentication(app: App, services: Services): void {
  app.decorateRequest('identity', null);
  app.addHook('onRequest', async (request) => {
    const { name } = request.routeOptions.config;
    // No route was found: the answer is 404 for everybody.
    if (name === undefined) return;
    if (request.headers.authorization === undefined) assertSameOrigin(request, services.publicUrl);
    if (ACCESS[name] === 'anybody') return;
    request.identity = await identify(request, services);
    assertAllowed(request.identity, name);
  });
  app.addHook('preHandler', async (request) => {
    const { name, grant } = request.routeOptions.config;
    if (request.identity === null || name === undefined || grant === undefined) return;
    const { id } = request.params as { id: number };
    // Of what does not exist the route says so itself.
    const channelId = await channelOf(grant, id, services);
    if (channelId !== null) assertGranted(request.identity, name, channelId);
  });
}

async function channelOf(
  grant: NonNullable<FastifyContextConfig['grant']>,
  id: number,
  { pipelines, verifications, alarms }: Services,
): Promise<number | null> {
  if (grant === 'channel') return id;
  if (grant === 'alarm') return alarms.channelOf(id);
  if (grant === 'pipeline') return pipelines.channelOf(id);
  const pipelineId = await verifications.kept.pipelineOf(id);
  return pipelineId === null ? null : pipelines.channelOf(pipelineId);
}

/** Throws NOT_SIGNED_IN. */
export async function identify(request: FastifyRequest, services: Services): Promise<Identity> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const secret = BEARER.exec(authorization)?.[1];
    const token = secret === undefined ? null : await services.credentials.token(secret);
    if (token === null) throw new OtterError('NOT_SIGNED_IN', { detail: say('token-unknown') });
    return { ...token, sessionHash: null };
  }
  const secret = COOKIE.exec(request.headers.cookie ?? '')?.[1];
  const sessionHash = secret === undefined ? null : secretHash(secret);
  const holder = sessionHash === null ? null : await services.credentials.session(sessionHash);
  if (holder === null) throw new OtterError('NOT_SIGNED_IN', { detail: say('session-ended') });
  return { ...holder, scopes: null, tokenName: null, sessionHash };
}

function assertSameOrigin(request: FastifyRequest, publicUrl: string | null): void {
  if (SAFE_METHODS.has(request.method)) return;
  if (request.headers[REQUEST_HEADER] === undefined) {
    throw forbidden(say('cookie-header', { header: REQUEST_HEADER }));
  }
  const { origin, host } = request.headers;
  if (origin === undefined) return;
  const from = URL.canParse(origin) ? new URL(origin).host : null;
  const own = publicUrl === null ? host : new URL(publicUrl).host;
  if (from !== own && from !== host) throw forbidden(say('origin-other'));
}
