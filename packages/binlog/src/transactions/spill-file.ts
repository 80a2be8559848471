import fs from 'node:fs';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { OtterError } from '@otter/core';

/** Bytes gathered before they are written, and read at once. */
const BLOCK_BYTES = 1 << 20;
const EVENT_HEADER_BYTES = 19;
const EVENT_SIZE_AT = 9;

/**
 * Events of one transaction kept on disk, back to back as in a binary log. The file has mode 0600 and loses its name
 * as soon as it is open, so that nothing is left of it when the process dies, however it dies.
 * Throws USAGE when the directory cannot be written or is full.
 */
export class SpillFile {
  readonly #path: string;
  readonly #fd: number;
  readonly #pending: Buffer[] = [];
  #pendingBytes = 0;
  #writtenBytes = 0;
  #unlinked = false;
  #closed = false;

  constructor(directory: string) {
    this.#path = path.join(directory, `otter-${process.pid}-${randomBytes(6).toString('hex')}.spill`);
    try {
      fs.mkdirSync(directory, { recursive: true });
      this.#fd = fs.openSync(this.#path, 'wx+', 0o600);
    } catch (cause) {
      throw unwritable(this.#path, cause);
    }
    this.#unlink();
  }

  get bytes(): number {
    return this.#writtenBytes + this.#pendingBytes;
  }

  /** Appends one whole event. The buffer must not be changed afterwards. */
  append(event: Buffer): void {
    this.#pending.push(event);
    this.#pendingBytes += event.length;
    if (this.#pendingBytes >= BLOCK_BYTES) this.flush();
  }

  /** Writes what was gathered; needed before {@link read}. */
  flush(): void {
    if (this.#pendingBytes === 0) return;
    try {
      for (const block of this.#pending.length === 1 ? this.#pending : [Buffer.concat(this.#pending)]) {
        this.#write(block);
      }
    } catch (cause) {
      throw unwritable(this.#path, cause);
    }
    this.#pending.length = 0;
    this.#pendingBytes = 0;
  }

  #write(block: Buffer): void {
    let at = 0;
    while (at < block.length) at += fs.writeSync(this.#fd, block, at, block.length - at, this.#writtenBytes + at);
    this.#writtenBytes += block.length;
  }

  /** Reads the events from the first on, about 1 MB at a time. Each array's buffers share memory of their own. */
  async *read(): AsyncGenerator<Buffer[]> {
    let at = 0;
    const end = this.#writtenBytes;
    while (at < end) {
      let block = await this.#readBlock(at, Math.min(BLOCK_BYTES, end - at));
      const first = eventSize(block, 0);
      if (first > block.length) block = await this.#readBlock(at, Math.min(first, end - at));
      const events: Buffer[] = [];
      let used = 0;
      while (used + EVENT_HEADER_BYTES <= block.length) {
        const size = eventSize(block, used);
        if (used + size > block.length) break;
        events.push(block.subarray(used, used + size));
        used += size;
      }
      if (used === 0)
        throw new OtterError('INTERNAL', { detail: `the spill file ${this.#path} is damaged at byte ${at}` });
      at += used;
      yield events;
    }
  }

  async #readBlock(position: number, length: number): Promise<Buffer> {
    if (this.#closed) throw new OtterError('INTERNAL', { detail: 'a spilled transaction is read after its release' });
    const block = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const count = await new Promise<number>((resolve, reject) => {
        fs.read(this.#fd, block, filled, length - filled, position + filled, (error, n) => {
          if (error) reject(error);
          else resolve(n);
        });
      });
      if (count === 0) throw new OtterError('INTERNAL', { detail: `the spill file ${this.#path} ends too early` });
      filled += count;
    }
    return block;
  }

  /** Gives the disk space back. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pending.length = 0;
    fs.closeSync(this.#fd);
    if (!this.#unlinked) this.#unlink();
  }

  #unlink(): void {
    try {
      fs.unlinkSync(this.#path);
      this.#unlinked = true;
    } catch {
      // Windows keeps the name of an open file; close() tries again.
    }
  }
}

function eventSize(block: Buffer, at: number): number {
  if (at + EVENT_HEADER_BYTES > block.length) return Number.MAX_SAFE_INTEGER;
  const size = block.readUInt32LE(at + EVENT_SIZE_AT);
  return size < EVENT_HEADER_BYTES ? Number.MAX_SAFE_INTEGER : size;
}

function unwritable(file: string, cause: unknown): OtterError {
  return new OtterError('USAGE', {
    detail: `a large transaction cannot be kept in ${file}: ${(cause as Error).message}`,
    cause,
  });
}
