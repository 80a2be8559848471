/**
 * Goal: missing tables are created when the options say so and not otherwise, in the names of the mapping; the preflight
 * and a dry run say beforehand what will be done; an interrupted creation goes on (issue 3, Target schema).
 *
 * Method: one small scenario each, on the same two servers.
 */
import { OtterError, parseTablePattern } from '@otter/core';
import { assertTablesEqual, startServer, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { syncUntilCaughtUp, type SyncProcessOptions } from '../support/sync-process.ts';
import {
  dryRunOf,
  freshName,
  preflightOf,
  runUntilCaughtUp,
  type PipelineRunOptions,
} from '../support/pipeline-run.ts';

let source: RunningServer;
let target: RunningServer;
let mysql: RunningServer;

beforeAll(async () => {
  [source, target, mysql] = await Promise.all([startServer(), startServer(), startServer({ kind: 'mysql-9.7' })]);
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop(), mysql?.stop()]);
});

beforeEach(async () => {
  for (const server of [source, target, mysql])
    await server.query(
      'SET foreign_key_checks=0; DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS shop2; DROP DATABASE IF EXISTS far; DROP DATABASE IF EXISTS retl; SET foreign_key_checks=1',
    );
  await source.query(
    `CREATE DATABASE shop CHARACTER SET latin1 COLLATE latin1_bin; USE shop;
     CREATE TABLE parent (id INT PRIMARY KEY, name VARCHAR(20));
     CREATE TABLE child (id INT PRIMARY KEY, parent_id INT NOT NULL, secret VARCHAR(20), n INT, total INT AS (n + 1) STORED,
       KEY by_secret (secret), UNIQUE KEY both_secret (secret, n), KEY by_n (n), CONSTRAINT no_secret CHECK (secret <> ''),
       CONSTRAINT positive CHECK (n > 0),
       CONSTRAINT to_parent FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE) COMMENT='children';
     INSERT INTO parent VALUES (1,'one'),(2,'two');
     INSERT INTO child (id,parent_id,secret,n) VALUES (1,1,'x',1),(2,1,'y',2),(3,2,'z',3)`,
  );
});

const from = (): PipelineRunOptions => ({ source, target, tables: 'shop.*', start: { at: 'now' }, mode: 'auto' });

async function tablesIn(schema: string, on = target): Promise<string[]> {
  const rows = await on.query(
    `SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA='${schema}' ORDER BY 1`,
  );
  return rows.map((row) => String(row['name']));
}

async function shown(name: string, on = target): Promise<string> {
  return String((await on.query(`SHOW CREATE TABLE ${name}`))[0]?.['Create Table']);
}

const map = (
  a: string,
  b: string,
): { source: ReturnType<typeof parseTablePattern>; target: ReturnType<typeof parseTablePattern> } => ({
  source: parseTablePattern(a),
  target: parseTablePattern(b),
});

