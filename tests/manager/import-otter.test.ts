// Goal: a manager database of the original otter becomes a configuration of ours that means the same, with a report of
// what does not; applied it differs in nothing, starts where the original was, and carries the rows on. Method: a MariaDB
// server that holds such a database, with everything in it that has a meaning; the commands; a real `otter start`.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, waitFor, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ManagerProcess } from '../support/manager-process.ts';
import { adminToken, otter, startManaged, type Ended, type Managed } from './managed.ts';
import { add, CHANNEL_DEFAULTS, createOriginal, NO_EXTENSION, PIPELINE_DEFAULTS } from './original-otter.ts';

const ACCOUNT = 'otter';
const PASSWORD = 'geheim-Pa55!';

let source: RunningServer;
let target: RunningServer;
let managed: Managed;
beforeAll(async () => {
  [source, target, managed] = await Promise.all([startServer(), startServer(), startManaged()]);
  const account = `CREATE USER ${ACCOUNT} IDENTIFIED BY '${PASSWORD}'; GRANT ALL ON *.* TO ${ACCOUNT}`;
  await Promise.all([source.query(account), target.query(account)]);
});
afterAll(async () => Promise.all([source.stop(), target.stop(), managed.close()]));
beforeEach(async () => fill());

/** Two servers, a group of databases, tables of every form, both kinds of views, a canal, channels, users. */
async function fill(): Promise<void> {
  await createOriginal(target);
  const [from, to] = [source.address, target.address];
  const server = (name: string, url: string) => ({
    ...{ driver: 'com.mysql.jdbc.Driver', encode: 'UTF8', name, type: 'MYSQL', url },
    ...{ username: ACCOUNT, password: PASSWORD },
  });
  const addSource = async (NAME: string, PROPERTIES: object, TYPE = 'MYSQL') =>
    add(target, 'DATA_MEDIA_SOURCE', { NAME, TYPE, PROPERTIES });
  await addSource('src', server('src', `jdbc:mysql://${from.host}:${from.port}`));
  await addSource('dst', server('dst', `jdbc:mysql://${to.host}:${to.port}?useUnicode=true`));
  await addSource('组', server('组', 'jdbc:mysql://groupKey=CRM'));
  await addSource('ora', server('ora', 'jdbc:oracle:thin:@db:1521:orcl'), 'ORACLE');
  const place = `${to.host}:${to.port}`;
  await add(target, 'DATA_MATRIX', { GROUP_KEY: 'CRM', MASTER: place, SLAVE: '10.0.0.2:3307' });
  for (const [NAMESPACE, NAME, DATA_MEDIA_SOURCE_ID] of MEDIA) {
    await add(target, 'DATA_MEDIA', { NAME, NAMESPACE, DATA_MEDIA_SOURCE_ID, PROPERTIES: {} });
  }
  await fillChannels();
  for (const [NAME, IP] of [['n1', '10.0.0.5']])
    await add(target, 'NODE', { NAME: NAME ?? '', IP: IP ?? '', PORT: 2088 });
  await add(target, 'AUTOKEEPER_CLUSTER', { CLUSTER_NAME: 'zk', SERVER_LIST: ['zk1:2181'] });
  await add(target, 'ALARM_RULE', { MONITOR_NAME: 'DELAYTIME', PIPELINE_ID: 1, MATCH_VALUE: '60' });
  await add(target, 'SYSTEM_PARAMETER', { VALUE: { systemSchema: 'retl', alarmReceiver: { ops: 'a@b.example' } } });
  for (const [USERNAME, AUTHORIZETYPE] of [
    ['admin', 'ADMIN'],
    ['guest', 'OPERATOR'],
    ['王 五', 'ANONYMOUS'],
  ]) {
    const rest = { PASSWORD: '0f5a6bd4c3e19f', DEPARTMENT: 'dba', REALNAME: 'x' };
    await add(target, 'USER', { USERNAME: USERNAME ?? '', AUTHORIZETYPE: AUTHORIZETYPE ?? '', ...rest });
  }
}

