/** Tools that build a changed copy of a table beside it and swap the two by RENAME. */
export type GhostTool = 'gh-ost' | 'pt-online-schema-change';

/**
 * The tool whose working table this name is: gh-ost makes `_t_gho`, `_t_ghc` and `_t_del` (with a time before `del` when
 * told to), pt-online-schema-change `_t_new` and `_t_old` with more underscores when one is taken. `null`: none.
 * Source: gh-ost doc/cheatsheet.md, pt-online-schema-change "DESCRIPTION".
 */
export function ghostToolOf(table: string): GhostTool | null {
  if (/^_.+_(?:gho|ghc|del)$/i.test(table)) return 'gh-ost';
  return /^_+.+_(?:new|old)$/i.test(table) ? 'pt-online-schema-change' : null;
}
