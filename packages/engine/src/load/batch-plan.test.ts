import { OtterError, type Row, type RowsChange } from '@otter/core';
import { describe, expect, test } from 'vitest';
import { column, deletes, inserts, key, routeOf, text, transaction, updates } from '../testing/tables.fixture.ts';
import type { RoutedTable } from '../transform/routed-table.ts';
import { BatchPlan, orderedChanges } from './batch-plan.ts';
import { ALL_COLUMNS } from './column-mask.ts';
import { changeStatement, operationStatements, orderedStatements } from './plan-statements.ts';

const ID = column('id', { nullable: false });
const COLUMNS = [ID, column('a'), column('v')];
const simple = (): RoutedTable => routeOf({ target: { columns: COLUMNS, uniqueKeys: [key('PRIMARY', 'id')] } });
const unique = (): RoutedTable =>
  routeOf({ target: { columns: COLUMNS, uniqueKeys: [key('PRIMARY', 'id'), key('a', 'a')] } });

/** `insert 1 (1,2,3)`; `ordered` when the table is applied as logged. */
function planned(route: RoutedTable, ...changes: RowsChange[]): string[] | 'ordered' {
  const plan = BatchPlan.of([transaction(changes)], () => route);
  const table = plan.tables.get(route);
  if (table?.ordered) return 'ordered';
  return [...(table?.operations.values() ?? [])].map((o) =>
    o.kind === 'none' ? 'none' : `${o.kind} ${JSON.stringify(o.row)}`,
  );
}

/** The SQL of a batch over one table. */
function sql(route: RoutedTable, ...changes: RowsChange[]): string[] {
  const plan = BatchPlan.of([transaction(changes)], () => route);
  const table = plan.tables.get(route);
  const statements = table?.ordered
    ? orderedStatements([...plan.ordered.values()].flat(), 1e6)
    : operationStatements(table as NonNullable<typeof table>, table?.operations.values() ?? [], 1e6);
  return statements.map((statement) => statement.sql);
}

describe('changes of one row become one', () => {
  const one: Row = [1, 1, 1];
  const two: Row = [1, 2, 2];
  const three: Row = [1, 3, 3];
  const route = simple();
  test.each([
    ['insert, update', [inserts(route, one), updates(route, [one, two])], ['insert [1,2,2]']],
    ['insert, delete', [inserts(route, one), deletes(route, one)], ['none']],
    ['insert, delete, insert', [inserts(route, one), deletes(route, one), inserts(route, two)], ['insert [1,2,2]']],
    ['update, update', [updates(route, [one, two]), updates(route, [two, three])], ['update [1,3,3]']],
    ['update, delete', [updates(route, [one, two]), deletes(route, two)], ['delete [1,2,2]']],
    ['delete, insert', [deletes(route, one), inserts(route, two)], ['update [1,2,2]']],
    ['delete, insert, delete', [deletes(route, one), inserts(route, two), deletes(route, two)], ['delete [1,2,2]']],
    [
      'update, delete, insert',
      [updates(route, [one, two]), deletes(route, two), inserts(route, three)],
      ['update [1,3,3]'],
    ],
  ] as [string, RowsChange[], string[]][])('%s', (_, changes, expected) => {
    expect(planned(route, ...changes)).toEqual(expected);
  });

  test('a row updated back to what it was is still written: the target may see it in between', () => {
    const statements = sql(simple(), updates(simple(), [one, two]), updates(simple(), [two, one]));
    expect(statements).toHaveLength(1);
  });

  test('all of a deleted and inserted row is set, whatever its images say', () => {
    expect(sql(route, deletes(route, [1, 1, 1]), inserts(route, [1, 1, 2]))).toEqual([
      'UPDATE `shop`.`t` SET `a`=1,`v`=2 WHERE `id`=1',
    ]);
  });

  test('an update sets only what changed', () => {
    expect(
      sql(
        route,
        updates(route, [
          [1, 1, 1],
          [1, 1, 2],
        ]),
      ),
    ).toEqual(['UPDATE `shop`.`t` SET `v`=2 WHERE `id`=1']);
    expect(
      sql(
        route,
        updates(route, [
          [1, 1, 1],
          [1, null, 1],
        ]),
      ),
    ).toEqual(['UPDATE `shop`.`t` SET `a`=NULL WHERE `id`=1']);
  });

  test('an impossible sequence is left to the log order, where it fails loudly', () => {
    expect(planned(route, inserts(route, one), inserts(route, two))).toBe('ordered');
    expect(planned(route, deletes(route, one), deletes(route, one))).toBe('ordered');
    expect(planned(route, deletes(route, one), updates(route, [one, two]))).toBe('ordered');
    expect(planned(route, inserts(route, one), deletes(route, one), deletes(route, one))).toBe('ordered');
  });
});

