import swagger from '@fastify/swagger';
import { OtterError, say, type Log } from '@otter/core';
import { fastify, type FastifyReply, type FastifyRequest } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { ACCESS, type RouteName } from '../auth/access.ts';
import { registerAuthentication, SESSION_COOKIE } from './authentication.ts';
import type { App, Services } from './contract.ts';
import { registerIdempotency } from './idempotency-hook.ts';
import { PROBLEM_TYPE, problemOf, problemSchema } from './problem.ts';
import { registerAlarmRoutes } from './routes/alarms.ts';
import { registerChannelRoutes } from './routes/channels.ts';
import { registerConfigurationRoutes } from './routes/configuration.ts';
import { registerConflictRoutes } from './routes/conflicts.ts';
import { registerDataSourceRoutes } from './routes/data-sources.ts';
import { registerCopyRoutes } from './routes/copy.ts';
import { registerDescriptionRoutes } from './routes/description.ts';
import { registerErrorRoutes } from './routes/errors.ts';
import { registerLiveRoute } from './routes/live.ts';
import { registerMetricsRoute } from './routes/metrics.ts';
import { registerNodeRoutes } from './routes/nodes.ts';
import { registerPipelineRoutes } from './routes/pipelines.ts';
import { registerPositionRoutes } from './routes/position.ts';
import { registerPreviewRoutes } from './routes/preview.ts';
import { registerRecordRoutes } from './routes/records.ts';
import { registerSearchRoute } from './routes/search.ts';
import { registerSessionRoutes } from './routes/session.ts';
import { registerStatisticsRoutes } from './routes/statistics.ts';
import { registerTokenRoutes, registerUserRoutes } from './routes/users.ts';
import { registerVerificationRoutes } from './routes/verifications.ts';

const BODY_BYTES_MAX = 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
const PATH_PART_LENGTH_MAX = 100;

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

/** The HTTP interface, not yet listening. Throws when a route is not in the table of access, or the other way round. */
export async function createServer(services: Services, log: Log): Promise<App> {
  const server = fastify({
    bodyLimit: BODY_BYTES_MAX,
    // Whoever asks is named by the proxy, if there is one on this machine: attempts to sign in are counted by address.
    trustProxy: services.publicUrl === null ? false : 'loopback',
    requestTimeout: REQUEST_TIMEOUT_MS,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: PATH_PART_LENGTH_MAX },
    frameworkErrors: (error, _, reply) => void sendProblem(reply, error),
  });
  const app: App = server.withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, request, reply) => {
    if (problemOf(error).status >= 500) logFault(log, request, error);
    return sendProblem(reply, error);
  });
  app.setNotFoundHandler(
    (request, reply) =>
      services.console?.answer(request, reply) ??
      sendProblem(reply, new OtterError('NOT_FOUND', { detail: say('path-unknown', { method: request.method }) })),
  );
  const assertEveryRoute = nameRoutes(app);
  await describeInterface(app);
  app.addHook('onSend', async (_, reply) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS))
      if (!reply.hasHeader(name)) void reply.header(name, value);
  });
  registerAuthentication(app, services);
  registerIdempotency(app, services);
  registerRefresh(app, services);
  registerDescriptionRoutes(app, services);
  registerSessionRoutes(app, services);
  registerUserRoutes(app, services);
  registerTokenRoutes(app, services);
  registerDataSourceRoutes(app, services);
  registerChannelRoutes(app, services);
  registerPipelineRoutes(app, services);
  registerConfigurationRoutes(app, services);
  registerStatisticsRoutes(app, services);
  registerErrorRoutes(app, services);
  registerConflictRoutes(app, services);
  registerPositionRoutes(app, services);
  registerCopyRoutes(app, services);
  registerVerificationRoutes(app, services);
  registerPreviewRoutes(app, services);
  registerAlarmRoutes(app, services);
  registerNodeRoutes(app, services);
  registerSearchRoute(app, services);
  registerRecordRoutes(app, services);
  registerLiveRoute(app, services);
  registerMetricsRoute(app, services);
  await app.ready();
  assertEveryRoute();
  return app;
}

/** Each route gets its name as operationId and the shape of its errors; the function returned looks for missing ones. */
function nameRoutes(app: App): () => void {
  const found = new Set<RouteName>();
  app.addHook('onRoute', (route) => {
    const { name } = route.config ?? {};
    if (name === undefined) throw new OtterError('INTERNAL', { detail: `${route.url} is not in the table of access` });
    found.add(name);
    const open = ACCESS[name] === 'anybody';
    const response = { ...(route.schema?.response as object | undefined), '4xx': PROBLEM_RESPONSE };
    route.schema = { ...route.schema, operationId: name, response, ...(open ? { security: [] } : {}) };
  });
  return () => {
    const missing = Object.keys(ACCESS).filter((name) => !found.has(name as RouteName));
    if (missing.length > 0) throw new OtterError('INTERNAL', { detail: `no route is called ${missing.join(', ')}` });
  };
}

const PROBLEM_RESPONSE = { description: 'a problem', content: { [PROBLEM_TYPE]: { schema: problemSchema } } };

async function describeInterface(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Otter',
        version: '1',
        description:
          'Everything the manager can do. Objects have a version, sent as ETag; a change names it as If-Match. A POST may carry an Idempotency-Key.',
      },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    transform: jsonSchemaTransform,
  });
}

/** What was changed is put into effect before the answer says that it was changed. */
function registerRefresh(app: App, { scheduler }: Services): void {
  app.addHook('onSend', async (request, reply) => {
    if (request.identity !== null && request.method !== 'GET' && reply.statusCode < 400) await scheduler.refresh();
  });
}

function sendProblem(reply: FastifyReply, error: unknown): FastifyReply {
  const problem = problemOf(error);
  const waitMs = OtterError.is(error) ? error.context.waitMs : undefined;
  if (typeof waitMs === 'number') void reply.header('retry-after', Math.ceil(waitMs / 1000));
  // Without the route's schema: it describes what was asked for, and this is not it.
  return reply
    .code(problem.status)
    .type(PROBLEM_TYPE)
    .serializer((body: object) => JSON.stringify(body))
    .send(problem);
}

function logFault(log: Log, request: FastifyRequest, error: unknown): void {
  const facts = { method: request.method, route: request.routeOptions.url ?? null, error: String(error) };
  log.error({ ...facts, stack: error instanceof Error ? error.stack : null }, 'a request could not be answered');
}
