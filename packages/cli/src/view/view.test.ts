import { describe, expect, test } from 'vitest';
import { bytesText, durationText, rateText, sparkline } from './figures.ts';
import { cutLine, lineText, lineWidth, padLine, span, tableLines } from './line.ts';
import { RateMeter } from './rate-meter.ts';
import { Screen } from './screen.ts';
import { cutEnd, cutMiddle, printable, textWidth, wrapText } from './text-width.ts';
import { RememberedOutput } from '../surroundings.fixture.ts';

describe('widths', () => {
  test.each([
    ['abc', 3],
    ['中文', 4],
    ['a中b', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['🦦', 2],
    ['👩‍👩‍👧', 2],
    ['☀️', 2],
    ['한글', 4],
    ['ＡＢ', 4],
    ['→▁█…·', 5],
    ['𠀀', 2],
    ['\u200b', 0],
  ])('%s takes %i cells', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  test('a cut never exceeds its width and never halves a character', () => {
    const texts = ['shop.order_0001', '数据库.订单明细表_二〇二六', '👩‍👩‍👧🦦👩‍👩‍👧🦦', 'aé中🦦b'.repeat(5)];
    for (const text of texts) {
      for (let width = 0; width <= textWidth(text) + 1; width++) {
        for (const cut of [cutMiddle(text, width), cutEnd(text, width), ...wrapText(text, width + 2)]) {
          expect(textWidth(cut)).toBeLessThanOrEqual(width + 2);
        }
        expect(textWidth(cutMiddle(text, width))).toBeLessThanOrEqual(width);
        expect(textWidth(cutEnd(text, width))).toBeLessThanOrEqual(width);
        expect(cutMiddle(text, width)).not.toMatch(/\ufffd/);
      }
    }
  });

  test('long names keep both ends', () => {
    expect(cutMiddle('warehouse.order_history_2026', 15)).toBe('warehou…ry_2026');
    expect(cutMiddle('数据库.订单明细表', 9)).toBe('数据…细表');
  });

  test('control characters cannot steer the terminal', () => {
    expect(printable('a\u001b[31mb\r\nc\u202ed')).toBe('a [31mb c d');
    expect(span('x\u0007y').text).toBe('x y');
  });
});

describe('lines', () => {
  test('styles are closed where they end, also when cut', () => {
    const line = cutLine([span('red red', 'red'), span(' plain')], 5);
    expect(lineText(line, true)).toBe('\u001b[31mred …\u001b[0m');
    expect(lineText([span('ab'), span('cd', 'bold')], true)).toBe('ab\u001b[1mcd\u001b[0m');
    expect(lineText(line, false)).toBe('red …');
  });

  test('padding counts cells', () => {
    expect(lineText(padLine([span('中文')], 6), false)).toBe('中文  ');
    expect(lineText(padLine([span('7')], 3, 'right'), false)).toBe('  7');
    expect(lineWidth(padLine([span('数据库数据库')], 5))).toBe(5);
  });

  test('a table fits its width and cuts only flexible columns', () => {
    const rows = [
      [span('shop.a_very_long_table_name_indeed_2026'), span('archive.中文表名称很长很长很长很长')],
      [span('shop.b'), span('=')],
    ].map((row, i) => [...row, span(i === 0 ? '1,234,567' : '1')]);
    const columns = [
      { title: 'table', flexible: true },
      { title: 'target', flexible: true },
      { title: 'rows', align: 'right' as const },
    ];
    for (const width of [40, 60, 100]) {
      const lines = tableLines(columns, rows, width);
      for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(width);
      expect(lineText(lines[1] ?? [], false)).toMatch(/1,234,567$/);
    }
  });
});

describe('figures', () => {
  test.each([
    [0.4, '0.4 ms'],
    [12, '12 ms'],
    [3_400, '3.4 s'],
    [125_000, '2 min 05 s'],
    [10_920_000, '3 h 02 min'],
    [90_000_000, '1 d 01 h'],
  ])('%d ms is %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  test('bytes and rates', () => {
    expect(bytesText(999)).toBe('999 B');
    expect(bytesText(1_234)).toBe('1.2 kB');
    expect(bytesText(999_900)).toBe('1.0 MB');
    expect(bytesText(56_000_000)).toBe('56 MB');
    expect(rateText(7.46)).toBe('7.5');
    expect(rateText(1_234.4)).toBe('1,234');
  });

  test('a sparkline has exactly its width, the newest at the right', () => {
    expect(sparkline([0, 5, 10], 5)).toBe('  ▁▅█');
    expect(sparkline([1, 2, 3, 4, 8], 2)).toBe('▅█');
    expect(sparkline([null, 0], 2)).toBe(' ▁');
    expect(sparkline([1], 0)).toBe('');
  });

  test('a rate is measured over its window, seconds over themselves', () => {
    const meter = new RateMeter(2_000);
    for (let at = 0; at <= 5_000; at += 200) meter.add(at, at < 3_000 ? at : 3_000);
    expect(meter.perSecond()).toBe(0);
    expect(meter.history()).toEqual([1000, 1000, 1000, 0, 0]);
  });
});

test('a screen paints whole frames, only when they change, and gives the terminal back', () => {
  const output = new RememberedOutput(true);
  const screen = new Screen(output, false);
  screen.paint([[span('a')], [span('b'.repeat(200))]]);
  expect(output.text).toContain('\u001b[?1049h');
  expect(output.text).toContain(`a\u001b[K\r\n${'b'.repeat(78)}…\u001b[K`);
  const { length } = output.text;
  screen.paint([[span('a')], [span('b'.repeat(200))]]);
  expect(output.text.length).toBe(length);
  output.columns = 40;
  screen.paint([[span('a')], [span('b'.repeat(200))]]);
  expect(output.text.length).toBeGreaterThan(length);
  screen.close();
  screen.close();
  expect(output.text.endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
});