describe('the order is kept where it can be observed', () => {
  test('a changed key, and chains of them: 3→4, 2→3, 1→2', () => {
    const route = simple();
    const chain = updates(
      route,
      [
        [3, 0, 0],
        [4, 0, 0],
      ],
      [
        [2, 0, 0],
        [3, 0, 0],
      ],
      [
        [1, 0, 0],
        [2, 0, 0],
      ],
    );
    expect(planned(route, chain)).toBe('ordered');
    expect(sql(route, chain)).toEqual([
      'UPDATE `shop`.`t` SET `id`=4 WHERE `id`=3',
      'UPDATE `shop`.`t` SET `id`=3 WHERE `id`=2',
      'UPDATE `shop`.`t` SET `id`=2 WHERE `id`=1',
    ]);
  });

  test('a unique value handed from one row to another, by update, insert or delete', () => {
    const route = unique();
    const give = updates(route, [
      [1, 7, 0],
      [1, 8, 0],
    ]);
    expect(planned(route, give, inserts(route, [2, 7, 0]))).toBe('ordered');
    expect(
      planned(
        route,
        give,
        updates(route, [
          [2, 5, 0],
          [2, 7, 0],
        ]),
      ),
    ).toBe('ordered');
    expect(planned(route, deletes(route, [1, 7, 0]), inserts(route, [2, 7, 0]))).toBe('ordered');
    expect(
      planned(
        route,
        give,
        inserts(route, [2, 7, 0]),
        updates(route, [
          [1, 8, 0],
          [1, 9, 0],
        ]),
      ),
    ).toBe('ordered');
    expect(
      planned(
        route,
        give,
        updates(route, [
          [2, 5, 0],
          [2, 6, 0],
        ]),
      ),
    ).toHaveLength(2);
  });

  test('NULL is handed to everybody', () => {
    const route = unique();
    expect(planned(route, deletes(route, [1, null, 0]), inserts(route, [2, null, 0]))).toHaveLength(2);
  });

  test('a unique value that did not change is not taken', () => {
    const route = unique();
    expect(
      planned(
        route,
        updates(route, [
          [1, 7, 0],
          [1, 7, 1],
        ]),
        updates(route, [
          [1, 7, 1],
          [1, 7, 2],
        ]),
      ),
    ).toEqual(['update [1,7,2]']);
  });

  test('texts that only the collation holds equal', () => {
    const columns = [ID, text('a')];
    const route = routeOf({ target: { columns, uniqueKeys: [key('PRIMARY', 'id'), key('a', 'a')] } });
    expect(planned(route, deletes(route, [1, 'x']), inserts(route, [2, 'X ']))).toBe('ordered');
    expect(planned(route, deletes(route, [1, 'é']), inserts(route, [2, 'y']))).toBe('ordered');
    expect(planned(route, deletes(route, [1, 'x']), inserts(route, [2, 'y']))).toHaveLength(2);
  });

  test('texts of the key itself: a and A are two rows to us and one to the server', () => {
    const columns = [text('id', 'utf8mb4_general_ci', { nullable: false }), column('a')];
    const route = routeOf({ target: { columns, uniqueKeys: [key('PRIMARY', 'id')] } });
    expect(planned(route, deletes(route, ['a', 1]), inserts(route, ['A', 1]))).toBe('ordered');
    expect(
      planned(
        route,
        updates(route, [
          ['a', 1],
          ['A', 1],
        ]),
      ),
    ).toBe('ordered');
    expect(
      planned(
        route,
        updates(route, [
          ['a', 1],
          ['a', 2],
        ]),
      ),
    ).toEqual(['update ["a",2]']);
  });

  test('a table without a key, with a partial key image, with a unique expression or a cascade', () => {
    const keyless = routeOf({ target: { columns: COLUMNS } });
    expect(planned(keyless, inserts(keyless, [1, 1, 1]))).toBe('ordered');
    const route = unique();
    expect(planned(route, deletes(route, [1, undefined, undefined]))).toBe('ordered');
    const expression = routeOf({ target: { columns: COLUMNS, uniqueKeys: [key('PRIMARY', 'id'), key('e', null)] } });
    expect(planned(expression, inserts(expression, [1, 1, 1]))).toBe('ordered');
    const child = routeOf({
      target: { columns: COLUMNS, uniqueKeys: [key('PRIMARY', 'id')] },
      cascade: { group: 'g', isParent: false },
    });
    expect(planned(child, inserts(child, [1, 1, 1]))).toBe('ordered');
  });

  test('a partial JSON value reads the row before it', () => {
    const route = routeOf({
      target: { columns: [ID, column('j', { kind: 'json' })], uniqueKeys: [key('PRIMARY', 'id')] },
    });
    const diff = [{ operation: 'remove' as const, path: '$.a' }];
    expect(
      planned(
        route,
        updates(route, [
          [1, undefined],
          [1, diff],
        ]),
      ),
    ).toBe('ordered');
    expect(
      planned(
        route,
        updates(route, [
          [1, '{}'],
          [1, '[]'],
        ]),
      ),
    ).toEqual(['update [1,"[]"]']);
  });

  test('an order found late takes back what was merged before', () => {
    const route = unique();
    const plan = BatchPlan.of(
      [
        transaction([inserts(route, [1, 1, 1])]),
        transaction([
          updates(route, [
            [1, 1, 1],
            [2, 1, 1],
          ]),
        ]),
      ],
      () => route,
    );
    expect(plan.tables.get(route)?.operations.size).toBe(0);
    expect([...plan.ordered.values()].flat().map((change) => change.kind)).toEqual(['insert', 'update']);
  });
});

