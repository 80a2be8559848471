// Writes docs/screenshots/*.png: two throw-away servers with the tables of the demonstration's shop, `otter start` between
// them, and Chromium in front. Run after `npm run check` or any other build: node tools/console-screenshots.mjs
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PICTURES = join(ROOT, 'docs', 'screenshots');
/** Long enough that the charts have something to show. */
const WRITES = 600;

const { ensureChromium, startServer } = await import(join(ROOT, 'packages/testkit/dist/index.js'));
const { SHOP_DEFINITIONS } = await import(join(ROOT, 'packages/cli/dist/demo/shop.js'));

const dataDir = mkdtempSync(join(tmpdir(), 'otter-screenshots-'));
const [source, target] = await Promise.all([startServer(), startServer()]);
await source.query(SHOP_DEFINITIONS);
const manager = spawn(
  process.execPath,
  [join(ROOT, 'packages/cli/dist/main.js'), 'start', '--data-dir', dataDir, '--listen', '127.0.0.1:0', '--json'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const browser = await chromium.launch({ executablePath: await ensureChromium(), args: ['--no-sandbox'] });
try {
  const [line] = await once(createInterface({ input: manager.stdout }), 'line');
  const { url, password } = JSON.parse(line);
  const request = await signedIn(url, password);
  const pipelineId = await startSync(request);
  await writeOrders();
  mkdirSync(PICTURES, { recursive: true });
  for (const [locale, shade, suffix] of [
    ['en-GB', 'light', ''],
    ['zh-CN', 'dark', '.zh-CN'],
  ]) {
    const context = await browser.newContext({
      ...{ baseURL: url, locale, colorScheme: shade, viewport: { width: 1280, height: 760 } },
      ...{ storageState: await request.storageState(), reducedMotion: 'reduce' },
    });
    const page = await context.newPage();
    await page.goto('/');
    await page.locator('.tone-flowing').first().waitFor();
    await page.screenshot({ path: join(PICTURES, `overview${suffix}.png`) });
    await page.goto(`/pipelines/${pipelineId}?range=15m`);
    await page.locator('.chart canvas').first().waitFor();
    await page.locator('.flow').waitFor();
    await page.screenshot({ path: join(PICTURES, `pipeline${suffix}.png`) });
  }
} finally {
  await browser.close();
  manager.kill('SIGTERM');
  await once(manager, 'close');
  await Promise.all([source.stop(), target.stop()]);
  rmSync(dataDir, { recursive: true, force: true });
}

async function signedIn(url, password) {
  const context = await browser.newContext({ baseURL: url, extraHTTPHeaders: { 'x-otter-request': '1' } });
  await sent(context.request.post('/api/v1/session', { data: { name: 'admin', password } }));
  return context.request;
}

async function sent(response) {
  const answer = await response;
  if (!answer.ok()) throw new Error(`${answer.url()}: ${await answer.text()}`);
  const text = await answer.text();
  return text === '' ? null : JSON.parse(text);
}

async function startSync(request) {
  const server = ({ port }) => ({ primary: { host: '127.0.0.1', port }, user: 'root', password: '' });
  const post = (path, data) => sent(request.post(`/api/v1${path}`, data === undefined ? {} : { data }));
  const from = await post('/data-sources', { name: 'shop', ...server(source) });
  const to = await post('/data-sources', { name: 'warehouse', ...server(target) });
  const channel = await post('/channels', { name: 'shop to warehouse' });
  const ends = { sourceId: from.id, targetId: to.id };
  const pipeline = await post(`/channels/${channel.id}/pipelines`, { name: 'orders', ...ends });
  const headers = { 'if-match': '"1"' };
  const data = { mappings: [{ source: 'shop.*' }] };
  await sent(request.put(`/api/v1/pipelines/${pipeline.id}/mappings`, { headers, data }));
  await post(`/channels/${channel.id}/start`);
  return pipeline.id;
}

/** A shop that sells, for about half a minute. */
async function writeOrders() {
  for (let number = 1; number <= WRITES; number += 1) {
    await source.query(
      `INSERT INTO shop.tb_order (user_id, total, note) VALUES (${number % 60}, ${number % 97}.50, 'order ${number}');
       UPDATE shop.tb_order SET status = 'shipped' WHERE id = ${Math.max(1, number - 20)}`,
    );
    await new Promise((resolve) => setTimeout(resolve, 40 + 30 * Math.sin(number / 40)));
  }
}
