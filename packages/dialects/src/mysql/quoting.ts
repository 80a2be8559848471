/** A name in backquotes. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

export function quoteTable(schema: string, table: string): string {
  return `${quoteName(schema)}.${quoteName(table)}`;
}

// Other control characters need no escape; a NUL would end the text in some logs and tools.
const SPECIAL = new RegExp("['\\\\\\0]");
const SPECIALS = new RegExp(SPECIAL, 'g');
const ESCAPED: Readonly<Record<string, string>> = { "'": "''", '\\': '\\\\', '\0': '\\0' };

/** A text literal in the connection's charset utf8mb4; needs NO_BACKSLASH_ESCAPES off, as the session sets it. */
export function quoteText(text: string): string {
  if (!SPECIAL.test(text)) return `'${text}'`;
  return `'${text.replace(SPECIALS, (c) => ESCAPED[c] as string)}'`;
}

/**
 * A binary literal. The introducer makes it a plain string: a bare `X'…'` is a number in some places, and
 * MariaDB cuts one of more than 65,535 bytes in a derived table to its length modulo 65,536.
 */
export function quoteBytes(bytes: Buffer): string {
  return `_binary X'${bytes.toString('hex')}'`;
}
