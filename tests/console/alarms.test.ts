/**
 * Goal: with the console alone a person says who is told, tries it, makes a rule tell at once, sees an alarm raised,
 * counted in the rail, silenced with a reason, and cleared; in both languages, for everybody, on a phone too.
 *
 * Method: Debian's Chromium on a real `otter start`; the pipeline cannot reach its servers, which is what the alarm is
 * about; the receiver is a socket of 127.0.0.1.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManagerClient } from '@otter/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../packages/console/src/words/en.ts';
import { zh } from '../../packages/console/src/words/zh.ts';
import { accessibilityFaults, faultsEverywhere, openBrowser, openPage } from '../support/console-browser.ts';
import { ManagerProcess } from '../support/manager-process.ts';

const TABS = ['raised', 'rules', 'receivers'] as const;

const dataDir = mkdtempSync(join(tmpdir(), 'otter-console-alarms-'));
const heard: string[] = [];
let receiver: Server;
let manager: ManagerProcess;
let client: ManagerClient;
let browser: Browser;
let url: string;
let password: string;

beforeAll(async () => {
  execFileSync(process.execPath, ['tools/console-build.mjs'], { stdio: 'inherit' });
  receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      heard.push((JSON.parse(body) as { event: string }).event);
      response.end('thank you');
    });
  });
  await new Promise<void>((resolve) => void receiver.listen(0, '127.0.0.1', resolve));
  manager = new ManagerProcess(dataDir);
  browser = await openBrowser();
  const ready = await manager.ready;
  [url, password] = [ready.url, ready.password ?? ''];
  client = new ManagerClient(url);
  await client.signIn('admin', password);
  for (const name of ['a', 'b']) {
    await client.create('/data-sources', { name, primary: { host: '127.0.0.1', port: 1 }, user: 'x', password: 'x' });
  }
  await client.create('/channels', { name: '商城' });
  await client.create('/channels/1/pipelines', { name: 'orders', sourceId: 1, targetId: 2 });
  await client.replace('/pipelines/1/mappings', { mappings: [{ source: 'shop.*' }] });
  await client.ask('POST', '/channels/1/start');
});

afterAll(async () => {
  await browser?.close();
  await manager?.end('SIGTERM');
  receiver?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function signedIn(words: Record<keyof typeof zh, string>, locale: 'en-GB' | 'zh-CN'): Promise<Page> {
  const page = await openPage(browser, url, { locale });
  await page.goto('/');
  await page.getByLabel(words['sign-in.name']).fill('admin');
  await page.getByLabel(words['sign-in.password'], { exact: true }).fill(password);
  await page.getByRole('button', { name: words['sign-in.submit'] }).click();
  await page.getByRole('navigation').getByRole('link', { name: words['rail.alarms'] }).click();
  await page.getByRole('heading', { level: 1, name: words['rail.alarms'] }).waitFor();
  return page;
}

test('from nobody who is told to an alarm that was raised, silenced and cleared', async () => {
  const page = await signedIn(en, 'en-GB');
  const [raised, past] = [en['alarms.raised'], en['alarms.past']].map((name) => page.getByRole('region', { name }));
  await page.getByText(en['alarms.nobody-told']).waitFor();
  await raised?.getByText(en['alarms.none']).waitFor();

  await page.getByRole('tab', { name: en['alarms-tab.receivers'] }).click();
  await page.getByText(en['receivers.none']).waitFor();
  await page.getByRole('button', { name: en['receivers.new'] }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel(en['form.name']).fill('duty');
  await drawer.getByLabel('URL').fill('http://169.254.169.254/latest');
  await drawer.getByRole('button', { name: en['action.save'] }).click();
  await drawer.getByText('link-local').first().waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await drawer.getByLabel('URL').fill(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`);
  await drawer.getByRole('button', { name: en['action.save'] }).click();
  await drawer.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: `${en['receivers.test']}: duty` }).click();
  await page.getByRole('alert').filter({ hasText: 'thank you' }).waitFor();
  expect(heard).toEqual(['test']);

  await page.getByRole('tab', { name: en['alarms-tab.rules'] }).click();
  await page.getByRole('button', { name: 'Pipeline failed' }).click();
  await drawer.getByLabel(en['rules.for']).fill('0');
  expect(await accessibilityFaults(page)).toEqual([]);
  await drawer.getByRole('button', { name: en['action.save'] }).click();
  await drawer.waitFor({ state: 'hidden' });

  await page.getByRole('tab', { name: en['alarms-tab.raised'] }).click();
  await raised?.getByText('SOURCE_UNREACHABLE').waitFor();
  await page.locator('.rail-badge').filter({ hasText: '1' }).waitFor();
  await raised?.getByRole('button', { name: en['alarms.silence-it'] }).click();
  await drawer.getByLabel(en['alarms.reason']).fill('moved to another rack');
  expect(await accessibilityFaults(page)).toEqual([]);
  await drawer.getByRole('button', { name: en['alarms.silence-it'] }).click();
  await raised?.getByText('moved to another rack').waitFor();

  await client.ask('POST', '/channels/1/stop');
  await past?.getByText('SOURCE_UNREACHABLE').waitFor();
  await raised?.getByText(en['alarms.none']).waitFor();
  await page.locator('.rail-badge').waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: en['alarms-tab.receivers'] }).click();
  await page.getByText(en['message-state.sent']).waitFor();
  expect(heard).toEqual(['test', 'raised', 'cleared']);
  await page.context().close();
});

test('in Chinese, in either theme and on a phone, nobody is kept out', async () => {
  const page = await signedIn(zh, 'zh-CN');
  await page.getByText('管道失败（SOURCE_UNREACHABLE）').waitFor();
  const faults: string[] = [];
  for (const tab of TABS) {
    await page.getByRole('tab', { name: zh[`alarms-tab.${tab}`] }).click();
    await page.locator('.ant-table-row').first().waitFor();
    faults.push(...(await faultsEverywhere(page, tab)));
  }
  expect(faults).toEqual([]);
  await page.context().close();
});
