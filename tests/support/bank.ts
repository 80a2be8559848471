import { setTimeout as pause } from 'node:timers/promises';
import { assertTablesEqual, Random, type RunningServer, type TablePair } from '@otter/testkit';

const ACCOUNTS = 20;
const BALANCE = 1000;
/** Sum over both tables, at every commit of the source. */
export const TOTAL = ACCOUNTS * 2 * BALANCE;

export const BANK_TABLES: readonly TablePair[] = ['checking', 'saving', 'hit', 'ticket', 'sequence'].map((table) => ({
  schema: 'bank',
  table,
}));

const DEFINITIONS = [
  'DROP DATABASE IF EXISTS bank',
  'CREATE DATABASE bank CHARACTER SET utf8mb4',
  'CREATE TABLE bank.checking (id INT PRIMARY KEY, balance INT NOT NULL)',
  'CREATE TABLE bank.saving (id INT PRIMARY KEY, balance INT NOT NULL)',
  'CREATE TABLE bank.hit (id INT PRIMARY KEY, n INT NOT NULL)',
  // A unique name handed from row to row makes its batches go in log order.
  'CREATE TABLE bank.ticket (id INT PRIMARY KEY, name VARCHAR(20) NOT NULL UNIQUE, filler VARCHAR(200) NOT NULL)',
  'CREATE TABLE bank.sequence (id INT PRIMARY KEY, n INT NOT NULL)',
];

/**
 * A workload whose mistakes show: counters (a row applied twice or lost changes them), transfers between
 * two tables (half a transaction breaks their sum), rows inserted and deleted, and a number that each
 * transaction raises (a reader of the target must never see it fall).
 */
export class Bank {
  readonly #source: RunningServer;
  readonly #random: Random;
  /** Transactions committed on the source by {@link write}. */
  transactions = 0;
  #tickets: number[] = [];
  #nextTicket = 1;

  constructor(source: RunningServer, seed = 1) {
    this.#source = source;
    this.#random = new Random(seed);
  }

  /** Creates the tables on both sides and fills the source's. The log of the source begins here. */
  async open(target: RunningServer): Promise<void> {
    for (const server of [this.#source, target]) await server.query(DEFINITIONS.join(';'));
    await this.#source.query('RESET MASTER');
    await target.query('DROP DATABASE IF EXISTS retl');
    const accounts = Array.from({ length: ACCOUNTS }, (_, id) => `(${id},${BALANCE})`).join(',');
    const counters = Array.from({ length: ACCOUNTS }, (_, id) => `(${id},0)`).join(',');
    await this.#source.query(
      `BEGIN;INSERT INTO bank.checking VALUES ${accounts};INSERT INTO bank.saving VALUES ${accounts};` +
        `INSERT INTO bank.hit VALUES ${counters};INSERT INTO bank.sequence VALUES (1,0);COMMIT`,
    );
  }

  /** Commits this many transactions. */
  async write(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      await this.#source.query(this.#transaction());
      this.transactions += 1;
    }
  }

  /** Writes until aborted, about as fast as asked for. */
  async writeUntil(signal: AbortSignal, perSecond = 200): Promise<void> {
    while (!signal.aborted) {
      await this.write(Math.max(1, Math.round(perSecond / 50)));
      await pause(20, undefined, { signal }).catch(() => undefined);
    }
  }

  #transaction(): string {
    const random = this.#random;
    const account = (): number => random.int(0, ACCOUNTS - 1);
    const amount = random.int(1, 50);
    const statements = [
      'BEGIN',
      `UPDATE bank.checking SET balance=balance-${amount} WHERE id=${account()}`,
      `UPDATE bank.saving SET balance=balance+${amount} WHERE id=${account()}`,
      `UPDATE bank.hit SET n=n+1 WHERE id=${account()}`,
      ...this.#ticketStatements(random),
      'UPDATE bank.sequence SET n=n+1 WHERE id=1',
      'COMMIT',
    ];
    return statements.join(';');
  }

  #ticketStatements(random: Random): string[] {
    const statements: string[] = [];
    const id = this.#nextTicket++;
    statements.push(`INSERT INTO bank.ticket VALUES (${id},'t${id}',REPEAT('x',${random.int(0, 200)}))`);
    this.#tickets.push(id);
    if (this.#tickets.length > 30) {
      const first = this.#tickets.shift() ?? 0;
      const second = this.#tickets[0] ?? 0;
      statements.push(`DELETE FROM bank.ticket WHERE id=${first}`);
      // The name of the row that has just gone passes to the next one.
      if (random.int(0, 3) === 0) statements.push(`UPDATE bank.ticket SET name='t${first}' WHERE id=${second}`);
    }
    return statements;
  }

  /** Throws unless the target holds the source's rows, and every counter its exact value. */
  async assertEqual(target: RunningServer): Promise<void> {
    await assertTablesEqual({ source: this.#source.address, target: target.address, tables: BANK_TABLES });
    const [row] = await target.query(
      `SELECT (SELECT SUM(balance) FROM bank.checking)+(SELECT SUM(balance) FROM bank.saving) AS total,
       (SELECT SUM(n) FROM bank.hit) AS hits, (SELECT n FROM bank.sequence) AS n`,
    );
    const found = { total: Number(row?.['total']), hits: Number(row?.['hits']), n: Number(row?.['n']) };
    const wanted = { total: TOTAL, hits: this.transactions, n: this.transactions };
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      throw new Error(`the target holds ${JSON.stringify(found)}, it should hold ${JSON.stringify(wanted)}`);
    }
  }
}

/** A reader of the target that looks at the invariant all the while. */
export class Auditor {
  readonly #target: RunningServer;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  /** Looks that found the tables filled. */
  looks = 0;
  /** Distinct states seen. */
  states = 0;
  readonly violations: string[] = [];

  constructor(target: RunningServer) {
    this.#target = target;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    let last = -1;
    while (!this.#stopping.signal.aborted) {
      try {
        const [row] = await this.#target.query(
          `SELECT (SELECT SUM(balance) FROM bank.checking)+(SELECT SUM(balance) FROM bank.saving) AS total,
           (SELECT SUM(n) FROM bank.hit) AS hits, (SELECT n FROM bank.sequence WHERE id=1) AS n`,
        );
        if (row && row['n'] !== null) {
          const [total, hits, n] = [Number(row['total']), Number(row['hits']), Number(row['n'])];
          this.looks += 1;
          if (n !== last) this.states += 1;
          if (total !== TOTAL || hits !== n || n < last) {
            this.violations.push(`total ${total}, hits ${hits}, sequence ${n} after ${last}`);
          }
          last = n;
        }
      } catch {
        // The target is being restarted.
      }
      await pause(2, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  /** Ends the watch; throws when the invariant was broken or nothing was seen. */
  async verdict(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    if (this.violations.length > 0) {
      throw new Error(
        `the reader saw ${this.violations.length} broken states: ${this.violations.slice(0, 3).join('; ')}`,
      );
    }
    if (this.looks === 0) throw new Error('the reader saw nothing');
  }
}
