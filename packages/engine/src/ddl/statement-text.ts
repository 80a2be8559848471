import type { SqlToken } from './sql-token.ts';

/** A piece of a statement's text to be put in place of another; places as in the tokens. */
export interface TextEdit {
  start: number;
  end: number;
  text: string;
}

/**
 * The text of some tokens with edits made. Comments are gone, and what stood in executable ones that the source ran
 * stands in the open: two servers need not agree on which of them to run.
 */
export function statementText(sql: string, tokens: readonly SqlToken[], edits: readonly TextEdit[] = []): string {
  const sorted = edits.toSorted((a, b) => a.start - b.start);
  let text = '';
  let behind = tokens[0]?.start ?? 0;
  for (const token of tokens) {
    const gap = sql.slice(behind, token.start);
    behind = token.end;
    const edit = sorted.find(({ start, end }) => token.start >= start && token.end <= end);
    if (edit && edit.start !== token.start) continue;
    if (gap !== '') text += /^\s+$/.test(gap) ? gap : ' ';
    text += edit ? edit.text : sql.slice(token.start, token.end);
  }
  return text.trim();
}
