// A process of its own for `decode`: reads a log once, from files or from a server, and prints what it took as JSON.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
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
    for (const event of fileEvents(file)) {
      const out: Transaction[] = [];
      assembler.push(event, decoder.decode(event), out);
      sum.events += 1;
      for (const transaction of out) count(transaction);
    }
  }
}

function* fileEvents(file: string): Generator<Buffer> {
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
    while (chunk.length - from >= HEADER_BYTES) {
      const length = chunk.readUInt32LE(from + EVENT_SIZE_AT);
      if (chunk.length - from < length) break;
      yield chunk.subarray(from, from + length);
      from += length;
    }
    kept = chunk.subarray(from);
  }
  closeSync(descriptor);
  if (kept.length > 0) throw new Error(`${file} ends inside an event`);
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
