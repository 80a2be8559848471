import { OtterError, say } from '@otter/core';
import type { FastifyRequest } from 'fastify';
import { IdempotencyKeys } from '../store/idempotency.ts';
import type { App, Services } from './contract.ts';

const KEY = /^[\x21-\x7e]{1,128}$/;

/** A POST that is sent again with the same Idempotency-Key gets the answer of the first time. */
export function registerIdempotency(app: App, services: Services): void {
  const keys = new IdempotencyKeys(services.store);
  app.decorateRequest('idempotencyKey', null);
  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || request.identity === null || key === undefined) return undefined;
    if (typeof key !== 'string' || !KEY.test(key)) {
      throw new OtterError('REQUEST_INVALID', { detail: say('key-form') });
    }
    const kept = await keys.begin(request.identity.userId, key, requestText(request));
    if (kept === null) {
      request.idempotencyKey = key;
      return undefined;
    }
    void reply.code(kept.status).header('idempotency-replayed', 'true');
    // What was serialised once is not serialised again.
    return reply
      .serializer((body: string) => body)
      .type('application/json')
      .send(kept.body);
  });
  app.addHook('preHandler', (request, _, done) => {
    const { identity, idempotencyKey } = request;
    if (identity === null || idempotencyKey === null) return done();
    // What goes on in the background after the answer is no longer the request.
    return services.store.during(async (tx) => {
      if (request.idempotencyKey !== null) await keys.carriedOut(tx, identity.userId, idempotencyKey);
    }, done);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const { identity, idempotencyKey } = request;
    if (idempotencyKey === null || identity === null) return;
    request.idempotencyKey = null;
    const { statusCode: status } = reply;
    const body = typeof payload === 'string' ? payload : '';
    if (status < 400) await keys.end(identity.userId, idempotencyKey, { status, body });
    // Of a fault nobody knows whether it came before the change or behind it.
    else if (status < 500) await keys.forget(identity.userId, idempotencyKey);
  });
}

function requestText(request: FastifyRequest): string {
  return `${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`;
}
