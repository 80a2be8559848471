/**
 * Goal: a copy over the rows that are there means the same for every pair of servers (issue 3, Copy).
 *
 * Method: for pairs of versions and families a small table of each kind of key is spoilt on the target and copied again
 * in pieces of a few rows while the source is written to; then all is equal, or refused where the servers do not order
 * a key alike.
 */
import { parseTablePatterns } from '@otter/core';
import { assertTablesEqual, startServer, waitFor, type RunningServer, type ServerKind } from '@otter/testkit';
import { expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';

const ROWS = 600;

const TABLES: Record<string, string> = {
  whole: 'id BIGINT PRIMARY KEY, n INT, u VARCHAR(20) COLLATE utf8mb4_bin, UNIQUE KEY (u)',
  named: 'code VARCHAR(30) COLLATE utf8mb4_general_ci PRIMARY KEY, n INT',
  dated: 'day DATE, at DATETIME, n DECIMAL(12,2), PRIMARY KEY (day, at)',
  raw: 'id VARBINARY(16) PRIMARY KEY, n INT',
  folded: 'code VARCHAR(30) COLLATE utf8mb4_unicode_ci PRIMARY KEY, n INT',
};

function row(table: string, i: number): string {
  const day = `2024-${String(1 + (i % 12)).padStart(2, '0')}-${String(1 + (i % 28)).padStart(2, '0')}`;
  switch (table) {
    case 'whole':
      return `(${i * 5},0,'u${i}')`;
    case 'dated':
      return `('${day}','${day} 10:${String(i % 60).padStart(2, '0')}:${String(Math.floor(i / 60)).padStart(2, '0')}',${i})`;
    case 'raw':
      return `(UNHEX(LEFT(SHA2(${i},256),32)),${i})`;
    default:
      return `('${String.fromCharCode(97 + (i % 26))}é-${i}',${i})`;
  }
}

async function fill(server: RunningServer): Promise<void> {
  await server.query('CREATE DATABASE again; USE again');
  for (const [table, columns] of Object.entries(TABLES)) {
    await server.query(`CREATE TABLE again.${table} (${columns}) DEFAULT CHARSET utf8mb4`);
    await server.query(
      `INSERT INTO again.${table} VALUES ${Array.from({ length: ROWS }, (_, i) => row(table, i)).join(',')}`,
    );
  }
}

const SPOIL = `USE again; DELETE FROM whole WHERE id BETWEEN 500 AND 800; INSERT INTO whole VALUES (-9,1,'u120'),(501,1,'u130'),(99999,1,'x');
  UPDATE whole SET n=7 WHERE id>2500; DELETE FROM named WHERE n<50; INSERT INTO named VALUES ('',1),('zzzz',2),('cé',3);
  DELETE FROM dated WHERE n BETWEEN 100 AND 200; INSERT INTO dated VALUES ('1000-01-01','1000-01-01',1),('2024-03-03','2024-03-03 23:00:00',1),('9999-12-31','9999-12-31',1);
  UPDATE raw SET n=-1 WHERE n<30; INSERT INTO raw VALUES ('',0),('zzzzzzzzzzzzzzzz',0); DELETE FROM folded WHERE n<50; INSERT INTO folded VALUES ('zzz',1)`;

const PAIRS: [ServerKind, ServerKind, boolean][] = [
  ['mysql-9.7', 'mysql-9.7', true],
  ['mysql-9.7', 'mariadb-11.8', false],
  ['mariadb-10.5', 'mysql-9.7', false],
  ['mysql-5.6', 'mariadb-10.11', false],
];

test.each(PAIRS)('%s → %s', async (from, to, isSameFamily) => {
  const [source, target] = await Promise.all([startServer({ kind: from }), startServer({ kind: to })]);
  const options = { source: source.address, target: target.address, tables: 'again.*', mode: 'incremental' as const };
  let pipeline: LivePipeline | null = null;
  try {
    await Promise.all([fill(source), fill(target)]);
    const running = new LivePipeline({ ...options, start: { at: 'now' }, memoryBytes: 64 << 10 });
    pipeline = running;
    await running.until('it to run', ({ state }) => state === 'running');
    await target.query(SPOIL);
    await running.control((control) => control.copyAgain(running.name, parseTablePatterns('again.*'), null));
    let i = 0;
    const copies = await waitFor(
      async () => {
        // Rows that are right on the target, so that no table stops before its turn.
        i += 1;
        await source.query(`UPDATE again.whole SET n=n+1 WHERE id=${1000 + 5 * (i % 200)}`);
        await source.query(`REPLACE INTO again.raw VALUES (UNHEX(LEFT(SHA2(${1000 + i},256),32)),${i})`);
        const stored = await running.control((control) => control.copies(running.name));
        return stored.every(({ state }) => state === 'done' || state === 'failed') ? stored : null;
      },
      { timeoutMs: 60_000, what: 'the copies to end' },
    );
    const done = copies.filter(({ state }) => state === 'done').map(({ table }) => table.slice('again.'.length));
    const refused = copies.filter(({ state }) => state === 'failed');
    expect(refused).toMatchObject(isSameFamily ? [] : [{ table: 'again.folded', code: 'COPY_AGAIN_REFUSED' }]);
    expect(done).toHaveLength(isSameFamily ? 5 : 4);
    await running.caughtUp(source);
    expect(running.status.parked).toEqual([]);
    const tables = done.map((table) => ({ schema: 'again', table }));
    await assertTablesEqual({ source: source.address, target: target.address, tables });
  } finally {
    await pipeline?.stop().catch(() => undefined);
    await Promise.all([source.stop(), target.stop()]);
  }
});
