import { z } from 'zod';
import { alarmRuleInputSchema, alarmRuleSchema, alarmSchema } from '../../model/alarm.ts';
import { alarmReceiverInputSchema, alarmReceiverSchema } from '../../model/alarm-receiver.ts';
import { descriptionSchema } from '../../model/text.ts';
import { audit } from '../../store/audit-log.ts';
import {
  actorOf,
  idParams,
  idText,
  nothing,
  pageQuery,
  pageRequest,
  pageSchema,
  tagged,
  versionHeaders,
  versionOf,
  type App,
  type Services,
} from '../contract.ts';

const TAGS = ['alarms'];
/** Thirty days. */
const SILENCE_MINUTES_MAX = 43_200;

const deliverySchema = z.object({
  ok: z.boolean(),
  answer: z.string().meta({ description: 'what the receiver said, or why it said nothing' }),
  tookMs: z.int(),
});

/** What is raised and was, and what silences it. */
export function registerAlarmRoutes(app: App, services: Services): void {
  const { alarms } = services;
  app.route({
    method: 'GET',
    url: '/api/v1/alarms',
    config: { name: 'alarms.list' },
    schema: {
      tags: TAGS,
      summary: 'Alarms, the latest first',
      querystring: pageQuery.extend({
        state: z.enum(['raised', 'cleared']).optional(),
        severity: alarmSchema.shape.severity.optional(),
        channelId: idText.optional(),
        pipelineId: idText.optional(),
      }),
      response: { 200: pageSchema(alarmSchema) },
    },
    handler: async ({ query }) => alarms.list(pageRequest(query), query),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/alarms/:id',
    config: { name: 'alarms.read' },
    schema: { tags: TAGS, summary: 'An alarm', params: idParams, response: { 200: alarmSchema } },
    handler: async ({ params }) => alarms.find(params.id),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/alarms/:id/silence',
    config: { name: 'alarms.silence', grant: 'alarm' },
    schema: {
      tags: TAGS,
      summary: 'Do not repeat a raised alarm for a time; that it is cleared, or got worse, is told',
      params: idParams,
      body: z.strictObject({
        minutes: z.int().min(1).max(SILENCE_MINUTES_MAX),
        reason: descriptionSchema.min(1).meta({ description: 'why, for the record' }),
      }),
      response: { 200: alarmSchema },
    },
    handler: async (request) => alarms.silence(actorOf(request), request.params.id, request.body),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/alarms/:id/silence',
    config: { name: 'alarms.unsilence', grant: 'alarm' },
    schema: { tags: TAGS, summary: 'End its silence', params: idParams, response: { 200: alarmSchema } },
    handler: async (request) => alarms.silence(actorOf(request), request.params.id, null),
  });
  registerRules(app, services);
  registerReceivers(app, services);
  registerTest(app, services);
}

function registerRules(app: App, { alarmRules }: Services): void {
  app.route({
    method: 'GET',
    url: '/api/v1/alarm-rules',
    config: { name: 'alarm-rules.list' },
    schema: {
      tags: TAGS,
      summary: 'What is watched, and who is told',
      querystring: pageQuery,
      response: { 200: pageSchema(alarmRuleSchema) },
    },
    handler: async ({ query }) => alarmRules.list(pageRequest(query)),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/alarm-rules',
    config: { name: 'alarm-rules.create' },
    schema: {
      tags: TAGS,
      summary: 'Create a rule',
      body: alarmRuleInputSchema,
      response: { 201: alarmRuleSchema },
    },
    handler: async (request, reply) =>
      reply.code(201).send(tagged(reply, await alarmRules.create(actorOf(request), request.body))),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/alarm-rules/:id',
    config: { name: 'alarm-rules.read' },
    schema: { tags: TAGS, summary: 'A rule', params: idParams, response: { 200: alarmRuleSchema } },
    handler: async (request, reply) => tagged(reply, await alarmRules.find(request.params.id)),
  });
  app.route({
    method: 'PUT',
    url: '/api/v1/alarm-rules/:id',
    config: { name: 'alarm-rules.update' },
    schema: {
      tags: TAGS,
      summary: 'Change a rule; what it raised and would no longer raise is cleared',
      params: idParams,
      headers: versionHeaders,
      body: alarmRuleInputSchema,
      response: { 200: alarmRuleSchema },
    },
    handler: async (request, reply) =>
      tagged(reply, await alarmRules.update(actorOf(request), request.params.id, versionOf(request), request.body)),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/alarm-rules/:id',
    config: { name: 'alarm-rules.delete' },
    schema: {
      tags: TAGS,
      summary: 'Delete a rule; what it raised is cleared',
      params: idParams,
      headers: versionHeaders,
      response: { 204: nothing },
    },
    handler: async (request, reply) => {
      await alarmRules.remove(actorOf(request), request.params.id, versionOf(request));
      return reply.code(204).send();
    },
  });
}

