import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startManager } from '@otter/manager';
import { ManagerClient } from '@otter/testkit';
import { FakeSurroundings, run } from '../../packages/cli/src/surroundings.fixture.ts';
import { fakeManagerOptions } from '../../packages/manager/src/manager-options.fixture.ts';
import type { FakeHost } from '../../packages/manager/src/run/fake-host.fixture.ts';

const PASSWORD = 'correct horse battery';

/** A manager of its own, with a host that runs nothing and a token that may do everything. */
export interface Managed {
  manager: { url: string };
  host: FakeHost;
  token: string;
  /** A folder for a test's files. */
  folder: string;
  close(): Promise<void>;
}

export async function startManaged(): Promise<Managed> {
  const folder = mkdtempSync(join(tmpdir(), 'otter-managed-'));
  const options = { ...fakeManagerOptions(join(folder, 'data')), adminPassword: PASSWORD };
  const manager = await startManager(options);
  const { host } = options;
  return {
    ...{ manager, host, folder, token: await adminToken(manager.url, PASSWORD) },
    close: async () => {
      await manager.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A token with every scope, made as a person makes one. */
export async function adminToken(url: string, password: string): Promise<string> {
  const client = new ManagerClient(url);
  await client.signIn('admin', password);
  const scopes = ['read', 'operate', 'configure', 'administer'];
  return (await client.ask<{ secret: string }>('POST', '/tokens', { name: 'test', scopes })).secret;
}

/** What a command printed and how it ended. */
export interface Ended {
  code: number;
  out: string;
  err: string;
  surroundings: FakeSurroundings;
}

/** Runs a command that speaks to this manager. `answer` is what a person types. */
export async function otter(
  { manager, token }: Pick<Managed, 'manager' | 'token'>,
  argv: readonly string[],
  options: { env?: Record<string, string>; answer?: string; files?: Record<string, string> } = {},
): Promise<Ended> {
  const env = { OTTER_MANAGER: manager.url, OTTER_TOKEN: token, ...options.env };
  const surroundings = new FakeSurroundings(argv, { env, files: options.files ?? {} });
  surroundings.answer = options.answer ?? null;
  const code = await run(surroundings);
  return { code, out: surroundings.stdout.text, err: surroundings.stderr.text, surroundings };
}
