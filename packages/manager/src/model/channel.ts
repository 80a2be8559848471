import { say } from '@otter/core';
import { z } from 'zod';
import { rule } from './field-rule.ts';
import { parametersSchema, pipelineParametersSchema } from './parameters.ts';
import { descriptionSchema, idSchema, nameSchema, timeSchema } from './text.ts';
import { pairSchema, twoWaySchema } from './two-way.ts';

/** Pipelines of one channel at most. */
export const PIPELINES_MAX = 64;

export const channelInputSchema = z.strictObject({
  name: nameSchema,
  description: descriptionSchema.default(''),
  parameters: parametersSchema.default({}),
});

export const channelSchema = z.object({
  id: idSchema,
  version: z.int(),
  name: z.string(),
  description: z.string(),
  parameters: parametersSchema,
  pipelineCount: z.int(),
  createdAtMs: timeSchema,
  updatedAtMs: timeSchema,
});

/** A pipeline belongs to the channel of its path and stays there. */
export const pipelineInputSchema = z.strictObject({
  name: nameSchema,
  description: descriptionSchema.default(''),
  sourceId: idSchema,
  targetId: idSchema,
  parameters: pipelineParametersSchema.default({}),
});

export const pipelineCreationSchema = pipelineInputSchema.extend({
  checkpointName: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, rule(say('form-checkpoint-name')))
    .optional()
    .meta({
      description: 'key of the checkpoint in the target; give the --name of an `otter sync` to go on where it is',
    }),
  twoWay: pairSchema.optional().meta({
    description: 'both sides are written and kept equal: a second pipeline brings back what the target writes',
  }),
});

export const desiredStateSchema = z.enum(['running', 'stopped']);

export const pipelineSchema = z.object({
  id: idSchema,
  version: z.int(),
  channelId: idSchema,
  name: z.string(),
  description: z.string(),
  checkpointName: z.string(),
  sourceId: idSchema,
  targetId: idSchema,
  parameters: pipelineParametersSchema,
  desired: desiredStateSchema,
  twoWay: twoWaySchema,
  mappingCount: z.int(),
  createdAtMs: timeSchema,
  updatedAtMs: timeSchema,
});

export type ChannelInput = z.infer<typeof channelInputSchema>;
export type Channel = z.infer<typeof channelSchema>;
export type PipelineInput = z.infer<typeof pipelineInputSchema>;
export type PipelineCreation = z.infer<typeof pipelineCreationSchema>;
export type Pipeline = z.infer<typeof pipelineSchema>;
export type DesiredState = z.infer<typeof desiredStateSchema>;
