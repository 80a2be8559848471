import { say, sayNames, verbatim, type Wording } from '@otter/core';
import type { z } from 'zod';

/** What the rules of fields say, by its English side: zod carries one text. */
const RULES = new Map<string, Wording>();

/** What is said of a field that breaks a rule, in the form zod takes; {@link issueSaid} finds both languages again. */
export function rule(said: Wording): { error: string } {
  RULES.set(said.en, said);
  return { error: said.en };
}

/** The same for a rule whose words depend on what was sent. */
export function broken({ en, zh }: Wording, path: PropertyKey[] = []) {
  return { code: 'custom' as const, message: en, params: { zh }, path };
}

/** What is wrong with a field, without where. */
export type FieldIssue = z.core.$ZodIssue;

/** What is wrong with a field, in both languages. */
export function issueSaid(issue: FieldIssue): Wording {
  const known = RULES.get(issue.message);
  if (known !== undefined) return known;
  switch (issue.code) {
    case 'custom':
      return { en: issue.message, zh: typeof issue.params?.zh === 'string' ? issue.params.zh : issue.message };
    case 'invalid_type':
      if (issue.message.endsWith('received undefined')) return say('field-missing');
      return typeSaid(issue.expected);
    case 'too_small':
      return say(LIMITS[measureOf(issue.origin)].min, { limit: String(issue.minimum) });
    case 'too_big':
      return say(LIMITS[measureOf(issue.origin)].max, { limit: String(issue.maximum) });
    case 'invalid_value':
      return say(issue.values.length === 1 ? 'field-literal' : 'field-choice', {
        values: { en: issue.values.map(String).join(', '), zh: issue.values.map(String).join('、') },
      });
    case 'unrecognized_keys':
      return say('field-unknown', { names: sayNames(issue.keys.map((key) => `"${key}"`)) });
    default:
      return say('field-unreadable');
  }
}

const LIMITS = {
  characters: { min: 'field-characters-min', max: 'field-characters-max' },
  items: { min: 'field-items-min', max: 'field-items-max' },
  number: { min: 'field-number-min', max: 'field-number-max' },
} as const;

function measureOf(origin: string): keyof typeof LIMITS {
  if (origin === 'string') return 'characters';
  return origin === 'array' || origin === 'set' ? 'items' : 'number';
}

const TYPES = {
  string: 'type-text',
  number: 'type-number',
  int: 'type-whole-number',
  boolean: 'type-boolean',
  array: 'type-list',
  object: 'type-fields',
} as const;

function typeSaid(expected: string): Wording {
  const type = Object.hasOwn(TYPES, expected) ? say(TYPES[expected as keyof typeof TYPES]) : verbatim(expected);
  return say('field-type', { type });
}
