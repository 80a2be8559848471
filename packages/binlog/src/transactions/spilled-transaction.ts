import type { RowsChange, SpilledChanges } from '@otter/core';
import type { EventHeader, LogEvent } from '../events/log-event.ts';
import type { SpillFile } from './spill-file.ts';

/** Changes of the part in memory handed out at once; servers cut rows events at about 8 kB. */
const HEAD_CHANGES = 64;
/** Log bytes of rows decoded and handed out at once. */
const BATCH_BYTES = 1 << 20;
const ROWS_FLAGS_AT = 19 + 6;

/** Decodes events one after the other; like the decoder of a connection it remembers format and table maps. */
export interface EventSource {
  decode(event: Buffer): LogEvent;
}

/**
 * A transaction of which only the beginning is in memory. What was written to the file is decoded anew by each
 * `read`, with a decoder of its own.
 */
export class SpilledTransaction implements SpilledChanges {
  readonly #file: SpillFile;
  readonly #newDecoder: () => EventSource;
  readonly #format: Buffer | null;
  /** Changes before the spilled ones. */
  head: RowsChange[];
  /** Rows events in the file so far, those inside payloads included. */
  rowsEvents = 0;
  /** Rows events undone by ROLLBACK TO: `[first, end)` by their number in the file, ascending. */
  readonly #dropped: [first: number, end: number][] = [];

  constructor(file: SpillFile, head: RowsChange[], format: Buffer | null, newDecoder: () => EventSource) {
    this.#file = file;
    this.#format = format;
    this.#newDecoder = newDecoder;
    this.head = head;
  }

  append(event: Buffer): void {
    this.#file.append(event);
  }

  /** Forgets every rows event of the file from number `first` on. */
  dropFrom(first: number): void {
    while (this.#dropped.length > 0 && (this.#dropped.at(-1) as [number, number])[0] >= first) this.#dropped.pop();
    if (this.rowsEvents > first) this.#dropped.push([first, this.rowsEvents]);
  }

  /** To be called once, after the last event. */
  finish(): void {
    this.#file.flush();
  }

  async *read(): AsyncGenerator<RowsChange[]> {
    for (let i = 0; i < this.head.length; i += HEAD_CHANGES) yield this.head.slice(i, i + HEAD_CHANGES);
    const decoder = this.#newDecoder();
    if (this.#format) decoder.decode(this.#format);
    const counter = { rowsEvents: 0 };
    for await (const events of this.#file.read()) {
      for (const batch of this.#decode(decoder, events, counter)) yield batch;
    }
  }

  *#decode(decoder: EventSource, events: Buffer[], counter: { rowsEvents: number }): Generator<RowsChange[]> {
    let batch: RowsChange[] = [];
    let bytes = 0;
    for (const raw of events) {
      const outer = decoder.decode(raw);
      for (const event of outer.type === 'payload' ? outer.events : [outer]) {
        if (event.type !== 'rows' && event.type !== 'filtered') continue;
        const number = counter.rowsEvents++;
        if (event.type === 'filtered' || this.#isDropped(number)) continue;
        batch.push(event.change);
        bytes += event.header.eventSize;
        if (bytes < BATCH_BYTES) continue;
        yield batch;
        batch = [];
        bytes = 0;
      }
    }
    if (batch.length > 0) yield batch;
  }

  #isDropped(number: number): boolean {
    return this.#dropped.some(([first, end]) => first <= number && number < end);
  }

  async release(): Promise<void> {
    this.head = [];
    this.#file.close();
  }
}

/** STMT_END_F of a rows event: no later one uses the table maps before it. Flags follow the 6 bytes of the table id. */
export function endsStatement(bytes: Buffer, { start, eventSize }: EventHeader): boolean {
  return eventSize > ROWS_FLAGS_AT && ((bytes[start + ROWS_FLAGS_AT] as number) & 1) !== 0;
}
