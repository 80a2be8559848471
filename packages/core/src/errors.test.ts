import { describe, expect, test } from 'vitest';
import { assert, ERRORS, OtterError, type ErrorCode } from './errors.ts';

describe('every code', () => {
  test.each(Object.entries(ERRORS))('%s says what happened and what to do, in both languages', (code, entry) => {
    expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/);
    expect(['retry', 'table', 'pipeline', 'usage', 'request']).toContain(entry.scope);
    expect(entry.summary).toMatch(/^[A-Z].*[^.]$/);
    expect(entry.advice).toMatch(/^[A-Z].*\.$/s);
    expect(entry.adviceZh).toMatch(/\p{Script=Han}.*[。]$/su);
  });

  test.each(Object.entries(ERRORS))('%s names the same commands in both languages', (_, entry) => {
    const commands = (text: string): string[] =>
      [...text.matchAll(/`([^`]+)`/g)].map(([, command = '']) => command).sort();
    expect(new Set(commands(entry.adviceZh))).toEqual(new Set(commands(entry.advice)));
  });

  test('a table that stops says how it goes on', () => {
    for (const [code, entry] of Object.entries(ERRORS)) {
      if (entry.scope === 'table') expect(`${code}: ${entry.advice}`).toMatch(/otter errors (skip|retry)/);
    }
  });
});

describe('an error', () => {
  test('carries its code, scope, advice, detail and cause', () => {
    const cause = new Error('below');
    const error = new OtterError('LOG_PURGED', { detail: 'bin.000001', context: { file: 'bin.000001' }, cause });
    expect(error).toMatchObject({
      code: 'LOG_PURGED',
      scope: 'pipeline',
      detail: 'bin.000001',
      name: 'OtterError',
      cause,
    });
    expect(error.message).toBe(`${ERRORS.LOG_PURGED.summary}: bin.000001`);
    expect(error.advice).toBe(ERRORS.LOG_PURGED.advice);
    expect(error.context).toEqual({ file: 'bin.000001' });
    expect(error).toBeInstanceOf(Error);
  });

  test('without a cause has none, without context an empty one', () => {
    const error = new OtterError('USAGE', { detail: 'x' });
    expect('cause' in error).toBe(false);
    expect(error.context).toEqual({});
  });

  test('is recognised across two copies of this package', () => {
    const code: ErrorCode = 'USAGE';
    expect(OtterError.is(Object.assign(new Error('x'), { [Symbol.for('otter.error')]: true, code }))).toBe(true);
    for (const value of [new Error('x'), null, undefined, 'USAGE', 5, {}]) expect(OtterError.is(value)).toBe(false);
  });
});

test('a mistake of ours is INTERNAL', () => {
  expect(() => assert(true, 'fine')).not.toThrow();
  for (const nothing of [false, null, undefined, 0, '']) {
    expect(() => assert(nothing, 'what was wrong')).toThrow(
      expect.objectContaining({ code: 'INTERNAL', detail: 'what was wrong' }),
    );
  }
});
