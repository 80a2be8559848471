import { expect, test } from 'vitest';
import type { NewErrorRecord } from '../control/error-records.ts';
import { PipelineParkedTables } from './parked-tables.ts';

function record(table: string): NewErrorRecord {
  const position = { file: 'bin.000001', offset: 4, gtid: '' };
  return {
    table,
    code: 'ROW_MISSING',
    message: 'm',
    messageZh: 'm',
    position,
    scope: { change: 0 },
    statement: null,
    key: null,
    before: null,
    after: null,
  };
}

test('a parked table is so at once, is told of, and gives the statement that makes it last', () => {
  const told: string[] = [];
  const parked = new PipelineParkedTables(
    (r) => `INSERT ${r.table}`,
    (r) => told.push(r.table),
  );
  expect(parked.isParked('shop.t')).toBe(false);
  expect(parked.park(record('shop.t'))).toBe('INSERT shop.t');
  expect(parked.isParked('shop.t')).toBe(true);
  expect(parked.isParked('shop.T')).toBe(false);
  expect(parked.entries.get('shop.t')).toMatchObject({ id: null, state: 'open' });
  expect(told).toEqual(['shop.t']);
  parked.unpark('shop.t');
  expect(parked.isParked('shop.t')).toBe(false);
});

test('every change of who is parked is seen in the version: plans made before it are void', () => {
  const parked = new PipelineParkedTables(
    () => '',
    () => {},
  );
  const versions = [parked.version];
  parked.park(record('a'));
  versions.push(parked.version);
  parked.park(record('b'));
  versions.push(parked.version);
  parked.unpark('a');
  versions.push(parked.version);
  expect(new Set(versions).size).toBe(4);
});
