import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@otter/core';
import { startManager, type Manager } from '@otter/manager';
import { FakeSurroundings, run } from '../../packages/cli/src/surroundings.fixture.ts';
import { FakeHost } from '../../packages/manager/src/run/fake-host.fixture.ts';

const PASSWORD = 'correct horse battery';

/** A manager of its own, with a host that runs nothing and a token that may do everything. */
export interface Managed {
  manager: Manager;
  host: FakeHost;
  token: string;
  /** A folder for a test's files. */
  folder: string;
  close(): Promise<void>;
}

export async function startManaged(): Promise<Managed> {
  const folder = mkdtempSync(join(tmpdir(), 'otter-managed-'));
  const host = new FakeHost();
  const manager = await startManager({
    ...{ dataDir: join(folder, 'data'), secretKey: null, adminPassword: PASSWORD, host, log: silentLog },
    listen: { host: '127.0.0.1', port: 0 },
    probe: { probe: () => Promise.resolve({ version: null, checks: [] }) },
    passwordCost: { logN: 4 },
  });
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
  const post = async (path: string, body: object, cookie = ''): Promise<Response> =>
    fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-otter-request': '1', cookie },
      body: JSON.stringify(body),
    });
  const signedIn = await post('/session', { name: 'admin', password });
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const scopes = ['read', 'operate', 'configure', 'administer'];
  const made = (await (await post('/tokens', { name: 'test', scopes }, cookie)).json()) as { secret: string };
  return made.secret;
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
