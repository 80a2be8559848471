import { say } from '@otter/core';
import { z } from 'zod';
import { rule } from './field-rule.ts';

/** Longest name of any object, in characters. */
const NAME_LENGTH_MAX = 64;
const TEXT_LENGTH_MAX = 2000;

/** The name of an object: letters and digits of any script, and a little punctuation that no language gives a meaning. */
export const nameSchema = z
  .string()
  .max(NAME_LENGTH_MAX, rule(say('name-length', { limit: NAME_LENGTH_MAX })))
  .regex(/^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._:()+#@-]*[\p{L}\p{M}\p{N})._+#-])?$/u, rule(say('name-form')));

/** Free text of a person: everything but control characters and halves of surrogate pairs. */
export const descriptionSchema = z
  .string()
  .max(TEXT_LENGTH_MAX)
  .regex(/^(?:[^\p{Cc}\p{Cs}]|[\n\t])*$/u, rule(say('text-control-characters')));

/** Number of a row in the store; 32 bits, as the column is on MySQL. */
export const idSchema = z.int().min(1).max(0x7fff_ffff);

/** Milliseconds since 1970. */
export const timeSchema = z.int().min(0).meta({ description: 'milliseconds since 1970-01-01 UTC' });
