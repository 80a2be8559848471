/**
 * Goal: who looks at a pipeline over time sees what happened meanwhile and gets from there to the log, sees as of when
 * both sides are equal, what was applied to each table, and finds a position by a time.
 *
 * Method: Debian's Chromium without a screen on a real `otter start` with two real servers, set up through the API.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, waitFor, type RunningServer } from '@otter/testkit';
import type { APIRequestContext, Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { en } from '../../packages/console/src/words/en.ts';
import { accessibilityFaults, openBrowser, openPage } from '../support/console-browser.ts';
import { ManagerProcess } from '../support/manager-process.ts';

let source: RunningServer;
let target: RunningServer;
let manager: ManagerProcess;
let browser: Browser;
let page: Page;
let pipelineId: number;
const dataDir = mkdtempSync(join(tmpdir(), 'otter-charts-'));

// Each test knows what it asked for.
// oxlint-disable-next-line typescript/no-explicit-any
async function api(method: 'get' | 'post' | 'put', path: string, data?: unknown): Promise<any> {
  const request: APIRequestContext = page.request;
  const headers = { 'x-otter-request': '1', 'if-match': '"1"' };
  const answer = await request[method](`/api/v1${path}`, { headers, ...(data === undefined ? {} : { data }) });
  const text = await answer.text();
  expect(answer.status(), text).toBeLessThan(300);
  return text === '' ? null : JSON.parse(text);
}

beforeAll(async () => {
  execFileSync(process.execPath, ['tools/console-build.mjs'], { stdio: 'inherit' });
  manager = new ManagerProcess(dataDir);
  [source, target, browser] = await Promise.all([startServer(), startServer(), openBrowser()]);
  const { url, password } = await manager.ready;
  await source.query('CREATE DATABASE shop; CREATE TABLE shop.orders (id INT PRIMARY KEY, n INT NOT NULL)');
  page = await openPage(browser, url);
  await api('post', '/session', { name: 'admin', password });
  const server = (name: string, { port }: RunningServer) =>
    api('post', '/data-sources', { name, primary: { host: '127.0.0.1', port }, user: 'root', password: '' });
  const [from, to] = [await server('a', source), await server('b', target)];
  const channel = await api('post', '/channels', { name: 'orders' });
  const ends = { name: 'there', sourceId: from.id, targetId: to.id };
  pipelineId = (await api('post', `/channels/${channel.id}/pipelines`, ends)).id;
  await api('put', `/pipelines/${pipelineId}/mappings`, { mappings: [{ source: 'shop.*' }] });
  await api('post', `/channels/${channel.id}/start`);
});

afterAll(async () => {
  await browser?.close();
  await manager?.end('SIGTERM');
  await Promise.all([source?.stop(), target?.stop()]);
  rmSync(dataDir, { recursive: true, force: true });
});

/** How often charts of the page are cleared, to be drawn anew, in two seconds in which nobody does anything. */
async function framesDrawn(on: Page): Promise<number> {
  return on.evaluate<number>(`(async () => {
    const { prototype } = CanvasRenderingContext2D;
    const clear = prototype.clearRect;
    let drawn = 0;
    prototype.clearRect = function (...area) {
      drawn += 1;
      clear.apply(this, area);
    };
    await new Promise((resolve) => setTimeout(resolve, 2000));
    prototype.clearRect = clear;
    return drawn;
  })()`);
}

test('a change of definition is a mark in the charts, and leads to its entry in the log', async () => {
  await waitFor(async () => (await api('get', '/channels/1/status')).pipelines[0].state === 'running', {
    what: 'the pipeline to run',
  });
  await source.query('INSERT INTO shop.orders VALUES (1,1); ALTER TABLE shop.orders ADD note VARCHAR(20)');
  const marks = await waitFor(
    async () => {
      const { items } = await api('get', `/events?pipelineId=${pipelineId}&marks=true`);
      return items.some(({ mark }: { mark: string }) => mark === 'ddl') && items;
    },
    { what: 'the change of definition', timeoutMs: 30_000 },
  );
  await page.goto(`/pipelines/${pipelineId}?range=15m`);
  // It may stand at one place with the start, but it is the one that leads somewhere.
  const mark = page.locator('.chart-mark').last();
  await mark.waitFor();
  await mark.hover();
  await page.getByRole('tooltip').getByText('definition changed').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await framesDrawn(page)).toBeLessThan(30);
  await mark.click();
  const row = page.getByRole('row').filter({ has: page.locator('.event-asked-for') });
  await row.waitFor();
  expect(await row.textContent()).toContain(marks.find((each: { mark: string }) => each.mark === 'ddl').message);
});

test('as of when both sides are equal stands in the overview', async () => {
  await page.goto('/');
  const cell = page.locator('tr', { hasText: 'orders' }).locator('time').first();
  await cell.waitFor();
  expect(Date.now() - Date.parse((await cell.getAttribute('datetime')) ?? '')).toBeLessThan(30_000);
});

test('a table is chosen and shows what was applied to it, here and as a file', async () => {
  // The first row may have come with the copy, which is not counted.
  await source.query('INSERT INTO shop.orders VALUES (2,2,NULL),(3,3,NULL)');
  await waitFor(async () => (await api('get', `/pipelines/${pipelineId}/tables`)).items[0]?.total.inserted >= 2, {
    what: 'the counts of the table',
    timeoutMs: 15_000,
  });
  await page.goto(`/pipelines/${pipelineId}?tab=tables`);
  await page.getByRole('button', { name: 'shop.orders' }).click();
  const history = page.getByRole('region', { name: 'shop.orders' });
  await history.locator('.chart canvas').waitFor();
  await page.getByRole('link', { name: en['list.save'] }).waitFor();
  const address = await history.getByRole('link', { name: en['list.save'] }).getAttribute('href');
  const file = await page.request.get(address ?? '');
  expect(file.headers()['content-type']).toContain('text/csv');
  expect(await file.text()).toMatch(/^time,inserted,updated,deleted\r\n/);
  await history.getByRole('button', { name: en['action.close'] }).click();
  await history.waitFor({ state: 'detached' });
});

test('a position is found by a time, and what was shown is what is set', async () => {
  await api('post', '/channels/1/stop');
  await waitFor(async () => (await api('get', '/channels/1/status')).pipelines[0].state === 'stopped', {
    what: 'the pipeline to stand',
    timeoutMs: 20_000,
  });
  await source.query('INSERT INTO shop.orders VALUES (4,4,NULL)');
  await page.goto(`/pipelines/${pipelineId}?tab=position`);
  await page.getByText(en['position.by-time']).click();
  const tomorrow = new Date(Date.now() + 86_400_000);
  await page.locator('#position-to').fill(`${tomorrow.toISOString().slice(0, 10)}T12:00:00`);
  await page.getByRole('button', { name: en['position.preview'] }).click();
  const { end } = await api('get', `/pipelines/${pipelineId}/position`);
  // Nothing was committed so late: it is the end of the log.
  await page.getByText(`binlog:${end.file}:${end.offset}`).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel(en['position.type-name'].replace('{{name}}', 'there')).fill('there');
  await page.locator('.ant-btn-dangerous', { hasText: en['position.set'] }).click();
  await waitFor(
    async () => (await api('get', `/pipelines/${pipelineId}/position`)).stored.position.offset === end.offset,
    { what: 'the position to be set' },
  );
});
