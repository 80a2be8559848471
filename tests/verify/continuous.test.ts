// Goal: `--verify continuous` reads back what the stream wrote. Under load nothing is reported; a value that did not
// arrive is, once, and is kept.
// Method: random transactions and hot keys beside a pipeline on real servers; then triggers on the target that bend
// and swallow values, and a store too small for the load.
import { VerifyRecords, type DifferenceReport, type PipelineStatus } from '@otter/engine';
import { startServer, type RunningServer, type ServerKind } from '@otter/testkit';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';
import type { TestPipelineOptions } from '../support/pipeline-options.ts';

const DEFINITION = `CREATE DATABASE d CHARACTER SET utf8mb4;
  CREATE TABLE d.hot (id INT NOT NULL PRIMARY KEY, n INT NOT NULL) ENGINE=InnoDB;
  CREATE TABLE d.plain (id INT NOT NULL PRIMARY KEY, n INT NOT NULL, s VARCHAR(40)) ENGINE=InnoDB;
  CREATE TABLE d.typed (a VARCHAR(20) NOT NULL, b SMALLINT UNSIGNED NOT NULL, u INT NOT NULL, dec1 DECIMAL(20,6), f FLOAT,
    d DOUBLE, l VARCHAR(60) CHARACTER SET latin1, t TEXT, dt DATETIME(6), ts TIMESTAMP(3) NULL, da DATE, ti TIME(2),
    y YEAR, e ENUM('x','y','z'), st SET('p','q','r'), bi BIT(13), vb VARBINARY(40), fb BINARY(12), j JSON, c CHAR(10),
    PRIMARY KEY (a, b), UNIQUE KEY (u)) ENGINE=InnoDB;
  CREATE TABLE d.keyless (n INT, s VARCHAR(20)) ENGINE=InnoDB`;

