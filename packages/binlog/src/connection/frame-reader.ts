import type { Duplex } from 'node:stream';
import { OtterError, say, type Wording } from '@otter/core';
import { EventRun } from '../events/event-run.ts';

/** A payload of this length is continued in the next packet (MySQL protocol, "Sending more than 16Mb"). */
const FULL_PACKET_BYTES = 0xffffff;
const HEADER_BYTES = 4;
const STATUS_OK = 0x00;
const STATUS_ERROR = 0xff;
const STATUS_EOF = 0xfe;
/** Offset of the event's own length behind the status byte; it tells how large a continued packet becomes. */
const EVENT_SIZE_AT = 1 + 9;
const EVENT_BYTES_MAX = 0x4000_0000 + 0x1000_0000;

export interface FrameReaderOptions {
  /** Received and unread bytes at which the socket is paused. */
  bufferBytes: number;
  /** A socket that is silent for longer than this is given up as half-open. */
  silenceMsMax: number;
}

/** How the server ended the stream: an error packet (its payload), or EOF. */
export type StreamEnd = { type: 'error'; errno: number; message: string } | { type: 'eof' };

const COMPACT_AFTER = 64;

/**
 * Frames the server's answer to a dump command. It owns the socket's events from construction on.
 *
 * Each packet is handed out without its 4-byte header and without the status byte 0x00, so what comes out are
 * events. Packets that lie whole inside one chunk of the socket stay where they are, in one run; others are copied
 * once. What stood between the events of a run is overwritten, see {@link EventRun}. Memory: at most `bufferBytes` plus one chunk and one packet, then the socket is paused.
 */
export class FrameReader {
  readonly #socket: Duplex;
  readonly #options: FrameReaderOptions;
  readonly #queue: ({ runs: EventRun[]; bytes: number } | undefined)[] = [];
  #queueHead = 0;
  #queuedBytes = 0;
  #paused = false;
  #wake: (() => void) | null = null;
  #failure: OtterError | null = null;
  #end: StreamEnd | null = null;
  #lastDataAt = Date.now();
  readonly #watch: NodeJS.Timeout;

  // The packet that is not complete yet.
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerFilled = 0;
  #partial: Buffer | null = null;
  /** Bytes of `#partial` that are valid. */
  #partialFilled = 0;
  /** Bytes the present packet still lacks. */
  #lacking = 0;
  /** Whether another packet continues the present one. */
  #continued = false;

  /** Bytes received since construction. */
  bytesRead = 0;

