import { say } from '@otter/core';
import { z } from 'zod';
import { rule } from './field-rule.ts';
import { descriptionSchema, idSchema, nameSchema, timeSchema } from './text.ts';

/**
 * What a rule watches: `delay` (the target is behind), `table-stopped`, `pipeline-failed` (or waits to be tried again),
 * `no-report` (nothing proves that it works), `rows-differ` (a verification found differences that nobody repaired),
 * `echoes` (rows came round: something beside Otter carries them back), `conflicts-open` (conflicts wait for a person).
 */
const RULE_TYPES = [
  'delay',
  'table-stopped',
  'pipeline-failed',
  'no-report',
  'rows-differ',
  'echoes',
  'conflicts-open',
] as const;
const ruleTypeSchema = z.enum(RULE_TYPES);
export type RuleType = z.infer<typeof ruleTypeSchema>;

/** The worst last. */
const SEVERITIES = ['warning', 'critical'] as const;
const severitySchema = z.enum(SEVERITIES);
export type Severity = z.infer<typeof severitySchema>;

/** A week. */
const MINUTES_MAX = 10_080;
const RECEIVERS_MAX = 50;

const ruleFields = {
  name: nameSchema,
  description: descriptionSchema.default(''),
  type: ruleTypeSchema,
  severity: severitySchema.default('warning'),
  enabled: z.boolean().default(true),
  thresholdSeconds: z.int().min(1).max(604_800).default(60).meta({ description: 'of a delay; no other type uses it' }),
  forMinutes: z
    .int()
    .min(0)
    .max(MINUTES_MAX)
    .default(0)
    .meta({ description: 'how long it has to last before it is told; 0: at once' }),
  repeatMinutes: z
    .int()
    .min(0)
    .max(MINUTES_MAX)
    .default(60)
    .meta({ description: 'the pause after which it is told once more while it lasts; 0: never' }),
};

export const alarmRuleFields = z.strictObject(ruleFields);

/** What is watched, where, and who is told. Neither channel nor pipeline: all of them. */
export const alarmRuleInputSchema = alarmRuleFields
  .extend({
    channelId: idSchema.nullable().default(null),
    pipelineId: idSchema.nullable().default(null),
    receiverIds: z
      .array(idSchema)
      .max(RECEIVERS_MAX)
      .refine((ids) => new Set(ids).size === ids.length, rule(say('receiver-twice')))
      .nullable()
      .default(null)
      .meta({ description: 'null: every receiver there is' }),
  })
  .refine(({ channelId, pipelineId }) => channelId === null || pipelineId === null, {
    ...rule(say('rule-for-both')),
    path: ['pipelineId'],
  });

export const alarmRuleSchema = z.object({
  id: idSchema,
  version: z.int(),
  ...ruleFields,
  description: z.string(),
  channelId: idSchema.nullable(),
  pipelineId: idSchema.nullable(),
  receiverIds: z.array(idSchema).nullable(),
  createdAtMs: timeSchema,
  updatedAtMs: timeSchema,
});

/** What an alarm is about, in figures; which are there depends on its type. Never a row's values. */
const alarmFactsSchema = z.object({
  lagMs: z.number().nullable().meta({ description: 'of a delay, when it was looked at last' }),
  thresholdSeconds: z.int().nullable(),
  code: z.string().nullable().meta({ description: 'why it failed' }),
  count: z.number().nullable().default(null).meta({ description: 'rows that came round, conflicts that are open' }),
  tables: z.array(z.string()).meta({ description: 'tables that stopped or differ; none is taken away while it lasts' }),
});
export type AlarmFacts = z.infer<typeof alarmFactsSchema>;

export const alarmSchema = z.object({
  id: idSchema,
  ruleId: idSchema,
  ruleName: z.string(),
  type: ruleTypeSchema,
  severity: severitySchema,
  channelId: idSchema,
  channelName: z.string(),
  pipelineId: idSchema,
  pipelineName: z.string(),
  facts: alarmFactsSchema,
  text: z.object({ en: z.string(), zh: z.string() }).meta({ description: 'the facts in words' }),
  raisedAtMs: timeSchema,
  clearedAtMs: timeSchema.nullable().meta({ description: 'null: it is raised' }),
  silence: z
    .object({ untilMs: timeSchema, reason: z.string(), userName: z.string() })
    .nullable()
    .meta({ description: 'until when nothing is repeated, and why' }),
});

export type AlarmRuleInput = z.infer<typeof alarmRuleInputSchema>;
export type AlarmRule = z.infer<typeof alarmRuleSchema>;
export type Alarm = z.infer<typeof alarmSchema>;
