/**
 * Goal: the advisor finds what goes wrong when both sides are written, says it of the right side and table, and its fix
 * cures it.
 *
 * Method: two real servers on which nothing is to be found, looked at by an account of its own. Each case spoils one thing,
 * counts everything that is found, runs the fixes as root at the sides they are for, and looks again.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTablePattern, parseTablePatterns, type ServerAddress } from '@otter/core';
import { openTargetSession } from '@otter/dialects';
import { adviseTwoWay, TableRouter, type AdviceLine, type SyncOptions, type TwoWayAdvice } from '@otter/engine';
import { startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import { runProgram } from '../support/program-run.ts';

const DEFINITION = `CREATE DATABASE shop; CREATE DATABASE own; CREATE TABLE own.note (n INT); USE shop;
  CREATE TABLE item (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL DEFAULT '', n INT);
  CREATE TABLE audit (id INT PRIMARY KEY, n INT NOT NULL DEFAULT 0, text VARCHAR(100) NOT NULL)`;

interface Look {
  tables?: string;
  mappings?: SyncOptions['mappings'];
  columns?: SyncOptions['columns'];
  newest?: boolean;
  /** Seconds the clock of B is ahead. */
  aheadSeconds?: number;
  /** Looks at A twice. */
  sameServer?: boolean;
  /** Signs in with no right of its own. */
  weak?: boolean;
}

/** What is found, `B shop.item, unique keys: warning`. */
type Findings = string[];

interface Case {
  name: string;
  /** Run at A, at B, or at both. */
  spoil: { A?: string; B?: string; both?: string };
  look?: Look;
  found: Findings;
  /** What is left when the fixes have been run; nothing by default. */
  left?: Findings;
  score: number;
}

const CASES: Case[] = [
  {
    name: 'both sides number alike',
    spoil: { both: 'SET GLOBAL auto_increment_increment=1, GLOBAL auto_increment_offset=1' },
    found: ['A, auto_increment: warning', 'B, auto_increment: warning'],
    score: 70,
  },
  {
    name: 'another unique key',
    spoil: { both: 'ALTER TABLE shop.item ADD UNIQUE KEY named (name(9)), ADD UNIQUE KEY safe (id, name)' },
    found: ['A shop.item, unique keys: warning', 'B shop.item, unique keys: warning'],
    score: 87,
  },
  {
    name: 'a unique key at one side',
    spoil: { B: 'ALTER TABLE shop.audit ADD UNIQUE KEY only (text)' },
    found: ['B shop.audit, unique keys: warning'],
    score: 87,
  },
  {
    name: 'no key',
    spoil: { both: 'CREATE TABLE shop.log (n INT, text VARCHAR(20))' },
    found: ['A shop.log, primary key: stop', 'B shop.log, primary key: stop'],
    score: 0,
  },
  {
    name: 'a key whose values are not equal byte by byte',
    spoil: { both: "CREATE TABLE shop.code (code VARCHAR(20) NOT NULL DEFAULT 'it''s' PRIMARY KEY)" },
    found: ['A shop.code, primary key: stop', 'B shop.code, primary key: stop'],
    score: 0,
  },
  {
    name: 'a unique key for the primary one',
    spoil: { both: 'CREATE TABLE shop.log (n INT NOT NULL, at DATE NOT NULL, UNIQUE KEY (n, at))' },
    found: ['A shop.log, primary key: stop', 'B shop.log, primary key: stop'],
    score: 0,
  },
  {
    name: 'other keys',
    spoil: { B: 'ALTER TABLE shop.audit DROP PRIMARY KEY, ADD PRIMARY KEY (id, n)' },
    found: ['B shop.audit, primary key: stop'],
    score: 0,
  },
  {
    name: 'a trigger that writes to a mapped table',
    spoil: {
      A: "CREATE TRIGGER shop.noted AFTER INSERT ON shop.item FOR EACH ROW INSERT INTO audit (id, text) VALUES (NEW.id, 'x')",
    },
    found: ['A shop.item, triggers: stop'],
    score: 0,
  },
  {
    name: 'a trigger that changes the row',
    spoil: { B: 'CREATE TRIGGER shop.bent BEFORE UPDATE ON shop.audit FOR EACH ROW SET NEW.text=UPPER(NEW.text)' },
    found: ['B shop.audit, triggers: warning'],
    score: 87,
  },
  {
    name: 'a trigger that writes elsewhere, and one that calls',
    spoil: {
      both: `CREATE PROCEDURE shop.more() INSERT INTO own.note VALUES (1);
        CREATE TRIGGER shop.gone AFTER DELETE ON shop.item FOR EACH ROW CALL more();
        CREATE TRIGGER shop.told AFTER DELETE ON shop.item FOR EACH ROW FOLLOWS gone INSERT INTO own.note VALUES (OLD.n)`,
    },
    found: [
      ...['A shop.item, triggers: warning', 'A shop.item, triggers: warning'],
      ...['B shop.item, triggers: warning', 'B shop.item, triggers: warning'],
    ],
    score: 87,
  },
  {
    name: 'row images that are not whole',
    spoil: { B: "SET GLOBAL binlog_row_image='MINIMAL'" },
    found: ['B, binlog_row_image: stop'],
    score: 0,
  },
  {
    name: 'statements in the log',
    spoil: { A: "SET GLOBAL binlog_format='STATEMENT'" },
    found: ['A, binlog_format: stop'],
    score: 0,
  },
  {
    name: 'a side that is read-only',
    spoil: { A: 'SET GLOBAL read_only=ON' },
    found: ['A, read_only: stop'],
    score: 0,
  },
  {
    name: 'a column that one side lacks',
    spoil: { A: 'ALTER TABLE shop.item ADD colour VARCHAR(9)', B: 'ALTER TABLE shop.audit ADD at DATETIME' },
    found: ['A shop.audit, columns: stop', 'B shop.item, columns: stop'],
    score: 0,
  },
  {
    name: 'an account that may do nothing',
    spoil: { both: "CREATE USER 'weak'@'%' IDENTIFIED BY 'secret'" },
    look: { tables: 'shop.item,shop.audit', weak: true },
    found: [
      ...['A, control schema: stop', 'A, privileges: stop', 'A, privileges: stop', 'A, privileges: stop'],
      ...['A, tables: stop', 'A, triggers: warning'],
      ...['B, control schema: stop', 'B, privileges: stop', 'B, privileges: stop', 'B, privileges: stop'],
      'B, triggers: warning',
    ],
    score: 0,
  },
];

