import { describe, expect, test } from 'vitest';
import { assert, ERRORS, messageInChinese, OtterError, type ErrorCode } from './errors.ts';
import { Redactor } from './redaction.ts';
import { say } from './wording.ts';

describe('every code', () => {
  test.each(Object.entries(ERRORS))('%s says what happened and what to do, in both languages', (code, entry) => {
    expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/);
    expect(['retry', 'table', 'pipeline', 'usage', 'request']).toContain(entry.scope);
    expect(entry.summary).toMatch(/^[A-Z].*[^.]$/);
    expect(entry.summaryZh).toMatch(/\p{Script=Han}.*[^。.]$/u);
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

  test('is told in Chinese as far as its detail was said in Chinese', () => {
    const said = new OtterError('TABLE_MISSING', { detail: say('target-for', { target: 'a.t', source: 'b.t' }) });
    expect([said.message, said.messageZh]).toEqual([
      'The target has no such table: a.t, for b.t',
      '目标库没有该表：a.t（对应源表 b.t）',
    ]);
    expect(new OtterError('USAGE', { detail: 'no such flag' }).messageZh).toBe('命令或配置无效：no such flag');
  });

  test('tells no secret in either language', () => {
    const redactor = new Redactor();
    redactor.add('hunter22');
    const said = say('socket-failed', { message: 'mysql://a:hunter22@h' });
    const { detail, detailZh } = redactor.cleanError(new OtterError('SOURCE_UNREACHABLE', { detail: said }));
    expect([detail, detailZh]).toEqual(['the connection failed: mysql://a:***@h', '连接失败：mysql://a:***@h']);
  });

  test('that was kept in English alone still says in Chinese what its code says', () => {
    expect(messageInChinese('ROW_MISSING', `${ERRORS.ROW_MISSING.summary}: a.t`)).toBe('要变更的行在目标库不存在：a.t');
    expect(messageInChinese('ROW_MISSING', 'of another version')).toBe('of another version');
    expect(messageInChinese('GONE', 'x')).toBe('x');
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
