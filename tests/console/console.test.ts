/**
 * Goal: a person gets from nothing to rows that flow with the console alone, sees what goes wrong and mends it, decides
 * who may do what, and takes the configuration along; all of it in either language. Every page can be used by everybody,
 * and comes fast.
 *
 * Method: Debian's Chromium without a screen on a real `otter start` with two real servers; each language has a channel
 * and tables of its own; texts are looked up in the console's own words; rows are read by SELECT; axe looks at every page
 * in both themes.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ERRORS } from '@otter/core';
import { startServer, waitFor, type RunningServer } from '@otter/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '../../packages/console/src/words/en.ts';
import { zh } from '../../packages/console/src/words/zh.ts';
import { accessibilityFaults, openBrowser, openPage } from '../support/console-browser.ts';
import { ManagerProcess } from '../support/manager-process.ts';

const FIRST_LOAD_BYTES_MAX = 500 * 1024;
const INTERACTIVE_MS_MAX = 2000;
/** A few MB: at {@link SLOW} the copy of them takes longer than anybody waits here. */
const BULK_ROWS = 30_000;
const SLOW = 20 * 1024;
const NEW_PASSWORD = 'a long new password';

/** What a person who speaks it sees, and what of the world is theirs. */
const LANGUAGES = [
  { language: 'en', words: en, locale: 'en-GB', schema: 'shop', channel: 'Shop', viewer: 'looker' },
  { language: 'zh', words: zh, locale: 'zh-CN', schema: '商城', channel: '商城通道', viewer: '看客' },
] as const;

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
  for (const { schema } of LANGUAGES) {
    await source.query(
      `CREATE DATABASE \`${schema}\` CHARACTER SET utf8mb4; USE \`${schema}\`;
       CREATE TABLE orders (id INT PRIMARY KEY, n INT NOT NULL, note VARCHAR(40)); CREATE TABLE 商品 (id INT PRIMARY KEY);
       INSERT INTO orders VALUES (1, 0, '铅笔'), (2, 0, 'pencil'); INSERT INTO 商品 VALUES (7);
       CREATE TABLE bulk (id INT PRIMARY KEY, filler CHAR(100) NOT NULL);
       INSERT INTO bulk SELECT seq, repeat('x', 100) FROM seq_1_to_${BULK_ROWS};
       CREATE DATABASE \`${schema}_later\`; CREATE TABLE \`${schema}_later\`.t (id INT PRIMARY KEY);
       CREATE DATABASE \`${schema}_second\`; CREATE TABLE \`${schema}_second\`.t (id INT PRIMARY KEY)`,
    );
  }
});

afterAll(async () => {
  await browser?.close();
  await manager?.end('SIGTERM');
  await Promise.all([source?.stop(), target?.stop()]);
  rmSync(dataDir, { recursive: true, force: true });
});

type Words = Record<keyof typeof zh, string>;

/** A sentence with its values. */
function said(words: Words, key: keyof Words, values: Record<string, string | number>): string {
  return words[key].replaceAll(/\{\{(\w+)[^}]*\}\}/g, (_, name: string) => String(values[name]));
}

async function signIn(page: Page, words: Words, name = 'admin', secret = password): Promise<void> {
  await page.goto('/');
  await page.getByLabel(words['sign-in.name']).fill(name);
  await page.getByLabel(words['sign-in.password'], { exact: true }).fill(secret);
  await page.getByRole('button', { name: words['sign-in.submit'] }).click();
  await page.getByRole('heading', { level: 1 }).or(page.locator('.empty')).first().waitFor();
  await page.getByRole('navigation').waitFor();
}

test('the first load is small and usable soon', async () => {
  const page = await openPage(browser, url);
  const sizes: Promise<number>[] = [];
  page.on('requestfinished', (request) => sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize)));
  const startedAt = performance.now();
  await page.goto('/');
  await page.getByRole('button', { name: en['sign-in.submit'] }).waitFor();
  expect(performance.now() - startedAt).toBeLessThan(INTERACTIVE_MS_MAX);
  await signIn(page, en);
  await page.getByText(en['overview.empty']).waitFor();
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeGreaterThan(50 * 1024);
  expect(bytes).toBeLessThan(FIRST_LOAD_BYTES_MAX);
  await page.context().close();
});