describe.each([
  ['mariadb-10.11', 'mariadb-10.11', 'transaction'],
  ['mysql-9.7', 'mysql-9.7', 'row'],
] as [ServerKind, ServerKind, 'transaction' | 'row'][])('%s → %s, apply %s', (sourceKind, targetKind, apply) => {
  let source: RunningServer;
  let target: RunningServer;
  let pipeline: LivePipeline | null = null;
  const options: Omit<TestPipelineOptions, 'source' | 'target'> = {
    ...{ tables: 'd.*', apply, verify: 'continuous', start: { at: 'now' } },
  };

  beforeAll(async () => {
    [source, target] = await Promise.all([
      startServer({ kind: sourceKind }),
      startServer({ kind: targetKind, options: statementsLogged(targetKind) }),
    ]);
    await Promise.all([source.query(DEFINITION), target.query(DEFINITION)]);
  });

  afterEach(async () => {
    await pipeline?.stop();
    pipeline = null;
  });

  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop()]);
  });

  async function start(more: Partial<TestPipelineOptions> = {}): Promise<LivePipeline> {
    pipeline = new LivePipeline({ ...options, source: source.address, target: target.address, ...more });
    await pipeline.until('it runs', ({ state }) => state === 'running');
    return pipeline;
  }

  it('reads back every row of a random writer, and reports none of them', async () => {
    const live = await start();
    const writer = new Writer(source);
    try {
      await live.until('a good part is read back', ({ verify }) => (verify?.checked ?? 0) > 600);
    } finally {
      await writer.stop();
    }
    await live.caughtUp(source);
    const { verify, rowsApplied } = await live.until('all is read back', allRead);
    expect(verify).toMatchObject({ failed: 0, findings: [], notes: [] });
    expect(verify?.checked).toBeGreaterThan(600);
    // Rows without a key alone are left out.
    expect(verify?.skipped).toBeGreaterThan(0);
    expect(verify?.skipped).toBeLessThan(rowsApplied / 4);
  });

  it('reports a value the target bent, once, and keeps it', async () => {
    await target.query(
      `CREATE TRIGGER d.bend BEFORE INSERT ON d.plain FOR EACH ROW SET NEW.s=IF(NEW.id=-7,'bent',NEW.s);
       CREATE TRIGGER d.shift BEFORE UPDATE ON d.plain FOR EACH ROW SET NEW.n=IF(NEW.id=-8,NEW.n+1,NEW.n)`,
    );
    const live = await start();
    await source.query("INSERT INTO d.plain VALUES (-7,1,'as sent'),(-8,1,'x'),(-9,1,'x')");
    await live.until('the first is reported', ({ verify }) => verify?.failed === 1);
    await source.query('UPDATE d.plain SET n=n+1 WHERE id IN (-7,-8,-9)');
    await live.caughtUp(source);
    const { verify } = await live.until('the second too', (s) => allRead(s) && s.verify?.failed === 2);
    expect(differences(verify?.findings)).toEqual([
      { table: 'd.plain', target: 'd.plain', kind: 'different', key: { id: '-7' }, columns: [{ name: 's' }] },
      { table: 'd.plain', target: 'd.plain', kind: 'different', key: { id: '-8' }, columns: [{ name: 'n' }] },
    ]);
    const records = await VerifyRecords.open(target.address, 'retl');
    const listed = (await records.list()).find(({ id }) => id === verify?.record);
    await records.close();
    expect(listed).toMatchObject({ state: 'running', tables: ['d.*'], differences: 2 });
    await target.query('DROP TRIGGER d.bend; DROP TRIGGER d.shift');
  });

  it('names whoever else writes to a mapped table, and nobody of ours', async () => {
    const live = await start();
    await live.until('the log of the target is read', ({ verify }) => verify?.foreign === 0);
    await source.query("INSERT INTO d.plain VALUES (-20,1,'x'),(-21,1,'x')");
    await live.caughtUp(source);
    await live.until('they are read back', allRead);
    const connection = await target.connect();
    await connection.query("INSERT INTO d.plain VALUES (-30,1,'mine')");
    await connection.query("UPDATE d.plain SET s='mine' WHERE id IN (-20,-21)");
    await connection.query('DELETE FROM d.typed LIMIT 2');
    const { verify } = await live.until('all three are seen', (status) => status.verify?.foreign === 3);
    const [[me]] = (await connection.query('SELECT CONNECTION_ID() AS id, CURRENT_USER() AS u')) as unknown as [
      [{ id: number; u: string }],
    ];
    const writers = verify?.findings.flatMap((finding) => (finding.kind === 'foreign-writer' ? [finding.writer] : []));
    const isNamed = targetKind.startsWith('mysql');
    expect(writers).toMatchObject([
      {
        ...{ table: 'd.plain', keys: ['id=-30'], rows: { inserted: 1, updated: 0, deleted: 0 }, transactions: 1 },
        ...{ statement: "INSERT INTO d.plain VALUES (-30,1,'mine')", threadId: isNamed ? Number(me.id) : null },
        isReplicated: false,
      },
      { table: 'd.typed', statement: 'DELETE FROM d.typed LIMIT 2', rows: { inserted: 0, updated: 0, deleted: 2 } },
    ]);
    expect(writers?.[0]?.user).toBe(isNamed ? writers?.[0]?.user : null);
    if (isNamed) expect(writers?.[0]?.user).toMatch(new RegExp(`^${me.u.split('@')[0]}@`));
    expect(Math.abs(Date.parse(writers?.[0]?.at ?? '') - Date.now())).toBeLessThan(60_000);
    connection.destroy();
    // The update is reported with what it did since; the rows it changed differ once the stream comes by.
    await source.query('UPDATE d.plain SET n=n+1 WHERE id=-20');
    await live.caughtUp(source);
    await live.until('the difference is found', (status) => allRead(status) && status.verify?.failed === 1);
    const last = (await live.stop()).verify?.findings.at(-1);
    expect(last).toMatchObject({ kind: 'foreign-writer', writer: { transactions: 1, rows: { updated: 2 } } });
    await target.query('DELETE FROM d.plain WHERE id<0; DELETE FROM d.typed');
    await source.query('DELETE FROM d.plain WHERE id<0; DELETE FROM d.typed');
  });

  it('says so when it may not read the log of the target, and reads rows back all the same', async () => {
    await target.query(
      "CREATE USER 'writer'@'%' IDENTIFIED BY 'secret'; GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON *.* TO 'writer'@'%'",
    );
    const live = await start({ target: { ...target.address, user: 'writer', password: 'secret' } });
    await source.query("INSERT INTO d.plain VALUES (-40,1,'x')");
    await live.caughtUp(source);
    const { verify } = await live.until('it is read back', (status) => allRead(status) && status.verify?.checked === 1);
    expect(verify).toMatchObject({ foreign: null, failed: 0 });
    await live.until('it says so', (status) => status.verify?.notes.length === 1);
    expect(live.status.verify?.notes[0]).toMatch(/log is not read/);
  });

  it('counts what it has no room for, and goes on behind a restart', async () => {
    const live = await start({ memoryBytes: 256 * 1024 });
    const rows = Array.from({ length: 4000 }, (_, i) => `(${100_000 + i},1,REPEAT('x',40))`);
    await source.query(`INSERT INTO d.plain VALUES ${rows.join(',')}`);
    await live.caughtUp(source);
    const { verify } = await live.until('the rest is read back', allRead);
    expect(verify?.skipped).toBeGreaterThan(1000);
    expect(verify?.checked).toBeGreaterThan(50);
    expect((verify?.skipped ?? 0) + (verify?.checked ?? 0)).toBe(4000);
    expect(verify?.failed).toBe(0);
    await live.stop();
    await source.query("UPDATE d.plain SET s='again' WHERE id=100000");
    const again = await start({ name: live.name });
    await again.until('it is read back', (status) => allRead(status) && status.verify?.checked === 1);
  });
});

