import { say, type Wording } from '@otter/core';
import { z } from 'zod';
import { rule } from './field-rule.ts';
import { patternSchema, type Mapping } from './mapping.ts';
import { oneWayProblem, type PipelineParameters } from './parameters.ts';

/** Ends of the names of the two checkpoints, as `otter sync --two-way` has them; the second one is that of the pipeline, too. */
const OUT = '.out';
export const BACK = '.back';
/** Longest name that either can be added to. */
const NAME_LENGTH_MAX = 64 - BACK.length;

/** Patterns of one list at most. */
const PATTERNS_MAX = 100;

/** What it means is read by the engine: the preflight refuses what cannot be. */
const ruleTextSchema = z
  .string()
  .min(5)
  .max(1024)
  .regex(/^[^\p{Cc}\p{Cs}]+:[^\p{Cc}\p{Cs}]+$/u, rule(say('form-conflict-rule')));

/** Which of two changes of a row stays that did not know of each other: the later one, or that of one side. */
const conflictsSchema = z
  .enum(['newest', 'from', 'to'])
  .meta({ description: 'which of two changes of a row stays: the later one, or that of the source or the target' });

/** That a pipeline leads a pair. The other direction is made, changed and deleted with it. */
export const pairSchema = z.strictObject({
  conflicts: conflictsSchema.default('newest'),
  rules: z
    .array(ruleTextSchema)
    .max(PATTERNS_MAX)
    .default([])
    .meta({ description: 'rules of single tables, as --conflict-rule takes them: shop.stock:counter(qty)' }),
  ask: z
    .array(patternSchema)
    .max(PATTERNS_MAX)
    .default([])
    .meta({ description: 'tables whose conflicts stay open until a person has looked; decided by the rule meanwhile' }),
});

/** What a pipeline is in its pair. */
export const twoWaySchema = z
  .object({
    // In the words of the leading direction, in both of them.
    ...pairSchema.shape,
    counterpartId: z.int().meta({ description: 'the pipeline that brings the changes of the target back' }),
    leads: z.boolean().meta({ description: 'it copies and carries changes of definition; the other one follows it' }),
  })
  .nullable();

export type Pair = z.infer<typeof pairSchema>;

/** What a pair may not have: whatever would make one direction see, or mean, other rows than the other. */
export interface PairFields {
  name: string;
  checkpointName?: string | undefined;
  isOneServer: boolean;
  parameters: PipelineParameters;
  mappings: readonly Mapping[];
}

/** Why these fields are none of a pair; null when they may be. */
export function pairProblem({
  name,
  checkpointName = '',
  isOneServer,
  parameters,
  mappings,
}: PairFields): Wording | null {
  if (isOneServer) return say('pair-one-server');
  if (Math.max(name.length, checkpointName.length) > NAME_LENGTH_MAX) {
    return say('pair-name-long', { limit: NAME_LENGTH_MAX, end: BACK });
  }
  const renamed = mappings.find(({ target }) => target !== null);
  if (renamed !== undefined) return say('pair-renames', { table: renamed.source });
  const chosen = mappings.find(({ columns }) => columns.mode !== 'all' || columns.rename.length > 0);
  if (chosen !== undefined) return say('pair-columns', { table: chosen.source });
  return oneWayProblem(parameters);
}

/** Names of the checkpoints of a pair, the leading one first. */
export function pairCheckpoints(name: string): [string, string] {
  return [`${name}${OUT}`, `${name}${BACK}`];
}

/** The name of a pair from that of one of its checkpoints. */
export function pairName(checkpointName: string): string {
  return checkpointName.slice(0, checkpointName.lastIndexOf('.'));
}
