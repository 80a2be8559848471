import type { Cascade } from '@otter/dialects';
import { foldedName } from '../select/table-name.ts';

/** A table's place among foreign keys whose actions change other rows. */
export interface CascadePlace {
  /** Tables of one group keep their order among each other. */
  group: string;
  /** Deleting or re-keying its rows changes rows of another table. */
  isParent: boolean;
}

/**
 * Tables joined by cascading foreign keys. Servers before MySQL 9.6 do not log what a cascade changes, so
 * the target must cascade itself, and the order between parent and child counts (user-pains N19). Keys are
 * those of {@link foldedName}.
 */
export function cascadePlaces(cascades: readonly Cascade[]): Map<string, CascadePlace> {
  const roots = new Map<string, string>();
  const parents = new Set<string>();
  const find = (name: string): string => {
    let root = name;
    for (let next = roots.get(root); next !== undefined && next !== root; next = roots.get(root)) root = next;
    return root;
  };
  for (const key of cascades) {
    const child = foldedName(key);
    const parent = foldedName({ schema: key.parentSchema, table: key.parentTable });
    parents.add(parent);
    const root = find(parent);
    roots.set(root, root);
    roots.set(find(child), root);
  }
  return new Map([...roots.keys()].map((name) => [name, { group: find(name), isParent: parents.has(name) }]));
}

/** MySQL from this version on logs the rows a cascade changes. */
const CASCADES_LOGGED_SINCE = 90600;

/** Whether what a foreign key of the source does to other rows is in its log. */
export function logsCascades(isMariadb: boolean, versionNumber: number): boolean {
  return !isMariadb && versionNumber >= CASCADES_LOGGED_SINCE;
}
