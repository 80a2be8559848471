import { setTimeout as pause } from 'node:timers/promises';
import { assertTablesEqual, Random, waitFor, type RunningServer } from '@otter/testkit';
import { expect } from 'vitest';
import { BANK_TABLES, Bank } from './bank.ts';
import { SyncProcess, syncUntilCaughtUp, type SyncProcessOptions } from './sync-process.ts';

const ROWS = 30_000;
/** Connections that read for the copy: so many chunks may have to be read again after a kill. */
const COPY_LANES = 2;
/**
 * Keys of a chunk at most: so many are tried while the length of a row is a guess. Open pieces are not counted: a chunk
 * that turns out too large, or that has to be read once more because a parent's rows changed meanwhile, is cut in two.
 */
const CHUNK_KEYS_MAX = 4000;

interface Servers {
  source: RunningServer;
  target: RunningServer;
}

interface Scene {
  bank: Bank;
  /** Ends the writing. */
  rest: () => Promise<void>;
}

/** A large table that is copied in small chunks while its rows, and those of a {@link Bank}, are changed all the time. */
export class CopyScene {
  readonly #servers: Servers;

  constructor(servers: Servers) {
    this.#servers = servers;
  }

  options(name: string): SyncProcessOptions {
    const { source, target } = this.#servers;
    return {
      ...{ source: source.address, target: target.address, tables: 'bank.*', name },
      mode: 'full+incremental',
      start: { at: 'now' },
      copyLanes: COPY_LANES,
      memoryBytes: 1 << 20,
    };
  }

  /** The bank with a life before the pipeline, and the large table, written to until the play is over. */
  async play(seed: number, play: (scene: Scene) => Promise<void>): Promise<void> {
    const { source, target } = this.#servers;
    const bank = new Bank(source, seed);
    await bank.open(target);
    for (const server of [source, target]) {
      await server.query('CREATE TABLE bank.large (id INT PRIMARY KEY, n INT NOT NULL, filler VARCHAR(100) NOT NULL)');
    }
    await source.query(`USE bank; INSERT INTO large SELECT seq*3,0,REPEAT('f',seq MOD 100) FROM seq_1_to_${ROWS}`);
    await bank.write(100);
    const writing = new AbortController();
    const writer = this.#writeUntil(writing.signal, bank, new Random(seed));
    // Seen when it is awaited.
    writer.catch(() => undefined);
    const rest = async (): Promise<void> => {
      writing.abort();
      await writer;
    };
    try {
      await play({ bank, rest });
    } finally {
      await rest();
    }
  }

  async #writeUntil(signal: AbortSignal, bank: Bank, random: Random): Promise<void> {
    while (!signal.aborted) {
      await bank.write(2);
      const id = random.int(1, ROWS * 3);
      await this.#servers.source.query(
        `UPDATE bank.large SET n=n+1 WHERE id BETWEEN ${id} AND ${id + 100}; INSERT IGNORE INTO bank.large VALUES (${id},0,'new'); DELETE FROM bank.large WHERE id=${random.int(1, ROWS * 3)}`,
      );
    }
  }

  async finish(name: string, { bank, rest }: Scene): Promise<void> {
    const { source, target } = this.#servers;
    await rest();
    const end = await syncUntilCaughtUp(this.options(name));
    expect(end.error).toBeNull();
    await bank.assertEqual(target);
    const tables = [...BANK_TABLES, { schema: 'bank', table: 'large' }];
    const result = await assertTablesEqual({ source: source.address, target: target.address, tables });
    expect(result.rows).toBeGreaterThan(ROWS * 0.9);
    expect(await target.query("SELECT 1 FROM retl.otter_copy WHERE state<>'done'")).toEqual([]);
  }

  /** What is to be read again of the large table is a chunk for each lane at most; false when it is not being copied. */
  async assertLittleOpen(): Promise<boolean> {
    const open = await this.#openPieces();
    if (open === null) return false;
    let keys = 0;
    for (const { after, through } of open) keys += Number(through[0]) - Number(after?.[0] ?? 0);
    expect(keys).toBeLessThanOrEqual(COPY_LANES * CHUNK_KEYS_MAX);
    return true;
  }

  /** Of the large table; `null` where a process was killed before it began with it. */
  async #openPieces(): Promise<{ after: string[] | null; through: string[] }[] | null> {
    const known = await this.#servers.target.query(
      "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA='retl' AND TABLE_NAME='otter_copy'",
    );
    if (known.length === 0) return null;
    const [row] = await this.#servers.target.query(
      "SELECT rest FROM retl.otter_copy WHERE state='copying' AND table_name='bank.large'",
    );
    return row === undefined ? null : JSON.parse(String(row['rest'])).open;
  }

  /** Kills a process so many times, at random moments of the copy, and lets another one finish. */
  async killAtRandom(kills: number, bytesPerSecond: number): Promise<void> {
    await this.play(7, async (scene) => {
      const random = new Random(3);
      let copying = 0;
      for (let i = 0; i < kills; i++) {
        const process = new SyncProcess({ ...this.options('random-copy'), copyBytesPerSecond: bytesPerSecond });
        // From where it knows its place: how long a process takes to start says nothing of the copy.
        await waitFor(() => /starting|going on/.test(process.log), { what: 'the process to know its place' });
        await pause(random.int(50, 900));
        await process.remove();
        if (await this.assertLittleOpen()) copying += 1;
      }
      expect(copying).toBeGreaterThan(0);
      await this.finish('random-copy', scene);
    });
  }
}
