import * as zlib from 'node:zlib';
import { OtterError } from '@otter/core';
import { Decompress } from 'fzstd';
import { ByteCursor } from './byte-cursor.ts';
import { corrupt } from './corruption.ts';
import { HEADER_LENGTH } from './event-header.ts';

/** Fields of TRANSACTION_PAYLOAD (MySQL `codecs/binary.cpp`). */
const FIELD = { END: 0, PAYLOAD_SIZE: 1, COMPRESSION: 2, UNCOMPRESSED_SIZE: 3 } as const;
const ZSTD = 0;
const NONE = 255;

export interface Payload {
  compression: 'zstd' | 'none';
  bytes: Buffer;
  /** Bytes of the events inside. */
  uncompressedSize: number;
}

/** `{ field | length | value } | 0 | payload`, numbers length-encoded. Throws LOG_CORRUPT, EVENT_UNKNOWN. */
export function readPayload(cursor: ByteCursor): Payload {
  let size = -1;
  let compression = ZSTD;
  let uncompressedSize = -1;
  for (;;) {
    const field = cursor.lengthEncoded();
    if (field === FIELD.END) break;
    const value = new ByteCursor(cursor.bytes(cursor.lengthEncoded()));
    if (field === FIELD.PAYLOAD_SIZE) size = value.lengthEncoded();
    else if (field === FIELD.COMPRESSION) compression = value.lengthEncoded();
    else if (field === FIELD.UNCOMPRESSED_SIZE) uncompressedSize = value.lengthEncoded();
  }
  if (compression !== ZSTD && compression !== NONE) {
    throw new OtterError('EVENT_UNKNOWN', { detail: `a transaction compressed by method ${compression}` });
  }
  if (size < 0) size = cursor.remaining;
  const bytes = cursor.bytes(size);
  if (compression === NONE) return { compression: 'none', bytes, uncompressedSize: bytes.length };
  if (uncompressedSize < 0) throw corrupt('a compressed transaction lacks its uncompressed size');
  return { compression: 'zstd', bytes, uncompressedSize };
}

/** Compressed bytes handed to the decompressor at a time: what it may make of them bounds the memory. */
const PIECE = 4096;
/** Up to this size a transaction is decompressed in one call of node:zlib, where it knows zstd (Node 22.15). */
const ONE_CALL_MAX = 8 * 2 ** 20;

type ZstdDecompress = (bytes: Buffer, options: { maxOutputLength: number }) => Buffer;
const zstdDecompressSync = (zlib as unknown as { zstdDecompressSync?: ZstdDecompress }).zstdDecompressSync;

function* zstdPieces({ bytes, uncompressedSize }: Payload): Generator<Buffer> {
  if (zstdDecompressSync !== undefined && uncompressedSize <= ONE_CALL_MAX) {
    yield zstdDecompressSync(bytes, { maxOutputLength: uncompressedSize + 1 });
    return;
  }
  let ready: Buffer[] = [];
  const decompressor = new Decompress((piece) => ready.push(Buffer.from(piece.buffer, piece.byteOffset, piece.length)));
  for (let at = 0; at < bytes.length; at += PIECE) {
    decompressor.push(bytes.subarray(at, at + PIECE), at + PIECE >= bytes.length);
    yield* ready;
    ready = [];
  }
}

/** The events inside, whole and without checksums, in order; a bounded piece is decompressed at a time. */
export function* payloadEvents(payload: Payload): Generator<Buffer> {
  const pieces = payload.compression === 'none' ? [payload.bytes] : zstdPieces(payload);
  let pending: Buffer[] = [];
  let pendingLength = 0;
  let total = 0;
  let needed = HEADER_LENGTH;
  for (const piece of pieces) {
    total += piece.length;
    if (total > payload.uncompressedSize) throw corrupt('a compressed transaction is larger than it says');
    pending.push(piece);
    pendingLength += piece.length;
    if (pendingLength < needed) continue;
    let bytes = pending.length === 1 ? piece : Buffer.concat(pending, pendingLength);
    while (bytes.length >= HEADER_LENGTH) {
      const size = bytes.readUInt32LE(9);
      if (size < HEADER_LENGTH) throw corrupt(`an event in a compressed transaction has ${size} bytes`);
      needed = size;
      if (bytes.length < size) break;
      yield bytes.subarray(0, size);
      bytes = bytes.subarray(size);
      needed = HEADER_LENGTH;
    }
    pending = bytes.length > 0 ? [bytes] : [];
    pendingLength = bytes.length;
  }
  if (pendingLength > 0 || total !== payload.uncompressedSize) throw corrupt('a compressed transaction is cut off');
}
