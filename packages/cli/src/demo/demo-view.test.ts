import { expect, test } from 'vitest';
import { emptyStatus } from '../surroundings.fixture.ts';
import { lineText, lineWidth, type Line } from '../view/line.ts';
import { differenceSentence, isGood, verdictLines, type DemoVerdict } from './demo-verdict.ts';
import { demoView, type DemoViewState } from './demo-view.ts';
import { spreadOf } from './lag-probe.ts';

const VERDICT: DemoVerdict = {
  equal: true,
  tables: 5,
  rows: 4_312,
  differences: [],
  differenceCount: 0,
  transactions: 2_400,
  transactionsPerSecond: 300,
  rowsPerSecond: 1_300,
  lag: { p50: 3, max: 41 },
  probes: 80,
  checks: 150,
  broken: 0,
  changedByHand: false,
};

function state(changes: Partial<DemoViewState> = {}): DemoViewState {
  const figures = { perSecond: 300, history: [1, 2, 3] };
  const order = { kind: 'order' as const, orderId: 7, text: '#7 王小明: 2× 龙井绿茶 250g 🍵 +1, ¥256.00', at: 1 };
  return {
    phase: 'live',
    elapsedMs: 9_000,
    servers: 'MariaDB 10.11.19 → MariaDB 10.11.19',
    source: '127.0.0.1:41001',
    target: '127.0.0.1:41002',
    client: 'mariadb -h127.0.0.1 -P41001 -uroot shop',
    console: { url: 'http://127.0.0.1:8080', password: 'drawn' },
    statement: "INSERT INTO tb_order (user_id, total, note) VALUES (1, 9.99, 'hello 你好');",
    keep: false,
    status: { ...emptyStatus(), transactionsApplied: 2_400, commits: 1_900 },
    written: figures,
    applied: figures,
    lagMs: 3,
    lagHistory: [3, 4, 5],
    lag: { p50: 3, max: 41 },
    sourceCounts: { tb_category: 5, tb_order: 1_000 },
    targetCounts: { tb_category: 5, tb_order: 999 },
    feed: [
      order,
      { ...order, orderId: 8, text: '#8 Ada' },
      { ...order, kind: 'price', orderId: null, text: 'tea: now ¥3' },
    ],
    seen: new Map([[7, { id: 7, text: '#7 王小明, ¥256.00', status: 'paid' }]]),
    yours: { id: 9, text: '#9 王小明, ¥9.99 “hello 你好”', status: 'paid' },
    checks: 150,
    broken: 0,
    changedByHand: false,
    verdict: VERDICT,
    trouble: null,
    language: 'en',
    ...changes,
  };
}

function texts(lines: readonly Line[]): string {
  return lines.map((line) => lineText(line, false)).join('\n');
}

test.each([
  [20, 6],
  [79, 24],
  [159, 50],
])('in %i×%i every line fits and the height is kept', (columns, rows) => {
  for (const s of [state(), state({ verdict: null, feed: [], yours: null, lag: null, lagMs: null })]) {
    const lines = demoView(s, { columns, rows });
    expect(lines.length).toBeLessThanOrEqual(rows);
    for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
  }
});

test('80 columns show the whole statement to copy, the verdict and the orders on both sides', () => {
  const text = texts(demoView(state(), { columns: 79, rows: 24 }));
  for (const part of [
    state().client,
    state().statement,
    'EQUAL: 5 tables, 4,312 rows compared, every value the same',
    'checked 150 times, never broken',
    '✓ #7 王小明, ¥256.00 paid',
    '✓ #9 王小明',
  ]) {
    expect(text).toContain(part);
  }
  expect(text).toMatch(/tb_category +5 rows .*tb_category +5 rows =/);
  expect(text).toMatch(/tb_order +1,000 rows .*tb_order +999 rows …/);
});

test('a verdict is good only when all it promises was seen', () => {
  expect(isGood(VERDICT)).toBe(true);
  expect(isGood({ ...VERDICT, equal: false })).toBe(false);
  expect(isGood({ ...VERDICT, broken: 1 })).toBe(false);
  expect(isGood({ ...VERDICT, rows: 0 })).toBe(false);
  expect(isGood({ ...VERDICT, checks: 0 })).toBe(false);
});

test('a bad verdict says what differs', () => {
  const difference = differenceSentence({
    table: 'shop.t',
    kind: 'different',
    key: '01',
    column: 'title',
    source: '41',
    target: '42',
  });
  const text = verdictLines({
    ...VERDICT,
    equal: false,
    differenceCount: 1,
    differences: [difference],
    broken: 2,
  }).join('\n');
  expect(text).toMatch(/^NOT EQUAL: 5 tables, 4,312 rows compared, 1 differences/);
  expect(text).toContain('shop.t key 01, title: 41 on the source, 42 on the target');
  expect(text).toContain('checked 150 times, BROKEN 2 times');
});

test('the middle and the largest lag', () => {
  expect(spreadOf([])).toBeNull();
  expect(spreadOf([5, 1, 9])).toEqual({ p50: 5, max: 9 });
  expect(spreadOf([4])).toEqual({ p50: 4, max: 4 });
});