describe('when', () => {
  test('auto: at a first start that copies; the schema has the source defaults', async () => {
    await runUntilCaughtUp(from());
    expect(await tablesIn('shop')).toEqual(['child', 'parent']);
    const [row] = await target.query(
      "SELECT DEFAULT_COLLATION_NAME AS c FROM information_schema.SCHEMATA WHERE SCHEMA_NAME='shop'",
    );
    expect(row?.['c']).toBe('latin1_bin');
    const tables = ['child', 'parent'].map((table) => ({ schema: 'shop', table }));
    await assertTablesEqual({ source: source.address, target: target.address, tables });
  });

  test('what is there already stays as it is', async () => {
    await target.query('CREATE DATABASE shop; CREATE TABLE shop.parent (id INT PRIMARY KEY, name VARCHAR(90))');
    await runUntilCaughtUp(from());
    expect(await shown('shop.parent')).toContain('varchar(90)');
    expect(await tablesIn('shop')).toEqual(['child', 'parent']);
  });

  test('auto: not without a copy, and not later on', async () => {
    const name = freshName();
    await target.query('CREATE DATABASE shop; CREATE TABLE shop.parent (id INT PRIMARY KEY, name VARCHAR(20))');
    await source.query('CREATE DATABASE shop2; CREATE TABLE shop2.parent LIKE shop.parent');
    await runUntilCaughtUp({ ...from(), mode: 'incremental', tables: 'shop.parent', name });
    await runUntilCaughtUp({ ...from(), mode: 'auto', createTables: 'yes', tables: 'shop*.parent', name });
    expect(await tablesIn('shop')).toEqual(['parent']);
    expect(await tablesIn('shop2')).toEqual([]);
    const stops = await preflightOf({ ...from(), mode: 'incremental', createTables: 'auto' });
    expect(stops.find(({ subject }) => subject === 'shop.child')).toMatchObject({
      verdict: 'stop',
      finding: 'The target has no table shop.child.',
      fix: expect.stringContaining('--create-tables yes'),
    });
  });

  test('yes: without a copy too', async () => {
    await runUntilCaughtUp({ ...from(), mode: 'incremental', createTables: 'yes' });
    expect(await tablesIn('shop')).toEqual(['child', 'parent']);
    expect(await target.query('SELECT * FROM shop.parent')).toEqual([]);
  });

  test('no: not even for a copy', async () => {
    const options: PipelineRunOptions = { ...from(), mode: 'full+incremental', createTables: 'no' };
    const stops = await preflightOf(options);
    const subjects = stops.filter(({ check }) => check === 'table').map(({ subject }) => subject);
    expect(subjects.sort()).toEqual(['shop.child', 'shop.parent']);
    const { status } = await runUntilCaughtUp({
      ...options,
      mode: 'incremental',
      start: { at: 'earliest' },
      expectedErrors: ['TABLE_MISSING', 'DDL_SEEN'],
    });
    expect(status.parked.length).toBeGreaterThan(0);
    expect(await tablesIn('shop')).toEqual([]);
  });

  test.each([1, 2])('a start that is killed when %i of two tables are made goes on', async (made) => {
    const options: SyncProcessOptions = {
      ...{ source: source.address, target: target.address, tables: 'shop.*', name: freshName() },
      start: { at: 'now' },
      mode: 'auto',
    };
    const killed = await syncUntilCaughtUp({ ...options, failpoint: `table.created:${made}` });
    expect(killed.signal).toBe('SIGKILL');
    expect(await tablesIn('shop')).toHaveLength(made);
    expect((await syncUntilCaughtUp(options)).code).toBe(0);
    const tables = ['child', 'parent'].map((table) => ({ schema: 'shop', table }));
    await assertTablesEqual({ source: source.address, target: target.address, tables });
  });

  test('tables whose foreign keys make a circle', async () => {
    await source.query(
      `USE shop; ALTER TABLE child DROP FOREIGN KEY to_parent; ALTER TABLE child ADD CONSTRAINT to_parent FOREIGN KEY (parent_id) REFERENCES parent (id);
       ALTER TABLE parent ADD favourite INT, ADD CONSTRAINT to_child FOREIGN KEY (favourite) REFERENCES child (id);
       UPDATE parent SET favourite=1`,
    );
    for (const to of [target, mysql]) {
      await runUntilCaughtUp({ ...from(), target: to });
      expect(await shown('shop.parent', to)).toContain(
        'CONSTRAINT `to_child` FOREIGN KEY (`favourite`) REFERENCES `child`',
      );
      expect(await shown('shop.child', to)).toContain('CONSTRAINT `to_parent` FOREIGN KEY');
    }
  });
});

