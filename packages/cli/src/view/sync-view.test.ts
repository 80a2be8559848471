import type { PreflightLine } from '@otter/dialects';
import { expect, test } from 'vitest';
import { emptyStatus } from '../surroundings.fixture.ts';
import { lineText, lineWidth, type Line } from './line.ts';
import { preflightView } from './preflight-view.ts';
import { syncView, type SyncViewState } from './sync-view.ts';

function state(changes: Partial<SyncViewState> = {}): SyncViewState {
  const figures = { perSecond: 1_234, history: [1, 5, 9, 3] };
  const tables = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [
      `shop.订单明细表_with_a_long_name_${i}`,
      {
        target: i % 2 ? `shop.订单明细表_with_a_long_name_${i}` : 'archive.orders',
        inserted: i * 1_000,
        updated: 5,
        deleted: 0,
      },
    ]),
  );
  const since = { file: 'mysql-bin.000042', offset: 4, gtid: '' };
  return {
    name: 'sync-12345678',
    source: 'repl@db1.example.com:3306',
    target: 'otter@db2.example.com:3306',
    apply: 'transaction',
    workers: 2,
    elapsedMs: 83_000,
    status: {
      ...emptyStatus(),
      lagMs: 12,
      rowsRead: 12_345_678,
      rowsApplied: 12_345_000,
      rowsFiltered: 600,
      rowsParked: 78,
      position: { file: 'mysql-bin.000042', offset: 123_456_789, gtid: '0-1-123456,1-2-99,7-3-1000000000' },
      tables,
      parked: [
        {
          id: 3,
          table: 'shop.订单',
          state: 'parked',
          code: 'ROW_MISSING',
          message: 'no row\nwith id 5 \u001b[31m',
          messageZh: '没有 id 为 5 的行',
          since,
        },
        {
          id: 4,
          table: 'shop.b',
          state: 'catching-up',
          code: 'DDL_SEEN',
          message: 'ALTER TABLE b',
          messageZh: '',
          since,
        },
      ],
      lastError: { code: 'TARGET_BUSY', message: 'lock wait timeout', messageZh: '锁等待超时', at: 0 },
    },
    rows: figures,
    transactions: figures,
    bytes: figures,
    lagHistory: [1, null, 3],
    notices: ['target, sql_mode: something long '.repeat(8)],
    stopping: false,
    language: 'en',
    ...changes,
  };
}

function texts(lines: readonly Line[]): string {
  return lines.map((line) => lineText(line, false)).join('\n');
}

test.each([
  [20, 5],
  [40, 10],
  [79, 24],
  [120, 30],
  [159, 50],
  [300, 100],
])('in %i×%i every line fits and the height is kept', (columns, rows) => {
  for (const s of [state(), state({ status: emptyStatus(), notices: [] }), state({ language: 'zh', stopping: true })]) {
    const lines = syncView(s, { columns, rows });
    expect(lines.length).toBeLessThanOrEqual(Math.max(rows, 1));
    for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
    // oxlint-disable-next-line no-control-regex
    expect(texts(lines)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  }
});

test('it shows what matters', () => {
  const text = texts(syncView(state(), { columns: 119, rows: 40 }));
  for (const part of [
    'sync-12345678',
    'repl@db1.example.com:3306 ──▶ otter@db2.example.com:3306',
    '● running',
    '00:01:23',
    '12 ms',
    '1,234/s',
    'mysql-bin.000042:123456789',
    '12,345,678 read = 12,345,000 applied + 600 filtered + 78 parked + 0 skipped',
    '■ parked shop.订单 #3 ROW_MISSING no row with id 5',
    'what to do: ',
    '▸ catching up shop.b #4 DDL_SEEN',
    'last error 00:00:00 TARGET_BUSY',
    'more tables',
    'q or Ctrl-C stop',
  ]) {
    expect(text).toContain(part);
  }
});

test('the busiest tables come first', () => {
  const text = texts(syncView(state(), { columns: 119, rows: 40 }));
  expect(text.indexOf('name_39')).toBeLessThan(text.indexOf('name_38'));
  expect(text).not.toContain('name_0 ');
});

test('the preflight keeps its columns and never wraps a cure', () => {
  const fix = `GRANT SELECT, INSERT, UPDATE, DELETE ON ${'`数据库`.* '.repeat(10)}TO 'otter'@'%';`;
  const lines = preflightView(
    [
      { verdict: 'ok', subject: 'source', check: 'version', finding: 'MariaDB 10.11.19', findingZh: '' },
      {
        ...{ verdict: 'stop', subject: 'target', check: 'privileges', fix },
        ...{ finding: 'the account may not write '.repeat(8), findingZh: '' },
      },
      { verdict: 'warning', subject: 'shop.订单', check: 'primary key', finding: 'none', findingZh: '' },
    ],
    79,
    'en',
  );
  const text = texts(lines);
  expect(text).toContain(fix);
  expect(text).toContain('Not ready: 1 ok, 1 warning, 1 stop');
  expect(text).toMatch(/warning +shop\.订单 +primary key +none/);
});

test('the preflight is told in the language of the person, with the cure where it is a sentence', () => {
  const line = { subject: 'shop.t', check: 'primary key', finding: 'No key.', findingZh: '没有主键。' };
  const lines: PreflightLine[] = [{ ...line, verdict: 'warning', fix: 'Add one.', fixZh: '请添加。' }];
  for (const [language, said, unsaid] of [
    ['en', ['No key.', 'Add one.'], '没有'],
    ['zh', ['没有主键。', '请添加。'], 'No key'],
  ] as const) {
    const text = texts(preflightView(lines, 79, language));
    for (const each of said) expect(text).toContain(each);
    expect(text).not.toContain(unsaid);
  }
});
