import { say } from '@otter/core';
import { z } from 'zod';
import { rule } from './field-rule.ts';
import { descriptionSchema, idSchema, nameSchema, timeSchema } from './text.ts';

const PEM_LENGTH_MAX = 100_000;

const hostSchema = z
  .string()
  .max(255)
  .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+)$/, rule(say('form-host')));

const pemSchema = z
  .string()
  .max(PEM_LENGTH_MAX)
  .regex(
    /^(?:[A-Za-z0-9+/=:,.\- \r\n\t])*-----BEGIN [A-Z0-9 ]+-----[A-Za-z0-9+/=:,.\- \r\n\t]*$/,
    rule(say('form-pem')),
  );

const placeSchema = z.strictObject({ host: hostSchema, port: z.int().min(1).max(65_535) });

/** `on` encrypts without checking the certificate; the two `verify` modes check it. PEM texts, null when there is none. */
const tlsModeSchema = z.enum(['off', 'on', 'verify-ca', 'verify-full']);

/** To verify a certificate, somebody has to say who may have signed it. */
export const AUTHORITY_RULE = {
  holds: (input: { tls: { mode: string; ca: string | null } }): boolean =>
    !input.tls.mode.startsWith('verify') || input.tls.ca !== null,
  message: { ...rule(say('authority-needed')), path: ['tls', 'ca'] },
};

/** How to reach and log in to a server: what is sent. A secret that is left out keeps what is stored. */
export const dataSourceInputSchema = z
  .strictObject({
    name: nameSchema,
    description: descriptionSchema.default(''),
    kind: z.literal('mysql').default('mysql').meta({ description: 'MySQL or MariaDB' }),
    primary: placeSchema,
    standby: placeSchema.nullable().default(null),
    user: z
      .string()
      .min(1)
      .max(80)
      .regex(/^[^\p{Cc}\p{Cs}]*$/u, rule(say('no-control-characters'))),
    password: z
      .string()
      .max(256)
      .regex(/^[^\p{Cc}\p{Cs}]*$/u, rule(say('no-control-characters')))
      .optional(),
    tls: z
      .strictObject({
        mode: tlsModeSchema,
        ca: pemSchema.nullable().default(null),
        cert: pemSchema.nullable().default(null),
        key: pemSchema.nullable().optional().meta({ description: 'left out: as stored; null: none' }),
      })
      .default({ mode: 'off', ca: null, cert: null }),
  })
  .refine(AUTHORITY_RULE.holds, AUTHORITY_RULE.message);

/** A data source as it is shown: whether there is a secret, never which. */
export const dataSourceSchema = z.object({
  id: idSchema,
  version: z.int(),
  name: z.string(),
  description: z.string(),
  kind: z.literal('mysql'),
  primary: z.object({ host: z.string(), port: z.int() }),
  standby: z.object({ host: z.string(), port: z.int() }).nullable(),
  user: z.string(),
  hasPassword: z.boolean(),
  tls: z.object({
    mode: tlsModeSchema,
    ca: z.string().nullable(),
    cert: z.string().nullable(),
    hasKey: z.boolean(),
  }),
  createdAtMs: timeSchema,
  updatedAtMs: timeSchema,
});

export type DataSourceInput = z.infer<typeof dataSourceInputSchema>;
export type DataSource = z.infer<typeof dataSourceSchema>;
