import { say } from '@otter/core';
import { z } from 'zod';
import { plainDocument, type ConfigurationDocument } from '../../configuration/document.ts';
import {
  checkedDocuments,
  DocumentsInvalid,
  documentsText,
  locatedDocuments,
} from '../../configuration/document-text.ts';
import { applyConfiguration, exportDocuments, planConfiguration } from '../../configuration/configuration.ts';
import type { Identity } from '../../auth/access.ts';
import { forbidden } from '../../auth/access.ts';
import { rule } from '../../model/field-rule.ts';
import { nameSchema } from '../../model/text.ts';
import { actorOf, identityOf, type App, type Services } from '../contract.ts';

const TAGS = ['configuration'];
/** A thousand mappings of a hundred columns are a few MB. */
const BODY_BYTES_MAX = 16 * 1024 * 1024;

const requestSchema = z.strictObject({
  documents: z
    .union([z.array(z.unknown()).min(1), z.string().min(1)])
    .meta({ description: 'documents as `GET /configuration` gives them, or their YAML text' }),
  prune: z
    .boolean()
    .default(false)
    .meta({ description: 'delete data sources, channels and pipelines no document names' }),
});
const applySchema = requestSchema.extend({
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{32}$/, rule(say('form-fingerprint')))
    .meta({ description: 'of the plan that was looked at' }),
});
const planSchema = z.object({
  fingerprint: z.string(),
  changes: z.array(
    z.object({
      action: z.enum(['create', 'change', 'delete']),
      kind: z.string(),
      name: z.string(),
      differences: z.array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() })),
      effects: z.array(z.string()).meta({ description: 'what it does to data and to what runs' }),
      effectsZh: z.array(z.string()).meta({ description: 'the same in Chinese' }),
      blocked: z.string().nullable().meta({ description: 'why it cannot be done now' }),
      blockedZh: z.string().nullable(),
    }),
  ),
});

/** The configuration as documents: read, compared with what is stored, put into effect as one. */
export function registerConfigurationRoutes(app: App, services: Services): void {
  app.route({
    method: 'GET',
    url: '/api/v1/configuration',
    config: { name: 'configuration.export' },
    schema: {
      tags: TAGS,
      summary: 'The configuration as documents without secrets, whole or of one channel; users for administrators',
      querystring: z.strictObject({ channel: nameSchema.optional(), format: z.enum(['json', 'yaml']).default('json') }),
      response: { 200: z.union([z.object({ documents: z.array(z.record(z.string(), z.unknown())) }), z.string()]) },
    },
    handler: async (request, reply) => {
      const { channel, format } = request.query;
      const users = mayAdminister(identityOf(request));
      const documents = (await exportDocuments(services, { channel, users })).map(plainDocument);
      if (format === 'json') return { documents };
      return reply
        .type('application/yaml; charset=utf-8')
        .serializer((text: string) => text)
        .send(documentsText(documents));
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/configuration/plan',
    config: { name: 'configuration.plan' },
    bodyLimit: BODY_BYTES_MAX,
    schema: {
      tags: TAGS,
      summary: 'What it takes to store what the documents say, and what that does to data; changes nothing',
      body: requestSchema,
      response: { 200: planSchema },
    },
    handler: async (request) => {
      const { documents, prune } = request.body;
      return withDocuments(documents, identityOf(request), (read) =>
        planConfiguration(services, { documents: read, prune }),
      );
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/configuration/apply',
    config: { name: 'configuration.apply' },
    bodyLimit: BODY_BYTES_MAX,
    schema: {
      tags: TAGS,
      summary: 'Do what the plan said, whole or not at all; refused when that is no longer what would be done',
      body: applySchema,
      response: { 200: planSchema },
    },
    handler: async (request) => {
      const { documents, prune, fingerprint } = request.body;
      return withDocuments(documents, identityOf(request), (read) =>
        applyConfiguration(services, actorOf(request), { documents: read, prune, fingerprint }),
      );
    },
  });
}

/** What is wrong with a text is said with the line it stands on. */
async function withDocuments<T>(
  given: unknown[] | string,
  identity: Identity,
  work: (documents: ConfigurationDocument[]) => Promise<T>,
): Promise<T> {
  const { values, lineOf } =
    typeof given === 'string' ? locatedDocuments(given) : { values: given, lineOf: () => null };
  try {
    const documents = checkedDocuments(values);
    if (documents.some(({ kind }) => kind === 'user') && !mayAdminister(identity)) {
      throw forbidden(say('user-documents-need'));
    }
    return await work(documents);
  } catch (error) {
    throw error instanceof DocumentsInvalid ? error.at(lineOf) : error;
  }
}

function mayAdminister({ role, scopes }: Identity): boolean {
  return role === 'ADMIN' && (scopes === null || scopes.includes('administer'));
}