describe('the mapping', () => {
  test('other names, columns renamed and left out, foreign keys in the names of the target', async () => {
    const options: PipelineRunOptions = {
      ...from(),
      mappings: [map('shop.child', 'far.kid'), map('shop.parent', 'far.elder')],
      columns: [
        {
          tables: parseTablePattern('shop.child'),
          exclude: ['secret'],
          rename: { n: 'number', parent_id: 'elder_id' },
        },
      ],
    };
    const lines = await preflightOf(options);
    const warnings = lines.filter(({ check }) => check === 'table').map(({ finding }) => finding);
    expect(warnings).toEqual([
      'The unique key "both_secret" is left out: its column "secret" does not travel.',
      'The key "by_secret" is left out: its column "secret" does not travel.',
      'The CHECK "no_secret" is left out: its column "secret" does not travel.',
    ]);
    await runUntilCaughtUp(options);
    expect(await shown('far.kid')).toBe(
      [
        'CREATE TABLE `kid` (',
        '  `id` int(11) NOT NULL,',
        '  `elder_id` int(11) NOT NULL,',
        '  `number` int(11) DEFAULT NULL,',
        '  `total` int(11) GENERATED ALWAYS AS (`number` + 1) STORED,',
        '  PRIMARY KEY (`id`),',
        '  KEY `to_parent` (`elder_id`),',
        '  KEY `by_n` (`number`),',
        '  CONSTRAINT `to_parent` FOREIGN KEY (`elder_id`) REFERENCES `elder` (`id`) ON DELETE CASCADE,',
        '  CONSTRAINT `positive` CHECK (`number` > 0)',
        ") ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_bin COMMENT='children'",
      ].join('\n'),
    );
    expect(await target.query('SELECT id, elder_id, number, total FROM far.kid ORDER BY id')).toEqual([
      { id: 1, elder_id: 1, number: 1, total: 2 },
      { id: 2, elder_id: 1, number: 2, total: 3 },
      { id: 3, elder_id: 2, number: 3, total: 4 },
    ]);
  });

  test('a cascade whose parent does not travel is refused, another foreign key left out', async () => {
    const options: PipelineRunOptions = { ...from(), tables: 'shop.child' };
    await expect(runUntilCaughtUp(options)).rejects.toMatchObject({
      code: 'TABLE_NOT_CREATED',
      detail: expect.stringMatching(/^shop\.child: its foreign key "to_parent" cascades/),
    });
    await source.query(
      'ALTER TABLE shop.child DROP FOREIGN KEY to_parent, ADD CONSTRAINT plain FOREIGN KEY (parent_id) REFERENCES shop.parent (id)',
    );
    const { complaints } = await runUntilCaughtUp(options);
    expect(complaints.join()).toContain('is left out: its parent parent is not among the tables.');
    expect(await shown('shop.child')).not.toContain('FOREIGN KEY');
  });

  test('a primary key over a column that is left out is refused', async () => {
    const columns = [{ tables: parseTablePattern('shop.parent'), exclude: ['id'] }];
    await expect(runUntilCaughtUp({ ...from(), tables: 'shop.parent', columns })).rejects.toMatchObject({
      code: 'TABLE_NOT_CREATED',
      detail: expect.stringContaining('its primary key needs "id", which the mapping leaves out'),
    });
  });

  test('several tables into one: made as the first, and the others must fit it', async () => {
    await source.query(
      'USE shop; CREATE TABLE part_1 (id INT PRIMARY KEY, n INT); CREATE TABLE part_2 LIKE part_1; INSERT INTO part_1 VALUES (1,1); INSERT INTO part_2 VALUES (2,2)',
    );
    const options: PipelineRunOptions = {
      ...from(),
      tables: 'shop.part_[1-2]',
      mappings: [map('shop.part_[1-2]', 'far.whole')],
    };
    const ok = await preflightOf(options, true);
    expect(ok.filter(({ check }) => check === 'table').map(({ subject, finding }) => [subject, finding])).toEqual([
      ['shop.part_1', 'far.whole will be created for it.'],
      ['shop.part_2', 'far.whole will be created for it.'],
    ]);
    await source.query('ALTER TABLE shop.part_2 ADD COLUMN more INT');
    await expect(runUntilCaughtUp(options)).rejects.toMatchObject({
      code: 'TABLE_NOT_CREATED',
      detail: expect.stringMatching(/^shop\.part_2: .*made from shop\.part_1.*no column "more"/),
    });
    await source.query('ALTER TABLE shop.part_2 DROP COLUMN more');
    await runUntilCaughtUp(options);
    expect(await target.query('SELECT id, n FROM far.whole ORDER BY id')).toEqual([
      { id: 1, n: 1 },
      { id: 2, n: 2 },
    ]);
  });
});

