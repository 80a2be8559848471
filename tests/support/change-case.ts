import { parseTablePattern } from '@otter/core';
import { assertTablesEqual, tablesOf } from '@otter/testkit';
import { runUntilCaughtUp } from './pipeline-run.ts';
import type { ReplicaTrio } from './seed-run.ts';

/** Changes that have gone wrong somewhere, written out. */
export interface ChangeCase {
  title: string;
  /** Tables, created in the same way everywhere. */
  tables: readonly string[];
  /** Applied before the rest, so that the rest is not merged with it. */
  before?: readonly string[];
  statements: readonly string[];
  /** @default 2 */
  workers?: number;
  memoryBytes?: number;
}

/** `count` times, with the number of the turn. */
export function times(count: number, statements: (turn: number) => readonly string[]): string[] {
  return Array.from({ length: count }, (_, turn) => statements(turn)).flat();
}

/** One transaction. */
export function together(...statements: readonly string[]): string {
  return ['BEGIN', ...statements, 'COMMIT'].join('; ');
}

/**
 * Runs the case in a schema of its own on the source, applies it in both modes, and compares source, native
 * replica and both targets. Returns the rows compared.
 */
export async function runChangeCase(trio: ReplicaTrio, number: number, change: ChangeCase): Promise<number> {
  const { source, replica, target } = trio;
  const [schema, rowSchema] = [`c${number}`, `c${number}_row`];
  const { workers = 2, memoryBytes = 64 * 1024 * 1024 } = change;
  const mapping = { source: parseTablePattern(`${schema}.*`), target: parseTablePattern(`${rowSchema}.*`) };
  const options = { source, target, tables: `${schema}.*`, workers, memoryBytes };
  const created = (name: string): string => `CREATE DATABASE ${name}; USE ${name}; ${change.tables.join('; ')}`;
  await source.query(created(schema));
  await target.query(`${created(schema)}; ${created(rowSchema)}`);
  const names = { transaction: `case-${number}-transaction`, row: `case-${number}-row` };
  const apply = async (): Promise<void> => {
    await runUntilCaughtUp({ ...options, name: names.transaction });
    await runUntilCaughtUp({ ...options, name: names.row, apply: 'row', mappings: [mapping] });
  };
  if (change.before) {
    await source.query(change.before.join('; '));
    await apply();
  }
  await source.query(change.statements.join('; '));
  await apply();
  await replica.caughtUp();
  const tables = await tablesOf(source.address, [schema]);
  const compared = await assertTablesEqual({ source: source.address, target: replica.server.address, tables });
  await assertTablesEqual({ source: source.address, target: target.address, tables });
  const inRows = tables.map((pair) => ({ ...pair, targetSchema: rowSchema }));
  await assertTablesEqual({ source: source.address, target: target.address, tables: inRows });
  return compared.rows;
}