describe('several source tables of one target', () => {
  const target = { columns: COLUMNS, uniqueKeys: [key('PRIMARY', 'id'), key('a', 'a')] };
  const shard = (table: string, columns = COLUMNS): RoutedTable => routeOf({ source: { table, columns }, target });
  const plan = (changes: [RoutedTable, RowsChange][]): BatchPlan => {
    const routes = new Map(changes.map(([route, change]) => [change, route]));
    return BatchPlan.of([transaction(changes.map(([, change]) => change))], (change) => routes.get(change) ?? null);
  };

  test('keep the order of a row that moves from one to the other', () => {
    const [a, b] = [shard('t1'), shard('t2')];
    const moved = plan([
      [a, deletes(a, [1, 1, 1])],
      [b, inserts(b, [1, 1, 2])],
    ]);
    expect([...moved.ordered.values()].flat().map((c) => `${c.kind} ${c.route.source}`)).toEqual([
      'delete shop.t1',
      'insert shop.t2',
    ]);
  });

  test('keep the order of updates of the same row, one after the other and back', () => {
    const [a, b] = [shard('t1'), shard('t2')];
    const both = plan([
      [
        a,
        updates(a, [
          [1, 1, 1],
          [1, 1, 2],
        ]),
      ],
      [
        b,
        updates(b, [
          [1, 1, 2],
          [1, 1, 3],
        ]),
      ],
      [
        a,
        updates(a, [
          [1, 1, 3],
          [1, 1, 4],
        ]),
      ],
    ]);
    expect([...both.ordered.values()].flat().map((c) => c.after?.[2])).toEqual([2, 3, 4]);
  });

  test('keep the order of a unique value that moves between them', () => {
    const [a, b] = [shard('t1'), shard('t2')];
    expect(
      plan([
        [a, deletes(a, [1, 9, 1])],
        [b, inserts(b, [2, 9, 1])],
      ]).ordered.size,
    ).toBe(1);
  });

  test('are merged each for itself while their rows are others', () => {
    const [a, b] = [shard('t1'), shard('t2')];
    const apart = plan([
      [a, inserts(a, [1, 1, 1])],
      [b, inserts(b, [2, 2, 2])],
    ]);
    expect(apart.ordered.size).toBe(0);
    expect(apart.forTarget('shop.t')).toHaveLength(2);
  });

  test('keep the order when their keys cannot be compared', () => {
    const wide = [column('id', { kind: 'decimal', precision: 10, nullable: false }), column('a'), column('v')];
    const narrow = routeOf({ source: { table: 't1', columns: COLUMNS }, target: { ...target, columns: wide } });
    const exact = routeOf({ source: { table: 't2', columns: wide }, target: { ...target, columns: wide } });
    expect(
      plan([
        [narrow, deletes(narrow, [1, 1, 1])],
        [exact, inserts(exact, ['1', 2, 2])],
      ]).ordered.size,
    ).toBe(1);
  });
});

