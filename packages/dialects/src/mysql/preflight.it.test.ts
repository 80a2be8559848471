import { startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTables, type TargetTable } from './catalog.ts';
import { checkServers, checkSource, checkTarget, type PreflightLine } from './preflight.ts';
import { readAccount } from './privileges.ts';
import { openTargetSession, type Session } from './session.ts';
import { compareTables } from './table-comparison.ts';

describe.each(['mariadb-10.11', 'mysql-9.7'] as const)('preflight on %s', (kind) => {
  let server: RunningServer;
  let root: Session;

  beforeAll(async () => {
    server = await startServer({ kind });
    root = await openTargetSession(server.address, { role: 'writer' });
    await root.query('CREATE DATABASE shop; CREATE DATABASE `odd.name``x`; CREATE DATABASE shopx; USE shop');
  });

  afterAll(async () => {
    await root?.close();
    await server?.stop();
  });

  async function account(...grants: string[]): Promise<Session> {
    await root.query(
      "DROP USER IF EXISTS 'li''mited'@'127.0.0.%'; CREATE USER 'li''mited'@'127.0.0.%' IDENTIFIED BY 'pw'",
    );
    for (const grant of grants) await root.query(`GRANT ${grant} TO 'li''mited'@'127.0.0.%'`);
    return openTargetSession({ ...server.address, user: "li'mited", password: 'pw' }, { role: 'preflight' });
  }

  it('prints GRANTs that cure what is missing on the source', async () => {
    await root.query('CREATE TABLE IF NOT EXISTS orders(id int primary key)');
    const options = {
      tables: [{ schema: 'shop', table: 'orders' }],
      controlSchema: 'retl_x',
      heartbeat: true,
      copy: false,
    };
    let session = await account('INSERT ON shop.orders');
    const lines = await checkSource(session, options);
    await session.close();
    const fixes = lines.filter((line) => line.check === 'privileges' || line.check === 'heartbeat');
    expect(fixes.map((line) => line.verdict)).toEqual(['stop', 'stop', 'warning']);
    for (const line of fixes) await root.query(line.fix ?? '');
    session = await openTargetSession({ ...server.address, user: "li'mited", password: 'pw' }, { role: 'preflight' });
    const cured = await checkSource(session, options);
    await session.close();
    expect(cured.filter((line) => line.verdict === 'stop')).toEqual([]);
    expect(verdicts(cured)).toMatchObject({
      privileges: 'ok',
      binlog_format: 'ok',
      log_bin: 'ok',
      binlog_row_image: 'ok',
    });
    await root.query('DROP DATABASE retl_x');
  });

  it('prints GRANTs that cure what is missing on the target', async () => {
    await root.query('CREATE TABLE IF NOT EXISTS orders(id int primary key)');
    const options = {
      tables: [{ schema: 'shop', table: 'orders' }],
      controlSchema: 'retl',
      definitionPrivileges: ['ALTER'],
    };
    let session = await account('SELECT ON shop.*');
    const lines = await checkTarget(session, options);
    await session.close();
    for (const line of lines) if (line.fix !== undefined) await root.query(line.fix);
    session = await openTargetSession({ ...server.address, user: "li'mited", password: 'pw' }, { role: 'preflight' });
    const cured = await checkTarget(session, options);
    await session.close();
    expect(lines.filter((line) => line.verdict === 'stop').length).toBe(2);
    expect(cured.filter((line) => line.verdict !== 'ok')).toEqual([]);
    expect((await checkServers(root, root)).map((line) => line.verdict)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it('understands roles, wildcards and partial revokes', async () => {
    await root.query(
      'DROP ROLE IF EXISTS writer; CREATE ROLE writer; GRANT INSERT, UPDATE, DELETE, SELECT, TRIGGER ON `shop`.* TO writer',
    );
    const user = "'li''mited'@'127.0.0.%'";
    let session = await account('ALL PRIVILEGES ON `shop\\_%`.*', 'SELECT (`id`) ON shop.orders', 'writer');
    await session.close();
    await root.query(
      kind.startsWith('mysql') ? `SET DEFAULT ROLE writer TO ${user}` : `SET DEFAULT ROLE writer FOR ${user}`,
    );
    session = await openTargetSession({ ...server.address, user: "li'mited", password: 'pw' }, { role: 'preflight' });
    const lines = await checkTarget(session, {
      tables: [
        { schema: 'shop', table: 'orders' },
        { schema: 'shopx', table: 'orders' },
        { schema: 'shop_1', table: 'orders' },
      ],
      controlSchema: 'shop_retl',
      definitionPrivileges: [],
    });
    expect((await readAccount(session)).name).toBe(user);
    await session.close();
    expect(lines.filter((line) => line.verdict === 'stop').map((line) => line.finding)).toEqual([
      `${user} may not write to shopx.orders: it lacks SELECT, INSERT, UPDATE, DELETE.`,
    ]);
  });

  it('finds a read-only target', async () => {
    await root.query('SET GLOBAL read_only=ON');
    const session = await account('INSERT, UPDATE, DELETE, SELECT, CREATE, TRIGGER ON *.*');
    const lines = await checkTarget(session, { tables: [], controlSchema: 'retl', definitionPrivileges: [] });
    await expect(session.query('INSERT INTO shop.orders VALUES (77)')).rejects.toMatchObject({
      code: 'TARGET_READ_ONLY',
    });
    await session.close();
    await root.query('SET GLOBAL read_only=OFF');
    expect(verdicts(lines)).toMatchObject({ read_only: 'stop' });
  });

  it('reads the catalogue as it is', async () => {
    await root.query(`CREATE TABLE \`odd.name\`\`x\`.\`日本 \`\`t\` (
      \`a b\` bigint unsigned auto_increment primary key, e enum('x,y','it''s','a unsigned','b\\\\c','') not null default '',
      s set('1','2'), d decimal(20,5) unsigned, t time(3), ts timestamp(6) null default null on update current_timestamp(6), v varchar(20) character set latin1 not null,
      g int as (1+1) virtual, h int generated always as (2) stored, x varchar(10) default (uuid()), b bit(9), bin binary(5), y year,
      lt longtext, j json, unique key u (v(5), d), unique key w (e))`);
    const [table] = await readTables(root, (schema) => schema === 'odd.name`x');
    const column = (name: string): unknown => table?.columns.find((c) => c.name === name);
    expect(table).toMatchObject({ schema: 'odd.name`x', table: '日本 `t', engine: 'InnoDB', triggers: [] });
    expect(column('a b')).toMatchObject({
      kind: 'int',
      length: 8,
      unsigned: true,
      nullable: false,
      autoIncrement: true,
    });
    expect(column('e')).toMatchObject({
      kind: 'enum',
      unsigned: false,
      labels: ['x,y', "it's", 'a unsigned', 'b\\c', ''],
      hasDefault: true,
    });
    expect(column('d')).toMatchObject({ kind: 'decimal', precision: 20, scale: 5, unsigned: true });
    expect(column('t')).toMatchObject({ kind: 'time', scale: 3 });
    expect(column('ts')).toMatchObject({ kind: 'timestamp', scale: 6, updatedByServer: true, nullable: true });
    expect(column('v')).toMatchObject({
      kind: 'text',
      charset: 'latin1',
      length: 20,
      characters: 20,
      hasDefault: false,
    });
    expect(column('g')).toMatchObject({ generated: 'virtual' });
    expect(column('h')).toMatchObject({ generated: 'stored' });
    expect(column('x')).toMatchObject({ generated: 'no', hasDefault: true, constantDefault: null });
    expect(['e', 's', 'v', 'ts'].map((name) => column(name))).toMatchObject([
      { constantDefault: '=' },
      { constantDefault: 'NULL' },
      { constantDefault: null },
      { constantDefault: 'NULL' },
    ]);
    expect(column('b')).toMatchObject({ kind: 'bit', length: 9 });
    expect(column('bin')).toMatchObject({ kind: 'binary', length: 5 });
    expect(column('j')).toMatchObject(
      kind.startsWith('mysql') ? { kind: 'json' } : { kind: 'text', charset: 'utf8mb4' },
    );
    expect(table?.uniqueKeys).toEqual([
      { name: 'PRIMARY', primary: true, nullable: false, parts: [{ column: 'a b', prefix: null }] },
      {
        name: 'u',
        primary: false,
        nullable: true,
        parts: [
          { column: 'v', prefix: 5 },
          { column: 'd', prefix: null },
        ],
      },
      { name: 'w', primary: false, nullable: false, parts: [{ column: 'e', prefix: null }] },
    ]);
  });

  it('compares tables, keys, triggers, foreign keys and engines', async () => {
    await root.query(`CREATE TABLE p(id int primary key, n bigint, v varchar(20), t datetime(6), u int, c varchar(9) collate utf8mb4_bin unique, gone int);
      CREATE TABLE q(id int primary key, n int, v varchar(10), t datetime(3), u int unique, c varchar(9) collate utf8mb4_general_ci unique, extra int not null);
      CREATE TABLE child(id int primary key, pid int, FOREIGN KEY fk (pid) REFERENCES p(id) ON DELETE CASCADE);
      CREATE TABLE stray(id int primary key, pid int, FOREIGN KEY fs (pid) REFERENCES p(id) ON DELETE SET NULL);
      CREATE TABLE flat(id int, n int) ENGINE=MyISAM; CREATE TRIGGER tr BEFORE INSERT ON q FOR EACH ROW SET NEW.n = 1`);
    const tables = new Map((await readTables(root, (schema) => schema === 'shop')).map((t) => [t.table, t]));
    const compare = (a: string, b: string): PreflightLine[] =>
      compareTables(tables.get(a) as TargetTable, tables.get(b), (c) => c, {
        targetName: `shop.${b}`,
        sourceLogsCascades: false,
      });
    expect(compare('p', 'p')).toMatchObject([{ verdict: 'ok' }]);
    expect(compare('p', 'none')).toMatchObject([{ verdict: 'stop', check: 'table' }]);
    const lines = compare('p', 'q').map((line) => `${line.verdict} ${line.check}`);
    expect(lines).toEqual([
      'warning columns',
      'warning columns',
      'stop columns',
      'stop columns',
      'stop columns',
      'warning collation',
      'warning unique keys',
      'warning triggers',
    ]);
    // A target whose foreign key does the same cascades by itself; one that does not would keep the rows.
    expect(compare('child', 'child')).toMatchObject([{ verdict: 'ok' }]);
    expect(compare('child', 'stray')).toMatchObject([{ verdict: 'stop', check: 'foreign keys' }]);
    expect(compare('flat', 'flat').map((line) => line.check)).toEqual(['primary key', 'engine']);
    expect(tables.get('child')?.foreignKeys).toMatchObject([
      { columns: ['pid'], parentSchema: 'shop', parentTable: 'p', parentColumns: ['id'], onDelete: 'CASCADE' },
    ]);
  });
});

function verdicts(lines: PreflightLine[]): Record<string, string> {
  return Object.fromEntries(lines.map((line) => [line.check, line.verdict]));
}
