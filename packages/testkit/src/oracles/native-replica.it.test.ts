import { describe, expect, test } from 'vitest';
import { availableKinds, SERVER_KINDS } from '../install.ts';
import { startServer } from '../server.ts';
import { binlogText } from './binlog-text.ts';
import { startNativeReplica } from './native-replica.ts';
import { assertTablesEqual, tablesOf } from './table-compare.ts';

const kinds = await availableKinds(SERVER_KINDS);
const variants = kinds.flatMap((kind) => [
  { kind, gtid: true, appliers: 4 },
  { kind, gtid: false, appliers: 0 },
]);

describe.each(variants)('$kind gtid $gtid appliers $appliers', ({ kind, gtid, appliers }) => {
  test('the replica follows, and the log can be printed', async () => {
    const source = await startServer({ kind, gtid });
    try {
      await source.query('CREATE DATABASE d; CREATE TABLE d.t (a INT PRIMARY KEY, b TEXT)');
      await source.query("INSERT INTO d.t VALUES (1, 'before')");
      const replica = await startNativeReplica(source, { gtid, appliers, server: { kind, gtid } });
      try {
        await source.query("INSERT INTO d.t VALUES (2, 'after')");
        await replica.caughtUp();
        const tables = await tablesOf(source.address, ['d']);
        const result = await assertTablesEqual({ source: source.address, target: replica.server.address, tables });
        expect(result.rows).toBe(2);
        await replica.server.query('DELETE FROM d.t');
        await source.query('DELETE FROM d.t');
        await expect(replica.caughtUp(5_000)).rejects.toThrow(/SQL_Running=No/);
      } finally {
        await replica.stop();
      }
      const text = await binlogText(source);
      expect(text).toMatch(/### INSERT INTO `d`.`t`\n### SET\n### {3}@1=2 /);
    } finally {
      await source.stop();
    }
  });
});
