import { setTimeout as pause } from 'node:timers/promises';
import { ERRORS, parsePosition, type ErrorCode } from '@otter/core';
import type { ErrorRecord } from '@otter/engine';
import { assertTablesEqual, type RunningServer } from '@otter/testkit';
import { expect } from 'vitest';
import { LivePipeline, unbalancedRows } from './live-pipeline.ts';
import type { TestPipelineOptions } from './pipeline-options.ts';

/** One way for a table to stop, and the way back. */
export interface ParkingCase {
  name: string;
  code: string;
  /** Definition of `fc.t` on the source. @default one with a key, a unique code and a text */
  table?: string;
  /** Definition on the target. @default the source's */
  targetTable?: string;
  /** Rows there before anything breaks. @default three */
  rows?: string;
  /** SQL on both sides before the pipeline begins. */
  prepare?: string;
  /** SQL on the target that breaks it, before the change. */
  sabotage?: string;
  /** SQL on the source that the target cannot follow. */
  change: string;
  /** SQL on the target that repairs it. */
  repair: string;
  decision: 'retry' | 'skip';
  /** Text the record's key must contain. */
  key?: string;
  /** Text the record's statement must contain. */
  statement?: string;
  /** SQL on the target and what it must give while the table is parked: a third row that nobody may touch. */
  untouched?: [sql: string, rows: Record<string, unknown>[]];
  /** Fields of the writes that go on: defaults fit the default table. */
  laterInsert?: (id: number) => string;
  options?: Partial<TestPipelineOptions>;
}

const TABLE = 'id INT PRIMARY KEY, code VARCHAR(20) NOT NULL UNIQUE, title VARCHAR(60) NOT NULL';
const ROWS = "(1,'a','one'),(2,'b','two'),(3,'c','three')";

/** Both servers, and the tables `fc.t` (which stops) and `fc.other` (which must not). */
export class ParkingDrill {
  readonly source: RunningServer;
  readonly target: RunningServer;
  #others = 0;

  constructor(source: RunningServer, target: RunningServer) {
    this.source = source;
    this.target = target;
  }

  /** Empty servers with both tables; the source's log begins here. */
  async open(table: string = TABLE, targetTable: string = table): Promise<void> {
    this.#others = 0;
    for (const [server, columns] of [
      [this.source, table],
      [this.target, targetTable],
    ] as const) {
      await server.query(
        `DROP DATABASE IF EXISTS fc; DROP DATABASE IF EXISTS saved; CREATE DATABASE fc CHARACTER SET utf8mb4; CREATE DATABASE saved;
         CREATE TABLE fc.t (${columns}); CREATE TABLE fc.other (id INT PRIMARY KEY AUTO_INCREMENT, n INT NOT NULL)`,
      );
    }
    await this.target.query('DROP DATABASE IF EXISTS retl');
    await this.resetLog();
  }

  /** The source's log begins anew. */
  async resetLog(): Promise<void> {
    await this.source.query(this.source.kind === 'mysql-9.7' ? 'RESET BINARY LOGS AND GTIDS' : 'RESET MASTER');
  }

  start(options: Partial<TestPipelineOptions> = {}): LivePipeline {
    return new LivePipeline({ source: this.source.address, target: this.target.address, tables: 'fc.*', ...options });
  }

  /** A change of the other table: proof that it flows. */
  async writeOther(): Promise<void> {
    await this.source.query(`INSERT INTO fc.other (n) VALUES (${++this.#others})`);
  }

