/** Why a table cannot be created from its definition on the source: half a sentence, for TABLE_NOT_CREATED. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** Ends the translation of this table. */
export function refuse(reason: string): never {
  throw new Refusal(reason);
}
