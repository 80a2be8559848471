import { OtterError } from '@otter/core';
import { DDL_KINDS, type DdlKind } from './ddl-statement.ts';

/** apply: run it on the target. ignore: go on without it. stop: park the table until a person decides. */
export type DdlAction = 'apply' | 'ignore' | 'stop';

/** What happens with each kind of DDL. */
export type DdlPolicy = Readonly<Record<DdlKind, DdlAction>>;

/** Whatever destroys rows for good needs a person; a TRUNCATE of the source is a delete like any other. */
export const DDL_POLICY_DEFAULT: DdlPolicy = {
  create: 'apply',
  alter: 'apply',
  drop: 'stop',
  rename: 'apply',
  truncate: 'apply',
  index: 'apply',
  database: 'stop',
};

/** What each kind takes on the target. Source: MySQL manual, "Privileges Required" of each statement. */
const PRIVILEGES: Readonly<Record<DdlKind, readonly string[]>> = {
  create: ['CREATE', 'REFERENCES'],
  alter: ['ALTER', 'CREATE', 'INSERT', 'REFERENCES'],
  drop: ['DROP'],
  rename: ['ALTER', 'DROP', 'CREATE', 'INSERT'],
  truncate: ['DROP'],
  index: ['INDEX'],
  database: ['DROP'],
};

/** The privileges all that is applied takes. */
export function privilegesOf(policy: DdlPolicy): string[] {
  return [...new Set(DDL_KINDS.flatMap((kind) => (policy[kind] === 'apply' ? PRIVILEGES[kind] : [])))];
}

const DDL_ACTIONS: readonly DdlAction[] = ['apply', 'ignore', 'stop'];

/**
 * Reads `apply`, `ignore`, `stop` (every kind) and `alter=apply,drop=stop` (kinds not named keep what they have), in
 * any mixture, the later winning. Throws USAGE.
 */
export function parseDdlPolicy(text: string): DdlPolicy {
  const policy: Record<DdlKind, DdlAction> = { ...DDL_POLICY_DEFAULT };
  for (const part of text.split(',').map((piece) => piece.trim())) {
    const [kind = '', action] = part.split('=').map((word) => word.trim().toLowerCase());
    if (action === undefined) {
      for (const each of DDL_KINDS) policy[each] = actionOf(kind, part);
    } else if ((DDL_KINDS as readonly string[]).includes(kind)) policy[kind as DdlKind] = actionOf(action, part);
    else throw usage(`"${part}": ${kind} is no kind of DDL; there are ${DDL_KINDS.join(', ')}`);
  }
  return policy;
}

function actionOf(word: string, part: string): DdlAction {
  if ((DDL_ACTIONS as readonly string[]).includes(word)) return word as DdlAction;
  throw usage(`"${part}" says neither apply, ignore nor stop`);
}

function usage(detail: string): OtterError {
  return new OtterError('USAGE', { detail });
}
