import type { RowKey } from './row-key.ts';

/**
 * Which shard a row belongs to. Part of what a checkpoint means: a range that only some shards had
 * committed before a crash is divided again, so the function may never change.
 */
export function shardOf(key: RowKey, shards: number): number {
  if (typeof key === 'number') return mix(key | 0) % shards;
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return mix(hash) % shards;
}

/** Spreads neighbouring numbers over all bits (the finalizer of MurmurHash3). */
function mix(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
