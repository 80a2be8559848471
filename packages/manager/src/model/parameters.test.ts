import { expect, test } from 'vitest';
import { effectiveParameters, oneWayProblem } from './parameters.ts';

const LEVELS = {
  system: { apply: 'row', workers: 4 },
  channel: { mode: 'full', memory: '32M', 'otter-marks': '7' },
  pipeline: { memory: '64M' },
} as const;

test('the pipeline wins over its channel, and that over the system', () => {
  expect(effectiveParameters(LEVELS, false)).toEqual({
    apply: { value: 'row', from: 'system' },
    workers: { value: 4, from: 'system' },
    mode: { value: 'full', from: 'channel' },
    'otter-marks': { value: '7', from: 'channel' },
    memory: { value: '64M', from: 'pipeline' },
  });
});

test('what is said for the others does not stop a pair', () => {
  expect(effectiveParameters(LEVELS, true)).toEqual({
    workers: { value: 4, from: 'system' },
    memory: { value: '64M', from: 'pipeline' },
  });
  const apart = { ...LEVELS, channel: { mode: 'incremental', 'otter-marks': 'shield' } } as const;
  expect(effectiveParameters(apart, true)).toMatchObject({
    mode: { value: 'incremental', from: 'channel' },
    'otter-marks': { value: 'shield', from: 'channel' },
  });
});

test.each([
  { parameters: { apply: 'row' }, problem: /apply: row/ },
  { parameters: { mode: 'full' }, problem: /mode: full/ },
  { parameters: { start: 'earliest' }, problem: /leave out the start/ },
  { parameters: { 'otter-marks': '7:_SYNC' }, problem: /otter-marks/ },
] as const)('of a pair itself it is refused: $parameters', ({ parameters, problem }) => {
  expect(oneWayProblem(parameters)?.en).toMatch(problem);
});

test('a pair may have everything else', () => {
  expect(
    oneWayProblem({ apply: 'transaction', mode: 'auto', start: 'now', 'otter-marks': 'off', ddl: 'stop' }),
  ).toBeNull();
});
