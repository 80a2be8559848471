import { parseServerUrl, parseTablePatterns } from '@otter/core';
import { expect, test } from 'vitest';
import { derivedName } from './pipeline-name.ts';

const address = (url: string) => parseServerUrl(url, { readFile: () => '', env: () => undefined });

function name(from: string, to: string, tables: string): string {
  return derivedName(address(from), address(to), parseTablePatterns(tables));
}

test('the name depends on places and tables alone, not on accounts or order', () => {
  const first = name('mysql://a:pw1@db1/', 'mysql://b@db2:3307/', 'shop.x,shop.y');
  expect(first).toMatch(/^sync-[0-9a-f]{8}$/);
  expect(name('mariadb://other:pw2@DB1:3306/', 'mysql://c:z@db2:3307/', 'shop.y, shop.x')).toBe(first);
  expect(name('mysql://a@db2:3307/', 'mysql://b@db1/', 'shop.x,shop.y')).not.toBe(first);
  expect(name('mysql://a@db1/', 'mysql://b@db2:3307/', 'shop.x')).not.toBe(first);
});

test('the name never changes between versions: it is the key of stored checkpoints', () => {
  expect(name('mysql://a@db1/', 'mysql://b@db2:3307/', 'shop.*')).toMatchInlineSnapshot(`"sync-6de17719"`);
});