describe('MINIMAL images', () => {
  test('an insert names only the columns it has', () => {
    const route = simple();
    expect(sql(route, inserts(route, [1, undefined, 5]))).toEqual(['INSERT INTO `shop`.`t` (`id`,`v`) VALUES (1,5)']);
  });

  test('an insert into a table too wide for a mask names only the columns it has', () => {
    const columns = [ID, ...Array.from({ length: 40 }, (_, i) => column(`c${i}`))];
    const route = routeOf({ target: { columns, uniqueKeys: [key('PRIMARY', 'id')] } });
    expect(sql(route, inserts(route, [1, 5, ...Array<undefined>(39).fill(undefined)]))).toEqual([
      'INSERT INTO `shop`.`t` (`id`,`c0`) VALUES (1,5)',
    ]);
    const before: Row = [1, ...Array<undefined>(40).fill(undefined)];
    const after: Row = [undefined, ...Array<undefined>(39).fill(undefined), 9];
    expect(sql(route, updates(route, [before, after]))).toEqual(['UPDATE `shop`.`t` SET `c39`=9 WHERE `id`=1']);
  });

  test('an update without the key in its after image finds the row by the before image', () => {
    const route = simple();
    expect(
      sql(
        route,
        updates(route, [
          [1, undefined, undefined],
          [undefined, undefined, 5],
        ]),
      ),
    ).toEqual(['UPDATE `shop`.`t` SET `v`=5 WHERE `id`=1']);
  });

  test('partial updates of one row add up, the last value wins', () => {
    const route = simple();
    const before: Row = [1, undefined, undefined];
    const changes = [
      updates(route, [before, [undefined, 2, undefined]]),
      updates(route, [before, [undefined, undefined, 3]]),
      updates(route, [before, [undefined, 4, undefined]]),
    ];
    expect(sql(route, ...changes)).toEqual(['UPDATE `shop`.`t` SET `a`=4,`v`=3 WHERE `id`=1']);
  });

  test('a delete finds its rows by their keys alone', () => {
    const route = simple();
    const [statement, ...others] = sql(route, deletes(route, [1, undefined, undefined], [2, undefined, undefined]));
    expect(statement).toMatch(/^DELETE .*\b1\b.*\b2\b/);
    expect(statement).not.toContain('`v`');
    expect(others).toEqual([]);
  });

  test.each(['update', 'delete'] as const)(
    'an %s whose image lacks the key of the target stops the table, not the pipeline',
    (kind) => {
      const target = { columns: COLUMNS, uniqueKeys: [key('a', 'id', 'a')] };
      for (const route of [
        routeOf({ target: { ...target, columns: [ID, column('a', { nullable: false }), column('v')] } }),
        routeOf({ target: { columns: COLUMNS } }),
      ]) {
        const before: Row = [1, undefined, undefined];
        const change = { route, kind, before, after: kind === 'update' ? [undefined, undefined, 2] : null };
        for (const attempt of [() => changeStatement(change), () => orderedStatements([change, change], 1e6)]) {
          let thrown: unknown;
          try {
            attempt();
          } catch (error) {
            thrown = error;
          }
          expect(OtterError.is(thrown) && thrown.code).toBe('ROW_IMAGE_PARTIAL');
        }
      }
    },
  );
});

