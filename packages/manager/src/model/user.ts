import { say } from '@otter/core';
import { z } from 'zod';
import { rule } from './field-rule.ts';
import { idSchema, nameSchema, timeSchema } from './text.ts';

export const ROLES = ['ADMIN', 'OPERATOR', 'VIEWER'] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

/** What an API token may be used for; never more than its owner's role allows. */
export const SCOPES = ['read', 'operate', 'configure', 'administer'] as const;
export const scopeSchema = z.enum(SCOPES);
export type Scope = z.infer<typeof scopeSchema>;

const CHANNELS_GRANTED_MAX = 1000;

/** Length is what makes a password hard to guess, so nothing else is asked for. */
export const passwordSchema = z.string().min(10).max(256);

export const userInputSchema = z.strictObject({
  name: nameSchema,
  role: roleSchema,
  disabled: z.boolean().default(false),
  channelIds: z
    .array(idSchema)
    .max(CHANNELS_GRANTED_MAX)
    .refine((ids) => new Set(ids).size === ids.length, rule(say('channel-twice')))
    .default([])
    .meta({ description: 'channels an OPERATOR may configure, start and stop' }),
});

export const userCreationSchema = userInputSchema.extend({ password: passwordSchema });

export const userSchema = z.object({
  id: idSchema,
  version: z.int(),
  name: z.string(),
  role: roleSchema,
  disabled: z.boolean(),
  channelIds: z.array(idSchema),
  createdAtMs: timeSchema,
  updatedAtMs: timeSchema,
});

export const tokenInputSchema = z.strictObject({
  name: nameSchema,
  scopes: z
    .array(scopeSchema)
    .min(1)
    .max(SCOPES.length)
    .refine((scopes) => new Set(scopes).size === scopes.length, rule(say('scope-twice'))),
  expiresAtMs: timeSchema.max(8_640_000_000_000).nullable().default(null),
});

export const tokenSchema = z.object({
  id: idSchema,
  name: z.string(),
  scopes: z.array(scopeSchema),
  createdAtMs: timeSchema,
  expiresAtMs: timeSchema.nullable(),
});

export type UserInput = z.infer<typeof userInputSchema>;
export type User = z.infer<typeof userSchema>;
export type TokenInput = z.infer<typeof tokenInputSchema>;
export type Token = z.infer<typeof tokenSchema>;