/** 1 src, 2 dst, 3 the group, 4 Oracle. */
const MEDIA: [string, string, number][] = [
  ['shop', 'item', 1],
  ['archive', 'goods', 2],
  ['shop', 'order_[0-3]', 1],
  ['archive', 'orders', 2],
  ['shop', 'log_.*', 1],
  ['archive', '.*', 2],
  ['shop', 'user', 1],
  ['archive', 'user', 2],
  ['crm', 'user', 3],
  ['shop', 'secret-notes', 1],
  ['old', 'x', 4],
];

async function fillChannels(): Promise<void> {
  const { host, port } = source.address;
  const address = (where: string, at: number) => ({ dbAddress: { address: where, port: at }, type: 'MYSQL' });
  const canal = {
    ...{ connectionCharset: 'UTF-8', haMode: 'HEARTBEAT', sourcingType: 'MYSQL', slaveId: 10001, positions: [] },
    ...{ gtidEnable: false, detectingEnable: true, dbUsername: ACCOUNT, dbPassword: PASSWORD, tsdbEnable: false },
  };
  const one = { ...canal, groupDbAddresses: [[address(host, port)], [address('10.0.0.9', 3306)]] };
  await add(target, 'CANAL', { NAME: 'canal-1', PARAMETERS: one });
  const two = { ...canal, dbUsername: 'reader', groupDbAddresses: [[address('m1', 3306), address('m2', 3306)]] };
  await add(target, 'CANAL', { NAME: 'canal-2', PARAMETERS: two });
  await add(target, 'CHANNEL', {
    NAME: 'shop/同步',
    DESCRIPTION: 'the shop',
    PARAMETERS: { ...CHANNEL_DEFAULTS, syncMode: 'ROW' },
  });
  await add(target, 'CHANNEL', { NAME: 'merge', DESCRIPTION: null, PARAMETERS: CHANNEL_DEFAULTS });
  const advanced = { ddlSync: false, parallelism: 12, skipLoadException: true, home: true, destinationName: 'canal-1' };
  await add(target, 'PIPELINE', { NAME: 'p', PARAMETERS: { ...PIPELINE_DEFAULTS, ...advanced }, CHANNEL_ID: 1 });
  const merging = { ...PIPELINE_DEFAULTS, destinationName: 'canal-2' };
  await add(target, 'PIPELINE', { NAME: 'm', PARAMETERS: merging, CHANNEL_ID: 2 });
  const pair = async (from: number, to: number, more: Parameters<typeof add>[2] = {}, pipeline = 1) =>
    add(target, 'DATA_MEDIA_PAIR', {
      ...{ SOURCE_DATA_MEDIA_ID: from, TARGET_DATA_MEDIA_ID: to, PIPELINE_ID: pipeline, PUSHWEIGHT: 5 },
      ...{ COLUMN_PAIR_MODE: 'INCLUDE', FILTER: NO_EXTENSION, RESOLVER: NO_EXTENSION, ...more },
    });
  await pair(5, 6);
  await pair(1, 2, { PUSHWEIGHT: 7 });
  await pair(3, 4);
  await pair(7, 8, { COLUMN_PAIR_MODE: 'EXCLUDE' });
  await pair(7, 9);
  const code = { ...NO_EXTENSION, blank: false, notBlank: true, clazzPath: 'com.example.Filter' };
  await pair(10, 8, { FILTER: code });
  await pair(1, 11);
  await pair(1, 2, {}, 2);
  const column = async (DATA_MEDIA_PAIR_ID: number, SOURCE_COLUMN: string, TARGET_COLUMN: string) =>
    add(target, 'COLUMN_PAIR', { DATA_MEDIA_PAIR_ID, SOURCE_COLUMN, TARGET_COLUMN });
  for (const [from, to] of [
    ['id', 'id'],
    ['title', 'name'],
  ])
    await column(2, from ?? '', to ?? '');
  await column(4, 'secret', 'secret');
  await add(target, 'COLUMN_PAIR_GROUP', { DATA_MEDIA_PAIR_ID: 2, COLUMN_PAIR_CONTENT: 'id:id,title:name' });
}

