import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { OtterError } from '@otter/core';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { connectionOptions, type StoreLocation } from './database.ts';
import { storeError } from './store-error.ts';

type ServerLocation = StoreLocation & { family: 'mysql' };

/** A manager that was killed a moment ago may still be on the server's list of connections. */
const WAIT_SECONDS = 2;
/** The server gives the lock of a machine that was lost to somebody else after this long. */
const SILENCE_SECONDS_MAX = 60;
const BEAT_MS = 10_000;
const RETRY_MS = 1_000;

/**
 * Keeps a store on a server to one manager: a user lock (GET_LOCK) on a connection of its own. A connection that is lost
 * is made anew for as long as it takes, and what runs goes on meanwhile: in the targets the epoch of the checkpoint keeps
 * others out. Only when another manager has taken the lock by then does this one have to end.
 */
export class StoreLock {
  /** Settles when another manager has the store: with STORE_IN_USE. */
  readonly lost: Promise<OtterError>;
  readonly #location: ServerLocation;
  readonly #closing = new AbortController();
  readonly #kept: Promise<void>;
  #connection: Connection;

  private constructor(location: ServerLocation, connection: Connection) {
    this.#location = location;
    this.#connection = connection;
    let lose: (error: OtterError) => void = () => undefined;
    this.lost = new Promise((resolve) => (lose = resolve));
    this.#kept = this.#keep(lose);
  }

  /** Throws STORE_IN_USE, STORE_UNREACHABLE. */
  static async take(location: ServerLocation): Promise<StoreLock> {
    return new StoreLock(location, await lockedConnection(location));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#kept;
    this.#connection.destroy();
  }

  async #keep(lose: (error: OtterError) => void): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#endOfConnection();
      while (!signal.aborted) {
        try {
          this.#connection = await lockedConnection(this.#location);
          break;
        } catch (error) {
          if (OtterError.is(error) && error.code === 'STORE_IN_USE') return lose(error);
          await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
        }
      }
    }
  }

  /** Resolves when the connection has ended, no longer answers, or is to be closed. */
  async #endOfConnection(): Promise<void> {
    const ended = new AbortController();
    const connection = this.#connection;
    const end = (): void => ended.abort();
    connection.on('error', end);
    connection.on('end', end);
    const signal = AbortSignal.any([this.#closing.signal, ended.signal]);
    while (!signal.aborted) {
      await sleep(BEAT_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      await connection.query({ sql: 'DO 0', timeout: BEAT_MS }).catch(end);
    }
    connection.destroy();
  }
}

async function lockedConnection(location: ServerLocation): Promise<Connection> {
  const { address, database } = location;
  let connection: Connection | undefined;
  try {
    connection = await createConnection(connectionOptions(address, database));
    // Nobody waits for an answer when the server closes an idle connection: without a listener that ends the process.
    connection.on('error', () => undefined);
    await connection.query(`SET SESSION wait_timeout=${SILENCE_SECONDS_MAX}`);
    // User locks belong to the server, not to a database; their names have at most 64 characters.
    const name = `otter-manager:${createHash('sha256').update(database).digest('hex').slice(0, 32)}`;
    const [rows] = await connection.query<RowDataPacket[]>('SELECT GET_LOCK(?, ?) AS taken', [name, WAIT_SECONDS]);
    if (Number(rows[0]?.['taken']) !== 1) throw new OtterError('STORE_IN_USE', { detail: database });
    return connection;
  } catch (error) {
    connection?.destroy();
    throw storeError(error);
  }
}
