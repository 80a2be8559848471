import type { Wording } from '@otter/core';

/** Why a table cannot be created from its definition on the source: half a sentence, for TABLE_NOT_CREATED. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: Wording;

  constructor(reason: Wording) {
    super(reason.en);
    this.reason = reason;
  }
}

/** Ends the translation of this table. */
export function refuse(reason: Wording): never {
  throw new Refusal(reason);
}
