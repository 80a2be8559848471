import { OtterError, parseTablePattern } from '@otter/core';

const RANGE = /^[^[\]]*\[\d+-\d+\][^[\]]*$/;
const REGEX = /[*?+|(){}[\]\\$^.]/;
const EVERYTHING = /^\(?\.\*\)?$/;
const PLAIN = /^[\p{L}\p{N}_]+$/u;

/** How specific a name is there: the smaller sum of schema and table matches first. */
export function breadthOf(name: string): number {
  return RANGE.test(name) ? 1 : REGEX.test(name) ? 3 : 0;
}

/**
 * A schema and a table, each a name, a range `t[01-32]` or a regular expression, as one pattern of ours. Throws USAGE
 * when the expression means nothing here.
 */
export function patternOf(namespace: string, name: string): string {
  const pattern = `${partOf(namespace)}.${partOf(name)}`;
  parseTablePattern(pattern);
  return pattern;
}

/** Where rows of `source` go: an expression on the target keeps the name; null when both do. */
export function targetPatternOf(namespace: string, name: string): string | null {
  if (breadthOf(namespace) === 3 && breadthOf(name) === 3) return null;
  return patternOf(keeping(namespace), keeping(name));
}

function keeping(name: string): string {
  return breadthOf(name) === 3 ? '.*' : name;
}

function partOf(name: string): string {
  if (name === '') throw new OtterError('USAGE', { detail: 'a name is empty' });
  if (EVERYTHING.test(name)) return '*';
  if (RANGE.test(name)) return name;
  if (REGEX.test(name)) return isOneGroup(name) ? name : `(${name})`;
  return PLAIN.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}

/** Whether its first bracket closes at its end, so that it needs no other around it. */
function isOneGroup(name: string): boolean {
  if (!name.startsWith('(')) return false;
  let depth = 0;
  for (let at = 0; at < name.length; at++) {
    if (name[at] === '\\') at += 1;
    else if (name[at] === '(') depth += 1;
    else if (name[at] === ')') depth -= 1;
    if (depth === 0) return at === name.length - 1;
  }
  return false;
}
