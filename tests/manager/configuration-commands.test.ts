// Goal: configuration as code from the command line: what is exported is no change, a plan says what would happen and
// whether there is anything, apply does what was shown. Method: the commands in this process against a manager that
// listens, with a host that runs nothing.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { FakeSurroundings, run } from '../../packages/cli/src/surroundings.fixture.ts';
import { otter, startManaged, type Managed } from './managed.ts';

let managed: Managed;
let folder: string;
let folders = 0;
beforeAll(async () => {
  managed = await startManaged();
});
afterAll(async () => managed.close());
beforeEach(() => {
  folder = join(managed.folder, `files-${(folders += 1)}`);
  mkdirSync(folder);
});

const SERVERS = `kind: data-source
name: a
primary: { host: db1, port: 3306 }
user: otter
passwordEnv: PW_A
---
kind: data-source
name: b
primary: { host: db2, port: 3306 }
user: otter
passwordFile: b.password
`;
const SHOP = `kind: channel
name: shop
---
kind: pipeline
channel: shop
name: p
source: a
target: b
checkpointName: shop-p
mappings:
  - source: shop.*
`;

/** Files of a configuration with one channel; what stands in `b.password` is told apart from the documents. */
function written(shop = SHOP): { files: Record<string, string>; env: Record<string, string> } {
  writeFileSync(join(folder, 'servers.yaml'), SERVERS);
  writeFileSync(join(folder, 'shop.yaml'), shop);
  return { files: { [join(folder, 'b.password')]: 'secret of b\n' }, env: { PW_A: 'secret of a' } };
}

test('from files to a manager and back, without a difference and without a secret', async () => {
  const given = written();
  const plan = await otter(managed, ['plan', '-f', folder], given);
  expect(plan.code, plan.err).toBe(3);
  expect(plan.out).toContain('+ create pipeline shop/p\n');
  expect(plan.out).toContain('! it does not start by itself: start its channel');
  expect(plan.out).toContain('4 to create, 0 to change, 0 to delete');
  const chinese = await otter(managed, ['plan', '-f', folder], { ...given, env: { ...given.env, OTTER_LANG: 'zh' } });
  expect(chinese.out).toContain('! 不会自动启动，请启动其所属通道');
  const done = await otter(managed, ['apply', '-f', folder], { ...given, answer: 'yes' });
  expect([done.code, done.err]).toEqual([0, '']);
  expect(done.surroundings.questions).toHaveLength(1);
  expect(done.out).toContain('applied: 4 changes');
  expect((await otter(managed, ['plan', '-f', folder, '--prune'], given)).code).toBe(0);
  const other = await otter(managed, ['plan', '-f', folder], { ...given, env: { PW_A: 'another' } });
  expect([other.code, other.out.includes('password')]).toEqual([3, true]);

  const dir = join(folder, 'out');
  expect((await otter(managed, ['export', '--dir', dir])).code).toBe(0);
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
  expect(names.sort()).toEqual([
    'channels/shop.yaml',
    'data-sources/a.yaml',
    'data-sources/b.yaml',
    'system.yaml',
    'users.yaml',
  ]);
  const text = names.map((name) => readFileSync(join(dir, name), 'utf8')).join('');
  expect(text).toContain('passwordEnv: OTTER_PASSWORD_A');
  expect(text).not.toMatch(/secret|scrypt/);
  const again = await otter(managed, ['plan', '-f', dir, '--drift']);
  expect([again.code, again.out]).toEqual([
    0,
    expect.stringMatching(/^nothing to do[^]*note: data-source "a": OTTER_PASSWORD_A holds/),
  ]);
  const all = await otter(managed, ['export']);
  expect(all.out).toContain('\n---\nkind: pipeline\nchannel: shop\n');
  const one = await otter(managed, ['export', '--channel', 'shop', '--json']);
  expect(one.surroundings.jsonLines().map(({ document }) => (document as { kind: string }).kind)).toEqual([
    ...['data-source', 'data-source', 'channel', 'pipeline'],
  ]);
});

test('what nobody wrote down is drift, and goes only when asked for', async () => {
  const given = written();
  await otter(managed, ['apply', '-f', folder, '--yes'], given);
  writeFileSync(join(folder, 'more.yaml'), 'kind: channel\nname: by hand\n');
  await otter(managed, ['apply', '-f', folder, '--yes'], given);
  folder = join(managed.folder, 'without');
  mkdirSync(folder);
  const fewer = written();
  expect((await otter(managed, ['plan', '-f', folder], fewer)).code).toBe(0);
  const drift = await otter(managed, ['plan', '-f', folder, '--drift', '--json'], fewer);
  expect(drift.code).toBe(3);
  expect(drift.surroundings.jsonLines()).toMatchObject([
    { event: 'plan', changes: [{ action: 'delete', name: 'by hand' }] },
  ]);
  const pruned = await otter(managed, ['apply', '-f', folder, '--prune', '--yes', '--json'], fewer);
  expect(pruned.surroundings.jsonLines()).toMatchObject([{ event: 'plan' }, { event: 'applied', changes: 1 }]);
});

