import { OtterError, parseTablePattern, type Column, type Row } from '@otter/core';
import type { TargetColumn } from '@otter/dialects';
import { describe, expect, test } from 'vitest';
import { ALL_COLUMNS } from '../load/column-mask.ts';
import type { ColumnMapping } from '../sync-options.ts';
import { column, key, routeOf, text, type TableSpec } from '../testing/tables.fixture.ts';
import { targetColumnName, type RoutedTable } from './routed-table.ts';

const ID = column('id', { nullable: false });
const PRIMARY = key('PRIMARY', 'id');
const TABLES = parseTablePattern('shop.t');

function insertSql(route: RoutedTable, row: Row): string {
  return route.writerFor(row).insert([row]);
}

function refusal(source: Column[], target: TableSpec, columns: ColumnMapping[] = []): OtterError {
  try {
    routeOf({ source: { columns: source }, target, columns });
  } catch (error) {
    if (OtterError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('which column goes where', () => {
  test('by name, whatever the case and the order', () => {
    const route = routeOf({
      source: { columns: [column('B'), ID] },
      target: { columns: [ID, column('b')], uniqueKeys: [PRIMARY] },
    });
    expect(insertSql(route, [5, 1])).toBe('INSERT INTO `shop`.`t` (`b`,`id`) VALUES (5,1)');
    expect(route.identity).toEqual([1]);
    expect(route.identityOf([5, 1])).toBe(1);
  });

  test.each([
    ['all by default', {}, ['id', 'a', 'b']],
    ['only the included', { include: ['ID', 'b'] }, ['id', 'b']],
    ['all but the excluded', { exclude: ['A'] }, ['id', 'b']],
    ['renamed', { rename: { A: 'x' } }, ['id', 'x', 'b']],
    ['included and renamed', { include: ['id', 'a'], rename: { a: 'x' } }, ['id', 'x']],
  ] as [string, Partial<ColumnMapping>, string[]][])('%s', (_, mapping, names) => {
    const target = [ID, column('a'), column('b'), column('x')];
    const route = routeOf({
      source: { columns: [ID, column('a'), column('b')] },
      target: { columns: target, uniqueKeys: [PRIMARY] },
      columns: [{ tables: TABLES, ...mapping }],
    });
    expect(insertSql(route, [1, 2, 3])).toContain(`(${names.map((n) => `\`${n}\``).join(',')})`);
  });

  test('the last of several renames wins, any of several exclusions excludes', () => {
    const mappings: ColumnMapping[] = [
      { tables: TABLES, rename: { a: 'x' } },
      { tables: TABLES, rename: { a: 'y' }, exclude: ['b'] },
    ];
    expect(targetColumnName('A', mappings)).toBe('y');
    expect(targetColumnName('b', mappings)).toBeNull();
    expect(targetColumnName('c', mappings)).toBe('c');
  });

  test('generated columns of the target make their values themselves', () => {
    const generated = column('g', { generated: 'stored' });
    const route = routeOf({
      source: { columns: [ID, column('g')] },
      target: { columns: [ID, generated], uniqueKeys: [PRIMARY] },
    });
    expect(insertSql(route, [1, 9])).toBe('INSERT INTO `shop`.`t` (`id`) VALUES (1)');
    expect(route.widerTarget).toBe(false);
  });

  test('a column the target lacks is an error unless it is excluded', () => {
    const target = { columns: [ID], uniqueKeys: [PRIMARY] };
    const error = refusal([ID, column('x'), column('y')], target);
    expect(error).toMatchObject({ code: 'SCHEMA_MISMATCH' });
    expect(error.detail).toContain('"x", "y"');
    const excluded: ColumnMapping[] = [{ tables: TABLES, exclude: ['x', 'y'] }];
    expect(
      routeOf({ source: { columns: [ID, column('x'), column('y')] }, target, columns: excluded }).identity,
    ).toEqual([0]);
  });

  test('a column of the target that must be filled and is not sent is an error', () => {
    const must = (over: Partial<TargetColumn>): TargetColumn =>
      column('n', { nullable: false, hasDefault: false, ...over });
    expect(refusal([ID], { columns: [ID, must({})], uniqueKeys: [PRIMARY] }).detail).toContain('"n"');
    for (const over of [
      { hasDefault: true },
      { autoIncrement: true },
      { nullable: true },
      { generated: 'virtual' as const },
    ]) {
      expect(
        routeOf({ source: { columns: [ID] }, target: { columns: [ID, must(over)], uniqueKeys: [PRIMARY] } }).identity,
      ).toEqual([0]);
    }
  });

  test('nothing that travels is an error', () => {
    expect(refusal([ID], { columns: [ID] }, [{ tables: TABLES, exclude: ['id'] }]).code).toBe('SCHEMA_MISMATCH');
  });

  test('values that could change on the way are an error', () => {
    expect(refusal([ID, text('a')], { columns: [ID, column('a')], uniqueKeys: [PRIMARY] }).code).toBe(
      'SCHEMA_MISMATCH',
    );
  });

  test('a wider target is known, for inserts that leave columns out mean something else there', () => {
    const wider = routeOf({
      source: { columns: [ID] },
      target: { columns: [ID, column('extra')], uniqueKeys: [PRIMARY] },
    });
    expect(wider.widerTarget).toBe(true);
    expect(routeOf({ target: { columns: [ID], uniqueKeys: [PRIMARY] } }).widerTarget).toBe(false);
  });

  test('a column the target sets itself on UPDATE keeps its value', () => {
    const touched = column('touched', { kind: 'timestamp', updatedByServer: true });
    const route = routeOf({
      source: { columns: [ID, column('a')] },
      target: { columns: [ID, column('a'), touched], uniqueKeys: [PRIMARY] },
    });
    expect(route.writer.updateOne([1, 1], [1, 2], [1])).toBe(
      'UPDATE `shop`.`t` SET `a`=2,`touched`=`touched` WHERE `id`=1',
    );
  });
});

describe('the key that addresses rows', () => {
  const columns = [ID, column('a', { nullable: false }), column('b', { nullable: false }), column('n')];
  const identity = (uniqueKeys: TableSpec['uniqueKeys'], mapping: ColumnMapping[] = []): number[] | null =>
    routeOf({ target: { columns, uniqueKeys: uniqueKeys ?? [] }, columns: mapping }).identity;

  test('is the primary key, wherever it stands', () => {
    expect(identity([key('u', 'a'), PRIMARY])).toEqual([0]);
    expect(identity([key('PRIMARY', 'b', 'a')])).toEqual([2, 1]);
  });

  test('else a unique key that is never NULL, whole and readable', () => {
    expect(identity([key('n', 'n'), key('u', 'a')])).toEqual([1]);
    expect(identity([key('x', null), key('p', ['a', 4]), key('u', 'b')])).toEqual([2]);
    expect(identity([key('n', 'n')])).toBeNull();
    expect(identity([key('na', 'a', 'n')])).toBeNull();
    expect(identity([])).toBeNull();
  });

  test('is not one whose column does not travel', () => {
    const excluded: ColumnMapping[] = [{ tables: TABLES, exclude: ['id'] }];
    const defaulted = [column('id', { nullable: false, autoIncrement: true }), ...columns.slice(1)];
    const route = routeOf({ target: { columns: defaulted, uniqueKeys: [PRIMARY, key('u', 'a')] }, columns: excluded });
    expect(route.identity).toEqual([1]);
  });

  test('rows without one are addressed by all their columns, in order', () => {
    const route = routeOf({ target: { columns: [ID, column('n')] } });
    expect(route.ordered).toBe(true);
    expect(() => route.identityOf([1, 2])).toThrow(OtterError);
    expect(route.writer.delete([[1, null]])).toMatch(/WHERE .*`n` IS NULL LIMIT 1$/);
  });
});

describe('when the order of rows can be observed', () => {
  const route = (uniqueKeys: TableSpec['uniqueKeys'], columns = [ID, column('a'), text('w')]): RoutedTable =>
    routeOf({ target: { columns, uniqueKeys: uniqueKeys ?? [] } });

  test('further unique keys are watched', () => {
    expect(route([PRIMARY]).uniques).toHaveLength(0);
    expect(route([PRIMARY, key('a', 'a'), key('w', 'a', ['w', 3])]).uniques.map((u) => u.ordinals)).toEqual([
      [1],
      [1, 2],
    ]);
  });

  test('a text key is watched beside its identity: the collation may hold two texts equal', () => {
    const watched = routeOf({
      target: { columns: [text('id', 'utf8mb4_general_ci', { nullable: false })], uniqueKeys: [PRIMARY] },
    });
    expect(watched.uniques.map((u) => u.ordinals)).toEqual([[0]]);
    expect(watched.ordered).toBe(false);
  });

  test('a unique key that cannot be read orders the table', () => {
    expect(route([PRIMARY, key('e', null)]).ordered).toBe(true);
    const generated = [ID, column('a'), column('g', { generated: 'virtual' })];
    expect(route([PRIMARY, key('g', 'g')], generated).ordered).toBe(true);
    const extra = routeOf({
      source: { columns: [ID] },
      target: { columns: [ID, column('x')], uniqueKeys: [PRIMARY, key('x', 'x')] },
    });
    expect(extra.ordered).toBe(true);
  });

  test('a cascade orders the table, within the group of its relatives', () => {
    const child = routeOf({
      target: { columns: [ID], uniqueKeys: [PRIMARY] },
      cascade: { group: 'g', isParent: false },
    });
    expect(child).toMatchObject({ ordered: true, orderGroup: 'g', cascades: false });
    const parent = routeOf({
      target: { columns: [ID], uniqueKeys: [PRIMARY] },
      cascade: { group: 'g', isParent: true },
    });
    expect(parent.cascades).toBe(true);
    expect(route([PRIMARY])).toMatchObject({ ordered: false, orderGroup: 'shop.t', cascades: false });
  });

  test('two source tables speak of the same key only when it has one type in both', () => {
    const target = { columns: [ID, column('a')], uniqueKeys: [PRIMARY] };
    const [one, two] = ['t1', 't2'].map((table) => routeOf({ source: { table, columns: [ID, column('a')] }, target }));
    expect(one?.keySpace).toBe(two?.keySpace);
    const wide = {
      columns: [column('id', { kind: 'decimal', precision: 20, nullable: false })],
      uniqueKeys: [PRIMARY],
    };
    expect(routeOf({ source: { columns: [ID] }, target: wide }).keySpace).not.toBe(routeOf({ target: wide }).keySpace);
  });
});

describe('what an update sets', () => {
  const columns = [ID, column('a'), column('b'), column('c', { kind: 'double' })];
  const route = routeOf({ target: { columns, uniqueKeys: [PRIMARY] } });

  test('the columns of its mask, never those of the key', () => {
    expect(route.setColumns(0b1111, [1, 2, 3, 4])).toEqual([1, 2, 3]);
    expect(route.setColumns(0b0100, [1, 2, 3, 4])).toEqual([2]);
    expect(route.setColumns(0b0001, [1, 2, 3, 4])).toEqual([]);
  });

  test('all that is there, when nothing is known of what changed', () => {
    expect(route.setColumns(ALL_COLUMNS, [1, 2, 3, 4])).toEqual([1, 2, 3]);
    expect(route.setColumns(ALL_COLUMNS, [1, undefined, 3, undefined])).toEqual([2]);
    expect(route.setColumns(ALL_COLUMNS, [1, 2, 3, 4])).toEqual([1, 2, 3]);
  });

  test('what differs between two images, the key included', () => {
    expect(route.changedColumns([1, 2, 3, 4], [9, 2, 4, 4])).toEqual([0, 2]);
    expect(route.changedColumns([1, undefined, 3, 4], [undefined, 2, undefined, 4])).toEqual([1]);
    expect(route.changedColumns([1, null, 3, 0], [1, 0, null, -0])).toEqual([1, 2, 3]);
    expect(route.changedColumns([1, Buffer.from('a'), 3, 4], [1, Buffer.from('a'), 3, 4])).toEqual([]);
    expect(route.changedColumns([1, Buffer.from('a'), 3, 4], [1, Buffer.from('b'), 3, 4])).toEqual([1]);
  });

  test('columns that do not travel shift no position', () => {
    const narrow = routeOf({
      target: { columns, uniqueKeys: [PRIMARY] },
      columns: [{ tables: TABLES, exclude: ['a'] }],
    });
    expect(narrow.setColumns(0b1110, [1, 2, 3, 4])).toEqual([1, 2]);
    expect(narrow.changedColumns([1, 2, 3, 4], [1, 9, 3, 5])).toEqual([2]);
  });
});

test('a partial row is written by a writer of its own, a whole one by the common one', () => {
  const route = routeOf({ target: { columns: [ID, column('a'), column('b')], uniqueKeys: [PRIMARY] } });
  expect(route.writerFor([1, 2, 3])).toBe(route.writer);
  expect(route.writerFor([1, undefined, 3])).toBe(route.writerFor([2, undefined, 4]));
  expect(insertSql(route, [1, undefined, null])).toBe('INSERT INTO `shop`.`t` (`id`,`b`) VALUES (1,NULL)');
});

test.each([
  ['=3', '=3', true],
  ['NULL', 'NULL', true],
  ['=3', '=4', false],
  ['NULL', '=NULL', false],
  [null, null, false],
])('a row that leaves out a column of default %s, %s on the target, may be written: %s', (ours, theirs, may) => {
  const route = routeOf({
    source: { columns: [ID, column('a', { constantDefault: ours })] },
    target: { columns: [ID, column('a', { constantDefault: theirs })], uniqueKeys: [PRIMARY] },
  });
  const write = (): string => insertSql(route, [1, undefined]);
  if (may) expect(write()).toBe('INSERT INTO `shop`.`t` (`id`) VALUES (1)');
  else expect(write).toThrow(expect.objectContaining({ code: 'ROW_IMAGE_PARTIAL' }));
});

test('an image that cannot find its row is told before a statement is made of it', () => {
  const route = routeOf({ target: { columns: [ID, column('a')], uniqueKeys: [PRIMARY] } });
  expect(() => route.requireAddress([1, undefined])).not.toThrow();
  expect(() => route.requireAddress([undefined, 1])).toThrow(expect.objectContaining({ code: 'ROW_IMAGE_PARTIAL' }));
  const keyless = routeOf({ target: { columns: [ID, column('a')] } });
  expect(() => keyless.writer.delete([[1, undefined]])).toThrow(expect.objectContaining({ code: 'ROW_IMAGE_PARTIAL' }));
});

test('a row is shown to a person with bytes in hex, absent columns left out and big numbers whole', () => {
  const columns = [
    column('id', { length: 8, nullable: false }),
    column('b', { kind: 'binary' }),
    column('j', { kind: 'json' }),
    column('n'),
  ];
  const route = routeOf({ target: { columns, uniqueKeys: [PRIMARY] } });
  const row: Row = [2n ** 63n, Buffer.from([0, 255]), [{ operation: 'remove', path: '$.a' }], null];
  expect(route.keyText(row)).toBe('id=9223372036854775808');
  expect(route.rowText(row)).toBe(
    '{"id":"9223372036854775808","b":"0x00ff","j":"steps [{\\"operation\\":\\"remove\\",\\"path\\":\\"$.a\\"}]","n":null}',
  );
  expect(route.rowText([1, undefined, undefined, undefined])).toBe('{"id":"1"}');
  expect(route.rowText(null)).toBeNull();
  expect(routeOf({ target: { columns: [column('x'), column('y')] } }).keyText([1, null])).toBe('x=1, y=null');
});
