import { addressText } from '@otter/core';
import { expect, test } from 'vitest';
import { readSyncOptions } from './sync-options.ts';

const secrets: string[] = [];
const NEEDED = { from: 'mysql://u:first-pw@a:1/', to: 'mysql://u:second-pw@b:2/', tables: ['shop.*'] };

function read(values: Record<string, unknown>) {
  const readers = {
    readFile: () => '',
    env: () => undefined,
    noteSecret: (secret: string) => void secrets.push(secret),
  };
  return readSyncOptions(values, { place: 'pipeline x', readers, temporaryDirectory: '/spill' });
}

test('values by the names of the file become the options of the engine, and passwords are told', () => {
  const options = read({ ...NEEDED, workers: 3, 'copy-max-lag': 5, map: { 'shop.*': 'copy.*' } });
  expect(addressText(options.source)).toBe('u@a:1');
  expect(options).toMatchObject({ workers: 3, copyLagMsMax: 5000, spillDirectory: '/spill', restart: false });
  expect(options.mappings).toHaveLength(1);
  expect(options.name).toMatch(/^sync-[0-9a-f]{8}$/);
  expect(secrets).toEqual(['first-pw', 'second-pw']);
});

test.each(['check', 'dry-run', 'json', 'lang', 'restart'])('%s belongs to the command', (name) => {
  expect(() => read({ ...NEEDED, [name]: true })).toThrow(`pipeline x: "${name}" is not an option`);
});

test('a mistyped name and a missing one are named', () => {
  expect(() => read({ ...NEEDED, worker: 3 })).toThrow(
    'pipeline x: "worker" is not an option (did you mean "workers"?)',
  );
  expect(() => read({ from: NEEDED.from, to: NEEDED.to })).toThrow('--tables is missing');
});

test('of a pair one direction is meant, and nothing of it belongs to a pipeline alone', () => {
  const pair = { ...NEEDED, name: 'shop', conflicts: 'to' };
  expect(read({ ...pair, 'two-way': 'out' })).toMatchObject({ name: 'shop.out', twoWay: { keep: 'target' } });
  expect(read({ ...pair, 'two-way': 'back' })).toMatchObject({ name: 'shop.back', twoWay: { keep: 'source' } });
  expect(() => read(pair)).toThrow('"conflicts" is not an option');
  expect(() => read({ ...NEEDED, 'two-way': true })).toThrow('"two-way" is not an option');
  expect(() => read({ ...pair, 'two-way': 'out', apply: 'row' })).toThrow('--apply does not go with --two-way');
});