  async assertOtherFlows(pipeline: LivePipeline): Promise<void> {
    await this.writeOther();
    await pipeline.caughtUp(this.source);
    await assertTablesEqual({ ...this.#sides(), tables: [{ schema: 'fc', table: 'other' }] });
  }

  #sides(): { source: RunningServer['address']; target: RunningServer['address'] } {
    return { source: this.source.address, target: this.target.address };
  }

  async assertEqual(tables: readonly string[] = ['t', 'other']): Promise<void> {
    await assertTablesEqual({ ...this.#sides(), tables: tables.map((table) => ({ schema: 'fc', table })) });
  }

  async end(): Promise<{ file: string; offset: number }> {
    const mysql9 = this.source.kind === 'mysql-9.7';
    const [row] = await this.source.query(mysql9 ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS');
    return { file: String(row?.['File']), offset: Number(row?.['Position']) };
  }

  /** From the break over the parked table to the catch-up while writes go on. */
  async run(drill: ParkingCase, apply: 'transaction' | 'row'): Promise<void> {
    await this.open(drill.table, drill.targetTable ?? drill.table);
    if (drill.prepare !== undefined) {
      for (const server of [this.source, this.target]) await server.query(drill.prepare);
      await this.resetLog();
    }
    const pipeline = this.start({ apply, ...drill.options });
    try {
      if (drill.rows !== '') await this.source.query(`INSERT INTO fc.t VALUES ${drill.rows ?? ROWS}`);
      await this.writeOther();
      await pipeline.caughtUp(this.source);
      if (drill.sabotage !== undefined) await this.target.query(drill.sabotage);
      const before = await this.end();
      await this.source.query(drill.change);
      const record = await pipeline.parked('fc.t', drill.code);
      await this.#assertParked(drill, pipeline, record, before);
      await this.#assertReturns(drill, pipeline, record);
      await pipeline.stop();
    } finally {
      await pipeline.stop().catch(() => undefined);
    }
  }

  async #assertParked(
    drill: ParkingCase,
    pipeline: LivePipeline,
    record: ErrorRecord,
    before: { file: string; offset: number },
  ): Promise<void> {
    expect(record.position).toMatchObject(before);
    expect(record.advice).not.toBe('');
    expect(record.message).not.toBe('');
    // In Chinese too, whether it comes from the record or from the process that stopped the table.
    expect(record.messageZh).toContain(`${ERRORS[record.code as ErrorCode].summaryZh}：`);
    expect(pipeline.status.parked.map(({ messageZh }) => messageZh)).toEqual([record.messageZh]);
    if (drill.statement !== undefined) expect(record.statement).toContain(drill.statement);
    if (drill.key !== undefined) expect(record.key).toContain(drill.key);
    await this.source.query(this.#insert(drill, 100));
    await this.assertOtherFlows(pipeline);
    const status = await pipeline.until('every row to be accounted for', (s) => unbalancedRows(s) === 0);
    expect(status.parked.map((entry) => entry.table)).toEqual(['fc.t']);
    expect(status.rowsParked).toBeGreaterThan(0);
    if (drill.untouched) expect(await this.target.query(drill.untouched[0])).toEqual(drill.untouched[1]);
  }

  async #assertReturns(drill: ParkingCase, pipeline: LivePipeline, record: ErrorRecord): Promise<void> {
    await this.target.query(drill.repair);
    const writing = new AbortController();
    const writer = this.#writeOn(drill, writing.signal);
    await pipeline.control((control) =>
      drill.decision === 'retry'
        ? control.retry(pipeline.name, record.id)
        : control.skip(pipeline.name, record.id, 'done by hand'),
    );
    try {
      await pipeline.until('the table to take part again', (status) => status.parked.length === 0);
    } finally {
      writing.abort();
      await writer;
    }
    await this.source.query(this.#insert(drill, 200));
    await pipeline.caughtUp(this.source);
    const status = await pipeline.until('the end', (s) => unbalancedRows(s) === 0);
    expect(status.rowsParked).toBe(0);
    await this.assertEqual();
    const after = await pipeline.control((control) => control.error(pipeline.name, record.id));
    expect(after?.state).toBe(drill.decision === 'retry' ? 'resolved' : 'skipped');
    expect(parsePosition(JSON.stringify(after?.position))).toEqual(record.position);
  }

  #insert(drill: ParkingCase, id: number): string {
    return drill.laterInsert?.(id) ?? `INSERT INTO fc.t (id,code,title) VALUES (${id},'n${id}','later')`;
  }

  async #writeOn(drill: ParkingCase, signal: AbortSignal): Promise<void> {
    for (let id = 1000; !signal.aborted; id++) {
      await this.source.query(`BEGIN;${this.#insert(drill, id)};INSERT INTO fc.other (n) VALUES (${id});COMMIT`);
      await pause(5, undefined, { signal }).catch(() => undefined);
    }
  }
}
