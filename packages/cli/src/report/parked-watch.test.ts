import type { ParkedTable } from '@otter/engine';
import { expect, test } from 'vitest';
import { ParkedWatch } from './parked-watch.ts';

const since = { file: 'b.000001', offset: 4, gtid: '' };
const parked = (id: number, state: ParkedTable['state'] = 'parked'): ParkedTable => ({
  id,
  table: 'shop.t',
  state,
  code: 'ROW_MISSING',
  messageZh: '',
  message: 'm',
  since,
});

test('each turn is told once', () => {
  const watch = new ParkedWatch();
  expect(watch.look([])).toEqual({ news: [], rejoined: [] });
  expect(watch.look([parked(3)])).toEqual({ news: [parked(3)], rejoined: [] });
  expect(watch.look([parked(3)])).toEqual({ news: [], rejoined: [] });
  expect(watch.look([parked(3, 'catching-up')]).news).toHaveLength(1);
  expect(watch.look([])).toEqual({ news: [], rejoined: ['shop.t'] });
  expect(watch.look([])).toEqual({ news: [], rejoined: [] });
});

test('an error without its number waits for it, but not beyond the end', () => {
  const watch = new ParkedWatch();
  expect(watch.look([parked(0)]).news).toEqual([]);
  expect(watch.look([parked(8)]).news).toEqual([parked(8)]);
  const other = new ParkedWatch();
  other.look([parked(0)]);
  expect(other.look([parked(0)], true).news).toEqual([parked(0)]);
});