test('channels are listed, started and stopped by name', async () => {
  await otter(managed, ['apply', '-f', folder, '--yes'], written());
  const started = await otter(managed, ['channel', 'start', 'shop']);
  expect([started.code, started.out]).toEqual([0, expect.stringMatching(/^shop\n {2}p +(?:running|starting)\n$/)]);
  expect((await otter(managed, ['channel', 'list'])).out).toMatch(/^shop\n {2}p +running/m);
  const leaving = written(SHOP.replace('target: b', 'target: a'));
  const refused = await otter(managed, ['apply', '-f', folder, '--yes'], leaving);
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('STATE_CONFLICT')]);
  const stopped = await otter(managed, ['channel', 'stop', 'shop', '--json']);
  expect(stopped.surroundings.jsonLines()).toMatchObject([
    { event: 'channel', name: 'shop', pipelines: [{ name: 'p', state: 'stopped' }] },
  ]);
  const unknown = await otter(managed, ['channel', 'status', 'nowhere']);
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringMatching(/NOT_FOUND[^]*"shop"/)]);
});

test('nothing is applied without a yes', async () => {
  const given = written(`${SHOP}---\nkind: channel\nname: later\n`);
  const no = await otter(managed, ['apply', '-f', folder], { ...given, answer: 'y' });
  expect([no.code, no.err]).toEqual([0, 'nothing was changed\n']);
  const nobody = await otter(managed, ['apply', '-f', folder], given);
  expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining('--yes')]);
  expect((await otter(managed, ['channel', 'list'])).out).not.toContain('later');
});

test('an export leaves no old document behind', async () => {
  await otter(managed, ['apply', '-f', folder, '--yes'], written());
  const refused = await otter(managed, ['export', '--dir', folder]);
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('servers.yaml')]);
  expect(readdirSync(folder).sort()).toEqual(['servers.yaml', 'shop.yaml']);
});

test.each([
  ['plan', 'kind: channel', 'REQUEST_INVALID', 1],
  ['plan', 'kind: [', 'USAGE', 2],
  ['plan', '# nothing', 'USAGE', 2],
])('%s of a file that cannot be used: %j', async (command, text, code, exitCode) => {
  writeFileSync(join(folder, 'a.yaml'), text);
  const ended = await otter(managed, [command, '-f', join(folder, 'a.yaml')]);
  expect([ended.code, ended.err]).toEqual([exitCode, expect.stringContaining(code)]);
});

test('who asks, and whom', async () => {
  const none = await otter(managed, ['channel', 'list'], { env: { OTTER_TOKEN: '' } });
  expect([none.code, none.err]).toEqual([2, expect.stringContaining('TOKEN_MISSING')]);
  const wrong = await otter(managed, ['channel', 'list'], { env: { OTTER_TOKEN: `otr_${'x'.repeat(43)}` } });
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('NOT_SIGNED_IN')]);
  expect(wrong.err).not.toContain('xxxx');
  const argv = ['channel', 'list', '--manager', managed.manager.url, '--token-file', 't'];
  const surroundings = new FakeSurroundings(argv, { files: { t: `${managed.token}\n` } });
  expect(await run(surroundings)).toBe(0);
  surroundings.exposed.add('t');
  expect(await run(surroundings)).toBe(2);
  expect(surroundings.stderr.text).toContain('chmod 600');
  const away = await otter(managed, ['channel', 'list', '--manager', `http://127.0.0.1:${await closedPort()}`]);
  expect([away.code, away.err]).toEqual([1, expect.stringMatching(/MANAGER_UNREACHABLE[^]*ECONNREFUSED/)]);
});

test('something else that answers is no manager, and is told no token twice', async () => {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    if (request.url?.startsWith('/there') === true) response.end('<html>');
    else response.writeHead(302, { location: '/there' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  for (const path of ['', '/there']) {
    const ended = await otter(managed, ['channel', 'list', '--manager', `http://127.0.0.1:${port}${path}`]);
    expect([ended.code, ended.err]).toEqual([1, expect.stringContaining('MANAGER_UNREACHABLE')]);
  }
  expect(asked).toHaveLength(2);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A port that nobody listens on any more. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