async function importing(on: Pick<Managed, 'manager' | 'token'>, argv: string[], positions = ''): Promise<Ended> {
  const files = { positions };
  const more = positions === '' ? [] : ['--positions', 'positions'];
  return otter(on, ['import-otter', '--db', target.url('otter'), ...more, ...argv], { files });
}

type Document = Record<string, unknown>;

test('every part becomes what it means, and the report says what does not', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'otter-import-'));
  const cursor = { postion: { journalName: 'bin.000007', position: 4711, gtid: '', timestamp: 1 } };
  const identity = { sourceAddress: { address: 'm2', port: 3306 }, slaveId: -1 };
  const line = `/otter/canal/destinations/canal-2/2/cursor ${JSON.stringify({ ...cursor, identity })}`;
  const ended = await importing(managed, ['--out', dir, '--json'], `# from zkCli\n${line}\n`);
  expect([ended.code, ended.err]).toEqual([0, '']);
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
  expect(names.sort()).toEqual([
    ...['channels/merge.yaml', 'channels/shop-同步.yaml'],
    ...['canal-2 1', 'canal-2 2', 'dst', 'src', '组'].map((name) => `data-sources/${name}.yaml`),
    'users.yaml',
  ]);
  const text = names.map((name) => readFileSync(join(dir, name), 'utf8')).join('\n');
  expect(text).not.toContain(PASSWORD);
  expect(text).toContain('passwordEnv: OTTER_PASSWORD_SRC\n');
  expect(readFileSync(join(dir, 'channels/shop-同步.yaml'), 'utf8')).toBe(SHOP);
  expect(readFileSync(join(dir, 'data-sources/src.yaml'), 'utf8')).toContain(
    'standby:\n  host: 10.0.0.9\n  port: 3306\n',
  );
  expect(readFileSync(join(dir, 'data-sources/组.yaml'), 'utf8')).toContain(
    'standby:\n  host: 10.0.0.2\n  port: 3307\n',
  );
  expect(readFileSync(join(dir, 'channels/merge.yaml'), 'utf8')).toMatch(
    /name: m 2\n[^]*start: binlog:bin\.000007:4711/,
  );
  expect(readFileSync(join(dir, 'users.yaml'), 'utf8').match(/disabled: true/g)).toHaveLength(2);

  const findings = ended.surroundings.jsonLines().filter(({ event }) => event === 'import');
  const said = (verdict: string): string =>
    findings
      .flatMap((finding) => (finding.verdict === verdict ? [`${String(finding.object)}: ${String(finding.text)}`] : []))
      .join('\n');
  expect(said('left-out').split('\n')).toEqual(LEFT_OUT.map((text_) => expect.stringMatching(text_) as unknown));
  for (const changed of CHANGED) expect(said('changed')).toMatch(changed);
  for (const needless of [/weight 7/, /column group/, /parallelism=12/, /1 nodes/, /1 ZooKeeper/]) {
    expect(said('needless')).toMatch(needless);
  }
  expect(said('exact')).toMatch(/goes on at binlog:bin\.000007:4711/);
  rmSync(dir, { recursive: true });
});

const SHOP = `kind: channel
name: shop-同步
description: the shop
---
kind: pipeline
channel: shop-同步
name: p
source: src
target: dst
checkpointName: otter-1
parameters:
  mode: full+incremental
  ddl: ignore
mappings:
  - source: shop.item
    target: archive.goods
    columns:
      mode: include
      names:
        - id
        - title
      rename:
        - source: title
          target: name
  - source: shop.user
    target: archive.user
    columns:
      mode: exclude
      names:
        - secret
  - source: shop.order_[0-3]
    target: archive.orders
  - source: shop.(log_.*)
    target: archive.*
---
kind: pipeline
channel: shop-同步
name: p 2
source: src
target: 组
checkpointName: otter-1-2
parameters:
  mode: full+incremental
  ddl: ignore
mappings:
  - source: shop.user
    target: crm.user
`;

