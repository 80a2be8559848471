import type { OtterError } from '@otter/core';
import { expect, test } from 'vitest';
import { parseSoughtPosition, parseStart, parseStoredPosition } from './position-syntax.ts';

const UUID = '3e11fa47-71ca-11e1-9e33-c80aa9429562';

test.each([
  ['now', { at: 'now' }],
  ['Earliest', { at: 'earliest' }],
  ['gtid:0-1-100,1-2-5', { at: 'gtid', set: '0-1-100,1-2-5' }],
  [`gtid:${UUID.toUpperCase()}:1-5:7`, { at: 'gtid', set: `${UUID}:1-5:7` }],
  ['binlog:mysql-bin.000042:1234', { at: 'binlog', file: 'mysql-bin.000042', offset: 1234 }],
  ['binlog:bin.000001:8589934592', { at: 'binlog', file: 'bin.000001', offset: 8589934592 }],
  ['time:2026-11-21T08:00:00+08:00', { at: 'time', ms: Date.UTC(2026, 10, 21) }],
  ['time:2026-11-21 00:00:00.250Z', { at: 'time', ms: Date.UTC(2026, 10, 21) + 250 }],
])('%s', (text, expected) => {
  expect(parseStart(text)).toEqual(expected);
});

test.each([
  ['yesterday', /not one of now/],
  ['now:1', /stands alone/],
  ['gtid:', /must follow/],
  ['gtid:nonsense', /not a GTID set/],
  ['binlog:mysql-bin.000042', /binlog:FILE:POS/],
  ['binlog:nonumber:4', /not a binary log file name/],
  ['binlog:bin.000001:3', /a log begins at 4/],
  ['time:2026-11-21T08:00:00', /offset from UTC/],
  ['time:2026-13-21T08:00:00Z', /offset from UTC/],
  ['', /not one of now/],
])('%s is refused', (text, reason) => {
  expect(() => parseStart(text)).toThrow(reason);
  expect(() => parseStart(text)).toThrow(expect.objectContaining({ code: 'POSITION_INVALID' }) as OtterError);
});

test('a position is sought by a moment alone, or named', () => {
  expect(parseSoughtPosition(['time:2026-11-21T08:00:00+08:00'])).toEqual({ ms: Date.UTC(2026, 10, 21) });
  expect(parseSoughtPosition(['gtid:0-1-9'])).toEqual({ file: '', offset: 0, gtid: '0-1-9' });
  expect(() => parseSoughtPosition(['time:2026-11-21T08:00:00Z', 'gtid:0-1-9'])).toThrow(/a position to store/);
  expect(() => parseSoughtPosition(['now'])).toThrow(/a position to store/);
});

test('a stored position takes coordinates, a GTID set, or both', () => {
  expect(parseStoredPosition(['binlog:b.000002:77'])).toEqual({ file: 'b.000002', offset: 77, gtid: '' });
  expect(parseStoredPosition(['gtid:0-1-9'])).toEqual({ file: '', offset: 0, gtid: '0-1-9' });
  expect(parseStoredPosition(['gtid:0-1-9', 'binlog:b.000002:77'])).toEqual({
    file: 'b.000002',
    offset: 77,
    gtid: '0-1-9',
  });
  expect(() => parseStoredPosition(['now'])).toThrow(/a position to store/);
  expect(() => parseStoredPosition(['gtid:0-1-9', 'gtid:0-1-10'])).toThrow(/one of each/);
});