/** MariaDB logs statements beside rows unless told otherwise. */
function statementsLogged(kind: ServerKind): Record<string, string> {
  return kind.startsWith('mysql') ? { 'binlog-rows-query-log-events': 'ON' } : {};
}

function allRead({ verify }: PipelineStatus): boolean {
  return verify !== null && verify.pending === 0;
}

function differences(findings: NonNullable<PipelineStatus['verify']>['findings'] = []): DifferenceReport[] {
  return findings.flatMap((finding) => (finding.kind === 'difference' ? [finding.difference] : []));
}

/** Two connections: one keeps two rows changing as fast as it can, the other writes all kinds of values. */
class Writer {
  #stopped = false;
  readonly #running: Promise<unknown>;

  constructor(source: RunningServer) {
    this.#running = Promise.all([this.#hot(source), this.#random(source)]);
  }

  async #hot(source: RunningServer): Promise<void> {
    const connection = await source.connect();
    await connection.query('INSERT INTO d.hot VALUES (1,0),(2,0)');
    for (let i = 0; !this.#stopped; i++) {
      await connection.query(
        i % 5 === 0
          ? `DELETE FROM d.hot WHERE id=2; INSERT INTO d.hot VALUES (2,${i})`
          : `UPDATE d.hot SET n=n+1 WHERE id=1; UPDATE d.hot SET n=1-n WHERE id=2`,
      );
      await pause(5);
    }
    connection.destroy();
  }

  async #random(source: RunningServer): Promise<void> {
    const connection = await source.connect();
    const some = (n: number): number => Math.floor(Math.random() * n);
    for (let i = 0; !this.#stopped; i++) {
      const key = `a='k ${some(400)}' AND b=${some(3)}`;
      const values = [
        ...[`${some(1e9)}.${some(1e6)}`, `${Math.random() * 1e-3}`, `${Math.random() * 1e18}`, "'caf\u00e9  '"],
        ...["'\u6c49\u5b57 \ud83d\ude00 A'", "'2024-02-29 23:59:59.123456'", "'2024-02-29 23:59:59.5'", "'2024-02-29'"],
        ...["'-12:30:01.25'", '1999', `'${'xyz'[some(3)]}'`, `'${some(2) ? 'p,r' : ''}'`, `${some(8000)}`, "X'00ff00'"],
        ...["X'ab0000'", `'{"b": [1, 2.50, "\u00e9"], "a": ${i}, "n": null}'`, "'c  '"],
      ].map((value) => (some(8) === 0 ? 'NULL' : value));
      await connection.query(
        `REPLACE INTO d.typed VALUES ('k ${some(400)}',${some(3)},${some(100_000)},${values.join(',')});
         UPDATE IGNORE d.typed SET u=u+1, t=CONCAT(t,'.') WHERE ${key};
         ${i % 7 === 0 ? `UPDATE IGNORE d.typed SET a=CONCAT(UPPER(a),'') WHERE ${key};` : ''}
         ${i % 11 === 0 ? `DELETE FROM d.typed WHERE ${key};` : ''}
         ${i % 20 === 0 ? `INSERT INTO d.keyless VALUES (${i},'s');` : ''}
         BEGIN; INSERT INTO d.plain VALUES (${i},0,'x'); UPDATE d.plain SET n=${i} WHERE id<=${i} AND id>${i - 20}; COMMIT`,
      );
    }
    connection.destroy();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }
}
