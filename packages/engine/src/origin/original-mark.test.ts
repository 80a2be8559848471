import type { Row, RowsChange } from '@otter/core';
import { expect, test } from 'vitest';
import { channelSql, isKept, parseOriginalMarks, type OriginalMarks } from './original-mark.ts';

test('what may be said, and what may not', () => {
  expect(parseOriginalMarks('off')).toBeNull();
  expect(parseOriginalMarks('shield')).toEqual({ channel: null });
  expect(parseOriginalMarks('7')).toEqual({ channel: { id: 7, info: null } });
  expect(parseOriginalMarks('7:a:b')).toEqual({ channel: { id: 7, info: 'a:b' } });
  for (const text of ['', 'on', '0', '-1', '7:', 'seven', `7:${'x'.repeat(129)}`])
    expect(() => parseOriginalMarks(text)).toThrow('says neither off');
});

const table = {
  ...{ schema: 'retl', table: 'retl_mark', primaryKey: [0], problem: null },
  columns: ['ID', 'channel_id', 'CHANNEL_INFO'].map((name) => ({ name })),
} as unknown as RowsChange['table'];
const change = (before: Row | null, after: Row | null): RowsChange => ({
  ...{ kind: 'update', table, rowCount: 1 },
  before: before ? [before] : [],
  after: after ? [after] : [],
});

test.each<[string, Row | null, Row | null, string[]]>([
  ['nothing said', [1, 0, null], [1, 0, null], []],
  ['its number, at the head', [1, 0, null], [1, 7, null], ['7', '7:site']],
  ['its number, at the tail', [1, 7, null], [1, 0, null], ['7', '7:site']],
  ['another number', [1, 8, null], [1, 0, ''], []],
  ['its text, in any case', null, [1, 9, 'SITE'], ['7:site']],
  ['shielded by an application', [1, 0, null], [1, 0, 'bulk_sync'], ['shield', '7', '7:site']],
  ['no longer shielded', [1, 0, 'BULK_SYNC'], [1, 0, null], ['shield', '7', '7:site']],
  ['a short image', [1], [undefined, 7], ['7', '7:site']],
])('%s', (_, before, after, kept) => {
  const settings = ['shield', '7', '7:site'];
  const found = settings.filter((text) => isKept(parseOriginalMarks(text) as OriginalMarks, change(before, after)));
  expect(found).toEqual(kept);
});

test('without a channel nothing is written', () => {
  expect(channelSql({ channel: null })).toBeNull();
  expect(channelSql({ channel: { id: 7, info: "a'b" } })?.head).toContain("7,'a''b')");
});
