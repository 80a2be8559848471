import { OtterError, say } from '@otter/core';
import type { ServerResponse } from 'node:http';
import { assertAllowed } from '../../auth/access.ts';
import type { LivePipeline } from '../../run/live-state.ts';
import { identify } from '../authentication.ts';
import type { App, Services } from '../contract.ts';

const CONNECTIONS_MAX = 200;
/** Also how long a session that has ended goes on hearing. */
const HEARTBEAT_MS = 15_000;
/** What a listener may lag behind before it is cut off; it connects again and begins with the whole state. */
const UNSENT_BYTES_MAX = 1024 * 1024;

/**
 * Server-sent events: first `snapshot` with every pipeline that has reported, then `pipeline` for each change. A
 * connection that was lost begins anew, so nothing has to be replayed.
 */
export function registerLiveRoute(app: App, services: Services): void {
  const connections = new Set<ServerResponse>();
  app.addHook('preClose', (done) => {
    for (const connection of connections) connection.end();
    done();
  });
  app.route({
    method: 'GET',
    url: '/api/v1/live',
    config: { name: 'live.read' },
    schema: {
      tags: ['live'],
      summary: 'Server-sent events: `snapshot` with all pipelines, then `pipeline` with each change',
      produces: ['text/event-stream'],
    },
    handler: (request, reply) => {
      if (connections.size >= CONNECTIONS_MAX) {
        throw new OtterError('STATE_CONFLICT', { detail: say('live-full', { limit: CONNECTIONS_MAX }) });
      }
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // A proxy that gathers would show everything late.
        'x-accel-buffering': 'no',
      });
      connections.add(raw);
      const send = (event: string, data: LivePipeline | LivePipeline[]): void => {
        if (raw.writableLength > UNSENT_BYTES_MAX) raw.destroy();
        else raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      };
      send('snapshot', services.live.all());
      const unsubscribe = services.live.subscribe((pipeline) => send('pipeline', pipeline));
      const heartbeat = setInterval(() => {
        identify(request, services)
          .then((identity) => {
            assertAllowed(identity, 'live.read');
            raw.write(': still here\n\n');
          })
          .catch(() => raw.end());
      }, HEARTBEAT_MS);
      raw.on('close', () => {
        clearInterval(heartbeat);
        unsubscribe();
        connections.delete(raw);
      });
    },
  });
}
