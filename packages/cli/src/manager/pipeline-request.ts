import { codedError, type Redactor } from '@otter/core';
import type { SyncOptions } from '@otter/engine';
import { readRedactedOptions, type RedactedPorts } from '@otter/options';

/** Does something the manager asks about one pipeline. Whatever error it ends with leaves without a password in it. */
export async function forPipeline<T>(
  values: Record<string, unknown>,
  ports: RedactedPorts,
  work: (sync: SyncOptions, redactor: Redactor) => Promise<T>,
): Promise<T> {
  const { sync, redactor } = readRedactedOptions(values, 'the pipeline', ports);
  try {
    return await work(sync, redactor);
  } catch (error) {
    throw redactor.cleanError(codedError(error));
  }
}
