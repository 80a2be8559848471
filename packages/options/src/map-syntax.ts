import { OtterError, parseTablePattern, type NamePattern } from '@otter/core';
import type { TableMapping } from '@otter/engine';
import { splitOutside } from './text-split.ts';

/** Reads `SRC:DST`, both `schema.table` patterns. Throws USAGE with the reason. */
export function parseMapping(text: string): TableMapping {
  const [source, target, ...rest] = splitOutside(text.trim(), ':');
  if (source === undefined || target === undefined || rest.length > 0) {
    throw usage(text, 'write SOURCE:TARGET, for example shop.tb_item:archive.item or shop.*:archive.*');
  }
  const mapping = { source: parseTablePattern(source.trim()), target: parseTablePattern(target.trim()) };
  refuseUnequalRanges(mapping.source.schema, mapping.target.schema, text);
  refuseUnequalRanges(mapping.source.table, mapping.target.table, text);
  return mapping;
}

/** A target range takes its names by number from the source range, so both must count alike. */
function refuseUnequalRanges(source: NamePattern, target: NamePattern, text: string): void {
  if (target.form !== 'range') return;
  const count = source.form === 'range' ? source.names.length : 0;
  if (count !== target.names.length) {
    const found = source.form === 'range' ? `${count} names` : 'no range';
    throw usage(text, `"${target.text}" has ${target.names.length} names, "${source.text}" has ${found}`);
  }
}

function usage(text: string, reason: string): OtterError {
  return new OtterError('USAGE', { detail: `"${text}" cannot be used: ${reason}` });
}
