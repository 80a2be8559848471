import { OtterError } from '@otter/core';
import type { PipelineStatus } from '@otter/engine';
import { describe, expect, test, vi } from 'vitest';
import { emptyStatus, FakeEngine, FakeSurroundings, run } from './surroundings.fixture.ts';

const NEEDED = ['--from', 'mysql://u:hunter22@a/', '--to', 'mysql://u:s3cret99@b/', '--tables', 'shop.*'];
const VERIFIED: PipelineStatus['verify'] = {
  ...{ checked: 120, pending: 3, failed: 1, skipped: 4, foreign: 1, notes: [], record: 'v1' },
  findings: [
    {
      ...{ seq: 1, kind: 'difference' },
      difference: {
        ...{ table: 'shop.t', target: 'shop.t', kind: 'different', key: { id: '7' } },
        columns: [{ name: 'a' }, { name: 'b' }],
      },
    },
    {
      ...{ seq: 2, kind: 'foreign-writer' },
      writer: {
        ...{ table: 'shop.t', keys: ['id=7'], transactions: 1, rows: { inserted: 0, updated: 1, deleted: 0 } },
        ...{ at: '2026-01-12T09:41:07.000Z', gtid: '0-1-5', position: 'b.000001:4', serverId: 1, threadId: 9 },
        ...{ user: 'app@host', statement: 'UPDATE shop.t SET a=1', isReplicated: false },
      },
    },
  ],
};

const PARKED = {
  id: 7,
  table: 'shop.t',
  state: 'parked' as const,
  code: 'ROW_MISSING',
  message: 'no row with id 3',
  messageZh: '目标库没有该行',
  since: { file: 'b.000001', offset: 4, gtid: '' },
};

function sync(...argv: string[]) {
  return new FakeSurroundings(['sync', ...NEEDED, ...argv]);
}

/** Waits until the fake pipeline runs. */
async function running(engine: FakeEngine): Promise<void> {
  while (engine.pipeline.runs === 0) await new Promise((resolve) => setImmediate(resolve));
}

describe('usage', () => {
  test.each([
    [['sync'], /--from is missing[^]*--to is missing[^]*--tables is missing/],
    [['sync', '--fromm', 'x'], /unknown option '--fromm'[^]*Did you mean --from/],
    [['snyc'], /unknown command 'snyc'[^]*Did you mean sync/],
    [['sync', ...NEEDED, 'extra'], /too many arguments/],
    [['sync', '--from'], /argument missing/],
    [['sync', ...NEEDED, '--workers', 'x'], /--workers: a whole number/],
    [['sync', ...NEEDED, '-c', 'gone.yaml'], /"gone.yaml" cannot be read/],
    [['sync', ...NEEDED, '--start', 'binlog:x'], /binlog:FILE:POS/],
    [['position', 'set', '--to', 'mysql://u@h/', '--name', 'x'], /missing required argument 'position'/],
    [['position', 'set', 'now', '--to', 'mysql://u@h/', '--name', 'x'], /a position to store/],
    [['errors', 'show', 'x', '--to', 'mysql://u@h/', '--name', 'x'], /not the number of an error/],
  ])('%j exits 2 and says why', async (argv, message) => {
    const surroundings = new FakeSurroundings(argv);
    expect(await run(surroundings)).toBe(2);
    expect(surroundings.stderr.text).toMatch(message);
    expect(surroundings.stderr.text).toMatch(/otter: (USAGE|POSITION_INVALID): [^]*what to do: /);
    expect(surroundings.stderr.text).not.toMatch(/\n\s+at /);
    expect(surroundings.stdout.text).toBe('');
    expect(surroundings.isQuiet).toBe(true);
  });

  test('advice in Chinese, by locale or by flag', async () => {
    for (const surroundings of [
      new FakeSurroundings(['sync'], { env: { LC_ALL: 'zh_CN.UTF-8' } }),
      new FakeSurroundings(['sync', '--lang', 'zh']),
      new FakeSurroundings(['sync'], { env: { LANG: 'zh_TW.UTF-8' } }),
    ]) {
      await run(surroundings);
      expect(surroundings.stderr.text).toMatch(/处理办法: 按提示修正/);
    }
    const english = new FakeSurroundings(['sync', '--lang=en'], { env: { LANG: 'zh_CN.UTF-8' } });
    await run(english);
    expect(english.stderr.text).toMatch(/what to do: /);
  });

  test('with --json the error is an object on stdout too', async () => {
    const surroundings = new FakeSurroundings(['sync', '--json', '--tables', 'x']);
    expect(await run(surroundings)).toBe(2);
    expect(surroundings.jsonLines()).toMatchObject([{ event: 'error', code: 'USAGE' }]);
  });

  test('help and version', async () => {
    const help = new FakeSurroundings(['help', 'sync']);
    expect(await run(help)).toBe(0);
    for (const text of ['--until-caught-up', 'OTTER_WORKERS', 'shop.tb_item(title=name)', 'Exit codes']) {
      expect(help.stdout.text).toContain(text);
    }
    expect(help.stdout.text).not.toContain('--no-json');
    const version = new FakeSurroundings(['version']);
    expect(await run(version)).toBe(0);
    expect(version.stdout.text).toMatch(/^otter 1\.2\.3 /);
    const nothing = new FakeSurroundings([]);
    expect(await run(nothing)).toBe(2);
    expect(nothing.stderr.text).toContain('Commands:');
  });
});

