import { describe, expect, test } from 'vitest';
import { cascadePlaces } from './cascade-places.ts';

type Cascades = Parameters<typeof cascadePlaces>[0];

/** `child>parent`, each a key that acts on the child. */
function keys(...list: string[]): Cascades {
  return list.map((k) => {
    const [table = '', parentTable = ''] = k.split('>');
    return { schema: 'Shop', table, parentSchema: 'Shop', parentTable };
  });
}

function groupsOf(...list: string[]): Map<string, string> {
  return new Map([...cascadePlaces(keys(...list))].map(([name, place]) => [name, place.group]));
}

describe('tables joined by keys that act on other rows keep their order among each other', () => {
  test('parent and child are in one group; only the parent cascades', () => {
    const places = cascadePlaces(keys('Child>Parent'));
    expect([...places.keys()].sort()).toEqual(['shop\0child', 'shop\0parent']);
    expect(places.get('shop\0parent')?.isParent).toBe(true);
    expect(places.get('shop\0child')?.isParent).toBe(false);
    expect(places.get('shop\0parent')?.group).toBe(places.get('shop\0child')?.group);
  });

  test.each([
    ['a chain', 'c>b', 'b>a'],
    ['a chain, the other way round', 'b>a', 'c>b'],
    ['two parents', 'c>a', 'c>b'],
    ['two children', 'b>a', 'c>a'],
    ['a ring', 'a>b', 'b>c', 'c>a'],
  ])('%s is one group', (_, ...list) => {
    const groups = groupsOf(...list);
    expect(groups.size).toBe(3);
    expect(new Set(groups.values()).size).toBe(1);
  });

  test('two groups found apart become one when a key joins them, whichever tables it joins', () => {
    expect(new Set(groupsOf('b>a', 'd>c').values()).size).toBe(2);
    for (const join of ['d>a', 'a>d', 'b>d', 'c>b', 'a>c', 'd>b']) {
      expect(new Set(groupsOf('b>a', 'd>c', join).values()).size, join).toBe(1);
    }
  });

  test('a table that is its own parent, and tables of two schemas with one name', () => {
    expect(cascadePlaces(keys('a>a')).get('shop\0a')).toEqual({ group: 'shop\0a', isParent: true });
    const across: Cascades = [{ schema: 'x', table: 't', parentSchema: 'y', parentTable: 't' }];
    expect([...cascadePlaces(across)].map(([name, place]) => [name, place.isParent])).toEqual([
      ['y\0t', true],
      ['x\0t', false],
    ]);
  });

  test('without such keys no table has a place', () => {
    expect(cascadePlaces([]).size).toBe(0);
  });
});
