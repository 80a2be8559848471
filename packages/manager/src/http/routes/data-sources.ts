import { z } from 'zod';
import { dataSourceInputSchema, dataSourceSchema } from '../../model/data-source.ts';
import {
  actorOf,
  idParams,
  nothing,
  pageRequest,
  pageSchema,
  searchQuery,
  tagged,
  versionHeaders,
  versionOf,
  type App,
  type Services,
} from '../contract.ts';

const TAGS = ['data sources'];

const probeSchema = z.object({
  version: z.string().nullable().meta({ description: 'of the server; null when nobody answered' }),
  checks: z.array(
    z.object({
      name: z.string(),
      nameZh: z.string(),
      verdict: z.enum(['ok', 'warning', 'stop']),
      text: z.string(),
      textZh: z.string().meta({ description: 'the same in Chinese' }),
      fix: z.string().nullable(),
      fixZh: z.string().nullable(),
    }),
  ),
});

/** The servers that pipelines read from and write to. */
export function registerDataSourceRoutes(app: App, services: Services): void {
  const { dataSources } = services;
  app.route({
    method: 'GET',
    url: '/api/v1/data-sources',
    config: { name: 'data-sources.list' },
    schema: {
      tags: TAGS,
      summary: 'Data sources',
      querystring: searchQuery,
      response: { 200: pageSchema(dataSourceSchema) },
    },
    handler: async ({ query }) => dataSources.list(pageRequest(query), query.search),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/data-sources',
    config: { name: 'data-sources.create' },
    schema: {
      tags: TAGS,
      summary: 'Create a data source',
      body: dataSourceInputSchema,
      response: { 201: dataSourceSchema },
    },
    handler: async (request, reply) =>
      reply.code(201).send(tagged(reply, await dataSources.create(actorOf(request), request.body))),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/data-sources/:id',
    config: { name: 'data-sources.read' },
    schema: { tags: TAGS, summary: 'A data source', params: idParams, response: { 200: dataSourceSchema } },
    handler: async (request, reply) => tagged(reply, await dataSources.find(request.params.id)),
  });
  app.route({
    method: 'PUT',
    url: '/api/v1/data-sources/:id',
    config: { name: 'data-sources.update' },
    schema: {
      tags: TAGS,
      summary: 'Change a data source; secrets that are left out stay; what runs with it restarts',
      params: idParams,
      headers: versionHeaders,
      body: dataSourceInputSchema,
      response: { 200: dataSourceSchema },
    },
    handler: async (request, reply) =>
      tagged(reply, await dataSources.update(actorOf(request), request.params.id, versionOf(request), request.body)),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/data-sources/:id',
    config: { name: 'data-sources.delete' },
    schema: {
      tags: TAGS,
      summary: 'Delete a data source that no pipeline uses',
      params: idParams,
      headers: versionHeaders,
      response: { 204: nothing },
    },
    handler: async (request, reply) => {
      await dataSources.remove(actorOf(request), request.params.id, versionOf(request));
      return reply.code(204).send();
    },
  });
  registerActions(app, services);
}

function registerActions(app: App, { dataSources, probe }: Services): void {
  app.route({
    method: 'POST',
    url: '/api/v1/data-sources/:id/switch',
    config: { name: 'data-sources.switch' },
    schema: {
      tags: TAGS,
      summary: 'Standby and primary change places; what runs with it restarts',
      params: idParams,
      headers: versionHeaders,
      response: { 200: dataSourceSchema },
    },
    handler: async (request, reply) =>
      tagged(reply, await dataSources.switchOver(actorOf(request), request.params.id, versionOf(request))),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/data-sources/test',
    config: { name: 'data-sources.test' },
    schema: {
      tags: TAGS,
      summary: 'Look at a server as described, without storing anything',
      body: dataSourceInputSchema,
      response: { 200: probeSchema },
    },
    handler: async ({ body }) => {
      const { primary, user, password = '', tls } = body;
      return probe.probe({ ...primary, user, password, tls: { ...tls, key: tls.key ?? null } });
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/data-sources/:id/test',
    config: { name: 'data-sources.test-stored' },
    schema: {
      tags: TAGS,
      summary: 'Look at the primary server of a data source',
      params: idParams,
      response: { 200: probeSchema },
    },
    handler: async ({ params }) => probe.probe(await dataSources.access(params.id)),
  });
}
