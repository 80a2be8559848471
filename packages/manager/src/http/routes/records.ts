import { z } from 'zod';
import { idSchema, timeSchema } from '../../model/text.ts';
import { auditEntries } from '../../store/audit-log.ts';
import { events } from '../../store/event-log.ts';
import {
  idText,
  pageQuery,
  pageRequest,
  pageSchema,
  searchSchema,
  timeText,
  type App,
  type Services,
} from '../contract.ts';

const TAGS = ['records'];
const levelSchema = z.enum(['info', 'warn', 'error']);
const optionalId = idText.optional();

const auditSchema = z.object({
  id: idSchema,
  atMs: timeSchema,
  userId: idSchema.nullable(),
  userName: z.string(),
  via: z.string().meta({ description: '`session`, `token NAME` or `system`' }),
  action: z.string(),
  objectKind: z.string(),
  objectId: idSchema.nullable(),
  objectName: z.string(),
  before: z.unknown(),
  after: z.unknown(),
});

const eventSchema = z.object({
  id: idSchema,
  atMs: timeSchema,
  level: levelSchema,
  code: z.string().nullable(),
  channelId: idSchema.nullable(),
  pipelineId: idSchema.nullable(),
  message: z.string(),
  messageZh: z.string().meta({ description: 'the same in Chinese' }),
  mark: z.enum(['start', 'stop', 'ddl', 'error']).nullable().meta({
    description: 'what it is in the charts of its pipeline: began to run, stopped, a definition changed, an error',
  }),
});

/** Who changed what, and what happened. */
export function registerRecordRoutes(app: App, { store }: Services): void {
  app.route({
    method: 'GET',
    url: '/api/v1/audit',
    config: { name: 'audit.list' },
    schema: {
      tags: TAGS,
      summary: 'Who changed what, the newest first',
      querystring: pageQuery.extend({
        userName: searchSchema.optional(),
        objectKind: searchSchema.optional(),
        objectId: optionalId,
      }),
      response: { 200: pageSchema(auditSchema) },
    },
    handler: async ({ query }) => auditEntries(store, pageRequest(query), query),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/events',
    config: { name: 'events.list' },
    schema: {
      tags: TAGS,
      summary: 'What happened, the newest first',
      querystring: pageQuery.extend({
        level: levelSchema.optional(),
        code: searchSchema.optional(),
        channelId: optionalId,
        pipelineId: optionalId,
        search: searchSchema.optional().meta({ description: 'in the message or the code' }),
        marks: z.enum(['true', 'false']).default('false').meta({ description: 'only what is a mark in the charts' }),
        from: timeText.optional(),
        to: timeText.optional().meta({ description: 'not included' }),
      }),
      response: { 200: pageSchema(eventSchema) },
    },
    handler: async ({ query }) => {
      const { from: fromMs, to: toMs, marks, ...filter } = query;
      return events(store, pageRequest(query), { ...filter, fromMs, toMs, marks: marks === 'true' });
    },
  });
}
