import type { RunningServer } from '@otter/testkit';

const ROWS = 5;

/**
 * Counters that only ever grow by one, in a schema for each of several pipelines (`killed_0` and so on): what a target's
 * sums lack was lost, what they have too much was applied twice.
 */
export class Counters {
  readonly #schemas: readonly string[];

  constructor(pipelines: number) {
    this.#schemas = Array.from({ length: pipelines }, (_, i) => `killed_${i}`);
  }

  /** Makes the tables, empty. */
  async define(server: RunningServer): Promise<void> {
    const table = (schema: string): string =>
      `CREATE DATABASE ${schema}; CREATE TABLE ${schema}.counter (id INT PRIMARY KEY, n INT NOT NULL)`;
    await server.query(this.#schemas.map(table).join(';'));
  }

  /** Every counter at nothing. */
  async fill(server: RunningServer): Promise<void> {
    const rows = Array.from({ length: ROWS }, (_, id) => `(${id},0)`).join(',');
    await server.query(this.#schemas.map((schema) => `INSERT INTO ${schema}.counter VALUES ${rows}`).join(';'));
  }

  /** Adds one to a counter of each schema in turn until told to end; gives how often for each. */
  async countUntil(server: RunningServer, signal: AbortSignal): Promise<number> {
    const connection = await server.connect();
    let times = 0;
    for (; !signal.aborted; times++) {
      const id = times % ROWS;
      await connection.query(
        this.#schemas.map((schema) => `UPDATE ${schema}.counter SET n=n+1 WHERE id=${id}`).join(';'),
      );
    }
    await connection.end();
    return times;
  }

  /** How often was counted, for each schema. */
  async sums(server: RunningServer): Promise<number[]> {
    const sum = (schema: string): string => `(SELECT COALESCE(SUM(n),0) FROM ${schema}.counter) AS ${schema}`;
    const [row] = await server.query(`SELECT ${this.#schemas.map(sum).join()}`);
    return Object.values(row as object).map(Number);
  }
}
