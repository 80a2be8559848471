// A process of its own for `decode`: reads a log once, from files or from a server, and prints what it took as JSON.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { BinlogReader, openConnection, readSourceFacts, type SourceFacts } from '@otter/binlog';
import { parseServerUrl, type RowsChange, type Transaction } from '@otter/core';
// Types only: the package hands these two out through its reader alone.
import type * as Assembling from '../packages/binlog/dist/transactions/transaction-assembler.js';
import type * as Preparing from '../packages/binlog/dist/transactions/prepared-transactions.js';
import type * as Decoding from '../packages/binlog/dist/events/event-decoder.js';

export interface DecodeFigures {
  seconds: number;
  bytes: number;
  events: number;
  rows: number;
  transactions: number;
}

type Sum = Omit<DecodeFigures, 'seconds'>;

const MEMORY_BYTES = 64 << 20;
const CHUNK_BYTES = 1 << 20;
const EVENT_SIZE_AT = 9;
/** CRC32 of any bytes followed by their own CRC32. */
const RESIDUE = 0x2144df1c;
const HEADER_BYTES = 19;

const [mode, url, ...files] = process.argv.slice(2);
const address = parseServerUrl(url ?? '', { readFile: () => '', env: () => undefined });
const facts = await sourceFacts();
const sum: Sum = { bytes: 0, events: 0, rows: 0, transactions: 0 };
const startedAt = performance.now();
if (mode === 'file') await readFiles();
else await readServer();
const figures: DecodeFigures = { seconds: (performance.now() - startedAt) / 1000, ...sum };
process.stdout.write(JSON.stringify(figures));

async function sourceFacts(): Promise<SourceFacts> {
  const connection = await openConnection(address);
  try {
    return await readSourceFacts(connection);
  } finally {
    connection.destroy();
  }
}

/** As the reader does it with what a socket brings: pieces of a megabyte, each event decoded, transactions put together. */
async function readFiles(): Promise<void> {
  const binlog = new URL('../../packages/binlog/dist/', import.meta.url);
  const { EventDecoder } = (await import(new URL('events/event-decoder.js', binlog).href)) as typeof Decoding;
  const { TransactionAssembler } = (await import(
    new URL('transactions/transaction-assembler.js', binlog).href
  )) as typeof Assembling;
  const { PreparedTransactions } = (await import(
    new URL('transactions/prepared-transactions.js', binlog).href
  )) as typeof Preparing;
  const newDecoder = (): Decoding.EventDecoder =>
    new EventDecoder({
      flavor: facts.flavor,
      collations: facts.collations,
      describe: () => undefined,
      wants: () => true,
    });
  for (const file of files) {
    const decoder = newDecoder();
    const assembler = new TransactionAssembler({
      flavor: facts.flavor,
      coordinates: { file: basename(file), offset: 4 },
      prepared: new PreparedTransactions([]),
      applied: null,
      spillBytes: MEMORY_BYTES,
      spillDirectory: '/tmp',
      newDecoder,
    });
    for (const { chunk, bounds } of fileChunks(file)) {
      const isChecked = checksumsFit(chunk, bounds);
      const out: Transaction[] = [];
      for (let i = 1; i < bounds.length; i += 1) {
        assembler.push(chunk, decoder.decode(chunk, bounds[i - 1], bounds[i], isChecked), out);
      }
      sum.events += bounds.length - 1;
      for (const transaction of out) count(transaction);
    }
  }
}

/** Whole events of a file, a megabyte at a time; `bounds`: where each begins and the last one ends. */
function* fileChunks(file: string): Generator<{ chunk: Buffer; bounds: number[] }> {
  const descriptor = openSync(file, 'r');
  const { size } = fstatSync(descriptor);
  sum.bytes += size;
  let kept: Buffer = Buffer.alloc(0);
  // The first four bytes are the magic number.
  for (let at = 4; at < size;) {
    const chunk = Buffer.allocUnsafe(kept.length + Math.min(CHUNK_BYTES, size - at));
    kept.copy(chunk);
    const read = readSync(descriptor, chunk, kept.length, chunk.length - kept.length, at);
    at += read;
    let from = 0;
    const bounds = [from];
    while (chunk.length - from >= HEADER_BYTES) {
      const length = chunk.readUInt32LE(from + EVENT_SIZE_AT);
      if (chunk.length - from < length) break;
      from += length;
      bounds.push(from);
    }
    yield { chunk, bounds };
    kept = chunk.subarray(from);
  }
  closeSync(descriptor);
  if (kept.length > 0) throw new Error(`${file} ends inside an event`);
}

/**
 * All checksums at once, as the reader does it for what a socket brings. In a file nothing stands between two events
 * that could bring the CRC of one back to that of nothing, so meanwhile the first bytes of the next one do.
 */
function checksumsFit(chunk: Buffer, bounds: readonly number[]): boolean {
  const joinEvents = (): void => {
    for (let i = 1; i < bounds.length - 1; i += 1) {
      const at = bounds[i] as number;
      chunk.writeInt32LE(chunk.readInt32LE(at) ^ RESIDUE, at);
    }
  };
  joinEvents();
  const fits = crc32(chunk.subarray(0, bounds.at(-1))) === RESIDUE;
  joinEvents();
  return fits;
}

async function readServer(): Promise<void> {
  const stop = new AbortController();
  const reader = new BinlogReader({
    address,
    start: { file: facts.logs[0]?.name ?? '', offset: 4, gtid: '' },
    wants: () => true,
    describe: () => undefined,
    memoryBytes: MEMORY_BYTES,
    spillBytes: MEMORY_BYTES,
    spillDirectory: '/tmp',
    reconnect: false,
  });
  const { file, offset } = facts.end;
  for await (const batch of reader.transactions(stop.signal)) {
    for (const transaction of batch) count(transaction);
    // The last file holds nothing but its head, which is no transaction: reading ends where it begins.
    const { end, drained } = reader.status;
    const last = batch.at(-1);
    if (last?.file === file || (drained && end?.file === file && end.offset >= offset)) stop.abort();
  }
  sum.bytes = reader.status.bytesRead;
}

function count(transaction: Transaction): void {
  if (transaction.changes.length > 0) sum.transactions += 1;
  for (const change of transaction.changes) sum.rows += rowsOf(change);
}

function rowsOf({ table, rowCount, before, after }: RowsChange): number {
  if (table.problem !== null) throw table.problem;
  if (Math.max(before.length, after.length) !== rowCount) throw new Error('rows without values');
  return rowCount;
}
