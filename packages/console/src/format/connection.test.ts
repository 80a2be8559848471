import { expect, test } from 'vitest';
import { connectionOf, connectionText } from './connection.ts';

test.each([
  ['mysql://otter:p%40ss@db1:3307', { host: 'db1', port: 3307, user: 'otter', password: 'p@ss' }],
  [' mariadb://otter@10.0.0.1/ ', { host: '10.0.0.1', port: 3306, user: 'otter', password: null }],
  ['db1', { host: 'db1', port: 3306, user: null, password: null }],
  ['db1:80', { host: 'db1', port: 80, user: null, password: null }],
  ['root@[::1]:3306', { host: '::1', port: 3306, user: 'root', password: null }],
])('%s says where and as whom', (text, connection) => {
  expect(connectionOf(text)).toEqual(connection);
});

test.each(['', 'mysql://', 'two words', 'db1:99999'])('"%s" says nothing', (text) => {
  expect(connectionOf(text)).toBeNull();
});

test('what is shown holds no password and reads back', () => {
  const text = connectionText({ host: '::1', port: 3307, user: 'a b' });
  expect(text).toBe('mysql://a%20b@[::1]:3307');
  expect(connectionOf(text)).toEqual({ host: '::1', port: 3307, user: 'a b', password: null });
});