describe('sync', () => {
  test('exits 0 when caught up and prints the derived name', async () => {
    const engine = new FakeEngine();
    engine.pipeline.work = async () => {};
    const surroundings = sync('--until-caught-up', '--map', 'shop.*:archive.*');
    expect(await run(surroundings, engine)).toBe(0);
    expect(engine.options).toMatchObject({ untilCaughtUp: true, workers: 2, restart: false, start: { at: 'now' } });
    expect(engine.options?.name).toMatch(/^sync-[0-9a-f]{8}$/);
    expect(surroundings.stdout.text).toContain(`${engine.options?.name}: caught up`);
  });

  test('exits 1 with its error when a table is parked at the end', async () => {
    const engine = new FakeEngine();
    engine.pipeline.current = { ...emptyStatus(), parked: [PARKED] };
    engine.pipeline.work = async () => {};
    const surroundings = sync('--until-caught-up');
    expect(await run(surroundings, engine)).toBe(1);
    expect(surroundings.stderr.text).toMatch(/ROW_MISSING[^]*shop\.t is parked, error #7: no row with id 3/);
  });

  test('exits 1 when rows were found to differ, and says each finding once', async () => {
    const engine = new FakeEngine();
    engine.pipeline.current = { ...emptyStatus(), verify: VERIFIED };
    engine.pipeline.work = async () => {};
    const surroundings = sync('--until-caught-up', '--verify', 'continuous');
    expect(await run(surroundings, engine)).toBe(1);
    expect(engine.options).toMatchObject({ verify: 'continuous' });
    expect(surroundings.stderr.text).toMatch(/ROWS_DIFFER[^]*shop\.t id="7" differs in a, b[^]*otter verify --repair/);
    expect(surroundings.stdout.text.match(/ROWS_DIFFER: shop\.t/g)).toHaveLength(1);
    expect(surroundings.stdout.text).toMatch(
      /FOREIGN_WRITER: shop\.t was changed by somebody else: 1 updated \(id=7\); by app@host, thread 9, .*; statement: UPDATE shop\.t/,
    );
    expect(surroundings.stdout.text).toMatch(
      /120 read back \(3 waiting, 4 left out\), 1 DIFFER, 1 foreign transactions/,
    );
    expect(surroundings.stdout.text).toContain('kept as v1');
  });

  test('exits 1 when the pipeline fails, without a stack unless asked, never with a password', async () => {
    for (const [env, stack] of [
      [{}, false],
      [{ OTTER_DEBUG: '1' }, true],
    ] as const) {
      const engine = new FakeEngine();
      engine.pipeline.work = async () => {
        throw new OtterError('LOG_PURGED', { detail: 'asked hunter22 with mysql://u:s3cret99@b/' });
      };
      const surroundings = new FakeSurroundings(['sync', ...NEEDED], { env });
      expect(await run(surroundings, engine)).toBe(1);
      expect(surroundings.stderr.text).toMatch(/LOG_PURGED[^]*asked \*\*\*[^]*what to do: /);
      expect(/\n\s+at /.test(surroundings.stderr.text)).toBe(stack);
      expect(surroundings.stderr.text + surroundings.stdout.text).not.toMatch(/hunter22|s3cret99/);
    }
  });

  test('what is no coded error is a mistake of ours', async () => {
    const engine = new FakeEngine();
    engine.pipeline.work = () => Promise.reject(new TypeError('x is not a function'));
    const surroundings = sync();
    expect(await run(surroundings, engine)).toBe(1);
    expect(surroundings.stderr.text).toMatch(/INTERNAL[^]*x is not a function/);
  });

  test('a stop of the preflight exits 2, starts nothing and prints the cure', async () => {
    const engine = new FakeEngine();
    engine.pipeline.lines = [
      {
        verdict: 'stop',
        subject: 'source',
        check: 'binlog_format',
        finding: 'STATEMENT',
        findingZh: '语句格式',
        fix: "SET GLOBAL binlog_format='ROW'",
      },
    ];
    const surroundings = sync();
    expect(await run(surroundings, engine)).toBe(2);
    expect(engine.pipeline.runs).toBe(0);
    expect(surroundings.stderr.text).toMatch(/fix: SET GLOBAL binlog_format='ROW'/);
    expect(surroundings.stderr.text).toMatch(/PREFLIGHT_FAILED/);
  });

  test('--check prints the table and exits by its verdict', async () => {
    const engine = new FakeEngine();
    const good = sync('--check');
    expect(await run(good, engine)).toBe(0);
    expect(good.stdout.text).toMatch(/ok\s+source\s+log_bin\s+ON[^]*Ready: 1 ok, 0 warnings, 0 stops/);
    engine.pipeline.preflight = () => Promise.reject(new OtterError('SOURCE_UNREACHABLE', { detail: 'refused' }));
    const bad = sync('--check');
    expect(await run(bad, engine)).toBe(2);
    expect(bad.stdout.text).toMatch(/stop\s+source\s+SOURCE_UNREACHABLE[^]*Not ready/);
    expect(engine.pipeline.runs).toBe(0);
  });

  test('a server out of reach at a normal start exits 1: starting again may help', async () => {
    const engine = new FakeEngine();
    engine.pipeline.preflight = () => Promise.reject(new OtterError('TARGET_UNREACHABLE', { detail: 'refused' }));
    expect(await run(sync(), engine)).toBe(1);
  });

  test('--dry-run prints SQL alone on stdout', async () => {
    const engine = new FakeEngine();
    engine.pipeline.work = async () => {
      engine.pipeline.onStatement?.("INSERT INTO `t` VALUES ('a')");
      engine.pipeline.onStatement?.('COMMIT;');
    };
    const surroundings = sync('--dry-run');
    expect(await run(surroundings, engine)).toBe(0);
    expect(surroundings.stdout.text).toBe("INSERT INTO `t` VALUES ('a');\nCOMMIT;\n");
    expect(engine.options?.dryRun).toBe(true);
  });
});

describe('signals', () => {
  test.each(['SIGINT', 'SIGTERM'])('%s lets the engine finish and exits 0', async (signal) => {
    const engine = new FakeEngine();
    const surroundings = sync();
    const exit = run(surroundings, engine);
    await running(engine);
    surroundings.signal(signal);
    expect(await exit).toBe(0);
    expect(surroundings.stdout.text).toMatch(/stopping: finishing the commit in flight[^]*: stopped after/);
    expect(surroundings.exits).toEqual([]);
    expect(surroundings.isQuiet).toBe(true);
  });

  test('q stops, and the terminal is given back', async () => {
    const engine = new FakeEngine();
    const surroundings = new FakeSurroundings(['sync', ...NEEDED], { terminal: true });
    const exit = run(surroundings, engine);
    await running(engine);
    surroundings.key('x');
    surroundings.key('q');
    expect(await exit).toBe(0);
    const [, painted = '', after] = surroundings.stdout.text.split(/.\[\?1049[hl]/);
    expect(painted).toContain('● running');
    expect(after).toContain('stopped after');
  });

  test('a second signal exits at once with 130, the terminal given back first', async () => {
    const engine = new FakeEngine();
    let finish = (): void => {};
    engine.pipeline.work = () => new Promise((resolve) => (finish = resolve));
    const surroundings = new FakeSurroundings(['sync', ...NEEDED], { terminal: true });
    const exit = run(surroundings, engine);
    await running(engine);
    surroundings.signal('SIGTERM');
    expect(surroundings.exits).toEqual([]);
    surroundings.signal('SIGTERM');
    expect(surroundings.exits).toEqual([130]);
    expect(surroundings.stdout.text.endsWith('\u001b[?1049l')).toBe(true);
    finish();
    await exit;
  });
});

test('a stop that cannot end is left after 9.5 s, with exit code 1', async () => {
  const engine = new FakeEngine();
  engine.pipeline.work = () => new Promise(() => {});
  const surroundings = sync();
  const exit = run(surroundings, engine);
  await running(engine);
  vi.useFakeTimers();
  try {
    surroundings.signal('SIGTERM');
    await vi.advanceTimersByTimeAsync(9_400);
    expect(surroundings.stderr.text).toBe('');
    await vi.advanceTimersByTimeAsync(200);
    expect(await exit).toBe(1);
  } finally {
    vi.useRealTimers();
  }
  expect(surroundings.stderr.text).toMatch(/TARGET_BUSY[^]*did not end within 9.5 s/);
});

describe('--json', () => {
  test('one object a line: preflight, status, parked, rejoined, done; nothing else', async () => {
    const engine = new FakeEngine();
    const position = { file: 'b.000002', offset: 99, gtid: '0-1-5' };
    engine.pipeline.work = async () => {
      engine.pipeline.current = {
        ...emptyStatus(),
        position,
        lagMs: 3,
        rowsApplied: 10,
        transactionsApplied: 2,
        parked: [PARKED],
      };
      await new Promise((resolve) => setTimeout(resolve, 300));
      engine.pipeline.current = { ...engine.pipeline.current, parked: [], state: 'stopped' };
    };
    const surroundings = sync('--json', '--until-caught-up', '--name', 'mine');
    expect(await run(surroundings, engine)).toBe(0);
    const lines = surroundings.jsonLines();
    expect(lines.map((line) => line.event)).toEqual(['preflight', 'status', 'parked', 'rejoined', 'status', 'done']);
    for (const line of lines) expect(line).toMatchObject({ time: expect.stringMatching(/^\d{4}-.*Z$/), name: 'mine' });
    expect(lines[0]).toMatchObject({ verdict: 'ok' });
    expect(lines[2]).toMatchObject({
      id: 7,
      table: 'shop.t',
      code: 'ROW_MISSING',
      advice: expect.stringMatching(/Put the row/),
    });
    expect(lines[4]).toMatchObject({ state: 'stopped', position, lagMs: 3, rowsApplied: 10, transactionsApplied: 2 });
    expect(lines[5]).toMatchObject({ reason: 'caught up', exitCode: 0, rowsApplied: 10, tables: {} });
  });

  test('findings are objects of their own', async () => {
    const engine = new FakeEngine();
    engine.pipeline.current = { ...emptyStatus(), verify: VERIFIED };
    engine.pipeline.work = async () => {};
    const surroundings = sync('--json', '--verify', 'continuous', '--until-caught-up');
    expect(await run(surroundings, engine)).toBe(1);
    const lines = surroundings.jsonLines();
    expect(lines.map((line) => line.event).filter((event) => event !== 'status')).toEqual([
      ...['preflight', 'difference', 'foreign-writer', 'error', 'done'],
    ]);
    expect(lines.find(({ event }) => event === 'difference')).toMatchObject({
      ...{ code: 'ROWS_DIFFER', table: 'shop.t', kind: 'different', key: { id: '7' } },
    });
    const status = lines.find(({ event }) => event === 'status');
    expect(status?.verify).toEqual({
      ...{ checked: 120, pending: 3, failed: 1, skipped: 4, foreign: 1, notes: [], record: 'v1' },
    });
  });

  test('an error is an object and so is the end', async () => {
    const engine = new FakeEngine();
    engine.pipeline.work = () =>
      Promise.reject(new OtterError('OWNER_CHANGED', { detail: 'hunter22', context: { epoch: 3 } }));
    const surroundings = sync('--json');
    expect(await run(surroundings, engine)).toBe(1);
    expect(surroundings.jsonLines().slice(-2)).toMatchObject([
      { event: 'error', code: 'OWNER_CHANGED', detail: '***', context: { epoch: 3 } },
      { event: 'done', reason: 'failed', exitCode: 1 },
    ]);
  });

  test('a failed preflight', async () => {
    const engine = new FakeEngine();
    engine.pipeline.lines = [
      { verdict: 'stop', subject: 'target', check: 'privileges', finding: 'none', findingZh: '无' },
    ];
    const surroundings = sync('--json');
    expect(await run(surroundings, engine)).toBe(2);
    expect(surroundings.jsonLines()).toMatchObject([
      { event: 'preflight', verdict: 'stop' },
      { event: 'error', code: 'PREFLIGHT_FAILED' },
    ]);
  });
});
