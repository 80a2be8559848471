import type { TargetTable } from '@otter/dialects';
import { splitName } from '../select/table-name.ts';
import type { TableRouter } from '../select/table-router.ts';

/** Tools that build a changed copy of a table beside it and swap the two by RENAME. */
export type GhostTool = 'gh-ost' | 'pt-online-schema-change';

/** What the name of a table would make it, were one of `bases` there. */
export interface GhostName {
  tool: GhostTool;
  /** copy: gets the rows and becomes the table. changelog: gh-ost's notes to itself. old: the table that was. */
  role: 'copy' | 'changelog' | 'old';
  /** Tables it may belong to; a name of leading underscores belongs to one of several. */
  bases: string[];
}

/**
 * Reads a name as that of a working table: gh-ost makes `_t_gho`, `_t_ghc` and `_t_del` (with a time before `del` when
 * told to), pt-online-schema-change `_t_new` and `_t_old` with more underscores when one is taken. `null`: none.
 * Source: gh-ost doc/cheatsheet.md, pt-online-schema-change "DESCRIPTION".
 */
export function ghostNameOf(table: string): GhostName | null {
  const gh = /^_(.+)_(gho|ghc|del)$/i.exec(table);
  if (gh) {
    const [, base = '', suffix = ''] = gh;
    const role = ({ gho: 'copy', ghc: 'changelog', del: 'old' } as const)[
      suffix.toLowerCase() as 'gho' | 'ghc' | 'del'
    ];
    return { tool: 'gh-ost', role, bases: [base, base.replace(/_\d{14}$/, '')] };
  }
  const pt = /^(_+)(.+)_(new|old)$/i.exec(table);
  if (!pt) return null;
  const [, underscores = '', rest = '', suffix = ''] = pt;
  const bases = Array.from(underscores, (_, i) => '_'.repeat(i) + rest);
  return { tool: 'pt-online-schema-change', role: suffix.toLowerCase() === 'new' ? 'copy' : 'old', bases };
}

/** A working table that is there, and the table it belongs to; both `schema.table`. */
export interface PresentGhost {
  tool: GhostTool;
  role: GhostName['role'];
  name: string;
  base: string;
}

/** Begins the name of every trigger pt-online-schema-change makes. */
export const TRIGGER_PREFIX = 'pt_osc_';

/**
 * The working tables among these. Names of gh-ost's need their base table beside them; those of
 * pt-online-schema-change, which a person may have chosen as well, its triggers too.
 */
export function presentGhosts(tables: readonly Pick<TargetTable, 'schema' | 'table' | 'triggers'>[]): PresentGhost[] {
  const names = new Map(tables.map((table) => [`${table.schema}.${table.table}`, table]));
  return [...names].flatMap(([name, own]) => {
    const [schema, table] = splitName(name);
    const ghost = ghostNameOf(table);
    const base = ghost?.bases.map((found) => `${schema}.${found}`).find((found) => names.has(found));
    if (!ghost || base === undefined) return [];
    // Triggers go with the table they are on, so after the swap the old one has them.
    const watched = ghost.role === 'old' ? own : names.get(base);
    const isProven = watched?.triggers.some((trigger) => trigger.toLowerCase().startsWith(TRIGGER_PREFIX)) === true;
    return ghost.tool === 'gh-ost' || isProven ? [{ tool: ghost.tool, role: ghost.role, name, base }] : [];
  });
}

/** The tables that are no tool's working tables, or that are asked for by their exact names. */
export function withoutGhosts<T extends Pick<TargetTable, 'schema' | 'table' | 'triggers'>>(
  tables: readonly T[],
  router: TableRouter,
): T[] {
  const ghosts = new Set(presentGhosts(tables).map(({ name }) => name));
  return tables.filter(({ schema, table }) => {
    const name = `${schema}.${table}`;
    return !ghosts.has(name) || router.isNamed(name);
  });
}
