import type { Column, ColumnKind, Value } from '@otter/core';
import { expect, test } from 'vitest';
import { column as anyColumn } from '../testing/tables.fixture.ts';
import { imageText, readImage } from './image-text.ts';

function column(name: string, kind: ColumnKind, more: Partial<Column> = {}): Column {
  return anyColumn(name, { kind, ...more });
}

const utf8 = { charset: 'utf8mb4' };
const latin = { charset: 'latin1' };
const colours = { labels: ['red', 'green'] };

test.each<[string, Column, Value, string]>([
  ['an integer beyond a number', column('c', 'int'), 2n ** 64n - 1n, '18446744073709551615'],
  ['bits', column('c', 'bit'), 513, '513'],
  ['a float', column('c', 'float'), Math.fround(0.1), '0.10000000149011612'],
  ['a negative zero', column('c', 'double'), -0, '-0'],
  ['a great double', column('c', 'double'), 1.7976931348623157e308, '1.7976931348623157e+308'],
  ['a decimal', column('c', 'decimal'), '-0.5000', '-0.5000'],
  ['a zero date', column('c', 'date'), '0000-00-00', '0000-00-00'],
  ['text', column('c', 'text', utf8), 'a "b"\n🦦', 'a "b"\n🦦'],
  ['text that looks like bytes', column('c', 'text', utf8), '0xff', '0xff'],
  [
    'text that looks like text in bytes',
    column('c', 'text', utf8),
    '_latin1 0xff',
    '_utf8mb4 0x5f6c6174696e31203078666',
  ],
  ['text that is not UTF-8', column('c', 'text', latin), Buffer.from('e9', 'hex'), '_latin1 0xe9'],
  ['bytes', column('c', 'binary'), Buffer.from('00ff', 'hex'), '0x00ff'],
  ['no bytes', column('c', 'binary'), Buffer.alloc(0), '0x'],
  ['a label', column('c', 'enum', colours), 2, 'green'],
  ['the error value of an ENUM', column('c', 'enum', colours), 0, ''],
  ['labels', column('c', 'set', colours), 3n, 'red,green'],
  ['no labels', column('c', 'set', colours), 0n, ''],
  ['a document', column('c', 'json'), '{"a": 1.0}', '{"a": 1.0}'],
  ['a UUID of the log', column('c', 'uuid'), Buffer.alloc(16, 1), `0x${'01'.repeat(16)}`],
  ['NULL', column('c', 'text', utf8), null, 'null'],
])('%s is written as text and read again', (_name, one, value, text) => {
  const image = imageText([one], [value]);
  expect(image).toContain(value === null ? '{"c":null}' : JSON.stringify(text).slice(1, -1));
  const [again] = readImage([one], image);
  if (Buffer.isBuffer(again) && typeof value === 'string') expect(again.toString()).toBe(value);
  else expect(again).toEqual(value);
});

test('an absent column stays absent, and labels are found wherever they stand', () => {
  const columns = [column('a', 'int'), column('b', 'enum', colours)];
  expect(imageText(columns, [undefined, 2])).toBe('{"b":"green"}');
  const turned = [column('b', 'enum', { labels: ['blue', 'green', 'red'] }), column('a', 'int')];
  expect(readImage(turned, '{"b":"red"}')).toEqual([3, undefined]);
});

test.each<[string, Column, string]>([
  ['a text that was cut', column('c', 'int'), '{"c":"1'],
  ['a column that is gone', column('c', 'int'), '{"d":"1"}'],
  ['a word where a number belongs', column('c', 'int'), '{"c":"one"}'],
  ['a label that is gone', column('c', 'enum', colours), '{"c":"blue"}'],
  ['a member that is gone', column('c', 'set', colours), '{"c":"red,blue"}'],
  ['text of another charset', column('c', 'text', latin), '{"c":"_gbk 0xc4e3"}'],
  ['UTF-8 for a column of another charset', column('c', 'text', latin), '{"c":"\u00e9"}'],
  ['a member of a SET that has an empty one', column('c', 'set', { labels: ['', 'a'] }), '{"c":"3"}'],
])('%s is refused', (_name, one, text) => {
  expect(() => readImage([one], text)).toThrow(expect.objectContaining({ code: 'CONFLICT_NOT_WRITABLE' }));
});
