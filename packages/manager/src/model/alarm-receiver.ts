import { say } from '@otter/core';
import { z } from 'zod';
import { isForbiddenHost } from '../alarm/forbidden-hosts.ts';
import { rule } from './field-rule.ts';
import { descriptionSchema, idSchema, nameSchema, timeSchema } from './text.ts';

/** How a message is written and sent; all but `email` are POSTs to a URL. */
const receiverTypeSchema = z.enum(['webhook', 'dingtalk', 'wecom', 'feishu', 'email']);
export type ReceiverType = z.infer<typeof receiverTypeSchema>;

const languageSchema = z.enum(['en', 'zh']);
export type Language = z.infer<typeof languageSchema>;

/** One line of printable text: nothing that could begin another header. */
const lineSchema = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, rule(say('no-control-characters')));

const urlSchema = z
  .string()
  .max(2000)
  .regex(/^https?:\/\/[^\s\p{Cc}\p{Cs}]+$/u, rule(say('form-url')))
  .refine((text) => URL.canParse(text), rule(say('form-url')))
  .refine((text) => !URL.canParse(text) || !isForbiddenHost(new URL(text).hostname), rule(say('host-forbidden')));

const addressSchema = z
  .string()
  .max(254)
  .regex(/^[^\s\p{Cc}\p{Cs}<>(),;:@"\\]+@[^\s\p{Cc}\p{Cs}<>(),;:@"\\]+$/u, rule(say('form-mail-address')));

const mailSchema = z.strictObject({
  host: z
    .string()
    .max(255)
    .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+)$/, rule(say('form-host')))
    .refine((host) => !isForbiddenHost(host), rule(say('host-forbidden'))),
  port: z.int().min(1).max(65_535).default(465),
  tls: z
    .enum(['off', 'starttls', 'on'])
    .default('on')
    .meta({ description: 'on: TLS from the first byte; starttls: asked for, and required; certificates are checked' }),
  user: lineSchema.nullable().default(null),
  from: addressSchema,
  to: z.array(addressSchema).min(1).max(50),
});

/** Header names that mean something to HTTP itself. */
const HEADERS_RESERVED =
  /^(?:host|content-.*|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|proxy-.*|x-otter-.*)$/i;
const headerNameSchema = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9-]+$/, rule(say('form-header')))
  .refine((name) => !HEADERS_RESERVED.test(name), rule(say('header-reserved')));

/** What is kept sealed; each left out of an input stays as it is stored, and null takes it away. */
const SECRET_FIELDS = {
  signingKey: lineSchema
    .nullable()
    .optional()
    .meta({ description: 'key of the signature: HMAC of a webhook, the secret of a DingTalk or Feishu robot' }),
  headerValue: lineSchema.nullable().optional().meta({ description: 'sent in the header named by headerName' }),
  password: lineSchema.nullable().optional().meta({ description: 'of the mail server' }),
};

export const alarmReceiverFields = z.strictObject({
  name: nameSchema,
  description: descriptionSchema.default(''),
  type: receiverTypeSchema,
  language: languageSchema.default('en'),
  url: urlSchema.optional().meta({ description: 'kept sealed: the URL of a robot is its password' }),
  headerName: headerNameSchema.nullable().default(null),
  ...SECRET_FIELDS,
  mail: mailSchema.nullable().default(null),
});

/** An e-mail has a mail server and nothing of a webhook. */
export const RECEIVER_RULE = {
  holds: ({ type, mail, url, headerName }: { type: string; mail: unknown; url?: unknown; headerName: unknown }) =>
    type === 'email' ? mail !== null && url === undefined && headerName === null : mail === null,
  message: { ...rule(say('receiver-fields')), path: ['mail'] },
};

export const alarmReceiverInputSchema = alarmReceiverFields.refine(RECEIVER_RULE.holds, RECEIVER_RULE.message);

/** A receiver as it is shown: of its URL where it leads, of its secrets whether there are any. */
export const alarmReceiverSchema = z.object({
  id: idSchema,
  version: z.int(),
  name: z.string(),
  description: z.string(),
  type: receiverTypeSchema,
  language: languageSchema,
  origin: z.string().nullable().meta({ description: 'https://host of the URL; null for e-mail' }),
  headerName: z.string().nullable(),
  hasSigningKey: z.boolean(),
  hasHeaderValue: z.boolean(),
  hasPassword: z.boolean(),
  mail: z
    .object({
      ...{ host: z.string(), port: z.int(), tls: z.enum(['off', 'starttls', 'on']), user: z.string().nullable() },
      ...{ from: z.string(), to: z.array(z.string()) },
    })
    .nullable(),
  last: z
    .object({
      state: z.enum(['waiting', 'sent', 'failed']),
      answer: z.string().nullable().meta({ description: 'what it said last; null: nothing yet' }),
      atMs: timeSchema,
      attempts: z.int(),
    })
    .nullable()
    .meta({ description: 'what became of the last message; null: none was sent' }),
  createdAtMs: timeSchema,
  updatedAtMs: timeSchema,
});

export type AlarmReceiverInput = z.infer<typeof alarmReceiverInputSchema>;
export type AlarmReceiver = z.infer<typeof alarmReceiverSchema>;
export type ReceiverMail = z.infer<typeof mailSchema>;
