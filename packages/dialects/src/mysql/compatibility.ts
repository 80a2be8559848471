import { say, verbatim, type Column, type ColumnKind, type Wording } from '@otter/core';

/** Kinds whose values another kind holds without loss; the target still refuses what does not fit (strict mode). */
const LOSSLESS: Readonly<Partial<Record<ColumnKind, readonly ColumnKind[]>>> = {
  int: ['decimal', 'text'],
  year: ['int', 'decimal', 'text'],
  bit: ['int', 'decimal'],
  decimal: ['text'],
  float: ['double'],
  date: ['datetime', 'text'],
  time: ['text'],
  datetime: ['text'],
  timestamp: ['text'],
  enum: ['text'],
  set: ['text'],
  json: ['text'],
  uuid: ['text'],
  inet4: ['text'],
  inet6: ['text'],
};

const UNICODE = new Set(['utf8', 'utf8mb3', 'utf8mb4', 'utf16', 'utf16le', 'utf32', 'ucs2']);

/**
 * Why values of `source` cannot be stored in `target` without a possible silent change; `null` when they can.
 * A target that is merely narrower (VARCHAR(10) for VARCHAR(20), INT for BIGINT) is allowed: the strict
 * session refuses each row that does not fit. What even a strict server bends silently is not: a smaller
 * scale, fewer fraction digits of a second, integers in a DOUBLE.
 */
export function compatibility(source: Column, target: Column): Wording | null {
  if (source.kind === target.kind) return sameKind(source, target);
  if (source.kind === 'int' && (target.kind === 'double' || target.kind === 'float')) {
    const exactBytes = target.kind === 'double' ? 4 : 2;
    return source.length <= exactBytes ? null : about('type-inexact', source, target);
  }
  if (source.kind === 'int' && target.kind === 'bit') return null;
  if (LOSSLESS[source.kind]?.includes(target.kind) !== true) {
    return about('type-lossy', source, target);
  }
  if ((source.kind === 'enum' || source.kind === 'set') && source.labels === null) {
    return say('type-labels-unknown', { type: describe(source) });
  }
  if (target.kind === 'text' && source.kind === 'json' && !isUnicode(target.charset)) {
    return say('type-lossy', { source: 'JSON', target: describe(target) });
  }
  return null;
}

function sameKind(source: Column, target: Column): Wording | null {
  const kind: string = source.kind;
  switch (kind) {
    case 'decimal':
    case 'time':
    case 'datetime':
    case 'timestamp':
      // The server rounds to the target's digits with no more than a note, strict mode or not.
      return source.scale > target.scale ? about('type-fewer-digits', source, target) : null;
    case 'enum':
    case 'set':
      return labelsCompatibility(source, target);
    default:
      return null;
  }
}

function labelsCompatibility(source: Column, target: Column): Wording | null {
  if (source.labels === null) return say('type-labels-unknown', { type: describe(source) });
  if (target.labels === null) return say('type-labels-unknown', { type: describe(target) });
  const known = new Set(target.labels);
  const missing = source.labels.filter((label) => !known.has(label));
  if (missing.length === 0) return null;
  const lacking = { count: missing.length, label: missing[0] ?? '' };
  return say('type-labels-lacking', { source: describe(source), target: describe(target), ...lacking });
}

function about(id: 'type-inexact' | 'type-lossy' | 'type-fewer-digits', source: Column, target: Column): Wording {
  return say(id, { source: describe(source), target: describe(target) });
}

function isUnicode(charset: string | null): boolean {
  return charset !== null && UNICODE.has(charset);
}

/** Short words for a column's type in messages: `decimal(10,2)`, `text of latin1`, `int of 8 bytes unsigned`. */
export function describe(column: Column): Wording {
  const kind: string = column.kind;
  switch (kind) {
    case 'int':
      return say(column.unsigned ? 'type-int-unsigned' : 'type-int', { bytes: column.length });
    case 'decimal':
      return verbatim(`decimal(${column.precision},${column.scale})`);
    case 'time':
    case 'datetime':
    case 'timestamp':
      return verbatim(column.scale > 0 ? `${column.kind}(${column.scale})` : column.kind);
    case 'text':
    case 'enum':
    case 'set':
      return column.charset === null
        ? verbatim(column.kind)
        : say('type-of-charset', { type: column.kind, charset: column.charset });
    default:
      return verbatim(column.kind);
  }
}
