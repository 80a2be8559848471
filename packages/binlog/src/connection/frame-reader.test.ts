import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { FrameReader } from './frame-reader.ts';

const OPTIONS = { bufferBytes: 1 << 26, silenceMsMax: 60_000 };
const FULL = 0xffffff;

/** The packets that carry `0x00` and the event. */
function framed(event: Buffer): Buffer {
  const payload = Buffer.concat([Buffer.from([0]), event]);
  const parts: Buffer[] = [];
  for (let at = 0; ; at += FULL) {
    const part = payload.subarray(at, at + FULL);
    const head = Buffer.alloc(4);
    head.writeUIntLE(part.length, 0, 3);
    head[3] = parts.length & 0xff;
    parts.push(head, part);
    if (part.length < FULL) return Buffer.concat(parts);
  }
}

function event(length: number, fill: number): Buffer {
  const bytes = Buffer.alloc(length, fill);
  if (length >= 13) bytes.writeUInt32LE(length, 9);
  return bytes;
}

function takeAll(reader: FrameReader): Buffer[] {
  const packets: Buffer[] = [];
  for (;;) {
    const taken = reader.take();
    if (taken === null) return packets;
    for (const { buffer, bounds } of taken) {
      for (let i = 0; i < bounds.length; i += 2) packets.push(buffer.subarray(bounds[i], bounds[i + 1]));
    }
  }
}

/** Whether the stream has been read empty. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a stream split at every boundary gives the same packets', async () => {
  const events = [event(1, 1), event(40, 2), event(0, 0), event(13, 3)];
  const bytes = Buffer.concat(events.map(framed));
  for (let first = 0; first <= bytes.length; first++) {
    for (const second of [first + 1, first + 3, bytes.length]) {
      const socket = new PassThrough();
      const reader = new FrameReader(socket, OPTIONS);
      for (const part of [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)]) {
        // A copy: the reader overwrites what stands between events.
        if (part.length > 0) socket.write(Buffer.from(part));
      }
      await turn();
      expect(takeAll(reader)).toEqual(events);
      expect(reader.queuedBytes).toBe(0);
      reader.close();
    }
  }
});

test.each([FULL - 2, FULL - 1, FULL, 2 * FULL - 1, 2 * FULL, 2 * FULL + 17])(
  'an event of %i bytes is joined from its packets',
  async (length) => {
    const large = event(length, 7);
    large[length - 1] = 99;
    const bytes = Buffer.concat([framed(event(20, 1)), framed(large), framed(event(21, 2))]);
    const socket = new PassThrough();
    const reader = new FrameReader(socket, OPTIONS);
    const packets: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += 65_521) {
      socket.write(bytes.subarray(at, at + 65_521));
      await turn();
      packets.push(...takeAll(reader));
    }
    expect(packets.map((p) => p.length)).toEqual([20, length, 21]);
    expect(packets.at(1)?.equals(large)).toBe(true);
    reader.close();
  },
);

test('the socket is paused at the budget and goes on once half of it was taken', async () => {
  const socket = new PassThrough();
  const reader = new FrameReader(socket, { bufferBytes: 1000, silenceMsMax: 60_000 });
  const packet = framed(event(400, 1));
  for (let i = 0; i < 10; i++) socket.write(packet);
  await turn();
  expect(socket.isPaused()).toBe(true);
  expect(reader.queuedBytes).toBeGreaterThanOrEqual(1000);
  expect(reader.queuedBytes).toBeLessThan(2500);
  let count = 0;
  for (let i = 0; i < 20 && count < 10; i++) {
    count += takeAll(reader).length;
    await turn();
  }
  expect(count).toBe(10);
  expect(socket.isPaused()).toBe(false);
  reader.close();
});

test('an error packet ends the stream after what came before it', async () => {
  const socket = new PassThrough();
  const reader = new FrameReader(socket, OPTIONS);
  const error = Buffer.concat([Buffer.from([0xff, 0xd4, 0x04]), Buffer.from('#HY000Could not find')]);
  const head = Buffer.from([error.length, 0, 0, 1]);
  socket.write(Buffer.concat([framed(event(20, 1)), head, error]));
  expect(await reader.wait()).toBeNull();
  expect(takeAll(reader)).toHaveLength(1);
  expect(await reader.wait()).toEqual({ type: 'error', errno: 1236, message: 'Could not find' });
  reader.close();
});

test('EOF, a closed and a silent connection are told apart', async () => {
  const eof = new FrameReader(
    new PassThrough().on('error', () => undefined),
    OPTIONS,
  );
  eof.close();
  await expect(eof.wait()).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });

  const ended = new PassThrough();
  const endedReader = new FrameReader(ended, OPTIONS);
  ended.write(Buffer.from([5, 0, 0, 1, 0xfe, 0, 0, 0, 0]));
  expect(await endedReader.wait()).toEqual({ type: 'eof' });
  endedReader.close();

  const silent = new FrameReader(new PassThrough(), { bufferBytes: 1000, silenceMsMax: 30 });
  await expect(silent.wait()).rejects.toThrow(/nothing was received/);
});

test('a packet with another first byte is corrupt', async () => {
  const socket = new PassThrough();
  const reader = new FrameReader(socket, OPTIONS);
  socket.write(Buffer.from([2, 0, 0, 1, 0x11, 0]));
  await expect(reader.wait()).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
  reader.close();
});