const CASCADES: Case = {
  name: 'cascades that are not in the log',
  spoil: {
    both: `CREATE TABLE shop.part (id INT PRIMARY KEY, item BIGINT, CONSTRAINT whole FOREIGN KEY (item) REFERENCES shop.item (id)
      ON DELETE CASCADE ON UPDATE SET NULL)`,
  },
  found: ['A shop.part, foreign keys: stop', 'B shop.part, foreign keys: stop'],
  score: 0,
};

describe.each<ServerKind>(['mariadb-10.11', 'mysql-9.7'])('%s', (kind) => {
  const servers = {} as Record<'A' | 'B', RunningServer>;

  beforeAll(async () => {
    // Without GTIDs MySQL starts without a log, too.
    const start = async (offset: number): Promise<RunningServer> => {
      const numbers = { 'auto-increment-increment': 2, 'auto-increment-offset': offset };
      return startServer({ kind, gtid: false, options: { 'binlog-row-metadata': 'FULL', ...numbers } });
    };
    [servers.A, servers.B] = await Promise.all([start(1), start(2)]);
  });

  afterAll(async () => {
    await Promise.all(Object.values(servers).map((server) => server.stop()));
  });

  beforeEach(async () => {
    for (const [i, server] of Object.values(servers).entries()) {
      await server.query(
        `SET GLOBAL auto_increment_increment=2, GLOBAL auto_increment_offset=${i + 1}, GLOBAL read_only=OFF;
         SET GLOBAL binlog_format='ROW', GLOBAL binlog_row_image='FULL';
         DROP DATABASE IF EXISTS shop; DROP DATABASE IF EXISTS own; DROP DATABASE IF EXISTS retl;
         DROP USER IF EXISTS otter, weak; CREATE USER otter IDENTIFIED BY 'secret';
         ${DEFINITION}`,
      );
      const may = 'SELECT, INSERT, UPDATE, DELETE, CREATE, TRIGGER';
      const monitor = kind.startsWith('mariadb') ? 'BINLOG MONITOR' : 'REPLICATION CLIENT';
      await server.query(`GRANT REPLICATION SLAVE, ${monitor}, ${may} ON *.* TO otter`);
    }
  });

  function accountAt(server: RunningServer, { weak = false }: Look): ServerAddress {
    return { ...server.address, user: weak ? 'weak' : 'otter', password: 'secret' };
  }

  async function look(options: Look = {}): Promise<TwoWayAdvice> {
    const {
      tables = 'shop.*',
      mappings = [],
      columns = [],
      newest = false,
      aheadSeconds,
      sameServer = false,
    } = options;
    const a = await openTargetSession(accountAt(servers.A, options), { role: 'preflight' });
    const b = await openTargetSession(accountAt(sameServer ? servers.A : servers.B, options), { role: 'preflight' });
    try {
      if (aheadSeconds !== undefined) await b.query(`SET timestamp=UNIX_TIMESTAMP(NOW(6))+${aheadSeconds}`);
      const router = new TableRouter({
        ...{ tables: parseTablePatterns(tables), mappings, columns, controlSchema: 'retl' },
      });
      return await adviseTwoWay({ ...{ a, b, router, newest }, controlSchema: 'retl', now: () => Date.now() });
    } finally {
      await Promise.all([a.close(), b.close()]);
    }
  }

  function findings({ lines }: TwoWayAdvice): Findings {
    return lines
      .filter(({ verdict }) => verdict !== 'ok')
      .map(({ subject, check, verdict }) => `${subject}, ${check}: ${verdict}`)
      .toSorted();
  }

  /** As a command-line client would, which keeps DELIMITER to itself. */
  async function run({ side, fix }: AdviceLine): Promise<void> {
    if (side === null || fix === undefined) throw new Error(`nothing to run at ${side}: ${fix}`);
    await servers[side].query(fix.replaceAll(/^DELIMITER .*$|\/\/$/gm, ''));
  }

  async function cure({ lines }: TwoWayAdvice): Promise<void> {
    for (const line of lines) if (line.verdict !== 'ok' && line.fix !== undefined) await run(line);
  }

  async function spoil({ A, B, both }: Case['spoil']): Promise<void> {
    for (const sql of [A, both]) if (sql !== undefined) await servers.A.query(sql);
    for (const sql of [B, both]) if (sql !== undefined) await servers.B.query(sql);
  }

  test('where nothing is wrong nothing is found, and everything was looked at', async () => {
    const { lines, score } = await look({ newest: true });
    expect(lines.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
    expect(lines.map(({ subject, check }) => `${subject}, ${check}`)).toEqual([
      ...['A, log_bin', 'A, binlog_format', 'A, binlog_row_image', 'A, privileges'],
      ...['B, log_bin', 'B, binlog_format', 'B, binlog_row_image', 'B, privileges', 'A, B, identity'],
      ...['A, clock', 'B, clock', 'A, auto_increment', 'B, auto_increment'],
      ...['A shop.audit, table', 'A shop.item, table'],
    ]);
    expect(score).toBe(100);
  });

  test.each([...CASES, ...(kind === 'mariadb-10.11' ? [CASCADES] : [])])(
    '$name',
    async ({ spoil: how, look: options, found, score }) => {
      await spoil(how);
      let advice = await look(options);
      expect(findings(advice)).toEqual(found.toSorted());
      expect(advice.score).toBe(score);
      for (const line of advice.lines) expect(line.findingZh).toMatch(/\p{Script=Han}/u);
      await cure(advice);
      advice = await look(options);
      expect(findings(advice)).toEqual([]);
      expect(advice.score).toBe(100);
    },
  );

  test('numbers that are apart stay apart', async () => {
    await spoil({ both: 'SET GLOBAL auto_increment_increment=1, GLOBAL auto_increment_offset=1' });
    await cure(await look());
    const given: unknown[] = [];
    for (const server of Object.values(servers)) {
      const connection = await server.connect();
      await connection.query(
        "INSERT INTO shop.item (name) VALUES ('a'),('b'); INSERT INTO shop.item (name) VALUES ('c')",
      );
      connection.destroy();
      given.push(...(await server.query('SELECT id FROM shop.item')).map(({ id }) => id));
    }
    expect(new Set(given).size).toBe(6);
  });

  test('a trigger that was cured fires for everybody but the account of the pipeline, in its old mode and place', async () => {
    await servers.A.query(
      `CREATE TRIGGER shop.first AFTER INSERT ON shop.item FOR EACH ROW INSERT INTO audit (id, text) VALUES (NEW.id, CONCAT("it's ", LEFT(@@sql_mode, 80)));
       CREATE TRIGGER shop.second AFTER INSERT ON shop.item FOR EACH ROW
         BEGIN DECLARE x INT DEFAULT 1; UPDATE audit SET text=LEFT(text, 7) WHERE id=NEW.id; END`,
    );
    const mode = async (): Promise<unknown> =>
      (await servers.A.query('SHOW TRIGGERS FROM shop')).map(({ Trigger, sql_mode, Definer }) => [
        Trigger,
        sql_mode,
        Definer,
      ]);
    const before = await mode();
    const advice = await look();
    expect(findings(advice)).toEqual(['A shop.item, triggers: stop', 'A shop.item, triggers: stop']);
    await cure(advice);
    expect(await mode()).toEqual(before);
    const { user, password } = accountAt(servers.A, {});
    const ours = await servers.A.connect({ user, password });
    await ours.query("INSERT INTO shop.item (id, name) VALUES (1, 'ours')");
    ours.destroy();
    await servers.A.query("INSERT INTO shop.item (id, name) VALUES (2, 'theirs')");
    expect(await servers.A.query('SELECT id, text FROM shop.audit')).toEqual([
      { id: 2, text: expect.stringMatching(/^it's ..$/) as string },
    ]);
  });

  test.runIf(kind === 'mariadb-10.11')(
    'what a trigger writes for rows of the other side stays there, until it is cured',
    async () => {
      await spoil({
        both: `CREATE TABLE shop.trail (id INT AUTO_INCREMENT PRIMARY KEY, item BIGINT);
        CREATE TRIGGER shop.trailed AFTER INSERT ON shop.item FOR EACH ROW INSERT INTO trail (item) VALUES (NEW.id)`,
      });
      const [a, b] = [accountAt(servers.A, {}), accountAt(servers.B, {})];
      const live = { tables: 'shop.*', start: { at: 'now' as const } };
      const pipelines = [
        new LivePipeline({ ...live, name: 'there', source: a, target: b }),
        new LivePipeline({ ...live, name: 'back', source: b, target: a }),
      ] as const;
      const trailsOf = async (item: number): Promise<number[]> => {
        await servers.A.query(`INSERT INTO shop.item (id) VALUES (${item})`);
        await pipelines[0].caughtUp(servers.A);
        await pipelines[1].caughtUp(servers.B);
        const trails = `SELECT id FROM shop.trail WHERE item=${item}`;
        return Promise.all(Object.values(servers).map(async (server) => (await server.query(trails)).length));
      };
      try {
        await Promise.all(pipelines.map((pipeline) => pipeline.until('it runs', ({ state }) => state === 'running')));
        expect(await trailsOf(1)).toEqual([1, 2]);
        const advice = await look();
        expect(findings(advice)).toEqual(['A shop.item, triggers: stop', 'B shop.item, triggers: stop']);
        await cure(advice);
        expect(await trailsOf(3)).toEqual([1, 1]);
      } finally {
        await Promise.all(pipelines.map((pipeline) => pipeline.stop()));
      }
    },
  );

  test('a column that does not travel and is filled by each server', async () => {
    await spoil({
      both: `CREATE TABLE shop.visit (id INT PRIMARY KEY, token VARCHAR(40) DEFAULT (UUID()), plain INT DEFAULT 7,
        touched TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)`,
    });
    const advice = await look({
      columns: [{ tables: parseTablePattern('shop.visit'), include: ['id', 'touched'] }],
    });
    expect(findings(advice)).toEqual(['A shop.visit, defaults: warning', 'B shop.visit, defaults: warning']);
    expect(advice.lines.find(({ verdict }) => verdict === 'warning')?.finding).toContain('"token"');
    expect(advice.score).toBe(96);
    const cured = await look();
    expect(findings(cured)).toEqual([]);
    expect(cured.lines.filter(({ check }) => check === 'defaults')).toHaveLength(2);
    expect(cured.lines.find(({ check }) => check === 'defaults')?.finding).toContain('touched');
  });

  test('a primary key of which a part does not travel', async () => {
    const columns = [{ tables: parseTablePattern('shop.audit'), include: ['text'] }];
    const advice = await look({ columns });
    expect(findings(advice)).toEqual(
      expect.arrayContaining(['A shop.audit, primary key: stop', 'B shop.audit, primary key: stop']),
    );
    expect(advice.lines.find(({ check }) => check === 'primary key')).not.toHaveProperty('fix');
  });

  test('cascades that are in the log, or do nothing, are no finding', async () => {
    const rule = kind === 'mysql-9.7' ? 'ON DELETE CASCADE' : 'ON DELETE RESTRICT';
    await spoil({
      both: `CREATE TABLE shop.part (id INT PRIMARY KEY, item BIGINT, FOREIGN KEY (item) REFERENCES shop.item (id) ${rule})`,
    });
    expect(findings(await look())).toEqual([]);
  });

  test('a table at one side, and tables that go into one', async () => {
    await spoil({ A: 'CREATE TABLE shop.a (id INT PRIMARY KEY)', B: 'CREATE TABLE shop.b (id INT PRIMARY KEY)' });
    expect(findings(await look())).toEqual(['A shop.b, table: stop', 'B shop.a, table: stop']);
    await spoil({ A: 'CREATE TABLE shop.b (id INT PRIMARY KEY)', B: 'CREATE TABLE shop.a (id INT PRIMARY KEY)' });
    expect(findings(await look())).toEqual([]);
    await spoil({ A: 'CREATE TABLE shop.item_1 LIKE shop.item', B: 'DROP TABLE shop.a' });
    const mappings = [{ source: parseTablePattern('shop.item_1'), target: parseTablePattern('shop.item') }];
    expect(findings(await look({ tables: 'shop.item,shop.item_1', mappings }))).toEqual([
      ...['A shop.item, mapping: stop', 'A shop.item_1, mapping: stop'],
    ]);
  });

  test('no table is no good news', async () => {
    expect(await look({ tables: 'shop.nothing%' })).toMatchObject({ score: 0 });
    expect(findings(await look({ tables: 'nowhere.*' }))).toEqual(['A, tables: stop']);
  });

  test('clocks that differ', async () => {
    for (const [aheadSeconds, newest, found, score] of [
      [0.6, true, [], 100],
      [-3, true, ['A, B, clock: warning', 'B, clock: warning'], 90],
      [12, false, ['A, B, clock: warning', 'B, clock: warning'], 90],
      [12, true, ['A, B, clock: stop', 'B, clock: warning'], 0],
    ] as const) {
      const startedAt = Date.now();
      const advice = await look({ aheadSeconds, newest });
      // A session's clock that was set stands still.
      const stoodMs = Date.now() - startedAt;
      expect(findings(advice)).toEqual(found);
      expect(advice.score).toBe(score);
      const measured = advice.lines.find(({ check, subject }) => check === 'clock' && subject === 'B')?.finding ?? '';
      const [, difference, error] = /by (-?\d+) ms \(measured within (\d+) ms/.exec(measured) ?? [];
      const behindMs = aheadSeconds * 1000 - Number(difference);
      // Half a millisecond is rounded away of either.
      expect(behindMs).toBeGreaterThanOrEqual(-Number(error) - 1);
      expect(behindMs).toBeLessThanOrEqual(stoodMs + Number(error) + 1);
    }
    expect(findings(await look({ newest: true }))).toEqual([]);
  });

  test('one server under two addresses', async () => {
    const { lines, score } = await look({ sameServer: true });
    expect(lines.find(({ check }) => check === 'identity')).toMatchObject({ verdict: 'stop' });
    expect(score).toBe(0);
  });

  test.runIf(kind === 'mysql-9.7')('a clone with the server_uuid of its original', async () => {
    const own = (server: RunningServer): string => join(server.dataDir, 'auto.cnf');
    const original = readFileSync(own(servers.A), 'utf8');
    await servers.B.shutdown();
    writeFileSync(own(servers.B), original);
    await servers.B.restart();
    expect(findings(await look())).toEqual(['A, B, identity: stop']);
    await servers.B.shutdown();
    rmSync(own(servers.B));
    await servers.B.restart();
    expect(findings(await look())).toEqual([]);
  });

  test.runIf(kind === 'mariadb-10.11')(
    'the command prints findings and fixes, and says by its exit code whether something is refused',
    async () => {
      const addresses = ['--from', servers.A.url(), '--to', servers.B.url(), '--tables', 'shop.*'];
      await spoil({ both: 'ALTER TABLE shop.item ADD UNIQUE KEY named (name)' });
      const warned = await runProgram(['advise', ...addresses]);
      expect(warned.code).toBe(0);
      expect(warned.stdout).toContain('Two-way score: 87 of 100');
      expect(warned.stdout).toContain('fix: ALTER TABLE `shop`.`item` DROP INDEX `named`, ADD INDEX `named` (`name`);');
      await spoil({ B: 'CREATE TABLE shop.log (n INT)' });
      const refused = await runProgram(['advise', ...addresses, '--json']);
      expect(refused.code).toBe(1);
      expect(refused.lines()).toMatchObject([{ event: 'advice', verdict: 'stop', score: 0 }]);
    },
  );

  test('no log at one side', async () => {
    await servers.B.restart({ 'log-bin': false });
    expect(findings(await look())).toContain('B, log_bin: stop');
    await servers.B.restart({ 'log-bin': 'bin' });
    expect(findings(await look())).toEqual([]);
  });
});
