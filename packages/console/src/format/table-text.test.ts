import { expect, test } from 'vitest';
import { csv, tsv } from './table-text.ts';

test('cells cannot break out of their row', () => {
  expect(tsv([['a\tb', 'c\nd'], ['e']])).toBe('a b\tc d\ne');
  expect(csv([['say "hi"', 'a,b\nc']])).toBe('\uFEFF"say ""hi""","a,b\nc"\r\n');
});

test('a spreadsheet computes nothing of what is in a cell', () => {
  expect(csv([['=1+1', '-12.5', '@x', '通道']])).toBe('\uFEFF"\'=1+1","-12.5","\'@x","通道"\r\n');
});
