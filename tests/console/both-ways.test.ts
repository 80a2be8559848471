/**
 * Goal: a person makes a sync that goes both ways with the console alone, sees a conflict of two servers in the inbox,
 * decides it otherwise cell by cell, and both sides follow; in both languages, in either theme, on a phone too.
 *
 * Method: Debian's Chromium on a real `otter start` with two real servers, both written while both directions are stopped;
 * rows are read by SELECT; axe looks at the inbox, a conflict and the step that asks which way.
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
import { faultsEverywhere, openBrowser, openPage } from '../support/console-browser.ts';
import { ManagerProcess } from '../support/manager-process.ts';

const ROW = 'SELECT n, note FROM shop.orders WHERE id = 1';

const dataDir = mkdtempSync(join(tmpdir(), 'otter-console-both-'));
let [source, target]: RunningServer[] = [];
let manager: ManagerProcess;
let browser: Browser;
let page: Page;
let password: string;

beforeAll(async () => {
  execFileSync(process.execPath, ['tools/console-build.mjs'], { stdio: 'inherit' });
  manager = new ManagerProcess(dataDir);
  [source, target, browser] = await Promise.all([startServer(), startServer(), openBrowser()]);
  const ready = await manager.ready;
  password = ready.password ?? '';
  await source.query(
    `CREATE DATABASE shop; CREATE TABLE shop.orders (id INT PRIMARY KEY, n INT NOT NULL, note VARCHAR(40));
     INSERT INTO shop.orders VALUES (1, 1, '铅笔'), (2, 2, 'pen')`,
  );
  page = await openPage(browser, ready.url);
  await page.goto('/');
  await signIn(page, en);
});

afterAll(async () => {
  await browser?.close();
  await manager?.end('SIGTERM');
  await Promise.all([source?.stop(), target?.stop()]);
  rmSync(dataDir, { recursive: true, force: true });
});

async function signIn(on: Page, words: Record<keyof typeof zh, string>): Promise<void> {
  await on.getByLabel(words['sign-in.name']).fill('admin');
  await on.getByLabel(words['sign-in.password'], { exact: true }).fill(password);
  await on.getByRole('button', { name: words['sign-in.submit'] }).click();
  await on.getByRole('navigation').waitFor();
}

async function equal(): Promise<void> {
  const rows = 'SELECT * FROM shop.orders ORDER BY id';
  await waitFor(async () => {
    const [there, here] = [await source?.query(rows), await target?.query(rows).catch(() => [])];
    return JSON.stringify(there) === JSON.stringify(here);
  });
}

test('the guided sync makes a channel that goes both ways', async () => {
  await page.getByRole('link', { name: en['rail.conflicts'] }).click();
  await page.getByText(en['conflicts.no-pair']).waitFor();
  await page.getByRole('button', { name: en['start.title'] }).click();
  for (const [role, server] of [
    ['source', source],
    ['target', target],
  ] as const) {
    await page.locator(`#connection-${role}`).fill(`mysql://root:@127.0.0.1:${server?.port}`);
    const panel = page.locator('section').filter({ has: page.locator(`#connection-${role}`) });
    await panel.getByText('MariaDB').first().waitFor();
    await panel.getByRole('button', { name: en['start.use'] }).click();
    await page.locator(`#connection-${role}`).waitFor({ state: 'detached' });
  }
  await page.getByRole('radio', { name: en['pair.two'].slice(0, 9) }).click();
  await page.getByText(en['pair.conflicts-newest']).waitFor();
  await page.getByLabel(en['pair.rules']).fill('shop.orders:newest');
  await page.keyboard.press('Enter');
  await page.getByLabel(en['pair.ask']).fill('shop.*');
  await page.keyboard.press('Enter');
  expect(await faultsEverywhere(page, 'way')).toEqual([]);
  await page.getByRole('button', { name: en['action.next'] }).click();
  await page.getByRole('button', { name: en['start.add-pattern'] }).click();
  await page.getByLabel(en['start.pattern']).fill('shop.*');
  await page.getByText(en['start.matched_one']).waitFor();
  expect(await page.getByLabel(en['start.target-name']).count()).toBe(0);
  await page.getByRole('button', { name: en['action.next'] }).click();
  await page.getByText(/^Checks of the way back/).waitFor();
  await page.getByRole('button', { name: en['action.next'] }).click();
  await page.locator('pre').filter({ hasText: 'two-way: true' }).waitFor();
  await page.locator('#channel-name').fill('Shop');
  await page.getByRole('button', { name: en['action.start'] }).click();
  await page.getByRole('heading', { name: 'Shop' }).waitFor();
  await page.locator('.trail').getByRole('link', { name: 'Shop', exact: true }).click();
  await page.getByText(en['pair.each']).waitFor();
  for (const name of ['Shop', 'Shop.back']) {
    const line = page.locator('tr').filter({ has: page.getByRole('link', { name, exact: true }) });
    await line.getByText(en['state.running']).waitFor();
  }
  await equal();
  await target?.query("INSERT INTO shop.orders VALUES (3, 3, 'from the other side')");
  await equal();
});

test('a conflict comes to the inbox, is decided otherwise cell by cell, and both sides follow', async () => {
  await page.locator('.head').getByRole('button', { name: en['action.stop'] }).click();
  await page.locator('.head').getByText(en['state.stopped']).waitFor();
  await source?.query("UPDATE shop.orders SET n = 10, note = 'source' WHERE id = 1");
  await target?.query(
    "SET timestamp = UNIX_TIMESTAMP() + 5; UPDATE shop.orders SET n = 20, note = 'target' WHERE id = 1",
  );
  await page.locator('.head').getByRole('button', { name: en['action.start'] }).click();
  await equal();
  expect(await source?.query(ROW)).toEqual([{ n: 20, note: 'target' }]);

  await page.getByRole('navigation').getByRole('link', { name: en['rail.conflicts'] }).click();
  const lines = page.locator('.ant-table-row').filter({ hasText: 'shop.orders' });
  await lines.first().waitFor();
  // Alarms have a badge too: that conflicts are open is one.
  const badge = page.getByRole('navigation').getByRole('link', { name: en['rail.conflicts'] }).locator('.rail-badge');
  await badge.getByText('1').waitFor();
  expect(await lines.count()).toBe(1);
  const faults = await faultsEverywhere(page, 'inbox');
  await page.getByText(en['conflict-state.settled'], { exact: true }).click();
  await page.getByText(en['list.nothing-matches']).waitFor();
  expect(page.url()).toContain('state=settled');
  await page.getByText(en['channels.all'], { exact: true }).click();
  await lines.first().getByRole('link').click();

  await page.locator('.head').getByText(en['conflict-state.open']).waitFor();
  await page.getByRole('button', { name: en['conflicts.confirm'] }).waitFor();
  expect(await page.locator('tr.differs').count()).toBe(2);
  const cell = (column: string, value: string) =>
    page
      .locator('tr.differs')
      .filter({ has: page.getByRole('rowheader', { name: column }) })
      .getByText(value, { exact: true });
  await cell('n', '10').click();
  await cell('note', 'target').click();
  faults.push(...(await faultsEverywhere(page, 'conflict')));
  await page.getByRole('button', { name: en['conflicts.write-row'] }).click();
  await page.getByText(/^Settled by admin/).waitFor();
  await waitFor(async () => JSON.stringify(await source?.query(ROW)) === '[{"n":10,"note":"target"}]');
  await waitFor(async () => JSON.stringify(await target?.query(ROW)) === '[{"n":10,"note":"target"}]');
  expect(faults).toEqual([]);
  await page.getByRole('navigation').getByRole('link', { name: en['rail.conflicts'] }).click();
  await lines.getByText(en['conflict-state.settled']).waitFor();
  await badge.waitFor({ state: 'detached' });
  expect(await lines.count()).toBe(1);
});

test('in Chinese it says the same', async () => {
  const other = await openPage(browser, new URL(page.url()).origin, { locale: 'zh-CN' });
  await other.goto('/conflicts');
  await signIn(other, zh);
  await other.getByText(zh['conflict-kind.update-written']).first().waitFor();
  await other.locator('.ant-table-row').getByRole('link').first().click();
  await other
    .getByText(/admin 于 .* 处理/)
    .or(other.getByText(/admin 于 .* 确认/))
    .waitFor();
  await other.context().close();
});
