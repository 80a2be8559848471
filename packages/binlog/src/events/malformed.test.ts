import { isDeepStrictEqual } from 'node:util';
import { OtterError } from '@otter/core';
import { describe, expect, it } from 'vitest';
import { corpus, decoderFor, must, readFacts, readLog } from './corpus.fixture.ts';
import type { EventDecoder } from './event-decoder.ts';
import { CHECKSUM_LENGTH, HEADER_LENGTH } from './event-header.ts';
import { EVENT } from './event-type.ts';
import type { LogEvent } from './log-event.ts';

// Malformed bytes give LOG_CORRUPT (or the code of what they happen to say) and nothing else: no RangeError, no hang,
// no value that is not in the log. Checksums are taken off first, for they would hide every other check.

const CODES = new Set(['LOG_CORRUPT', 'EVENT_UNKNOWN', 'NOT_SUPPORTED']);

/** The events of a log as a server with `binlog_checksum=NONE` writes them. */
function plainEvents(log: Buffer): Buffer[] {
  const events: Buffer[] = [];
  let hasChecksum = false;
  for (let at = 4; at < log.length;) {
    const size = log.readUInt32LE(at + 9);
    const event = Buffer.from(log.subarray(at, at + size));
    if (event[4] === EVENT.FORMAT_DESCRIPTION) {
      hasChecksum = event[size - CHECKSUM_LENGTH - 1] === 1;
      event[size - CHECKSUM_LENGTH - 1] = 0;
      events.push(event);
    } else {
      events.push(hasChecksum ? resized(event, size - CHECKSUM_LENGTH) : event);
    }
    at += size;
  }
  return events;
}

/** The first `length` bytes, whose header says that they are all. */
function resized(event: Buffer, length: number): Buffer {
  const copy = Buffer.from(event.subarray(0, length));
  if (length >= HEADER_LENGTH) copy.writeUInt32LE(length, 9);
  return copy;
}

/** What an event gives, or `null` when it is refused as it should be. */
function attempt(decoder: EventDecoder, event: Buffer): LogEvent[] | null {
  try {
    const decoded = decoder.decode(event);
    const events = decoded.type === 'payload' ? [...decoded.events] : [decoded];
    // Rows are decoded when somebody looks at them.
    for (const each of events) if (each.type === 'rows') each.change.before.concat(each.change.after);
    return events;
  } catch (error) {
    if (OtterError.is(error) && CODES.has(error.code)) return null;
    throw error;
  }
}

/** Walks a log; before each event is decoded as it is, `probe` may try others in its place. */
function walk(
  path: string,
  probe: (event: Buffer, whole: LogEvent[] | null, tryIt: (b: Buffer) => LogEvent[] | null) => void,
): void {
  const facts = readFacts(path);
  const decoder = decoderFor(path, facts);
  const helper = decoderFor(path, facts);
  let maps: Buffer[] = [];
  const events = plainEvents(readLog(path));
  const format = must(events[0]);
  for (const event of events) {
    const isMap = event[4] === EVENT.TABLE_MAP;
    const whole = attempt(decoder, event);
    const refresh = (): void => [format, ...maps].forEach((map) => attempt(helper, map));
    probe(event, whole, (bytes) => {
      refresh();
      return attempt(helper, bytes);
    });
    if (isMap) maps.push(event);
    else if (!whole?.some(({ type }) => type === 'rows')) maps = [];
  }
}

/** Repeatable numbers below `limit`. */
function random(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const HUGE = /big-row|\/json$|json-doubles/;
const fixtures = [...corpus()].filter(
  ({ name }) => /^(mysql97|mysql56|maria1011|maria118)\//.test(name) && !HUGE.test(name),
);

describe('malformed events', () => {
  it('come from many logs', () => expect(fixtures.length).toBeGreaterThan(80));

  it.each(fixtures)('$name cut off at every byte', ({ path }) => {
    const pick = random(1);
    walk(path, (event, whole, tryIt) => {
      const offsets =
        event.length <= 600
          ? Array.from({ length: event.length }, (_, i) => i)
          : Array.from({ length: 200 }, () => pick(event.length));
      for (const length of offsets) {
        const decoded = tryIt(resized(event, length));
        if (decoded && whole) expectPrefix(decoded, whole);
      }
    });
  });

  it.each(fixtures)('$name with changed bytes', ({ path }) => {
    const pick = random(2);
    walk(path, (event, _whole, tryIt) => {
      for (let i = 0; i < 60; i += 1) {
        const copy = Buffer.from(event);
        for (let changes = 1 + pick(3); changes > 0; changes -= 1) {
          const at = pick(copy.length);
          if (at < 9 || at >= 13) copy[at] = must([0, 0xff, 0x80, 0x7f, pick(256)][pick(5)]);
        }
        tryIt(copy);
      }
    });
  });
});

/** Fewer rows may come out of a shorter event, never others. */
function expectPrefix(decoded: LogEvent[], whole: LogEvent[]): void {
  decoded.forEach((event, i) => {
    const original = whole[i];
    if (event.type !== 'rows' || original?.type !== 'rows') return;
    for (const side of ['before', 'after'] as const) {
      const rows = event.change[side];
      if (!isDeepStrictEqual(rows, original.change[side].slice(0, rows.length))) {
        expect(rows).toEqual(original.change[side].slice(0, rows.length));
      }
    }
  });
}