describe('statements', () => {
  test('rows of one kind share a statement up to its size', () => {
    const route = simple();
    const rows = Array.from({ length: 2500 }, (_, i): Row => [i, i, i]);
    expect(sql(route, inserts(route, ...rows)).map((s) => s.split('),(').length)).toEqual([500, 500, 500, 500, 500]);
    const table = BatchPlan.of([transaction([inserts(route, ...rows)])], () => route).tables.get(route);
    const small = operationStatements(table as NonNullable<typeof table>, table?.operations.values() ?? [], 1500);
    expect(small.reduce((sum, s) => sum + s.rows, 0)).toBe(2500);
    expect(small.length).toBeGreaterThan(50);
  });

  test('deletes come before updates, and these before inserts', () => {
    const route = simple();
    const heads = sql(
      route,
      inserts(route, [1, 1, 1]),
      updates(route, [
        [2, 1, 1],
        [2, 2, 1],
      ]),
      deletes(route, [3, 1, 1]),
    ).map((s) => s.slice(0, 6));
    expect(heads).toEqual(['DELETE', 'UPDATE', 'INSERT']);
  });

  test('a change of columns that do not travel says nothing', () => {
    const route = routeOf({
      target: { columns: COLUMNS, uniqueKeys: [key('PRIMARY', 'id')] },
      columns: [
        { tables: { schema: { form: 'exact', text: 'shop' }, table: { form: 'exact', text: 't' } }, exclude: ['v'] },
      ],
    });
    expect(
      sql(
        route,
        updates(route, [
          [1, 1, 1],
          [1, 1, 2],
        ]),
      ),
    ).toEqual([]);
    expect(changeStatement({ route, kind: 'update', before: [1, 1, 1], after: [1, 1, 2] })).toEqual([]);
  });

  test('every change of a careful list is one statement, in the order of the log', () => {
    const route = simple();
    const list = orderedChanges([inserts(route, [1, 1, 1], [2, 2, 2]), deletes(route, [1, 1, 1])], () => route);
    expect(list.flatMap(changeStatement).map((s) => s.sql.slice(0, 6))).toEqual(['INSERT', 'INSERT', 'DELETE']);
    expect(orderedChanges([inserts(route, [1, 1, 1])], () => null)).toEqual([]);
  });

  test('in order, runs of inserts and of deletes by key share a statement; updates never do', () => {
    const route = simple();
    const list = orderedChanges(
      [
        inserts(route, [1, 1, 1], [2, 2, 2]),
        inserts(route, [3, 3, 3]),
        updates(
          route,
          [
            [1, 1, 1],
            [1, 1, 2],
          ],
          [
            [2, 2, 2],
            [2, 2, 3],
          ],
        ),
        deletes(route, [1, 1, 2], [2, 2, 3]),
      ],
      () => route,
    );
    expect(orderedStatements(list, 1e6).map((s) => [s.sql.slice(0, 6), s.rows])).toEqual([
      ['INSERT', 3],
      ['UPDATE', 1],
      ['UPDATE', 1],
      ['DELETE', 2],
    ]);
  });

  test('in order, a run never crosses from one table of a group to another', () => {
    const cascade = { group: 'g', isParent: false };
    const [a, b] = ['a', 'b'].map((table) =>
      routeOf({ target: { table, columns: COLUMNS, uniqueKeys: [key('PRIMARY', 'id')] }, cascade }),
    );
    if (!a || !b) throw new Error('two routes were asked for');
    const changes: [RoutedTable, RowsChange][] = [a, b, a].map((route, i) => [route, inserts(route, [i, 1, 1])]);
    const list = changes.flatMap(([route, change]) => orderedChanges([change], () => route));
    expect(orderedStatements(list, 1e6).map((s) => s.sql.slice(0, 23))).toEqual([
      'INSERT INTO `shop`.`a` ',
      'INSERT INTO `shop`.`b` ',
      'INSERT INTO `shop`.`a` ',
    ]);
  });

  test('a table without a key deletes one row a statement', () => {
    const route = routeOf({ target: { columns: COLUMNS } });
    const list = orderedChanges([deletes(route, [1, null, 1], [1, null, 1])], () => route);
    const statements = orderedStatements(list, 1e6);
    expect(statements).toHaveLength(2);
    expect(statements[0]?.sql).toMatch(/LIMIT 1$/);
    expect(statements[0]?.sql).toContain('`a` IS NULL');
  });
});

test('a change whose table is parked is left out, and one without rows says nothing', () => {
  const route = simple();
  expect(BatchPlan.of([transaction([inserts(route, [1, 1, 1])])], () => null).tables.size).toBe(0);
  expect(planned(route, inserts(route))).toEqual([]);
});

test('an image without the key cannot be planned', () => {
  const route = simple();
  expect(() => planned(route, deletes(route, [undefined, 1, 1]))).toThrow(OtterError);
});

test('after the statements are written only keys are kept', () => {
  const route = unique();
  let released = 0;
  const change = { ...inserts(route, [1, 1, 1]), release: () => (released += 1) };
  const transactions = [transaction([change])];
  const plan = BatchPlan.of(transactions, () => route);
  plan.forgetRows(transactions);
  const [operation] = plan.tables.get(route)?.operations.values() ?? [];
  expect(operation).toMatchObject({ kind: 'insert', key: 1, row: [], mask: ALL_COLUMNS });
  expect(operation?.uniques).toHaveLength(1);
  expect(released).toBeGreaterThan(0);
});