  constructor(socket: Duplex, options: FrameReaderOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('data', this.#receive);
    socket.on('error', (cause: Error) => this.#fail(say('socket-failed', { message: cause.message }), cause));
    socket.on('end', () => this.#fail(say('server-closed')));
    socket.on('close', () => this.#fail(say('connection-closed')));
    this.#watch = setInterval(this.#checkSilence, Math.max(10, options.silenceMsMax / 4));
    this.#watch.unref();
    socket.resume();
  }

  /** Bytes received and not taken yet. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** The events of the next chunk, or `null` when none is waiting. Synchronous: see {@link wait}. */
  take(): EventRun[] | null {
    const entry = this.#queue[this.#queueHead];
    if (entry === undefined) return null;
    // What was taken must not stay in memory until the queue runs empty, which behind a fast source it never does.
    this.#queue[this.#queueHead] = undefined;
    this.#queueHead += 1;
    if (this.#queueHead === this.#queue.length || this.#queueHead >= COMPACT_AFTER) {
      this.#queue.splice(0, this.#queueHead);
      this.#queueHead = 0;
    }
    this.#queuedBytes -= entry.bytes;
    if (this.#paused && this.#queuedBytes <= this.#options.bufferBytes / 2) {
      this.#paused = false;
      this.#lastDataAt = Date.now();
      this.#socket.resume();
    }
    return entry.runs;
  }

  /**
   * Resolves when {@link take} has something, with `null`, or when nothing will come any more, with how the server
   * ended the stream. Rejects with SOURCE_UNREACHABLE when the connection broke; what arrived before is handed out first.
   */
  async wait(): Promise<StreamEnd | null> {
    for (;;) {
      if (this.#queue.length > 0) return null;
      if (this.#end) return this.#end;
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Destroys the socket. A pending {@link wait} rejects. */
  close(): void {
    clearInterval(this.#watch);
    this.#socket.destroy();
    this.#fail(say('closed-by-us'));
  }

  readonly #receive = (chunk: Buffer): void => {
    this.#lastDataAt = Date.now();
    this.bytesRead += chunk.length;
    if (this.#end || this.#failure) return;
    const runs: EventRun[] = [];
    try {
      this.#frame(chunk, runs);
    } catch (error) {
      this.#failure = error as OtterError;
      this.#wakeUp();
    }
    if (runs.length === 0) return;
    this.#queue.push({ runs, bytes: this.#bytesOf(runs, chunk) });
    if (!this.#paused && this.#queuedBytes >= this.#options.bufferBytes) {
      this.#paused = true;
      this.#socket.pause();
    }
    this.#wakeUp();
  };

  #bytesOf(runs: EventRun[], chunk: Buffer): number {
    // A chunk keeps its whole memory alive whatever part of it the events are; the first of them may be a copy.
    const first = (runs[0] as EventRun).buffer;
    const bytes = chunk.length + (first === chunk ? 0 : first.length);
    this.#queuedBytes += bytes;
    return bytes;
  }

  #frame(chunk: Buffer, runs: EventRun[]): void {
    let at = 0;
    const end = chunk.length;
    while (at < end) {
      if (this.#lacking > 0) {
        at += this.#fill(chunk, at);
        if (this.#lacking === 0 && !this.#continued) this.#finishPartial(runs);
        continue;
      }
      let length: number;
      if (this.#headerFilled === 0 && end - at >= HEADER_BYTES) {
        length = (chunk[at] as number) | ((chunk[at + 1] as number) << 8) | ((chunk[at + 2] as number) << 16);
        at += HEADER_BYTES;
      } else {
        this.#header[this.#headerFilled++] = chunk[at++] as number;
        if (this.#headerFilled < HEADER_BYTES) continue;
        this.#headerFilled = 0;
        length = this.#header.readUIntLE(0, 3);
      }
      if (!this.#continued && length < FULL_PACKET_BYTES && end - at >= length) {
        this.#emit(chunk, at, at + length, runs);
        at += length;
      } else {
        this.#beginPartial(length);
        if (length === 0) this.#finishPartial(runs);
      }
    }
  }

  #beginPartial(length: number): void {
    this.#continued = length === FULL_PACKET_BYTES;
    this.#lacking = length;
    if (this.#partial === null) {
      this.#partial = Buffer.allocUnsafe(length);
      this.#partialFilled = 0;
    } else if (this.#partial.length < this.#partialFilled + length) {
      this.#grow(this.#partialFilled + length);
    }
  }

  /** Copies what the chunk holds of the present packet; returns how much that was. */
  #fill(chunk: Buffer, at: number): number {
    const count = Math.min(this.#lacking, chunk.length - at);
    const partial = this.#partial as Buffer;
    chunk.copy(partial, this.#partialFilled, at, at + count);
    this.#partialFilled += count;
    this.#lacking -= count;
    return count;
  }

  /** Makes room for a continued packet, at once for all of it when the event inside tells its size. */
  #grow(needed: number): void {
    const old = this.#partial as Buffer;
    let size = Math.max(needed, old.length * 2);
    if (old[0] === STATUS_OK && this.#partialFilled >= EVENT_SIZE_AT + 4) {
      const told = old.readUInt32LE(EVENT_SIZE_AT) + 1;
      if (told >= needed && told <= EVENT_BYTES_MAX) size = told;
    }
    const grown = Buffer.allocUnsafe(size);
    old.copy(grown, 0, 0, this.#partialFilled);
    this.#partial = grown;
  }

  #finishPartial(runs: EventRun[]): void {
    const partial = this.#partial as Buffer;
    this.#partial = null;
    this.#continued = false;
    this.#emit(partial, 0, this.#partialFilled, runs);
  }

  #emit(bytes: Buffer, start: number, end: number, runs: EventRun[]): void {
    const status = bytes[start];
    if (start < end && status === STATUS_OK) {
      const last = runs.at(-1);
      const isNext = last?.buffer === bytes && last.add(start + 1, end);
      if (!isNext) runs.push(new EventRun(bytes, start + 1, end));
      return;
    }
    if (this.#end) return;
    if (start < end && status === STATUS_ERROR) this.#end = errorPacket(bytes.subarray(start, end));
    else if (start < end && status === STATUS_EOF) this.#end = { type: 'eof' };
    else throw new OtterError('LOG_CORRUPT', { detail: `a packet of ${end - start} bytes begins with ${status}` });
    clearInterval(this.#watch);
    this.#wakeUp();
  }

  readonly #checkSilence = (): void => {
    const silentMs = Date.now() - this.#lastDataAt;
    if (this.#paused || silentMs <= this.#options.silenceMsMax) return;
    this.#fail(say('log-silent', { silentMs }));
    this.#socket.destroy();
  };

  #fail(detail: Wording, cause?: unknown): void {
    clearInterval(this.#watch);
    this.#failure ??= new OtterError('SOURCE_UNREACHABLE', { detail, cause });
    this.#wakeUp();
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}

/** ERR packet: `ff`, u16 number, `#` and 5 characters of SQL state, text. */
function errorPacket(payload: Buffer): StreamEnd {
  const errno = payload.length >= 3 ? payload.readUInt16LE(1) : 0;
  const at = payload[3] === 0x23 ? 9 : 3;
  return { type: 'error', errno, message: payload.toString('utf8', at) };
}