describe('said beforehand', () => {
  test('a dry run shows the statements, parents first, and creates nothing', async () => {
    const sql = await dryRunOf(from());
    expect(sql[0]).toBe('CREATE DATABASE IF NOT EXISTS `shop` DEFAULT CHARACTER SET latin1 DEFAULT COLLATE latin1_bin');
    expect(sql[1]).toMatch(/^CREATE TABLE IF NOT EXISTS `shop`\.`parent` \(\n {2}`id` int/);
    expect(sql[2]).toMatch(/^CREATE TABLE IF NOT EXISTS `shop`\.`child` \([^]*REFERENCES `shop`\.`parent` \(`id`\)/);
    expect(await tablesIn('shop')).toEqual([]);
    for (const statement of sql.slice(0, 3)) await target.query(statement);
    expect(await tablesIn('shop')).toEqual(['child', 'parent']);
  });

  test('the preflight names the privileges that are missing, and with them the tables are made', async () => {
    await mysql.query("DROP USER IF EXISTS small; CREATE USER small IDENTIFIED BY 'Pw1!xyz'");
    await mysql.query(
      'GRANT SELECT, INSERT, UPDATE, DELETE, TRIGGER ON shop.* TO small; GRANT ALL ON retl.* TO small; CREATE DATABASE retl',
    );
    const address = { ...mysql.address, user: 'small', password: 'Pw1!xyz' };
    const small: RunningServer = Object.create(mysql, { address: { value: address } });
    const options: PipelineRunOptions = { ...from(), target: small };
    const stops = (await preflightOf(options)).filter(({ verdict }) => verdict === 'stop');
    expect(stops.map(({ fix }) => fix)).toEqual([
      "GRANT CREATE ON `shop`.* TO 'small'@'%';",
      "GRANT CREATE, REFERENCES ON `shop`.`parent` TO 'small'@'%';",
      "GRANT CREATE, ALTER ON `shop`.`child` TO 'small'@'%';",
    ]);
    for (const { fix } of stops) await mysql.query(fix ?? '');
    expect((await preflightOf(options)).filter(({ verdict }) => verdict === 'stop')).toEqual([]);
    await runUntilCaughtUp(options);
    expect(await tablesIn('shop', mysql)).toEqual(['child', 'parent']);
  });

  test('CREATE on the tables alone is enough where the schema is there', async () => {
    await target.query("DROP USER IF EXISTS small; CREATE USER small IDENTIFIED BY 'Pw1!xyz'; CREATE DATABASE shop");
    await target.query(
      'GRANT SELECT, INSERT, UPDATE, DELETE, TRIGGER ON shop.* TO small; GRANT ALL ON retl.* TO small',
    );
    const address = { ...target.address, user: 'small', password: 'Pw1!xyz' };
    const small: RunningServer = Object.create(target, { address: { value: address } });
    const options: PipelineRunOptions = { ...from(), target: small, tables: 'shop.parent' };
    const [stop] = (await preflightOf(options)).filter(({ verdict }) => verdict === 'stop');
    expect(stop?.fix).toBe("GRANT CREATE ON `shop`.`parent` TO 'small'@'%';");
    await expect(runUntilCaughtUp(options)).rejects.toBeInstanceOf(OtterError);
    await target.query(stop?.fix ?? '');
    await runUntilCaughtUp(options);
    expect(await tablesIn('shop')).toEqual(['parent']);
  });
});
