import { z } from 'zod';
import { idSchema } from '../../model/text.ts';
import { search, type SearchHit } from '../../store/search.ts';
import { digits, identityOf, searchSchema, type App, type Services } from '../contract.ts';

const HITS_MAX = 50;

const hitSchema = z.object({
  kind: z.enum(['channel', 'pipeline', 'data-source', 'table', 'user', 'error-code']),
  id: idSchema.nullable().meta({ description: 'null for a code; of a table that of its pipeline' }),
  name: z.string(),
  detail: z.string().meta({ description: 'the channel of a pipeline, the pipeline of a table, what a code means' }),
  channelId: idSchema.nullable(),
}) satisfies z.ZodType<SearchHit>;

/** One field to find everything by its name. */
export function registerSearchRoute(app: App, { store }: Services): void {
  app.route({
    method: 'GET',
    url: '/api/v1/search',
    config: { name: 'search.read' },
    schema: {
      tags: ['search'],
      summary:
        'Channels, pipelines, data sources, tables, codes of errors, and for administrators users, by their names',
      querystring: z.strictObject({
        q: searchSchema,
        limit: digits(z.int().min(1).max(HITS_MAX)).default(10).meta({ description: 'of each kind' }),
      }),
      response: { 200: z.object({ items: z.array(hitSchema) }) },
    },
    handler: async (request) => {
      const { q, limit } = request.query;
      const withUsers = identityOf(request).role === 'ADMIN';
      return { items: await search(store, q, { limit, withUsers }) };
    },
  });
}
