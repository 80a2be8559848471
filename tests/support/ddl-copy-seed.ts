import { parseDdlPolicy } from '@otter/engine';
import { waitFor, type RunningServer } from '@otter/testkit';
import { DdlWorkload } from './ddl-workload.ts';
import { LivePipeline } from './live-pipeline.ts';
import { assertSchemasEqual } from './same-schema.ts';

const TABLES = [
  'a1 (id INT PRIMARY KEY AUTO_INCREMENT, n INT, name VARCHAR(40))',
  'a2 (id INT, n INT, name VARCHAR(40), PRIMARY KEY (name, id))',
  'a3 (id BIGINT PRIMARY KEY, n DECIMAL(12,3), name VARCHAR(40), UNIQUE KEY (n))',
  'a4 (id INT, n INT, name VARCHAR(40))',
  'a5 (id INT PRIMARY KEY, n INT, name VARCHAR(40))',
];
const ROWS = 3000;

/** Copies a schema while its definitions and rows change at random, and compares. Returns what was seen meanwhile. */
export async function runDdlCopySeed(
  servers: { source: RunningServer; target: RunningServer },
  options: { seed: number; changes: number },
): Promise<{ whileCopying: number }> {
  const { source, target } = servers;
  const { seed, changes } = options;
  const schema = `copied_${seed}`;
  for (const server of [source, target]) {
    await server.query(`CREATE DATABASE ${schema}`);
    for (const table of TABLES) await server.query(`CREATE TABLE ${schema}.${table}`);
  }
  const numbers = `WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n+1 FROM s WHERE n < ${ROWS}) SELECT n,n,CONCAT('name ',n) FROM s`;
  await source.query(source.kind.startsWith('mysql') ? `SET SESSION cte_max_recursion_depth=${ROWS + 1}` : 'DO 0');
  for (const table of ['a1', 'a2', 'a3', 'a4', 'a5']) {
    await source.query(
      `SET SESSION ${source.kind.startsWith('mysql') ? 'cte_max_recursion_depth' : 'max_recursive_iterations'}=${ROWS + 1}; INSERT INTO ${schema}.${table} (id,n,name) ${numbers}`,
    );
  }
  const pipeline = new LivePipeline({
    ...{ source: source.address, target: target.address, tables: `${schema}.*`, name: schema },
    ...{ mode: 'full+incremental', start: { at: 'now' }, copyBytesPerSecond: 150_000, memoryBytes: 1 << 19 },
    ddl: parseDdlPolicy('apply'),
  });
  try {
    await pipeline.until('the copy to have begun', (status) => (status.copy?.rows ?? 0) > 0);
    const workload = new DdlWorkload(source, schema, seed);
    let whileCopying = 0;
    for (let i = 0; i < changes; i++) {
      await workload.run(1);
      const { copy } = pipeline.status;
      if (copy !== null && copy.tablesDone < copy.tables) whileCopying += 1;
    }
    await pipeline.caughtUp(source);
    // Asked of the target: while an attempt ends and another begins there is no status of the copy.
    const unfinished = `SELECT 1 FROM retl.otter_copy WHERE pipeline='${schema}' AND state<>'done'`;
    const ended = async (): Promise<true | null> => ((await target.query(unfinished)).length === 0 ? true : null);
    await waitFor(ended, { timeoutMs: 90_000, what: 'the copy to end' });
    const { parked } = await pipeline.caughtUp(source);
    if (parked.length > 0) throw new Error(JSON.stringify(parked));
    await assertSchemasEqual(source, target, schema);
    return { whileCopying };
  } catch (error) {
    const copies = await target.query(`SELECT table_name,state,rest FROM retl.otter_copy WHERE pipeline='${schema}'`);
    const about = JSON.stringify([pipeline.status, pipeline.complaints, copies]);
    throw new Error(`seed ${seed}: ${(error as Error).message}: ${about}`, { cause: error });
  } finally {
    await pipeline.stop().catch(() => undefined);
  }
}
