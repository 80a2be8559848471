import { say, type Wording } from '@otter/core';
import { z } from 'zod';
import { rule } from './field-rule.ts';

const WORKERS_MAX = 64;

const sizeSchema = z
  .string()
  .max(16)
  .regex(/^[1-9]\d{0,8}[KMG]?$/, rule(say('form-size')));

/** `64M` and more: what the engine needs at least to hold one packet and read on. */
const memorySchema = sizeSchema.refine(
  (text) => bytesOf(text) >= 4 * 1024 * 1024,
  rule(say('field-number-min', { limit: '4M' })),
);

const DDL_KINDS = 'create|alter|drop|rename|truncate|index|database';
const ddlSchema = z
  .string()
  .max(200)
  .regex(
    new RegExp(`^(?:(?:${DDL_KINDS})=)?(?:apply|ignore|stop)(?:,(?:(?:${DDL_KINDS})=)?(?:apply|ignore|stop))*$`),
    rule(say('form-ddl')),
  );

const otterMarksSchema = z.string().regex(/^(?:off|shield|[1-9]\d{0,8}(?::.{1,128})?)$/, rule(say('form-otter-marks')));

const startSchema = z
  .string()
  .max(4096)
  .regex(
    /^(?:now|earliest|gtid:[0-9A-Za-z:,_-]+|binlog:[A-Za-z0-9._-]+:\d{1,15}|time:[0-9T:.Z+-]+)$/,
    rule(say('form-start')),
  );

/** What may be said for the whole system, a channel or one pipeline, under the names of the options of `otter sync`. */
export const parametersSchema = z
  .strictObject({
    mode: z.enum(['auto', 'full+incremental', 'full', 'incremental']),
    'if-not-empty': z.enum(['fail', 'keep', 'replace']),
    'create-tables': z.enum(['auto', 'yes', 'no']),
    indexes: z.enum(['after-copy', 'with-table']),
    'copy-lanes': z.int().min(1).max(WORKERS_MAX),
    'copy-rate': sizeSchema,
    'copy-max-lag': z.int().min(1).max(86_400),
    'copy-max-load': z.int().min(1).max(100_000),
    'free-gate': z.enum(['on', 'off']),
    'otter-marks': otterMarksSchema,
    'conflicts-days': z.int().min(1).max(36_500),
    ddl: ddlSchema,
    apply: z.enum(['transaction', 'row']),
    workers: z.int().min(1).max(WORKERS_MAX),
    memory: memorySchema,
    'control-schema': z.string().regex(/^[A-Za-z0-9_$]{1,64}$/, rule(say('form-schema-name'))),
    heartbeat: z.enum(['auto', 'off']),
  })
  .partial();

/** What only one pipeline can have besides. */
export const pipelineParametersSchema = parametersSchema.extend({
  start: startSchema.optional(),
  'server-id': z.int().min(1).max(0xffff_ffff).optional(),
});

export type Parameters = z.infer<typeof parametersSchema>;
export type PipelineParameters = z.infer<typeof pipelineParametersSchema>;

/** What a pair may not have, and why: whatever would make one direction see, or mean, other rows than the other. */
const ONE_WAY_ONLY: readonly [keyof PipelineParameters, (value: string | number) => boolean, Wording][] = [
  ['apply', (value) => value === 'row', say('pair-apply')],
  ['mode', (value) => value === 'full', say('pair-mode')],
  ['start', (value) => value !== 'now', say('pair-start')],
  ['otter-marks', (value) => value !== 'off' && value !== 'shield', say('pair-marks')],
];

/** Why these are no parameters of a pair; null when they may be. */
export function oneWayProblem(parameters: PipelineParameters): Wording | null {
  for (const [name, isRefused, problem] of ONE_WAY_ONLY) {
    const value = parameters[name];
    if (value !== undefined && isRefused(value)) return problem;
  }
  return null;
}

/** Where the value of a parameter comes from. What nobody sets is the default of `otter sync`. */
type ParameterLevel = 'system' | 'channel' | 'pipeline';

export interface EffectiveParameter {
  value: string | number;
  from: ParameterLevel;
}

/**
 * What holds for a pipeline: system ← channel ← pipeline, the later winning, each with its origin. What a pair may not
 * have is for the other pipelines of the system and the channel.
 */
export function effectiveParameters(
  { system, channel, pipeline }: { system: Parameters; channel: Parameters; pipeline: PipelineParameters },
  isPair: boolean,
): Record<string, EffectiveParameter> {
  const levels: [ParameterLevel, PipelineParameters][] = [
    ['system', system],
    ['channel', channel],
    ['pipeline', pipeline],
  ];
  const effective: Record<string, EffectiveParameter> = {};
  for (const [from, parameters] of levels) {
    for (const [name, value] of Object.entries(parameters)) {
      if (value === undefined || (isPair && oneWayProblem({ [name]: value }) !== null)) continue;
      effective[name] = { value, from };
    }
  }
  return effective;
}

function bytesOf(text: string): number {
  const factor = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[text.at(-1) ?? ''];
  return Number.parseInt(text, 10) * (factor ?? 1);
}
