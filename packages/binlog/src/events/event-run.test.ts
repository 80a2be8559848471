import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { EventRun, SEAM_LENGTH } from './event-run.ts';

/** Bytes that end with their CRC32, as an event does. */
function summed(length: number, fill: number): Buffer {
  const bytes = Buffer.alloc(length + 4, fill);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, length)), length);
  return bytes;
}

/** The events with anything at all between them. */
function runOf(events: readonly Buffer[]): EventRun {
  const between = Buffer.from([9, 8, 7, 6, 5]);
  const bytes = Buffer.concat(events.flatMap((event) => [between, event]));
  let at = SEAM_LENGTH;
  let run: EventRun | null = null;
  for (const { length } of events) {
    if (run === null) run = new EventRun(bytes, at, at + length);
    else expect(run.add(at, at + length)).toBe(true);
    at += length + SEAM_LENGTH;
  }
  return run as EventRun;
}

const EVENTS = [summed(19, 1), summed(300, 2), summed(0, 0), summed(23, 3), summed(8192, 4)];

test('the checksums of a run fit when each of them does', () => {
  for (let count = 1; count <= EVENTS.length; count += 1) {
    const run = runOf(EVENTS.slice(0, count));
    expect(run.checksumsFit).toBe(true);
    expect(run.byteLength).toBe(EVENTS.slice(0, count).reduce((sum, { length }) => sum + length, 0));
  }
});

test('one wrong bit in any event is seen', () => {
  // The bounds are the first byte of each event and the one behind its last, in turn.
  const bytes = runOf(EVENTS).bounds.map((bound, i) => bound - (i % 2));
  for (const at of bytes) {
    for (let bit = 0; bit < 8; bit += 1) {
      const run = runOf(EVENTS);
      run.buffer.writeUInt8(run.buffer.readUInt8(at) ^ (1 << bit), at);
      expect(run.checksumsFit).toBe(false);
    }
  }
});

test('events without checksums do not fit, and an event elsewhere is not taken', () => {
  expect(runOf([Buffer.alloc(40, 1), Buffer.alloc(40, 2)]).checksumsFit).toBe(false);
  const run = runOf(EVENTS);
  expect(run.add(0, 3)).toBe(false);
  expect(run.bounds).toHaveLength(2 * EVENTS.length);
});
