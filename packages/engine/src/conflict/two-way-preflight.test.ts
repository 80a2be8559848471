import { parseTablePatterns } from '@otter/core';
import { expect, test } from 'vitest';
import { column, routeOf } from '../testing/tables.fixture.ts';
import { askLines } from './two-way-preflight.ts';

test('a pattern of tables to be asked about has to match one, as the leading direction knows them', () => {
  const ask = parseTablePatterns('shop.t,shop.nothing');
  const direction = { keep: 'newest', tie: 'source', counterpart: 'back', ask } as const;
  expect(
    askLines({ ...direction, leads: true }, [routeOf({ target: { columns: [column('id')] } }).target]),
  ).toMatchObject([
    { verdict: 'stop', finding: 'No table that is kept equal matches shop.nothing: nobody would ever be asked.' },
  ]);
  expect(askLines({ ...direction, leads: false }, [])).toEqual([]);
});
