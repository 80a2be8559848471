import {
  assertTablesEqual,
  createTables,
  randomSchema,
  runWorkload,
  startNativeReplica,
  startServer,
  STATEMENT_KINDS,
  sumCounters,
  type CompareOptions,
  type GeneratedTable,
  type MysqldOptions,
  type NativeReplica,
  type RunningServer,
  type ServerKind,
  type WorkloadCounters,
} from '@otter/testkit';
import { parseTablePattern } from '@otter/core';
import { freshName, runUntilCaughtUp } from './pipeline-run.ts';

/** A prepared XA transaction must not lock gaps that its replica needs before it comes to the decision. */
const REPLICA_OPTIONS: MysqldOptions = { 'transaction-isolation': 'READ-COMMITTED' };

/** A source, its native replica, and a target of ours. */
export class ReplicaTrio {
  readonly source: RunningServer;
  readonly replica: NativeReplica;
  readonly target: RunningServer;

  private constructor(source: RunningServer, replica: NativeReplica, target: RunningServer) {
    this.source = source;
    this.replica = replica;
    this.target = target;
  }

  static async start(kind: ServerKind, targetKind: ServerKind = kind): Promise<ReplicaTrio> {
    const [source, target] = await Promise.all([startServer({ kind }), startServer({ kind: targetKind })]);
    return new ReplicaTrio(source, await startNativeReplica(source, { server: { options: REPLICA_OPTIONS } }), target);
  }

  async stop(): Promise<void> {
    await Promise.all([this.replica.stop(), this.target.stop(), this.source.stop()]);
  }
}

/** What varies from seed to seed beside the statements. */
interface SeedSettings {
  workers: number;
  memoryBytes: number;
}

/** Small budgets make small batches and send larger transactions to disk. */
function seedSettings(seed: number): SeedSettings {
  const memoryBytes = [64 * 1024 * 1024, 512 * 1024, 96 * 1024].at(seed % 3);
  return { workers: 2 + (seed % 3), memoryBytes: memoryBytes ?? 0 };
}

/** Says which of the copies differs. */
async function equal(what: string, compared: CompareOptions): Promise<void> {
  try {
    await assertTablesEqual(compared);
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  }
}

/** A workload too short to hold everything is not held to it. */
const TRANSACTIONS_OF_EVERYTHING = 200;
/** Rows in one transaction that small budgets send to disk. */
const LARGE_ROWS = 50;

/** What the equality of the tables afterwards says nothing about, since it did not happen. */
function whatIsMissing(counters: WorkloadCounters, tables: readonly GeneratedTable[], xa: boolean): string[] {
  if (counters.committed + counters.rolledBack < TRANSACTIONS_OF_EVERYTHING) return [];
  const missing = STATEMENT_KINDS.filter((kind) => !counters.statements[kind]) as string[];
  // Circles of keys and values that really went from one row to another.
  for (const kind of ['key-chain', 'unique-swap', 'unique-handover'] as const) {
    if (!counters.whole[kind]) missing.push(`a whole ${kind}`);
  }
  missing.push(...tables.filter(({ name }) => !counters.tables[name]).map(({ name }) => `the table ${name}`));
  if (counters.rolledBack === 0) missing.push('rollbacks');
  if (counters.savepointsRolledBack === 0) missing.push('savepoints');
  if (xa && counters.xaCommitted === 0) missing.push('XA');
  if (counters.largest < LARGE_ROWS) missing.push(`transactions of ${LARGE_ROWS} rows`);
  return missing;
}

/**
 * One random schema and workload, applied by the native replica, by `apply: transaction` (in two goes, so
 * that the second resumes) and by `apply: row` into a schema of its own. Throws with the seed when any of
 * the three differs from the source, when an error is recorded, or when something of the workload did not happen.
 */
export async function runSeed(trio: ReplicaTrio, seed: number, transactions: number): Promise<WorkloadCounters> {
  const { source, replica, target } = trio;
  const [schema, rowSchema] = [`w${seed}`, `w${seed}_row`];
  try {
    const tables = randomSchema(seed, source.binaries);
    await createTables(source, schema, tables);
    for (const copy of [schema, rowSchema]) await createTables(target, copy, tables);
    const load = {
      server: source,
      schema,
      tables,
      transactions: Math.ceil(transactions / 2),
      xa: source.kind !== 'mysql-5.6',
    };
    const options = { source, target, tables: `${schema}.*`, ...seedSettings(seed) };
    const name = freshName();
    const first = await runWorkload({ ...load, seed });
    await runUntilCaughtUp({ ...options, name });
    const counters = sumCounters(first, await runWorkload({ ...load, seed: seed + 1_000_000 }));
    await runUntilCaughtUp({ ...options, name });
    await runUntilCaughtUp({
      ...options,
      apply: 'row',
      mappings: [{ source: parseTablePattern(`${schema}.*`), target: parseTablePattern(`${rowSchema}.*`) }],
    });
    const same = tables.map((table) => ({ schema, table: table.name }));
    const rowPairs = same.map((pair) => ({ ...pair, targetSchema: rowSchema }));
    const sides = { source: source.address, target: target.address };
    await equal('apply: transaction', { ...sides, tables: same });
    await equal('apply: row', { ...sides, tables: rowPairs });
    await replica.caughtUp();
    await equal('the native replica', { ...sides, source: replica.server.address, tables: same });
    const unexamined = whatIsMissing(counters, tables, load.xa);
    if (unexamined.length > 0) throw new Error(`the workload proved nothing of ${unexamined.join(', ')}`);
    await source.query(`DROP DATABASE ${schema}`);
    await target.query(`DROP DATABASE ${schema}; DROP DATABASE ${rowSchema}`);
    return counters;
  } catch (error) {
    throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
  }
}