const LEFT_OUT = [
  /^data source "ora": it is ORACLE/,
  /skipLoadException=true: no row is skipped/,
  /mapping 6: shop\.secret-notes: its EventProcessor is code in Java/,
  /mapping 7: shop\.item: its target is no server/,
  /^pipeline "shop-同步\/p": its position is in ZooKeeper/,
  /^pipeline "shop-同步\/p 2": its position is in ZooKeeper/,
  /^pipeline "merge\/m": the position given is one of m2:3306, and it reads from m1:3306/,
  /^1 alarm rules/,
  /1 groups of alarm receivers/,
];
const CHANGED = [
  /channel "shop\/同步": syncMode=ROW/,
  /it becomes 2 pipelines/,
  /home=true: of a pair its source wins/,
  /canal "canal-2": it merges 2 servers/,
  /pipeline "merge\/m": ddlSync: .* a DROP waits/,
  /user "guest": role OPERATOR, disabled/,
  /user "王 五": role VIEWER/,
];

test('applied, nothing is left to do, passwords have arrived, and nothing runs', async () => {
  const applied = await importing(managed, ['--apply', '--yes']);
  expect([applied.code, applied.err]).toEqual([0, '']);
  expect(applied.out).not.toContain(PASSWORD);
  const again = await importing(managed, ['--apply']);
  expect([again.code, again.out]).toEqual([
    0,
    expect.stringContaining('nothing to do: the manager is as the files say'),
  ]);
  const dir = join(managed.folder, 'imported');
  await importing(managed, ['--out', dir]);
  expect((await otter(managed, ['plan', '-f', dir])).code).toBe(0);
  const { documents } = JSON.parse(await exported()) as { documents: Document[] };
  expect(documents.filter(({ passwordEnv }) => passwordEnv === 'OTTER_PASSWORD_DST')).toHaveLength(1);
  expect(managed.host.calls).toEqual([]);
});

async function exported(): Promise<string> {
  const headers = { authorization: `Bearer ${managed.token}` };
  return (await fetch(`${managed.manager.url}/api/v1/configuration`, { headers })).text();
}

test.each([
  [['--db', 'mysql://root@127.0.0.1'], 'USAGE'],
  [['--positions', 'missing'], 'USAGE'],
])('refuses what it cannot use: %j', async (argv, code) => {
  const ended = await importing(managed, argv);
  expect([ended.code, ended.err]).toEqual([2, expect.stringContaining(code)]);
});

test('a database that is not one of its kind is refused, and a line that is no cursor', async () => {
  const other = await otter(managed, ['import-otter', '--db', target.url('mysql')]);
  expect([other.code, other.err]).toEqual([2, expect.stringContaining('IMPORT_REFUSED')]);
  for (const line of ['nonsense', 'canal-1/1 {', 'canal-1/1 {}']) {
    const ended = await importing(managed, [], line);
    expect([ended.code, ended.err]).toEqual([2, expect.stringContaining('line 1 of the positions')]);
  }
});

