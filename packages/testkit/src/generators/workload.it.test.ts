import { describe, expect, test } from 'vitest';
import { availableKinds, SERVER_KINDS } from '../install.ts';
import { startNativeReplica } from '../oracles/native-replica.ts';
import { assertTablesEqual, tablesOf } from '../oracles/table-compare.ts';
import { startServer } from '../server.ts';
import { randomSchema } from './random-schema.ts';
import { STATEMENT_KINDS } from './table-statements.ts';
import { createTables, runWorkload } from './workload.ts';

const kinds = await availableKinds(SERVER_KINDS);

describe.each(kinds)('%s', (kind) => {
  test('a workload does something of everything, and a native replica ends equal', async () => {
    const source = await startServer({ kind });
    try {
      const tables = randomSchema(1, source.binaries);
      expect(tables.length).toBeGreaterThanOrEqual(20);
      await createTables(source, 'w', tables);
      const replica = await startNativeReplica(source);
      try {
        const counters = await runWorkload({
          seed: 7,
          transactions: 300,
          server: source,
          schema: 'w',
          tables,
          xa: kind !== 'mysql-5.6',
        });
        expect(Object.keys(counters.statements).toSorted()).toEqual(STATEMENT_KINDS.toSorted());
        expect(counters.committed).toBeGreaterThan(200);
        expect(counters.rolledBack).toBeGreaterThan(0);
        expect(counters.savepointsRolledBack).toBeGreaterThan(0);
        if (kind !== 'mysql-5.6') expect(counters.xaCommitted + counters.xaRolledBack).toBeGreaterThan(3);
        await replica.caughtUp();
        const pairs = await tablesOf(source.address, ['w']);
        const result = await assertTablesEqual({
          source: source.address,
          target: replica.server.address,
          tables: pairs,
        });
        expect(result.tables).toBe(tables.length);
        expect(result.rows).toBeGreaterThan(300);
      } finally {
        await replica.stop();
      }
    } finally {
      await source.stop();
    }
  });
});

test('a workload of nothing is an error', async () => {
  const server = await startServer();
  try {
    const tables = randomSchema(1, server.binaries);
    await createTables(server, 'w', tables);
    await expect(runWorkload({ seed: 1, transactions: 0, server, schema: 'w', tables })).rejects.toThrow(
      /changed no row/,
    );
  } finally {
    await server.stop();
  }
});
