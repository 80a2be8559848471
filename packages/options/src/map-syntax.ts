import { OtterError, parseTablePattern, refuseUnequalRanges } from '@otter/core';
import type { TableMapping } from '@otter/engine';
import { splitOutside } from './text-split.ts';

/** Reads `SRC:DST`, both `schema.table` patterns. Throws USAGE with the reason. */
export function parseMapping(text: string): TableMapping {
  const [source, target, ...rest] = splitOutside(text.trim(), ':');
  if (source === undefined || target === undefined || rest.length > 0) {
    throw usage(text, 'write SOURCE:TARGET, for example shop.tb_item:archive.item or shop.*:archive.*');
  }
  const mapping = { source: parseTablePattern(source.trim()), target: parseTablePattern(target.trim()) };
  try {
    refuseUnequalRanges(mapping.source, mapping.target);
  } catch (error) {
    if (OtterError.is(error)) throw usage(text, error.detail);
    throw error;
  }
  return mapping;
}

function usage(text: string, reason: string): OtterError {
  return new OtterError('USAGE', { detail: `"${text}" cannot be used: ${reason}` });
}