test('what is imported starts where the original was, and carries the rows on', async () => {
  await tables();
  const dataDir = mkdtempSync(join(tmpdir(), 'otter-imported-'));
  const process = new ManagerProcess(dataDir);
  const { url, password = '' } = await process.ready;
  const real = { manager: { url }, token: await adminToken(url, password) };
  try {
    const at = await lastTransaction();
    const cursor = { postion: { journalName: at.file, position: at.position, gtid: '' } };
    const imported = await importing(real, ['--apply', '--yes'], `canal-1/1 ${JSON.stringify(cursor)}`);
    expect([imported.code, imported.err]).toEqual([0, '']);
    expect(imported.out).toMatch(/pipeline "shop-同步\/p": the transaction at \d+ is applied: it starts behind it/);
    await source.query(`INSERT INTO shop.item VALUES (2, 'cup', 9); UPDATE shop.item SET title = 'pot 壶' WHERE id = 1;
      INSERT INTO shop.order_3 VALUES (30, 3); DELETE FROM shop.order_0; INSERT INTO shop.log_a VALUES (1, 'x');
      UPDATE shop.user SET name = 'Li', secret = 'y' WHERE id = 1`);
    const start = await otter(real, ['channel', 'start', 'shop-同步']);
    expect([start.code, start.err]).toEqual([0, '']);
    await waitFor(async () => (await rows('crm.user')).includes('"Li"'));
    await waitFor(async () => (await rows('archive.user')).includes('"Li"'));
    expect(await rows('archive.goods')).toBe('[{"id":1,"name":"pot 壶"},{"id":2,"name":"cup"}]');
    expect(await rows('archive.orders')).toBe('[{"id":30,"n":3}]');
    expect(await rows('archive.log_a')).toBe('[{"id":1,"text":"x"}]');
    expect(await rows('archive.user')).toBe('[{"id":1,"name":"Li"}]');
    const stop = await otter(real, ['channel', 'stop', 'shop-同步']);
    expect(stop.out).toMatch(/p +stopped +equal as of .*\n[^]*p 2 +stopped +equal as of .*\n/);
  } finally {
    await process.end('SIGTERM');
    rmSync(dataDir, { recursive: true });
  }
});

/** Both sides as the original has left them: equal up to a transaction. */
async function tables(): Promise<void> {
  const user = 'user (id INT PRIMARY KEY, name VARCHAR(20)';
  const orders = [0, 1, 2, 3].map((n) => `CREATE TABLE shop.order_${n} (id INT PRIMARY KEY, n INT)`);
  await target.query(`CREATE DATABASE archive; CREATE DATABASE crm; CREATE TABLE archive.goods (id INT PRIMARY KEY, name VARCHAR(20));
    CREATE TABLE archive.orders (id INT PRIMARY KEY, n INT); CREATE TABLE archive.log_a (id INT PRIMARY KEY, text VARCHAR(9));
    CREATE TABLE archive.${user}); CREATE TABLE crm.${user}, secret VARCHAR(20))`);
  await source.query(`CREATE DATABASE shop; CREATE TABLE shop.item (id INT PRIMARY KEY, title VARCHAR(20), stock INT);
    ${orders.join('; ')}; CREATE TABLE shop.log_a (id INT PRIMARY KEY, text VARCHAR(9)); CREATE TABLE shop.${user}, secret VARCHAR(20));
    INSERT INTO shop.item VALUES (1, 'pot', 3); INSERT INTO shop.order_0 VALUES (1, 1);
    INSERT INTO shop.user VALUES (1, 'Wang', 'x')`);
  await target.query(`INSERT INTO archive.goods VALUES (1, 'pot'); INSERT INTO archive.orders VALUES (1, 1);
    INSERT INTO archive.user VALUES (1, 'Wang'); INSERT INTO crm.user VALUES (1, 'Wang', 'x')`);
}

/** Where the original's cursor stands: at the event that ends the last transaction. */
async function lastTransaction(): Promise<{ file: string; position: number }> {
  const [status] = await source.query('SHOW MASTER STATUS');
  const file = String(status?.['File']);
  const events = await source.query(`SHOW BINLOG EVENTS IN '${file}'`);
  const last = events.filter((event) => event['Event_type'] === 'Xid').at(-1);
  return { file, position: Number(last?.['Pos']) };
}

async function rows(table: string): Promise<string> {
  return JSON.stringify(await target.query(`SELECT * FROM ${table} ORDER BY id`));
}