function registerReceivers(app: App, { alarmReceivers }: Services): void {
  app.route({
    method: 'GET',
    url: '/api/v1/alarm-receivers',
    config: { name: 'alarm-receivers.list' },
    schema: {
      tags: TAGS,
      summary: 'Who is told, and what became of the last message to each',
      querystring: pageQuery,
      response: { 200: pageSchema(alarmReceiverSchema) },
    },
    handler: async ({ query }) => alarmReceivers.list(pageRequest(query)),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/alarm-receivers',
    config: { name: 'alarm-receivers.create' },
    schema: {
      tags: TAGS,
      summary: 'Create a receiver',
      body: alarmReceiverInputSchema,
      response: { 201: alarmReceiverSchema },
    },
    handler: async (request, reply) =>
      reply.code(201).send(tagged(reply, await alarmReceivers.create(actorOf(request), request.body))),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/alarm-receivers/:id',
    config: { name: 'alarm-receivers.read' },
    schema: { tags: TAGS, summary: 'A receiver', params: idParams, response: { 200: alarmReceiverSchema } },
    handler: async (request, reply) => tagged(reply, await alarmReceivers.find(request.params.id)),
  });
  app.route({
    method: 'PUT',
    url: '/api/v1/alarm-receivers/:id',
    config: { name: 'alarm-receivers.update' },
    schema: {
      tags: TAGS,
      summary: 'Change a receiver; secrets that are left out stay',
      params: idParams,
      headers: versionHeaders,
      body: alarmReceiverInputSchema,
      response: { 200: alarmReceiverSchema },
    },
    handler: async (request, reply) =>
      tagged(reply, await alarmReceivers.update(actorOf(request), request.params.id, versionOf(request), request.body)),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/alarm-receivers/:id',
    config: { name: 'alarm-receivers.delete' },
    schema: {
      tags: TAGS,
      summary: 'Delete a receiver that no rule names; what waits for it is forgotten',
      params: idParams,
      headers: versionHeaders,
      response: { 204: nothing },
    },
    handler: async (request, reply) => {
      await alarmReceivers.remove(actorOf(request), request.params.id, versionOf(request));
      return reply.code(204).send();
    },
  });
}

function registerTest(app: App, { alarmReceivers, alarmSender, store }: Services): void {
  app.route({
    method: 'POST',
    url: '/api/v1/alarm-receivers/:id/test',
    config: { name: 'alarm-receivers.test' },
    schema: {
      tags: TAGS,
      summary: 'Send a test message now, and say what the receiver said',
      params: idParams,
      response: { 200: deliverySchema },
    },
    handler: async (request) => {
      const { id, name } = await alarmReceivers.find(request.params.id);
      const delivery = await alarmSender.test(id);
      const object = { kind: 'alarm-receiver', id, name };
      const record = { action: 'alarm-receiver.test', object, before: null, after: delivery };
      await store.write((tx) => audit(tx, actorOf(request), store.now(), record));
      return delivery;
    },
  });
}