describe.each(LANGUAGES)('in $language', ({ language, words, locale, schema, channel, viewer }) => {
  let pipeline = '';
  /** Of the administrator, who signs in by the first test and stays. */
  let page: Page;
  beforeAll(async () => {
    page = await openPage(browser, url, { locale });
  });
  afterAll(async () => page?.context().close());

  const home = async (): Promise<void> => {
    await page.goto('/');
    await page.getByRole('navigation').waitFor();
  };
  /** Looked for once: another language changes no role and no colour. */
  const faults = async (): Promise<string[]> => (language === 'en' ? accessibilityFaults(page) : []);

  /** A sentence about one thing; Chinese has no plural. */
  const one = (key: 'plan.apply' | 'plan.applied'): string =>
    language === 'en' ? en[`${key}_one`] : said(zh, `${key}_other`, { count: 1 });
  const rows = (server: RunningServer) => server.query(`SELECT id, n, note FROM \`${schema}\`.orders ORDER BY id`);
  const equal = async (): Promise<void> => {
    const wanted = await rows(source);
    await waitFor(async () => JSON.stringify(await rows(target)) === JSON.stringify(wanted), { timeoutMs: 20_000 });
  };

  test('signing in: a wrong password is told in words, and what was typed stays', async () => {
    await page.goto('/');
    await page.getByLabel(words['sign-in.name']).fill('admin');
    await page.getByLabel(words['sign-in.password'], { exact: true }).fill('wrong');
    await page.getByRole('button', { name: words['sign-in.submit'] }).click();
    const advice = language === 'en' ? ERRORS.LOGIN_FAILED.advice : ERRORS.LOGIN_FAILED.adviceZh;
    await page.getByRole('alert').filter({ hasText: advice }).waitFor();
    expect(await page.getByLabel(words['sign-in.name']).inputValue()).toBe('admin');
    expect(await faults()).toEqual([]);
    await signIn(page, words);
  });

  test('the guided sync: from two connection strings to rows that flow', async () => {
    await home();
    await page.getByRole('button', { name: words['start.title'] }).click();
    for (const [role, { port }] of [
      ['source', source],
      ['target', target],
    ] as const) {
      await page.locator(`#connection-${role}`).fill(`mysql://root:@127.0.0.1:${port}`);
      const panel = page.locator('section').filter({ has: page.locator(`#connection-${role}`) });
      await panel.getByText('MariaDB').first().waitFor();
      await panel.getByRole('button', { name: words['start.use'] }).click();
      await page.locator(`#connection-${role}`).waitFor({ state: 'detached' });
    }
    await page.getByRole('button', { name: words['action.next'] }).click();
    await page.getByRole('button', { name: words['start.add-pattern'] }).click();
    await page.getByLabel(words['start.pattern']).fill(`${schema}.*`);
    await page.getByText(said(words, 'start.matched_other', { count: 3 })).waitFor();
    expect(await faults()).toEqual([]);
    await page.getByRole('button', { name: words['action.next'] }).click();
    await page.getByText(words['verdict.ok']).first().waitFor();
    // What the engine found is said in the language of the page, not only the page's own words.
    const logIsOn = { en: 'The binary log is on.', zh: 'binlog 已开启。' };
    await page.getByText(logIsOn[language]).waitFor();
    expect(await page.getByText(logIsOn[language === 'en' ? 'zh' : 'en']).count()).toBe(0);
    await page.getByRole('button', { name: words['action.next'] }).click();
    await page.locator('pre').filter({ hasText: 'tables:' }).waitFor();
    await page.locator('#channel-name').fill(channel);
    await page.getByRole('button', { name: words['action.start'] }).click();
    await page.getByRole('heading', { name: channel }).waitFor();
    pipeline = new URL(page.url()).pathname;
    await page.getByText(words['state.running']).first().waitFor();
    await equal();
    await source.query(
      `INSERT INTO \`${schema}\`.orders VALUES (3, 0, '橡皮'); UPDATE \`${schema}\`.orders SET n = 5 WHERE id = 1`,
    );
    await equal();
    expect(await target.query(`SELECT id FROM \`${schema}\`.商品`)).toEqual([{ id: 7 }]);
  });

  test('stop and start: the channel does what is asked, and what was written meanwhile arrives', async () => {
    await home();
    await page.getByRole('link', { name: channel, exact: true }).first().click();
    await page.getByRole('button', { name: words['action.stop'] }).click();
    await page.locator('.head').getByText(words['state.stopped']).waitFor();
    await source.query(`INSERT INTO \`${schema}\`.orders VALUES (4, 0, 'while stopped')`);
    await page.getByRole('button', { name: words['action.start'] }).click();
    await page.locator('.head').getByText(words['state.running']).waitFor();
    await equal();
  });

  test('a table that stops is seen with its row, and goes on when its cause is gone', async () => {
    await home();
    await target.query(`DELETE FROM \`${schema}\`.orders WHERE id = 2`);
    await source.query(`UPDATE \`${schema}\`.orders SET n = 9, note = 'changed' WHERE id = 2`);
    await page.getByText(words['overview.attention']).waitFor();
    // It runs and needs a look, and is counted as both; each number leads to what it counts.
    const line = page.locator('tr').filter({ has: page.getByRole('link', { name: channel, exact: true }) });
    for (const filter of ['running', 'wrong'] as const) {
      await page.locator(`.counts a[href$="state=${filter}"]`).click();
      await line.getByText(words['state.parked']).waitFor();
      await page.getByRole('link', { name: words['rail.overview'] }).first().click();
    }
    await page.locator('.attention').getByRole('link').first().click();
    await page.getByRole('tab', { name: words['pipeline.errors'] }).click();
    const panel = page.locator('section').filter({ hasText: `${schema}.orders` });
    await panel.getByText(words['error-state.open']).waitFor();
    await panel.locator('pre').filter({ hasText: 'changed' }).first().waitFor();
    expect(await faults()).toEqual([]);
    await target.query(`INSERT INTO \`${schema}\`.orders VALUES (2, 0, 'pencil')`);
    await panel.getByRole('button', { name: words['action.retry'], exact: true }).click();
    await page.getByText(words['errors.none']).waitFor();
    await equal();
  });

  test('a difference is found, its repair planned and done', async () => {
    await home();
    await target.query(`UPDATE \`${schema}\`.orders SET note = 'altered' WHERE id = 3`);
    await page.goto(`${pipeline}?tab=verify`);
    await page.getByRole('button', { name: words['verify.start'] }).click();
    await page.locator('mark').filter({ hasText: 'altered' }).waitFor();
    expect(await faults()).toEqual([]);
    await page.getByRole('button', { name: words['repair.plan'] }).click();
    const plan = page.getByRole('dialog');
    await plan.getByText(said(words, 'repair.line', { inserts: 0, updates: 1, deletes: 0 })).waitFor();
    const altered = `SELECT note FROM \`${schema}\`.orders WHERE id = 3`;
    expect(await target.query(altered)).toEqual([{ note: 'altered' }]);
    await plan.getByRole('button', { name: words['repair.execute'] }).click();
    const done = { inserted: 0, updated: 1, deleted: 0, equal: 0 };
    await page.getByText(said(words, 'repair.done', done)).waitFor();
    await equal();
  });

  test('a copy under way is slowed down and let go', async () => {
    await home();
    const headers = { 'x-otter-request': '1' };
    const throttled = await page.request.post(`/api/v1${pipeline}/copy/throttle`, {
      ...{ headers, data: { bytesPerSecond: SLOW } },
    });
    expect(throttled.ok()).toBe(true);
    await page.goto(`${pipeline}?tab=copy`);
    await page.getByRole('textbox', { name: words['object.table'], exact: true }).fill(`${schema}.bulk`);
    await page.getByRole('button', { name: words['copy.start'] }).click();
    await page.getByText(said(words, 'copy.rate-now', { rate: '20 KB/s' })).waitFor();
    await page.getByRole('radio', { name: words['copy.rate-none'] }).check();
    await page.getByRole('button', { name: words['action.apply'], exact: true }).click();
    const line = page.locator('tr').filter({ hasText: `${schema}.bulk` });
    await line.getByText(words['copy-state.done'], { exact: true }).waitFor();
    const entries = await page.request.get('/api/v1/audit?objectKind=pipeline');
    expect(await entries.text()).toContain('"after":{"bytesPerSecond":0}');
  });

  test('users and roles: an administrator makes a viewer, who looks and finds nothing to press', async () => {
    await home();
    await page.getByRole('link', { name: words['rail.users'] }).click();
    await page.getByRole('button', { name: words['users.new'] }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByLabel(words['form.name']).fill(viewer);
    await drawer.getByLabel(words['sign-in.password'], { exact: true }).fill('short');
    await drawer.getByRole('button', { name: words['action.save'] }).click();
    await drawer.getByText(words['form.password-length']).waitFor();
    await drawer.getByLabel(words['sign-in.password'], { exact: true }).fill(NEW_PASSWORD);
    await drawer.getByRole('button', { name: words['action.save'] }).click();
    await page.getByRole('button', { name: viewer }).waitFor();
    const theirs = await openPage(browser, url, { locale });
    await signIn(theirs, words, viewer, NEW_PASSWORD);
    expect(await theirs.getByRole('link', { name: words['rail.users'] }).count()).toBe(0);
    expect(await theirs.getByRole('button', { name: words['start.title'] }).count()).toBe(0);
    await theirs.getByRole('link', { name: channel, exact: true }).first().click();
    await theirs.getByRole('heading', { name: channel }).waitFor();
    expect(await theirs.getByRole('button', { name: words['action.stop'] }).count()).toBe(0);
    await theirs.goto('/settings?tab=configuration');
    await theirs.getByRole('tab', { name: words['settings.parameters'] }).waitFor();
    expect(await theirs.getByRole('tab', { name: words['settings.configuration'] }).count()).toBe(0);
    await theirs.context().close();
  });

  test('the configuration: exported, refused on its line, planned with what it does to data, applied', async () => {
    await home();
    await page.goto('/settings?tab=configuration');
    const exported = page.getByLabel(words['configuration.documents'], { exact: true });
    await exported.waitFor();
    const text = await exported.inputValue();
    expect(text).toBe(await (await page.request.get('/api/v1/configuration?format=yaml')).text());
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: words['configuration.save'] }).click();
    expect(readFileSync(await (await saving).path(), 'utf8')).toBe(text);

    const imported = page.locator('section').filter({ has: page.locator('#import') });
    const documents = imported.getByLabel(words['configuration.documents-new']);
    const faulty = `kind: channel\nname: ${channel}\nsurplus: 1\n`;
    await documents.fill(faulty);
    await imported.getByRole('button', { name: words['plan.show'] }).click();
    const refused = imported.locator('li.line-refused');
    await refused.filter({ hasText: 'surplus: 1' }).waitFor();
    expect(await refused.evaluateAll((lines) => lines.map((line) => line.getAttribute('value')))).toEqual(['3']);
    expect(await faults()).toEqual([]);

    // Another table joins: the exported document of the pipeline with one mapping more.
    const own = text.split('---\n').find((each) => each.includes('kind: pipeline') && each.includes(schema)) ?? '';
    const buffer = Buffer.from(`${own}  - source: ${schema}_later.t\n`);
    await imported.locator('input[type=file]').setInputFiles({ name: 'p.yaml', mimeType: 'text/yaml', buffer });
    await imported.getByRole('button', { name: words['plan.show'] }).click();
    const plan = imported.locator('.plan');
    await plan.getByText(language === 'en' ? `${schema}_later.t joins` : `加入 ${schema}_later.t`).waitFor();
    expect(await plan.locator('> li').count()).toBe(1);
    expect(await faults()).toEqual([]);
    await source.query(`INSERT INTO \`${schema}_later\`.t VALUES (8)`);
    await imported.getByRole('button', { name: one('plan.apply') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`${channel}/${channel}`).waitFor();
    await dialog.getByRole('button', { name: one('plan.apply') }).click();
    await imported.getByText(one('plan.applied')).waitFor();
    const copied = () => target.query(`SELECT id FROM \`${schema}_later\`.t`).catch(() => []);
    await waitFor(async () => JSON.stringify(await copied()) === '[{"id":8}]', { timeoutMs: 20_000 });
  });

  test('another pipeline joins the channel by the guided sync', async () => {
    await home();
    await page.getByRole('link', { name: channel, exact: true }).first().click();
    await page.getByRole('button', { name: words['channel.add-pipeline'] }).click();
    for (const [role, { port }] of [
      ['source', source],
      ['target', target],
    ] as const) {
      await page.locator(`#known-${role}`).fill(String(port));
      await page.keyboard.press('Enter');
    }
    await page.getByRole('button', { name: words['action.next'] }).click();
    await page.getByRole('button', { name: words['start.add-pattern'] }).click();
    await page.getByLabel(words['start.pattern']).fill(`${schema}_second.*`);
    await page.getByRole('button', { name: words['action.next'] }).click();
    await page.getByText(words['verdict.ok']).first().waitFor();
    await page.getByRole('button', { name: words['action.next'] }).click();
    await page.getByLabel(words['start.pipeline-name']).fill('second');
    await page.getByRole('button', { name: words['action.start'] }).click();
    await page.getByRole('heading', { name: 'second' }).waitFor();
    await page.getByText(words['state.running']).first().waitFor();
    await source.query(`INSERT INTO \`${schema}_second\`.t VALUES (9)`);
    const arrived = () => target.query(`SELECT id FROM \`${schema}_second\`.t`).catch(() => []);
    await waitFor(async () => JSON.stringify(await arrived()) === '[{"id":9}]', { timeoutMs: 20_000 });
    await page.getByRole('link', { name: channel, exact: true }).first().click();
    await page.getByRole('link', { name: 'second', exact: true }).waitFor();
  });

  test('the node: what it runs is drained by a person who sees it named, and resumed', async () => {
    await home();
    await page.getByRole('link', { name: words['rail.nodes'] }).click();
    await page.getByRole('link', { name: `${channel} / second` }).waitFor();
    expect(await faults()).toEqual([]);
    for (const [action, word] of [
      ['drain', said(words, 'nodes.drained', { name: 'admin' })],
      ['resume', words['nodes.up']],
    ] as const) {
      await page.getByRole('button', { name: words[`nodes.${action}`] }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText(`${channel} / second`).waitFor();
      await dialog.getByRole('button', { name: words[`nodes.${action}`] }).click();
      await page.locator('.head').getByText(word, { exact: true }).waitFor();
      if (action === 'drain') await page.getByText(words['nodes.idle']).waitFor();
    }
    await source.query(`INSERT INTO \`${schema}\`.orders VALUES (5, 0, 'while drained')`);
    await equal();
  });
});

test('search opens with a key and leads to what it finds; a lost manager is told quietly', async () => {
  const page = await openPage(browser, url);
  await signIn(page, en);
  await page.keyboard.press('/');
  await page.getByRole('combobox', { name: en['search.title'] }).fill('商城通');
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '商城通道' }).waitFor();
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
  ...[
    '/pipelines/1?tab=copy',
    '/pipelines/1?tab=parameters',
    '/data-sources',
    '/data-sources/1',
    '/nodes',
    '/users',
    '/log',
  ],
  ...[
    '/log?tab=audit',
    '/settings',
    '/settings?tab=password',
    '/settings?tab=tokens',
    '/settings?tab=manager',
    '/settings?tab=configuration',
  ],
  ...['/start-sync', '/nowhere'],
];

test('no page keeps anybody out, in either theme', async () => {
  const page = await openPage(browser, url);
  await signIn(page, en);
  const faults: string[] = [];
  for (const path of PAGES) {
    await page.goto(path);
    await page.locator('#page').locator('h1, .ant-alert').first().waitFor();
    await page.locator('.ant-skeleton, .ant-spin-spinning').first().waitFor({ state: 'detached' });
    // The themes differ in their colours and in nothing else.
    for (const [colorScheme, rules] of [
      ['light', 'all'],
      ['dark', 'colours'],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      const shade = page.locator(`html[data-shade=${colorScheme}]`);
      // The browser now and then does not tell a page that has just been drawn; one that is loaded asks for itself.
      await shade.waitFor({ timeout: 3000 }).catch(async () => await page.reload());
      await shade.waitFor();
      faults.push(...(await accessibilityFaults(page, rules)).map((fault) => `${path} ${colorScheme}: ${fault}`));
    }
  }
  expect(faults).toEqual([]);
  await page.context().close();
});
