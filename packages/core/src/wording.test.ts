import { describe, expect, test } from 'vitest';
import { checkInChinese, MESSAGES } from './messages.ts';
import { say, sayNames, verbatim } from './wording.ts';

const HAN = /\p{Script=Han}/u;

function holes(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

describe('every message', () => {
  test.each(Object.entries(MESSAGES))('%s says the same in both languages', (id, { en, zh }) => {
    expect(id).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    expect([...new Set(holes(zh))].sort()).toEqual([...new Set(holes(en))].sort());
    expect(en).not.toMatch(HAN);
    // One that only puts parts together has no words of its own.
    if (/[a-z]{2}/.test(en.replaceAll(/\{\w+\}/g, ''))) expect(zh).toMatch(HAN);
    // A sentence in one is a sentence in the other; half a sentence stays half.
    const isWhole = (text: string, stop: string): boolean => text.endsWith(stop) || /\{\w+\}$/.test(text);
    if (en.endsWith('.')) expect(isWhole(zh, '。')).toBe(true);
    if (zh.endsWith('。')) expect(isWhole(en, '.')).toBe(true);
  });

  test.each(Object.entries(MESSAGES))('%s names the same settings, options and statements', (_, { en, zh }) => {
    const names = (text: string): string[] =>
      [...text.matchAll(/`[^`]+`|--[a-z-]+|\b[a-z]+(?:_[a-z]+)+\b/g)].map(([name]) => name);
    expect(new Set(names(zh))).toEqual(new Set(names(en)));
  });
});

describe('what is said', () => {
  test('has its holes filled, each language by its own side of a wording', () => {
    const what = say('channel-numbered', { id: 7 });
    expect(what).toEqual({ en: 'channel 7', zh: '通道 7' });
    const said = say('version-gone', { what, version: 3 });
    expect(said).toEqual({ en: 'channel 7 is no longer version 3', zh: '通道 7 已不是版本 3' });
  });

  test('is filled once: what a user named like a hole, or writes like a replacement, stays as it is', () => {
    const said = say('setting-bad', { name: '{value}', value: '$& $1', why: verbatim('{name}') });
    expect(said.en).toBe('{value} is $& $1. {name}');
  });

  test('of many names is the first and how many more', () => {
    expect(sayNames(['a', 'b'])).toEqual({ en: 'a, b', zh: 'a、b' });
    expect(sayNames(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toEqual({
      en: 'a, b, c, d, e and 2 more',
      zh: 'a、b、c、d、e 及另外 2 个',
    });
  });

  test('is checked by the compiler', () => {
    // @ts-expect-error no such message
    expect(() => say('no-such-message')).toThrow();
    // @ts-expect-error a hole is missing
    expect(say('setting-good', { name: 'x' }).en).toBe('x is {value}.');
  });
});

test('settings are called as the server calls them', () => {
  expect([checkInChinese('primary key'), checkInChinese('binlog_format')]).toEqual(['主键', 'binlog_format']);
});
