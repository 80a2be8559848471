import { codedError, Redactor, type AddressSecrets } from '@otter/core';
import type { SyncOptions } from '@otter/engine';
import { readSyncOptions } from './sync-options.ts';
import type { OptionReaders } from './sync-option-table.ts';

/** What options are read with; `redactor` learns every password. */
export function redactingReaders(secrets: AddressSecrets, redactor: Redactor): OptionReaders {
  return {
    readFile: (path) => secrets.readFile(path),
    env: (variable) => secrets.env(variable),
    noteSecret: (secret, user) => redactor.add(secret, secret === user),
  };
}

/** What options given by a program are read with. */
export interface RedactedPorts extends AddressSecrets {
  /** For transactions larger than memory. */
  temporaryDirectory: string;
}

/**
 * The options of a pipeline, given by a program rather than a person, as the engine takes them, and a redactor that
 * knows their passwords. `place` names them in a message. Throws as `readSyncOptions` does, without a password.
 */
export function readRedactedOptions(
  values: Record<string, unknown>,
  place: string,
  ports: RedactedPorts,
): { sync: SyncOptions; redactor: Redactor } {
  const redactor = new Redactor();
  // Learnt first, so that a URL that cannot be read keeps its password too.
  for (const value of Object.values(values)) if (typeof value === 'string') redactor.learn(value);
  const readers = redactingReaders(ports, redactor);
  try {
    const { temporaryDirectory } = ports;
    return { sync: readSyncOptions(values, { place, readers, temporaryDirectory }), redactor };
  } catch (error) {
    throw redactor.cleanError(codedError(error));
  }
}
