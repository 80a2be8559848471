/**
 * Goal: exactly once. Whatever moment the process dies at, the next one goes on so that no change is lost and none
 * is applied twice.
 *
 * Method: crash-point enumeration. For each failpoint of the engine a process with work to do is killed there by
 * SIGKILL at its first pass, the next one at a later pass, and a third runs to the end; then counters, sums and all
 * rows are compared. In both apply modes. One pipeline lives through all of it, so each crash meets what the last left.
 */
import { FAILPOINTS, type FailpointName } from '@otter/core';
import { openControl } from '@otter/engine';
import { assertTablesEqual, startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Bank } from '../support/bank.ts';
import { syncUntilCaughtUp, type SyncProcessOptions } from '../support/sync-process.ts';

const BATCHES: readonly FailpointName[] = [
  'checkpoint.acquired',
  'batch.begun',
  'batch.executed',
  'batch.waited',
  'batch.before-commit',
  'batch.committed',
];
const SPILLED: readonly FailpointName[] = ['spilled.begun', 'spilled.halfway', 'spilled.before-commit'];
const PARKING: readonly FailpointName[] = ['table.parked', 'table.catching-up', 'table.rejoined'];
/** Killed there in tests/ddl. */
const DEFINING: readonly FailpointName[] = ['ddl.intended', 'ddl.executed'];
/** Killed there in tests/copy/copy-killed.test.ts and copy-again-killed.test.ts. */
const COPYING: readonly FailpointName[] = ['copy.answering', 'copy.beginning', 'copy.chunk-read'];
/** Killed there in tests/two-way/free-gate.test.ts. */
const ASKING: readonly FailpointName[] = ['gate.stored', 'gate.rows-read'];
/** Killed there in tests/copy/indexes-after-copy.test.ts. */
const INDEXING: readonly FailpointName[] = ['index.building', 'index.built'];
/** Killed there in tests/copy/created-choices.test.ts. */
const CREATING: readonly FailpointName[] = ['table.created'];
/** Killed there in tests/verify/repair-killed.test.ts. */
const REPAIRING: readonly FailpointName[] = ['repair.written', 'repair.committed', 'undo.written'];
/** Small, so that a few transactions fill a batch and a large one goes to disk. */
const MEMORY_BYTES = 512 * 1024;

let source: RunningServer;
let target: RunningServer;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

test('every failpoint is covered here', () => {
  const covered = [
    ...[...BATCHES, ...SPILLED, ...PARKING, ...COPYING, ...ASKING],
    ...[...INDEXING, ...CREATING, ...DEFINING, ...REPAIRING],
  ];
  expect(covered.toSorted()).toEqual([...FAILPOINTS].toSorted());
});

describe.each(['transaction', 'row'] as const)('apply: %s', (apply) => {
  let bank: Bank;
  const name = `killed-${apply}`;
  const options = (): SyncProcessOptions => ({
    source: source.address,
    target: target.address,
    tables: 'bank.*',
    name,
    apply,
    memoryBytes: MEMORY_BYTES,
  });

  beforeAll(async () => {
    bank = new Bank(source);
    await bank.open(target);
    await source.query('CREATE TABLE bank.large (id INT PRIMARY KEY, n INT NOT NULL, filler VARCHAR(1000) NOT NULL)');
    await target.query('CREATE TABLE bank.large (id INT PRIMARY KEY, n INT NOT NULL, filler VARCHAR(1000) NOT NULL)');
  });

  /** Killed at the first pass, killed or done at a later one, then to the end. */
  async function killAt(failpoint: FailpointName, work: () => Promise<void>): Promise<void> {
    await work();
    const first = await syncUntilCaughtUp({ ...options(), failpoint });
    expect(first.signal).toBe('SIGKILL');
    await work();
    await syncUntilCaughtUp({ ...options(), failpoint: `${failpoint}:3` });
    await syncUntilCaughtUp(options());
    await bank.assertEqual(target);
  }

  test.each(apply === 'row' ? BATCHES.filter((name) => name !== 'batch.waited') : BATCHES)('%s', async (failpoint) => {
    await killAt(failpoint, () => bank.write(60));
  });

  test.each(SPILLED)('%s', async (failpoint) => {
    await killAt(failpoint, async () => {
      await bank.write(5);
      const [row] = await source.query('SELECT COALESCE(MAX(id),0) AS n FROM bank.large');
      const first = Number(row?.['n']) + 1;
      await source.query(
        `BEGIN; UPDATE bank.large SET n=n+1; INSERT INTO bank.large SELECT seq,0,REPEAT('f',1000) FROM bank.seq_${first}_to_${first + 300}; COMMIT`,
      );
      await bank.write(5);
    });
    await assertTablesEqual({
      source: source.address,
      target: target.address,
      tables: [{ schema: 'bank', table: 'large' }],
    });
  });

  test.each(PARKING)('%s', async (failpoint) => {
    // A row that the target has lost parks its table at the next change of it.
    await bank.write(20);
    await syncUntilCaughtUp(options());
    const [lost] = await target.query('SELECT * FROM bank.hit WHERE id=3');
    await target.query('DELETE FROM bank.hit WHERE id=3');
    const change = async (): Promise<void> => {
      await bank.write(20);
      await source.query('UPDATE bank.hit SET n=n+1 WHERE id=3; UPDATE bank.hit SET n=n-1 WHERE id=3');
      await bank.write(20);
    };
    await change();
    const parking = await syncUntilCaughtUp({ ...options(), ...(failpoint === 'table.parked' ? { failpoint } : {}) });
    expect(parking.signal).toBe(failpoint === 'table.parked' ? 'SIGKILL' : null);
    await syncUntilCaughtUp(options());
    await target.query('INSERT INTO bank.hit VALUES (?,?)', [lost?.['id'], lost?.['n']]);
    const control = await openControl(target.address, 'retl');
    const open = (await control.errors(name)).filter((record) => record.state === 'open');
    expect(open).toMatchObject([{ table: 'bank.hit', code: 'ROW_MISSING' }]);
    await control.retry(name, open[0]?.id ?? 0);
    await control.close();
    await change();
    if (failpoint !== 'table.parked') {
      const catchingUp = await syncUntilCaughtUp({ ...options(), failpoint });
      expect(catchingUp.signal).toBe('SIGKILL');
      await change();
    }
    await syncUntilCaughtUp(options());
    await bank.assertEqual(target);
  });
});
