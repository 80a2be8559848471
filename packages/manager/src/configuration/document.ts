import { say } from '@otter/core';
import { z } from 'zod';
import { alarmRuleFields } from '../model/alarm.ts';
import { alarmReceiverFields, RECEIVER_RULE } from '../model/alarm-receiver.ts';
import { channelInputSchema, pipelineCreationSchema } from '../model/channel.ts';
import { AUTHORITY_RULE, dataSourceInputSchema } from '../model/data-source.ts';
import { broken, rule } from '../model/field-rule.ts';
import { mappingsSchema } from '../model/mapping.ts';
import { parametersSchema } from '../model/parameters.ts';
import { nameSchema } from '../model/text.ts';
import { passwordSchema, userInputSchema } from '../model/user.ts';

/** Documents of one request at most. */
const DOCUMENTS_MAX = 20_000;

/** Where whoever sends a document finds a secret. The manager itself never looks there. */
const variableSchema = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, rule(say('form-variable')))
  .optional();
const pathSchema = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, rule(say('no-control-characters')))
  .optional();

const { kind: _, ...server } = dataSourceInputSchema.shape;
const { sourceId: __, targetId: ___, ...pipeline } = pipelineCreationSchema.shape;
const { channelIds: ____, ...user } = userInputSchema.shape;

const dataSourceDocument = z
  .strictObject({
    kind: z.literal('data-source'),
    ...server,
    passwordEnv: variableSchema,
    passwordFile: pathSchema,
    tlsKeyFile: pathSchema,
  })
  .refine(AUTHORITY_RULE.holds, AUTHORITY_RULE.message);
const systemDocument = z.strictObject({ kind: z.literal('system'), parameters: parametersSchema.default({}) });
const channelDocument = z.strictObject({ kind: z.literal('channel'), ...channelInputSchema.shape });
const pipelineDocument = z.strictObject({
  kind: z.literal('pipeline'),
  channel: nameSchema,
  ...pipeline,
  source: nameSchema,
  target: nameSchema,
  mappings: mappingsSchema.default([]),
});
const userDocument = z.strictObject({
  kind: z.literal('user'),
  ...user,
  channels: z.array(nameSchema).max(1000).default([]),
  password: passwordSchema.optional(),
  passwordEnv: variableSchema,
  passwordFile: pathSchema,
});

const receiverDocument = z
  .strictObject({
    kind: z.literal('alarm-receiver'),
    ...alarmReceiverFields.shape,
    ...{ urlEnv: variableSchema, urlFile: pathSchema },
    ...{ signingKeyEnv: variableSchema, signingKeyFile: pathSchema },
    ...{ headerValueEnv: variableSchema, headerValueFile: pathSchema },
    ...{ passwordEnv: variableSchema, passwordFile: pathSchema },
  })
  .refine(RECEIVER_RULE.holds, RECEIVER_RULE.message);
/** Of a channel, of a pipeline of it, or of everything; to those named, or to every receiver there is. */
const ruleDocument = z
  .strictObject({
    kind: z.literal('alarm-rule'),
    ...alarmRuleFields.shape,
    channel: nameSchema.nullable().default(null),
    pipeline: nameSchema.nullable().default(null),
    receivers: z
      .array(nameSchema)
      .max(50)
      // In which order they are told, and that one is named twice, says nothing.
      .transform((names) => [...new Set(names)].sort())
      .nullable()
      .default(null),
  })
  .refine(({ channel, pipeline: named }) => named === null || channel !== null, {
    ...rule(say('pipeline-needs-channel')),
    path: ['channel'],
  });

/** One object of the configuration, written down by name. What is left out has its default, a secret what is stored. */
const documentSchema = z.discriminatedUnion('kind', [
  systemDocument,
  dataSourceDocument,
  channelDocument,
  pipelineDocument,
  receiverDocument,
  ruleDocument,
  userDocument,
]);

export const documentsSchema = z
  .array(documentSchema)
  .min(1)
  .max(DOCUMENTS_MAX)
  .superRefine((documents, context) => {
    const seen = new Set<string>();
    for (const [index, document] of documents.entries()) {
      const [{ kind }, name] = [document, documentName(document)];
      const key = `${kind} ${name}`;
      if (seen.has(key)) context.addIssue(broken(say('document-twice', { kind, name }), [index]));
      seen.add(key);
    }
  });

export type ConfigurationDocument = z.infer<typeof documentSchema>;
export type Documents<K extends ConfigurationDocument['kind']> = Extract<ConfigurationDocument, { kind: K }>;

/** What tells a document from others of its kind; of a pipeline `CHANNEL/PIPELINE`. */
export function documentName(document: ConfigurationDocument): string {
  switch (document.kind) {
    case 'system':
      return 'parameters';
    case 'pipeline':
      return `${document.channel}/${document.name}`;
    default:
      return document.name;
  }
}

/** In which a document is written, whatever its kind. */
const ORDER = [
  ...['kind', 'channel', 'pipeline', 'name', 'description', 'type', 'severity', 'enabled', 'thresholdSeconds'],
  ...['forMinutes', 'repeatMinutes', 'receivers', 'language', 'url', 'urlEnv', 'urlFile', 'signingKey'],
  ...['signingKeyEnv', 'signingKeyFile', 'headerName', 'headerValue', 'headerValueEnv', 'headerValueFile', 'mail'],
  ...['role', 'disabled', 'channels', 'primary', 'standby', 'user'],
  ...['password', 'passwordEnv', 'passwordFile', 'tls', 'tlsKeyFile', 'source', 'target', 'checkpointName'],
  ...['twoWay', 'parameters', 'mappings'],
];

const EMPTY = [undefined, null, '', '{}', '[]', false];

/** A document as a person writes it: in one order and without what is the default anyway. */
export function plainDocument(document: ConfigurationDocument): Record<string, unknown> {
  return Object.fromEntries(
    ORDER.flatMap((key) => {
      const value = (document as Record<string, unknown>)[key];
      if (key === 'tls' && document.kind === 'data-source') {
        return document.tls.mode === 'off' ? [] : [[key, withoutEmpty(document.tls)]];
      }
      if (key === 'mappings' && document.kind === 'pipeline') return [[key, document.mappings.map(plainMapping)]];
      if (key === 'twoWay' && document.kind === 'pipeline' && document.twoWay !== undefined) {
        return [[key, withoutEmpty(document.twoWay)]];
      }
      if (key === 'mail' && document.kind === 'alarm-receiver' && document.mail !== null) {
        return [[key, withoutEmpty(document.mail)]];
      }
      // What is empty otherwise says something here: the rule is off, and tells nobody.
      const speaks = document.kind === 'alarm-rule' && (value === false || (key === 'receivers' && value !== null));
      return isEmpty(value) && !speaks ? [] : [[key, value]];
    }),
  );
}

function plainMapping(mapping: Documents<'pipeline'>['mappings'][number]): Record<string, unknown> {
  const { columns, ...names } = mapping;
  const chosen = columns.mode === 'all' && columns.rename.length === 0 ? {} : { columns: withoutEmpty(columns) };
  return { ...withoutEmpty(names), ...chosen };
}

function withoutEmpty(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => !isEmpty(item)));
}

function isEmpty(value: unknown): boolean {
  return EMPTY.includes(typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as string));
}
