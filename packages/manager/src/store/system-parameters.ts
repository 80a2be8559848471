import { verbatim } from '@otter/core';
import { parametersSchema, type Parameters } from '../model/parameters.ts';
import { audit } from './audit-log.ts';
import type { Actor, Reader, Store } from './store.ts';
import { assertUpdated, assertVersion } from './version.ts';

export interface SystemParameters {
  version: number;
  parameters: Parameters;
}

const OBJECT = { kind: 'system-parameters', id: null, name: 'system parameters' };

/** What holds for every pipeline that says nothing else, and whose channel says nothing else. */
export async function systemParameters(store: Store): Promise<SystemParameters> {
  return store.read(current);
}

export async function replaceSystemParameters(
  store: Store,
  actor: Actor,
  version: number,
  parameters: Parameters,
): Promise<SystemParameters> {
  return store.write(async (tx) => {
    const before = await current(tx);
    assertVersion(before, version, verbatim(OBJECT.name));
    const result = await tx
      .updateTable('systemParameters')
      .set({ parameters: JSON.stringify(parameters), version: version + 1 })
      .where('id', '=', 1)
      .where('version', '=', version)
      .executeTakeFirstOrThrow();
    assertUpdated(result, version, verbatim(OBJECT.name));
    const after = await current(tx);
    await audit(tx, actor, store.now(), { action: 'system-parameters.update', object: OBJECT, before, after });
    return after;
  });
}

async function current(db: Reader): Promise<SystemParameters> {
  const row = await db.selectFrom('systemParameters').select(['version', 'parameters']).executeTakeFirstOrThrow();
  return { version: row.version, parameters: parametersSchema.parse(JSON.parse(row.parameters)) };
}
