import { OtterError, parseTablePattern } from '@otter/core';
import type { ColumnMapping } from '@otter/engine';
import { closingGroupStart, splitOutside } from './text-split.ts';

/** The help of `--columns`. */
export const COLUMN_SYNTAX = `Columns (--columns, repeatable): TABLE(ITEM,ITEM,…), TABLE a pattern as in --tables
  shop.tb_item(id,title,price)   only these columns travel
  shop.tb_item(-secret,-notes)   all but these
  shop.tb_item(title=name)       all; title arrives as name
  shop.tb_item(id,title=name)    only id and title, title as name
  shop.tb_item(-notes,title=name) all but notes, title as name
  A name with special characters stands in backquotes: shop.t(\`a,b\`=c).`;

/** Reads one `--columns` text. Throws USAGE with the reason. */
export function parseColumns(text: string): ColumnMapping {
  const open = closingGroupStart(text.trim());
  if (open < 1) {
    throw usage(text, 'write TABLE(COLUMN,…), for example shop.tb_item(id,title) or shop.tb_item(-secret)');
  }
  return columnMapping(text.trim().slice(0, open), text.trim().slice(open + 1, -1), text);
}

/** Reads the columns of one table, `id,title=name` or `-secret`. Throws USAGE. */
export function columnMapping(table: string, list: string, text: string): ColumnMapping {
  const mapping: ColumnMapping = { tables: parseTablePattern(table.trim()) };
  const named: string[] = [];
  const excluded: string[] = [];
  const renamed = new Map<string, string>();
  let plain = false;
  for (const item of splitOutside(list, ',').map((part) => part.trim())) {
    if (item === '') throw usage(text, 'a column name is empty');
    if (item.startsWith('-')) {
      excluded.push(columnName(item.slice(1), text));
      continue;
    }
    const [source = '', target, ...rest] = splitOutside(item, '=');
    if (rest.length > 0) throw usage(text, `"${item}" has more than one "="`);
    const name = columnName(source, text);
    named.push(name);
    if (target === undefined) plain = true;
    else renamed.set(name, columnName(target, text));
  }
  if (plain && excluded.length > 0) {
    throw usage(text, 'columns to keep and columns to leave out (-name) cannot be mixed');
  }
  refuseTwice([...named, ...excluded], text, 'is named twice');
  refuseTwice([...renamed.values()], text, 'would receive two columns');
  if (plain) mapping.include = named;
  if (excluded.length > 0) mapping.exclude = excluded;
  if (renamed.size > 0) mapping.rename = Object.fromEntries(renamed);
  return mapping;
}

/** Reads the name of a column, in backquotes where it has special characters; `whole` is what a message shows. Throws USAGE. */
export function columnName(text: string, whole: string): string {
  const trimmed = text.trim();
  const quoted = /^`((?:[^`]|``)+)`$/.exec(trimmed);
  const name = quoted ? (quoted[1] as string).replaceAll('``', '`') : trimmed;
  if (name === '') throw usage(whole, 'a column name is empty');
  if (!quoted && /[()[\]{}`,]/.test(name)) {
    throw usage(whole, `"${name}" is not a column name; put a name with special characters in backquotes`);
  }
  return name;
}

/** Throws USAGE where two of the names are the same column. */
export function refuseTwice(names: readonly string[], text: string, what: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toLowerCase())) throw usage(text, `the column "${name}" ${what}`);
    seen.add(name.toLowerCase());
  }
}

function usage(text: string, reason: string): OtterError {
  return new OtterError('USAGE', { detail: `"${text}" cannot be used: ${reason}` });
}
