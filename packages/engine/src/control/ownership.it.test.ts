/**
 * Goal: a pipeline has one owner at a time; whoever comes while the former one is only just leaving waits for the server
 * to notice, rather than being refused by chance.
 *
 * Method: two connections. One owns; the other is seen to wait for it in the list of processes, and then the first goes.
 */
import { openTargetSession, type Session } from '@otter/dialects';
import { startServer, waitFor, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claimOwnership, inPlaceOfOwner } from './ownership.ts';

const KINDS: ServerKind[] = ['mariadb-10.11', 'mysql-9.7'];

describe.each(KINDS)('%s', (kind) => {
  let server: RunningServer;
  let owner: Session;
  let other: Session;

  beforeAll(async () => {
    server = await startServer({ kind });
  });

  afterAll(async () => {
    await server?.stop();
  });

  beforeEach(async () => {
    [owner, other] = await Promise.all([
      openTargetSession(server.address, { role: 'control' }),
      openTargetSession(server.address, { role: 'control' }),
    ]);
    await claimOwnership(owner, 'retl', 'p', new Set());
    return async () => {
      await Promise.all([owner.close(), other.close()]);
    };
  });

  async function untilWaiting(): Promise<void> {
    await waitFor(
      async () =>
        (await server.query("SELECT 1 FROM information_schema.PROCESSLIST WHERE STATE='User lock'")).length > 0,
      { what: 'the other to wait for the lock' },
    );
  }

  test.each([
    { title: 'another owner', come: () => claimOwnership(other, 'retl', 'p', new Set()) },
    { title: 'work in place of the owner', come: () => inPlaceOfOwner(other, 'retl', 'p', () => Promise.resolve()) },
  ])('$title waits for an owner that is leaving', async ({ come }) => {
    const came = come();
    await untilWaiting();
    await owner.close();
    await came;
  });

  test.each([
    { title: 'another owner', come: () => claimOwnership(other, 'retl', 'p', new Set()) },
    {
      title: 'work in place of the owner',
      come: () => inPlaceOfOwner(other, 'retl', 'p', () => Promise.reject(new Error('worked'))),
    },
  ])('$title is refused while the owner stays', async ({ come }) => {
    await expect(come()).rejects.toMatchObject({ code: 'OWNER_CHANGED' });
  });

  test('work in place of the owner keeps owners away, and leaves the pipeline free also when it fails', async () => {
    await owner.close();
    owner = await openTargetSession(server.address, { role: 'control' });
    const work = inPlaceOfOwner(other, 'retl', 'p', async () => {
      await expect(claimOwnership(owner, 'retl', 'p', new Set())).rejects.toMatchObject({ code: 'OWNER_CHANGED' });
      throw new Error('this work fails');
    });
    await expect(work).rejects.toThrow('this work fails');
    await claimOwnership(owner, 'retl', 'p', new Set());
  });
});
