import { describe, expect, test } from 'vitest';
import { stepBetween } from './source-log.ts';

const LOGS = [
  { name: 'bin.000002', size: 1000 },
  { name: 'bin.000003', size: 500 },
  { name: 'bin.000004', size: 300 },
];
const at = (file: string, offset: number, gtid = '') => ({ file, offset, gtid });

describe('what lies between two places of a log', () => {
  test('within one file and over several', () => {
    expect(stepBetween(at('bin.000003', 100), at('bin.000003', 400), LOGS)).toEqual({
      direction: 'forward',
      bytes: 300,
      isKept: true,
    });
    expect(stepBetween(at('bin.000004', 200), at('bin.000002', 900), LOGS)).toEqual({
      direction: 'back',
      bytes: 100 + 500 + 200,
      isKept: true,
    });
    expect(stepBetween(at('bin.000004', 200), at('bin.000004', 200), LOGS)).toMatchObject({
      direction: 'same',
      bytes: 0,
    });
  });

  test('a file that is gone, or an offset behind the end of one', () => {
    expect(stepBetween(at('bin.000004', 200), at('bin.000001', 4), LOGS)).toEqual({
      direction: 'back',
      bytes: null,
      isKept: false,
    });
    expect(stepBetween(at('bin.000004', 999), at('bin.000005', 4), LOGS)).toMatchObject({ bytes: null, isKept: false });
  });

  test('by GTIDs alone, of both flavours', () => {
    const uuid = '3E11FA47-71CA-11E1-9E33-C80AA9429562';
    expect(stepBetween(at('', 0, '0-1-100'), at('', 0, '0-1-90'), LOGS)).toEqual({
      direction: 'back',
      bytes: null,
      isKept: null,
    });
    expect(stepBetween(at('', 0, `${uuid}:1-5`), at('', 0, `${uuid}:1-9`), LOGS).direction).toBe('forward');
    expect(stepBetween(at('', 0, '0-1-100,1-1-5'), at('', 0, '0-1-90,1-1-9'), LOGS).direction).toBe('unknown');
    expect(stepBetween(at('', 0, '0-1-100'), at('', 0, `${uuid}:1-9`), LOGS).direction).toBe('unknown');
  });

  test('by a file here and GTIDs there nothing can be said', () => {
    expect(stepBetween(at('bin.000003', 100, ''), at('', 0, '0-1-90'), LOGS).direction).toBe('unknown');
  });
});
