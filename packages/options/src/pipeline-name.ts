import { createHash } from 'node:crypto';
import { patternText, type ServerAddress, type TablePattern } from '@otter/core';

/**
 * The name of a pipeline that was given none: `sync-` and 8 hex digits of SHA-256 over target, source and
 * tables. The order of the tables, accounts and passwords do not matter, so that a changed password or a
 * re-ordered list finds the same checkpoint; another host or another table makes another pipeline.
 */
export function derivedName(source: ServerAddress, target: ServerAddress, tables: readonly TablePattern[]): string {
  const parts = [place(target), place(source), ...tables.map((t) => patternText(t).toLowerCase()).sort()];
  return `sync-${createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 8)}`;
}

function place(address: ServerAddress): string {
  return address.socketPath ?? `${address.host.toLowerCase()}:${address.port}`;
}
