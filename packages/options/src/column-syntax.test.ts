import { OtterError } from '@otter/core';
import { expect, test } from 'vitest';
import { parseColumns } from './column-syntax.ts';

function columns(text: string) {
  const { tables, ...rest } = parseColumns(text);
  return { table: `${tables.schema.text}|${tables.table.text}`, ...rest };
}

test.each([
  ['shop.tb_item(id,title,price)', { table: 'shop|tb_item', include: ['id', 'title', 'price'] }],
  ['shop.tb_item( -secret , -notes )', { table: 'shop|tb_item', exclude: ['secret', 'notes'] }],
  ['shop.tb_item(title=name)', { table: 'shop|tb_item', rename: { title: 'name' } }],
  ['shop.tb_item(id,title=name)', { table: 'shop|tb_item', include: ['id', 'title'], rename: { title: 'name' } }],
  ['shop.tb_item(-notes,title=name)', { table: 'shop|tb_item', exclude: ['notes'], rename: { title: 'name' } }],
  ['shop.(a|b)(id)', { table: 'shop|(a|b)', include: ['id'] }],
  ['shop.t[01-32](id)', { table: 'shop|t[01-32]', include: ['id'] }],
  ['shop.*(-x)', { table: 'shop|*', exclude: ['x'] }],
  ['shop.t(`a,b`=`c``d`,标题)', { table: 'shop|t', include: ['a,b', '标题'], rename: { 'a,b': 'c`d' } }],
])('%s', (text, expected) => {
  expect(columns(text)).toEqual(expected);
});

test.each([
  ['shop.tb_item', /write TABLE\(COLUMN/],
  ['shop.tb_item()', /a column name is empty/],
  ['shop.tb_item(id,)', /a column name is empty/],
  ['shop.tb_item(a=)', /a column name is empty/],
  ['shop.tb_item(a=b=c)', /more than one "="/],
  ['shop.tb_item(id,-notes)', /cannot be mixed/],
  ['shop.tb_item(id,ID)', /named twice/],
  ['shop.tb_item(-id,id=x)', /named twice/],
  ['shop.tb_item(a=x,b=x)', /would receive two columns/],
  ['shop.tb_item(a b(c))', /is not a column name/],
  ['tb_item(id)', /is not schema\.table/],
  ['(id)', /write TABLE/],
])('%s is refused', (text, reason) => {
  let thrown: unknown;
  try {
    parseColumns(text);
  } catch (error) {
    thrown = error;
  }
  expect(OtterError.is(thrown) && thrown.code).toBe('USAGE');
  expect((thrown as OtterError).detail).toMatch(reason);
});
