/**
 * Goal: a person gets from nothing to rows that flow with the console alone, in either language, sees what goes wrong and
 * mends it, and decides who may do what; every page can be used by everybody, and comes fast.
 *
 * Method: Debian's Chromium without a screen on a real `otter start` with two real servers; texts are looked up in the
 * console's own words; rows are read by SELECT; axe looks at every page in both themes.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, waitFor, type RunningServer } from '@otter/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../packages/console/src/words/en.ts';
import { zh } from '../../packages/console/src/words/zh.ts';
import { accessibilityFaults, openBrowser, openPage } from '../support/console-browser.ts';
import { ManagerProcess } from '../support/manager-process.ts';

const FIRST_LOAD_BYTES_MAX = 500 * 1024;
const INTERACTIVE_MS_MAX = 2000;
const NEW_PASSWORD = 'a long new password';

let source: RunningServer;
let target: RunningServer;
let manager: ManagerProcess;
let browser: Browser;
let url: string;
let password: string;
const dataDir = mkdtempSync(join(tmpdir(), 'otter-console-'));

beforeAll(async () => {
  execFileSync(process.execPath, ['tools/console-build.mjs'], { stdio: 'inherit' });
  manager = new ManagerProcess(dataDir);
  [source, target, browser] = await Promise.all([startServer(), startServer(), openBrowser()]);
  const ready = await manager.ready;
  [url, password] = [ready.url, ready.password ?? ''];
  await source.query(
    `CREATE DATABASE shop CHARACTER SET utf8mb4; USE shop;
     CREATE TABLE orders (id INT PRIMARY KEY, n INT NOT NULL, note VARCHAR(40)); CREATE TABLE 商品 (id INT PRIMARY KEY);
     INSERT INTO orders VALUES (1, 0, '铅笔'), (2, 0, 'pencil'); INSERT INTO 商品 VALUES (7)`,
  );
});

afterAll(async () => {
  await browser?.close();
  await manager?.end('SIGTERM');
  await Promise.all([source?.stop(), target?.stop()]);
  rmSync(dataDir, { recursive: true, force: true });
});

type Words = Record<keyof typeof zh, string>;

async function signIn(page: Page, words: Words, name = 'admin', secret = password): Promise<void> {
  await page.goto('/');
  await page.getByLabel(words['sign-in.name']).fill(name);
  await page.getByLabel(words['sign-in.password'], { exact: true }).fill(secret);
  await page.getByRole('button', { name: words['sign-in.submit'] }).click();
  await page.getByRole('heading', { level: 1 }).or(page.locator('.empty')).first().waitFor();
  await page.getByRole('navigation').waitFor();
}

async function signedIn(words: Words, locale: 'en-GB' | 'zh-CN'): Promise<Page> {
  const page = await openPage(browser, url, { locale });
  await signIn(page, words);
  return page;
}

const rows = (server: RunningServer) => server.query('SELECT id, n, note FROM shop.orders ORDER BY id');

async function equal(): Promise<void> {
  const wanted = await rows(source);
  await waitFor(async () => JSON.stringify(await rows(target)) === JSON.stringify(wanted), { timeoutMs: 20_000 });
}

test('the first load is small, usable soon, and a wrong password is told in words', async () => {
  const page = await openPage(browser, url);
  const sizes: Promise<number>[] = [];
  page.on('requestfinished', (request) => sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize)));
  const startedAt = performance.now();
  await page.goto('/');
  await page.getByRole('button', { name: en['sign-in.submit'] }).waitFor();
  expect(performance.now() - startedAt).toBeLessThan(INTERACTIVE_MS_MAX);
  await page.getByLabel(en['sign-in.name']).fill('admin');
  await page.getByLabel(en['sign-in.password'], { exact: true }).fill('wrong');
  await page.getByRole('button', { name: en['sign-in.submit'] }).click();
  await page.getByRole('alert').filter({ hasText: 'password' }).waitFor();
  expect(await page.getByLabel(en['sign-in.name']).inputValue()).toBe('admin');
  expect(await accessibilityFaults(page)).toEqual([]);
  await signIn(page, en);
  await page.getByText(en['overview.empty']).waitFor();
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeGreaterThan(50 * 1024);
  expect(bytes).toBeLessThan(FIRST_LOAD_BYTES_MAX);
  await page.context().close();
});

test('the guided sync, in Chinese: from two connection strings to rows that flow', async () => {
  const page = await signedIn(zh, 'zh-CN');
  await page.getByRole('button', { name: zh['start.title'] }).click();
  for (const [role, { port }] of [
    ['source', source],
    ['target', target],
  ] as const) {
    await page.locator(`#connection-${role}`).fill(`mysql://root:@127.0.0.1:${port}`);
    const panel = page.locator('section').filter({ has: page.locator(`#connection-${role}`) });
    await panel.getByText('MariaDB').first().waitFor();
    await panel.getByRole('button', { name: zh['start.use'] }).click();
    await page.locator(`#connection-${role}`).waitFor({ state: 'detached' });
  }
  await page.getByRole('button', { name: zh['action.next'] }).click();
  await page.getByRole('button', { name: zh['start.add-pattern'] }).click();
  await page.getByLabel(zh['start.pattern']).fill('shop.*');
  await page.getByText('将同步 2 张表').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: zh['action.next'] }).click();
  await page.getByText(zh['verdict.ok']).first().waitFor();
  // What the engine found is said in the language of the page, not only the page's own words.
  await page.getByText('binlog 已开启。').waitFor();
  expect(await page.getByText('The binary log is on.').count()).toBe(0);
  await page.getByRole('button', { name: zh['action.next'] }).click();
  await page.locator('pre').filter({ hasText: 'tables:' }).waitFor();
  await page.locator('#channel-name').fill('商城');
  await page.getByRole('button', { name: zh['action.start'] }).click();
  await page.getByRole('heading', { name: '商城' }).waitFor();
  await page.getByText(zh['state.running']).first().waitFor();
  await equal();
  await source.query("INSERT INTO shop.orders VALUES (3, 0, '橡皮'); UPDATE shop.orders SET n = 5 WHERE id = 1");
  await equal();
  expect(await target.query('SELECT id FROM shop.商品')).toEqual([{ id: 7 }]);
  await page.context().close();
});

test('stop and start: the channel does what is asked, and what was written meanwhile arrives', async () => {
  const page = await signedIn(en, 'en-GB');
  await page.getByRole('link', { name: '商城', exact: true }).first().click();
  await page.getByRole('button', { name: en['action.stop'] }).click();
  await page.locator('.head').getByText(en['state.stopped']).waitFor();
  await source.query("INSERT INTO shop.orders VALUES (4, 0, 'while stopped')");
  await page.getByRole('button', { name: en['action.start'] }).click();
  await page.locator('.head').getByText(en['state.running']).waitFor();
  await equal();
  await page.context().close();
});

test('a table that stops is seen with its row, and goes on when its cause is gone', async () => {
  const page = await signedIn(en, 'en-GB');
  await target.query('DELETE FROM shop.orders WHERE id = 2');
  await source.query("UPDATE shop.orders SET n = 9, note = 'changed' WHERE id = 2");
  await page.getByText(en['overview.attention']).waitFor();
  await page.locator('.attention').getByRole('link').first().click();
  await page.getByRole('tab', { name: en['pipeline.errors'] }).click();
  const panel = page.locator('section').filter({ hasText: 'shop.orders' });
  await panel.getByText(en['error-state.open']).waitFor();
  await panel.locator('pre').filter({ hasText: 'changed' }).first().waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await target.query("INSERT INTO shop.orders VALUES (2, 0, 'pencil')");
  await panel.getByRole('button', { name: en['action.retry'], exact: true }).click();
  await page.getByText(en['errors.none']).waitFor();
  await equal();
  await page.context().close();
});

test('a difference is found, its repair planned and done', async () => {
  const page = await signedIn(zh, 'zh-CN');
  await target.query("UPDATE shop.orders SET note = 'altered' WHERE id = 3");
  await page.goto('/pipelines/1?tab=verify');
  await page.getByRole('button', { name: zh['verify.start'] }).click();
  await page.locator('mark').filter({ hasText: 'altered' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: zh['repair.plan'] }).click();
  const plan = page.getByRole('dialog');
  await plan.getByText('更新 1').waitFor();
  expect(await target.query('SELECT note FROM shop.orders WHERE id = 3')).toEqual([{ note: 'altered' }]);
  await plan.getByRole('button', { name: zh['repair.execute'] }).click();
  await page.getByText('修复完成').waitFor();
  await equal();
  await page.context().close();
});

test('users and roles: an administrator makes a viewer, who looks and finds nothing to press', async () => {
  const page = await signedIn(en, 'en-GB');
  await page.getByRole('link', { name: en['rail.users'] }).click();
  await page.getByRole('button', { name: en['users.new'] }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel(en['form.name']).fill('看客');
  await drawer.getByLabel(en['sign-in.password'], { exact: true }).fill('short');
  await drawer.getByRole('button', { name: en['action.save'] }).click();
  await drawer.getByText(en['form.password-length']).waitFor();
  await drawer.getByLabel(en['sign-in.password'], { exact: true }).fill(NEW_PASSWORD);
  await drawer.getByRole('button', { name: en['action.save'] }).click();
  await page.getByRole('button', { name: '看客' }).waitFor();
  await page.context().close();

  const viewers = await openPage(browser, url, { locale: 'zh-CN' });
  await signIn(viewers, zh, '看客', NEW_PASSWORD);
  expect(await viewers.getByRole('link', { name: zh['rail.users'] }).count()).toBe(0);
  expect(await viewers.getByRole('button', { name: zh['start.title'] }).count()).toBe(0);
  await viewers.getByRole('link', { name: '商城', exact: true }).first().click();
  await viewers.getByRole('heading', { name: '商城' }).waitFor();
  expect(await viewers.getByRole('button', { name: zh['action.stop'] }).count()).toBe(0);
  await viewers.context().close();
});

test('search opens with a key and leads to what it finds; a lost manager is told quietly', async () => {
  const page = await signedIn(en, 'en-GB');
  await page.keyboard.press('/');
  await page.getByRole('combobox', { name: en['search.title'] }).fill('商');
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '商城' }).waitFor();
  await manager.end('SIGTERM');
  const banner = page.getByRole('status').filter({ hasText: 'connection to the manager is lost' });
  await banner.waitFor();
  manager = new ManagerProcess(dataDir, '--listen', new URL(url).host);
  await banner.waitFor({ state: 'detached' });
  await page.locator('.head').getByText(en['state.running']).waitFor();
  await page.context().close();
});

const PAGES = [
  ...['/', '/channels', '/channels/1', '/pipelines/1', '/pipelines/1?tab=tables', '/pipelines/1?tab=position'],
  ...['/pipelines/1?tab=copy', '/pipelines/1?tab=parameters', '/data-sources', '/data-sources/1', '/users', '/log'],
  ...['/log?tab=audit', '/settings', '/settings?tab=password', '/settings?tab=tokens', '/settings?tab=manager'],
  ...['/start-sync', '/nowhere'],
];

test('no page keeps anybody out, in either theme', async () => {
  const page = await signedIn(en, 'en-GB');
  const faults: string[] = [];
  for (const path of PAGES) {
    await page.goto(path);
    await page.locator('#page').locator('h1, .ant-alert').first().waitFor();
    await page.locator('.ant-skeleton, .ant-spin-spinning').first().waitFor({ state: 'detached' });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-shade=${colorScheme}]`).waitFor();
      faults.push(...(await accessibilityFaults(page)).map((fault) => `${path} ${colorScheme}: ${fault}`));
    }
  }
  expect(faults).toEqual([]);
  await page.context().close();
});
