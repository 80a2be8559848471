/**
 * Goal: a copy that was asked for happens, whatever moment the process dies at: between the request and its answer,
 * between its pieces, with nobody there to hear it (issue 3, Copy).
 *
 * Method: counters and transfers (`Bank`) run on the source beside a large table; its target is spoilt by hand, a copy
 * is asked for, and processes are killed by SIGKILL at failpoints and at random until one is left alone; then all is
 * equal. While it is copied the table is written to.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseTablePatterns } from '@otter/core';
import { openControl } from '@otter/engine';
import { assertTablesEqual, Random, startServer, waitFor, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BANK_TABLES, Bank } from '../support/bank.ts';
import { SyncProcess, syncUntilCaughtUp, type SyncProcessOptions } from '../support/sync-process.ts';

const ROWS = 20_000;
const LANES = 2;
const NAME = 'killed-again';

let source: RunningServer;
let target: RunningServer;
let bank: Bank;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
  bank = new Bank(source, 11);
  await bank.open(target);
  for (const server of [source, target]) {
    await server.query('CREATE TABLE bank.large (id INT PRIMARY KEY, n INT NOT NULL, filler VARCHAR(100) NOT NULL)');
  }
  await source.query(`USE bank; INSERT INTO large SELECT seq*3,0,REPEAT('f',seq MOD 100) FROM seq_1_to_${ROWS}`);
  await syncUntilCaughtUp(options());
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

function options(): SyncProcessOptions {
  return {
    ...{ source: source.address, target: target.address, tables: 'bank.*', name: NAME },
    copyLanes: LANES,
    memoryBytes: 1 << 20,
  };
}

/** Rows too many and missing ones, where nobody writes; and asks for the copy. */
async function spoilAndAsk(): Promise<void> {
  await target.query(
    `USE bank; DELETE FROM large WHERE id BETWEEN 9001 AND 15000; INSERT IGNORE INTO large SELECT seq*3+1,7,'too many' FROM seq_1_to_3000;
     INSERT IGNORE INTO large VALUES (-1,0,'below'),(9000000,0,'above'); UPDATE large SET n=-1 WHERE id BETWEEN 45000 AND 48000`,
  );
  const control = await openControl(target.address, 'retl');
  expect(await control.copyAgain(NAME, parseTablePatterns('bank.large'), null)).toEqual(['bank.large']);
  await control.close();
}

/** Changes rows whose place has not been spoilt. */
async function write(random: Random): Promise<void> {
  await bank.write(2);
  const id = random.int(16_000, 44_000);
  await source.query(
    `UPDATE bank.large SET n=n+1 WHERE id BETWEEN ${id} AND ${id + 100}; INSERT IGNORE INTO bank.large VALUES (${id},0,'new'); DELETE FROM bank.large WHERE id=${random.int(16_000, 44_000)}`,
  );
}

async function stateOfCopy(): Promise<{ state: string; open: number }> {
  const [row] = await target.query("SELECT state,rest FROM retl.otter_copy WHERE table_name='bank.large'");
  const rest = JSON.parse(String(row?.['rest'])) as { open: unknown[] };
  return { state: String(row?.['state']), open: rest.open.length };
}

/** Runs until the copy has been answered and done, and all that was written is there. */
async function finish(): Promise<void> {
  await syncUntilCaughtUp(options());
  expect(await stateOfCopy()).toMatchObject({ state: 'done' });
  await bank.assertEqual(target);
  await assertTablesEqual({
    ...{ source: source.address, target: target.address },
    tables: [...BANK_TABLES, { schema: 'bank', table: 'large' }],
  });
}

test('asked for while no process runs: the next one copies', async () => {
  await spoilAndAsk();
  expect(await stateOfCopy()).toMatchObject({ state: 'requested' });
  await write(new Random(1));
  await finish();
});

test.each([
  'copy.answering',
  'copy.beginning',
  'copy.chunk-read',
  'copy.chunk-read:5',
  'batch.before-commit:8',
  'batch.committed:9',
])('killed at %s', async (failpoint) => {
  const random = new Random(2);
  await spoilAndAsk();
  for (let i = 0; i < 10; i++) await write(random);
  const killed = await syncUntilCaughtUp({ ...options(), failpoint });
  expect(killed.signal).toBe('SIGKILL');
  expect((await stateOfCopy()).open).toBeLessThanOrEqual(LANES);
  for (let i = 0; i < 10; i++) await write(random);
  await finish();
});

test('killed at random, 6 times, after it was asked for while a process ran', async () => {
  const random = new Random(3);
  const writing = new AbortController();
  const first = new SyncProcess({ ...options(), copyBytesPerSecond: 100_000 });
  await waitFor(() => /going on/.test(first.log), { what: 'the process to run' });
  await spoilAndAsk();
  const writer = (async (): Promise<void> => {
    while (!writing.signal.aborted) await write(random);
  })();
  try {
    await waitFor(async () => (await stateOfCopy()).state !== 'requested', { what: 'the request to be heard' });
    await first.remove();
    let copying = 0;
    for (let i = 0; i < 6; i++) {
      const process = new SyncProcess({ ...options(), copyBytesPerSecond: 250_000 });
      // Some die before they are connected, the others while they copy, however slow the machine is.
      if (i % 2 === 1) await waitFor(() => /going on/.test(process.log), { what: 'the process to run' });
      await pause(random.int(200, 1000));
      await process.remove();
      const { state, open } = await stateOfCopy();
      expect(open).toBeLessThanOrEqual(LANES);
      if (state === 'copying') copying += 1;
    }
    expect(copying).toBeGreaterThan(0);
  } finally {
    writing.abort();
    await writer;
    await first.remove();
  }
  await finish();
});
