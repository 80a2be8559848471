import { Random, type RunningServer } from '@otter/testkit';
import { parseDdlPolicy } from '@otter/engine';
import { DdlWorkload } from './ddl-workload.ts';
import { assertSchemasEqual } from './same-schema.ts';
import { syncUntilCaughtUp } from './sync-process.ts';

const KILLS_MAX = 12;

/**
 * One seed of random DDL mixed with rows, applied by processes that are killed between a statement's intent and its
 * commit, and compared. Returns how many were killed.
 */
export async function runDdlSeed(
  servers: { source: RunningServer; target: RunningServer },
  options: { seed: number; changes: number; apply: 'transaction' | 'row' },
): Promise<{ kills: number; workload: DdlWorkload }> {
  const { source, target } = servers;
  const { seed, changes, apply } = options;
  const schema = `ddl_${apply}_${seed}`;
  const [start] = await source.query(source.kind.startsWith('mysql') ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS');
  const workload = new DdlWorkload(source, schema, seed);
  const random = new Random(seed);
  await source.query(`CREATE DATABASE ${schema}`);
  const sync = {
    ...{ source: source.address, target: target.address, tables: `${schema}.*`, name: schema, apply },
    start: { at: 'binlog' as const, file: String(start?.['File']), offset: Number(start?.['Position']) },
    ddl: parseDdlPolicy('apply'),
  };
  await workload.run(changes);
  let kills = 0;
  for (let i = 0; i < KILLS_MAX; i++) {
    const failpoint = `${random.pick(['ddl.intended', 'ddl.executed'])}:${random.int(1, Math.ceil(changes / 4))}`;
    const { signal } = await syncUntilCaughtUp({ ...sync, failpoint });
    if (signal === 'SIGKILL') kills += 1;
  }
  await syncUntilCaughtUp(sync);
  const parked = await target.query(`SELECT table_name,message FROM retl.otter_error WHERE pipeline='${schema}'`);
  if (parked.length > 0) throw new Error(`seed ${seed}: ${JSON.stringify(parked)}`);
  await assertSchemasEqual(source, target, schema);
  return { kills, workload };
}
