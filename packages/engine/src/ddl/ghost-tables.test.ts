import { parseTablePatterns } from '@otter/core';
import { expect, test } from 'vitest';
import { TableRouter } from '../select/table-router.ts';
import { ghostNameOf, presentGhosts, withoutGhosts } from './ghost-tables.ts';

const table = (name: string, triggers: string[] = []): { schema: string; table: string; triggers: string[] } => ({
  ...{ schema: 'shop', table: name },
  triggers,
});

test.each([
  ['_t_gho', 'gh-ost', 'copy', ['t', 't']],
  ['_t_GHC', 'gh-ost', 'changelog', ['t', 't']],
  ['_t_20260102030405_del', 'gh-ost', 'old', ['t_20260102030405', 't']],
  ['_t_new', 'pt-online-schema-change', 'copy', ['t']],
  ['__t_old', 'pt-online-schema-change', 'old', ['t', '_t']],
])('%s', (name, tool, role, bases) => {
  expect(ghostNameOf(name)).toEqual({ tool, role, bases });
});

test.each(['t', 't_new', '_new', '_t_newer', 't_gho', '_gho'])('%s is nobody’s', (name) => {
  expect(ghostNameOf(name)).toBeNull();
});

test('only beside their base table, and of pt-online-schema-change with its triggers', () => {
  const names = (...tables: ReturnType<typeof table>[]): string[] => presentGhosts(tables).map(({ name }) => name);
  expect(names(table('t'), table('_t_gho'), table('_u_gho'))).toEqual(['shop._t_gho']);
  expect(names(table('t'), table('_t_new'), table('_t_old'))).toEqual([]);
  expect(names(table('t', ['pt_osc_shop_t_ins']), table('_t_new'), table('_t_old'))).toEqual(['shop._t_new']);
  expect(names(table('t'), table('_t_old', ['pt_osc_shop_t_ins']))).toEqual(['shop._t_old']);
});

test('a table that is asked for by its exact name is none', () => {
  const router = (tables: string): TableRouter =>
    new TableRouter({ tables: parseTablePatterns(tables), mappings: [], columns: [], controlSchema: 'retl' });
  const tables = [table('t'), table('_t_gho')];
  expect(withoutGhosts(tables, router('shop.*'))).toEqual([table('t')]);
  expect(withoutGhosts(tables, router('shop.*,shop._t_gho'))).toEqual(tables);
});
