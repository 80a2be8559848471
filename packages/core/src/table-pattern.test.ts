import { describe, expect, test } from 'vitest';
import { OtterError } from './errors.ts';
import {
  mapName,
  matchesName,
  matchesTable,
  parseNamePattern,
  parseTablePattern,
  parseTablePatterns,
  patternBreadth,
  patternText,
} from './table-pattern.ts';

function refusal(action: () => unknown): OtterError {
  try {
    action();
  } catch (error) {
    if (OtterError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a name in one of the three forms of otter', () => {
  test.each([
    ['tb_item', 'exact', ['tb_item', 'TB_Item'], ['tb_items', 'tbitem', '']],
    ['订单', 'exact', ['订单'], ['订']],
    ['Ünï', 'exact', ['ünï', 'ÜNÏ'], ['uni']],
    ['a-b c', 'exact', ['a-b c'], ['a-b']],
    ['t[1-3]', 'range', ['t1', 't2', 'T3'], ['t0', 't4', 't01', 't']],
    ['t[01-12]', 'range', ['t01', 't09', 't12'], ['t1', 't9', 't13', 't012']],
    ['t[0001-0128]', 'range', ['t0001', 't0128'], ['t1', 't128', 't0129']],
    ['t[1-12]', 'range', ['t1', 't9', 't12'], ['t01', 't09']],
    ['t[0-12]', 'range', ['t0', 't9', 't12'], ['t00', 't09']],
    ['t[08-8]', 'range', ['t8'], ['t08']],
    ['t[00-00]', 'range', ['t00'], ['t0']],
    ['t[1-2]_x', 'range', ['t1_x', 't2_X'], ['t1', 't12']],
    ['[1-2]', 'range', ['1', '2'], ['[1-2]']],
    ['*', 'regex', ['', 'a', 'a\nb', '😀'], []],
    ['.*', 'regex', ['a', 'a.b'], []],
    ['order_(1|2)', 'regex', ['order_1', 'ORDER_2'], ['order_3', 'xorder_1', 'order_12']],
    ['a|b', 'regex', ['a', 'b'], ['ab', 'xa', 'bx']],
    ['a.c', 'regex', ['abc', 'a.c', 'A C'], ['ac']],
    ['t\\d+', 'regex', ['t1', 't123'], ['t', 'tx']],
    ['t[0-9a-f]', 'regex', ['t0', 'tf', 'tF'], ['tg']],
    ['^t$', 'regex', ['t'], ['tt']],
    ['.', 'regex', ['a', '😀'], ['ab']],
  ])('%s is %s', (text, form, yes, no) => {
    const pattern = parseNamePattern(text);
    expect(pattern.form).toBe(form);
    expect(pattern.text).toBe(text);
    for (const name of yes) expect(matchesName(pattern, name), name).toBe(true);
    for (const name of no) expect(matchesName(pattern, name), name).toBe(false);
  });

  test.each([
    ['', /empty/],
    ['t[5-3]', /empty or longer/],
    ['t[1-100001]', /empty or longer/],
    ['t[0-99999999999999999999]', /empty or longer/],
    ['t[9007199254740993-9007199254740994]', /empty or longer/],
    ['t[0-9]+', /mixes a range/],
    ['(a|b)[1-2]', /mixes a range/],
    ['order_[0-9]{2}', /mixes a range/],
    ['t(', /not a regular expression/],
    ['t[', /not a regular expression/],
    ['*t', /not a regular expression/],
    ['a{2,1}', /not a regular expression/],
    ['\\', /not a regular expression/],
  ])('%j is refused', (text, reason) => {
    const error = refusal(() => parseNamePattern(text));
    expect(error.code).toBe('USAGE');
    expect(error.detail).toMatch(reason);
  });

  test('the largest range allowed is complete', () => {
    const pattern = parseNamePattern('t[000001-100000]');
    expect(pattern.form === 'range' && [pattern.names[0], pattern.names.length, pattern.names.at(-1)]).toEqual([
      't000001',
      100_000,
      't100000',
    ]);
  });
});

describe('the name on the target', () => {
  test.each([
    ['t', 'u', 't', 'u'],
    ['t[1-3]', 'u', 't2', 'u'],
    ['.*', 'u', 'anything', 'u'],
    ['t', '*', 't', 't'],
    ['t[1-3]', '.*', 'T2', 'T2'],
    ['t[1-3]', 'u[01-03]', 't2', 'u02'],
    ['t[1-3]', 'u[5-7]', 'T3', 'u7'],
    ['t[1-3]', 'u[5-9]', 't1', 'u5'],
  ])('%s to %s: %s becomes %s', (source, target, name, expected) => {
    expect(mapName(parseNamePattern(source), parseNamePattern(target), name)).toBe(expected);
  });

  test.each([
    ['t[1-3]', 'u[1-2]', 't3'],
    ['t', 'u[1-2]', 't'],
    ['.*', 'u[1-2]', 't1'],
  ])('%s to %s has nothing for %s', (source, target, name) => {
    const error = refusal(() => mapName(parseNamePattern(source), parseNamePattern(target), name));
    expect(error.code).toBe('USAGE');
    expect(error.detail).toMatch(/same length/);
  });
});

describe('schema.table', () => {
  test.each([
    ['shop.t', 'shop', 't'],
    [' shop . t ', 'shop', 't'],
    ['*.*', '*', '*'],
    ['shop.*', 'shop', '*'],
    ['*.t', '*', 't'],
    ['(.*).(.*)', '(.*)', '(.*)'],
    ['shop[1-64].product[01-32]', 'shop[1-64]', 'product[01-32]'],
    ['shop.order_(1|2)', 'shop', 'order_(1|2)'],
    ['shop.(a.b)', 'shop', '(a.b)'],
    ['shop.t.+', 'shop', 't.+'],
    ['sh.*.t', 'sh.*', 't'],
    ['shop.a\\.b', 'shop', 'a\\.b'],
    ['`a.b`.`c.d`', 'a.b', 'c.d'],
    ['`a``b`.t', 'a`b', 't'],
    ['`a[1-2]`.`*`', 'a[1-2]', '*'],
    ['shop.[.]x', 'shop', '[.]x'],
  ])('%j', (text, schema, table) => {
    const pattern = parseTablePattern(text);
    expect([pattern.schema.text, pattern.table.text]).toEqual([schema, table]);
    expect(patternText(pattern)).toBe(`${schema}.${table}`);
  });

  test('a name in backquotes is that name and nothing else', () => {
    const pattern = parseTablePattern('`a.b`.`t[1-2]`');
    expect([pattern.schema.form, pattern.table.form]).toEqual(['exact', 'exact']);
    expect(matchesTable(pattern, 'A.B', 'T[1-2]')).toBe(true);
    expect(matchesTable(pattern, 'aXb', 't1')).toBe(false);
  });

  test('both parts must match', () => {
    const pattern = parseTablePattern('shop.t[1-2]');
    expect(matchesTable(pattern, 'SHOP', 't1')).toBe(true);
    expect(matchesTable(pattern, 'shop', 't3')).toBe(false);
    expect(matchesTable(pattern, 'shop2', 't1')).toBe(false);
  });

  test.each([
    '',
    't',
    'a.b.c',
    '.t',
    'shop.',
    '.',
    'shop.t(',
    'shop).t(',
    '`shop.t',
    'shop.`t',
    '`a`b.t',
    'shop.a`b`',
    '``.t',
    'shop\\..*',
    '.*\\..*',
    'shop.t[3-1]',
    'a b',
  ])('%j is refused', (text) => {
    expect(refusal(() => parseTablePattern(text)).code).toBe('USAGE');
  });
});

describe('a list of tables', () => {
  test('commas inside brackets, braces, parentheses and backquotes do not part it', () => {
    const list = parseTablePatterns('a.b, c.(d,e) ,f.g{1,2},`h,i`.j,k.[l,m]');
    expect(list.map(patternText)).toEqual(['a.b', 'c.(d,e)', 'f.g{1,2}', 'h,i.j', 'k.[l,m]']);
  });

  test.each(['', ' ', 'a.b,', ',a.b', 'a.b,,c.d', 'a.b;c.d.e'])('%j is refused', (text) => {
    expect(refusal(() => parseTablePatterns(text)).code).toBe('USAGE');
  });
});

test('a name is narrower than a range, a range than an expression', () => {
  const breadths = ['a.b', 'a.b[1-2]', 'a[1-2].b[1-2]', 'a.*', 'a[1-2].*', '*.*'].map((t) =>
    patternBreadth(parseTablePattern(t)),
  );
  expect(breadths).toEqual([0, 1, 2, 3, 4, 6]);
});
