import { separators } from '@otter/core';

/**
 * Splits at each `separator` outside brackets, parentheses, braces and backquotes, as table patterns
 * are read: `a.(x|y),b.c` has two parts.
 */
export function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (const at of separators(text, separator)) {
    parts.push(text.slice(start, at));
    start = at + 1;
  }
  parts.push(text.slice(start));
  return parts;
}

/** Where the parenthesis that closes at the very end of `text` opens; -1 when there is none. */
export function closingGroupStart(text: string): number {
  if (!text.endsWith(')')) return -1;
  let candidate = -1;
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '`') quoted = !quoted;
    else if (quoted) continue;
    else if (c === '\\') i += 1;
    else if ('([{'.includes(c)) {
      if (depth === 0) candidate = i;
      depth += 1;
    } else if (')]}'.includes(c)) depth -= 1;
  }
  return depth === 0 && !quoted && text[candidate] === '(' ? candidate : -1;
}
