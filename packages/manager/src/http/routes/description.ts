import { z } from 'zod';
import { docsPage } from '../docs-page.ts';
import { timeSchema } from '../../model/text.ts';
import type { App, Services } from '../contract.ts';

/** What the interface is, for programs and for people, and whether anybody is there. */
export function registerDescriptionRoutes(app: App, services: Services): void {
  registerSystemRoute(app, services);
  app.route({
    method: 'GET',
    url: '/api/v1/health',
    config: { name: 'health.read' },
    schema: {
      tags: ['description'],
      summary: 'Whether the manager answers',
      response: { 200: z.object({ status: z.literal('ok') }) },
    },
    handler: () => ({ status: 'ok' as const }),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/openapi.json',
    config: { name: 'openapi.read' },
    schema: {
      tags: ['description'],
      summary: 'This description, OpenAPI 3.1',
      response: { 200: z.record(z.string(), z.unknown()) },
    },
    handler: () => app.swagger() as unknown as Record<string, unknown>,
  });
  app.route({
    method: 'GET',
    url: '/api/v1/docs',
    config: { name: 'docs.read' },
    schema: {
      tags: ['description'],
      summary: 'This description, to read',
      response: { 200: { content: { 'text/html': { schema: z.string() } } } },
    },
    serializerCompiler: () => (text: string) => text,
    handler: async (_, reply) => reply.type('text/html; charset=utf-8').send(docsPage(app.swagger())),
  });
}

function registerSystemRoute(app: App, { facts, live }: Services): void {
  app.route({
    method: 'GET',
    url: '/api/v1/system',
    config: { name: 'system.read' },
    schema: {
      tags: ['description'],
      summary: 'This manager and what it works with',
      response: {
        200: z.object({
          version: z.string(),
          nodeVersion: z.string(),
          dataDir: z.string(),
          store: z.enum(['sqlite', 'mysql']),
          startedAtMs: timeSchema,
          memoryBytes: z.int().meta({ description: 'resident' }),
          running: z.int().meta({ description: 'pipelines' }),
        }),
      },
    },
    handler: () => ({
      ...facts,
      nodeVersion: process.version,
      memoryBytes: process.memoryUsage.rss(),
      running: live.all().filter(({ state }) => state === 'running').length,
    }),
  });
}
