import { OtterError, say, type Wording } from '@otter/core';

/** Throws NOT_FOUND when there is no row. `what` names the object: `channel 7`. */
export function found<T>(row: T | undefined, what: Wording): T {
  if (row === undefined) throw new OtterError('NOT_FOUND', { detail: what });
  return row;
}

/** Throws VERSION_MISMATCH when the object is no longer the one that was read. `version` is what the request says. */
export function assertVersion(row: { version: number }, version: number, what: Wording): void {
  if (row.version !== version) throw mismatch(what, version);
}

/** The same, by what a conditional update did: another request may have come between. */
export function assertUpdated(result: { numUpdatedRows: bigint }, version: number, what: Wording): void {
  if (result.numUpdatedRows === 0n) throw mismatch(what, version);
}

function mismatch(what: Wording, version: number): OtterError {
  return new OtterError('VERSION_MISMATCH', { detail: say('version-gone', { what, version }) });
}

/** Refuses a name that another object has. Throws NAME_TAKEN and says which. */
export function assertNameFree(other: { id: number } | undefined, own: number | null, what: Wording): void {
  if (other !== undefined && other.id !== own)
    throw new OtterError('NAME_TAKEN', { detail: say('name-exists', { what }) });
}
