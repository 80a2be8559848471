import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OtterError } from './errors.ts';
import { compareCoordinates, fileSequence, parsePosition, positionText, type Position } from './position.ts';

function refusal(action: () => unknown): OtterError {
  try {
    action();
  } catch (error) {
    if (OtterError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('files are ordered by their number, not by their text', () => {
  expect(fileSequence('mysql-bin.000042')).toBe(42);
  expect(fileSequence('a.b.1000000')).toBe(1_000_000);
  const at = (file: string, offset: number): number =>
    compareCoordinates({ file, offset }, { file: 'bin.999999', offset: 500 });
  expect(at('bin.1000000', 4)).toBeGreaterThan(0);
  expect(at('bin.000007', 9000)).toBeLessThan(0);
  expect(at('bin.999999', 500)).toBe(0);
  expect(at('bin.999999', 501)).toBeGreaterThan(0);
});

test('offsets beyond 4 GiB are compared exactly', () => {
  const file = 'bin.000001';
  expect(compareCoordinates({ file, offset: 2 ** 32 + 1 }, { file, offset: 2 ** 32 })).toBe(1);
});

test('comparing is an order: antisymmetric and transitive', () => {
  const point = fc.record({ file: fc.integer({ min: 1, max: 3 }).map((n) => `b.${n}`), offset: fc.nat(5) });
  fc.assert(
    fc.property(point, point, point, (a, b, c) => {
      expect(Math.sign(compareCoordinates(a, b)) + Math.sign(compareCoordinates(b, a))).toBe(0);
      if (compareCoordinates(a, b) <= 0 && compareCoordinates(b, c) <= 0)
        expect(compareCoordinates(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});

test.each(['', 'mysql-bin', 'mysql-bin.', 'mysql-bin.index', 'bin.01x'])('%j is no log file', (file) => {
  expect(refusal(() => fileSequence(file)).code).toBe('POSITION_INVALID');
});

describe('a stored position', () => {
  test('is read back as it was written', () => {
    const prepared = [{ xid: "X'61',X'',1", file: 'b.1', offset: 4, gtid: '' }];
    const positions: Position[] = [
      { file: 'b.000001', offset: 4, gtid: '' },
      { file: 'b.000001', offset: 2 ** 40, gtid: '0-1-5' },
      { file: 'b.000001', offset: 4, gtid: '', prepared },
    ];
    for (const position of positions) expect(parsePosition(JSON.stringify(position))).toEqual(position);
  });

  test('without a GTID set has an empty one; an empty list of prepared transactions is none', () => {
    expect(parsePosition('{"file":"b.1","offset":4}')).toEqual({ file: 'b.1', offset: 4, gtid: '' });
    expect(parsePosition('{"file":"b.1","offset":4,"prepared":[]}')).toEqual({ file: 'b.1', offset: 4, gtid: '' });
  });

  test.each([
    '',
    '{',
    'null',
    '5',
    '"b.1:4"',
    '[]',
    '{}',
    '{"file":"b.1"}',
    '{"file":1,"offset":4}',
    '{"file":"b.1","offset":"4"}',
    '{"file":"b.1","offset":-1}',
    '{"file":"b.1","offset":4.5}',
    '{"file":"b.1","offset":1e300}',
    '{"file":"b.1","offset":null}',
    '{"file":"b.1","offset":4,"gtid":5}',
    '{"file":"b.1","offset":4,"gtid":null}',
    '{"file":"b.1","offset":4,"prepared":"x"}',
  ])('%s is refused', (json) => {
    expect(refusal(() => parsePosition(json)).code).toBe('POSITION_INVALID');
  });

  test('any text is read or refused, nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          expect(typeof parsePosition(text).file).toBe('string');
        } catch (error) {
          expect(OtterError.is(error)).toBe(true);
        }
      }),
    );
  });
});

test('a position is shown with its GTID set where there is one', () => {
  expect(positionText({ file: 'b.1', offset: 4, gtid: '' })).toBe('b.1:4');
  expect(positionText({ file: 'b.1', offset: 4, gtid: '0-1-5' })).toBe('b.1:4 (0-1-5)');
});
