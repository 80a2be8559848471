import { OtterError } from '@otter/core';
import { describe, expect, test } from 'vitest';
import type { ErrorRecord, StoredCopy } from '@otter/engine';
import { FakeEngine, FakeSurroundings, run } from '../surroundings.fixture.ts';

const TO = ['--to', 'mysql://u:hunter22@b/'];
const POSITION = { file: 'b.000003', offset: 120, gtid: '0-1-7' };
const RECORD: ErrorRecord = {
  id: 3,
  table: 'shop.tb_item',
  state: 'open',
  code: 'ROW_MISSING',
  message: 'no row (password hunter22)',
  messageZh: '没有该行（密码 hunter22）',
  advice: 'advice of the record',
  position: POSITION,
  scope: { change: 0 },
  statement: null,
  key: 'id=5',
  before: '{"id":5}',
  after: null,
  since: '2026-11-21 08:00:00',
  resolvedAt: null,
  note: null,
};

function engineWith(control: FakeEngine['control']): FakeEngine {
  const engine = new FakeEngine();
  engine.control = { pipelines: async () => ['one'], ...control };
  return engine;
}

async function output(engine: FakeEngine, ...argv: string[]): Promise<FakeSurroundings> {
  const surroundings = new FakeSurroundings([...argv, ...TO]);
  expect(await run(surroundings, engine)).toBe(0);
  expect(engine.closed).toBe(1);
  return surroundings;
}

describe('position', () => {
  const checkpoint = {
    pipeline: 'one',
    epoch: 4n,
    source: 'db1:3306',
    updatedAt: '2026-11-21 08:00:00',
    seen: null,
    workers: [
      { worker: 0, position: POSITION, drops: [] },
      { worker: 1, position: POSITION, drops: [] },
    ],
  };

  test('show prints every checkpoint of the target', async () => {
    const { stdout } = await output(engineWith({ position: async () => checkpoint }), 'position', 'show');
    expect(stdout.text).toMatch(
      /one\n {2}position {2}b\.000003:120 \(0-1-7\)\n {2}source {4}db1:3306\n {2}epoch {5}4\n/,
    );
    const json = await output(engineWith({ position: async () => checkpoint }), 'position', 'show', '--json');
    expect(json.jsonLines()).toMatchObject([
      { pipeline: 'one', epoch: '4', workers: [{ worker: 0, position: POSITION }, {}] },
    ]);
  });

  test('show names the workers when they are at different places', async () => {
    const ahead = { worker: 1, position: { ...POSITION, offset: 500 }, drops: [] };
    const engine = engineWith({ position: async () => ({ ...checkpoint, workers: [...checkpoint.workers, ahead] }) });
    const { stdout } = await output(engine, 'position', 'show');
    expect(stdout.text).toMatch(
      /position {2}b\.000003:120 \(0-1-7\), worker 0\n[^]*b\.000003:500 \(0-1-7\), worker 1\n/,
    );
  });

  test('show of a pipeline that is not there names those that are', async () => {
    const engine = engineWith({ position: async () => null });
    const surroundings = new FakeSurroundings(['position', 'show', '--name', 'two', ...TO]);
    expect(await run(surroundings, engine)).toBe(2);
    expect(surroundings.stderr.text).toMatch(/"two" has no checkpoint; the target holds one/);
    expect(engine.closed).toBe(1);
  });

  test('the name is derived as `otter sync` derives it', async () => {
    const asked: string[] = [];
    const engine = engineWith({
      position: async (name) => {
        asked.push(name);
        return checkpoint;
      },
    });
    const options = ['--from', 'mysql://a@db1/', '--tables', 'shop.*'];
    await output(engine, 'position', 'show', ...options);
    const sync = new FakeEngine();
    sync.pipeline.work = async () => {};
    await run(new FakeSurroundings(['sync', ...options, ...TO]), sync);
    expect(asked).toEqual([sync.options?.name]);
  });

  test('set stores what was given; a living owner is an error of the engine', async () => {
    const stored: unknown[] = [];
    const engine = engineWith({ setPosition: async (...given) => void stored.push(given) });
    const { stdout } = await output(engine, 'position', 'set', 'gtid:0-1-9', 'binlog:b.000004:4');
    expect(stored).toEqual([['one', { file: 'b.000004', offset: 4, gtid: '0-1-9' }]]);
    expect(stdout.text).toBe('one: position set to b.000004:4 0-1-9\n');
    const busy = engineWith({
      setPosition: () => Promise.reject(new OtterError('OWNER_CHANGED', { detail: 'pid 5 is alive' })),
    });
    const surroundings = new FakeSurroundings(['position', 'set', 'gtid:0-1-9', '--name', 'one', ...TO]);
    expect(await run(surroundings, busy)).toBe(1);
    expect(surroundings.stderr.text).toMatch(/OWNER_CHANGED[^]*pid 5 is alive/);
  });

  test('set refuses to guess between several pipelines', async () => {
    const engine = engineWith({ pipelines: async () => ['one', 'two'] });
    const surroundings = new FakeSurroundings(['position', 'set', 'gtid:0-1-9', ...TO]);
    expect(await run(surroundings, engine)).toBe(2);
    expect(surroundings.stderr.text).toMatch(/name the pipeline with --name: the target holds one, two/);
  });
});

describe('errors', () => {
  const resolved: ErrorRecord = { ...RECORD, id: 2, state: 'resolved' };

  test('list shows open errors, all with --all, never a password', async () => {
    const control = { errors: async () => [resolved, RECORD] };
    const { stdout } = await output(engineWith(control), 'errors', 'list');
    expect(stdout.text).toMatch(/ID {2}PIPELINE[^]*3 {2}one +shop\.tb_item +open +ROW_MISSING/);
    expect(stdout.text).not.toMatch(/resolved|hunter22/);
    expect((await output(engineWith(control), 'errors', 'list', '--all')).stdout.text).toMatch(/resolved/);
    const json = await output(engineWith(control), 'errors', 'list', '--json');
    expect(json.jsonLines()).toMatchObject([{ pipeline: 'one', id: 3, message: 'no row (password ***)' }]);
    expect((await output(engineWith({ errors: async () => [] }), 'errors', 'list')).stdout.text).toBe(
      'no open errors\n',
    );
  });

  test('show prints all that is known, with advice in the language of the person', async () => {
    const engine = engineWith({ error: async () => RECORD });
    const { stdout } = await output(engine, 'errors', 'show', '3', '--lang', 'zh');
    expect(stdout.text).toMatch(
      /#3 shop\.tb_item open ROW_MISSING\n[^]*key {7}id=5\n[^]*before {4}\{"id":5\}\n[^]*处理办法: /,
    );
    expect(stdout.text).not.toMatch(/statement|after/);
  });

  test('retry and skip act on each number and keep the reason', async () => {
    const calls: unknown[] = [];
    const control = {
      error: async () => RECORD,
      retry: async (...given: unknown[]) => void calls.push(['retry', ...given]),
      skip: async (...given: unknown[]) => void calls.push(['skip', ...given]),
    };
    await output(engineWith(control), 'errors', 'retry', '3', '#4');
    await output(engineWith(control), 'errors', 'skip', '3', '--reason', 'row was a test');
    expect(calls).toEqual([
      ['retry', 'one', 3],
      ['retry', 'one', 4],
      ['skip', 'one', 3, 'row was a test'],
    ]);
  });

  test('replace hands over one statement, from the command line or from a file', async () => {
    const calls: unknown[] = [];
    const control = {
      error: async () => ({ ...RECORD, code: 'DDL_SEEN', scope: { change: 0, replacement: 'ALTER TABLE a.b FORCE' } }),
      replace: async (...given: unknown[]) => void calls.push(given),
    };
    const sql = ['--sql', 'ALTER TABLE a.b FORCE', '--reason', 'smaller'];
    const json = await output(engineWith(control), 'errors', 'replace', '3', ...sql, '--json');
    expect(json.jsonLines()).toMatchObject([{ id: 3, action: 'replace', statement: sql[1], reason: 'smaller' }]);
    const files = { 'ddl.sql': 'ALTER TABLE a.b ADD c INT' };
    const surroundings = new FakeSurroundings(['errors', 'replace', '3', '--file', 'ddl.sql', ...TO], { files });
    expect(await run(surroundings, engineWith(control))).toBe(0);
    expect(calls).toEqual([
      ['one', 3, 'ALTER TABLE a.b FORCE', 'smaller'],
      ['one', 3, 'ALTER TABLE a.b ADD c INT', 'no reason given'],
    ]);
    const { stdout } = await output(engineWith(control), 'errors', 'show', '3');
    expect(stdout.text).toMatch(/replaced +ALTER TABLE a\.b FORCE/);
  });

  test.each([
    [[], /either by --sql or by --file/],
    [['--sql', 'x', '--file', 'y'], /either by --sql or by --file/],
    [['--file', 'nowhere.sql'], /nowhere\.sql cannot be read/],
  ])('replace with %j is refused', async (flags, reason) => {
    const surroundings = new FakeSurroundings(['errors', 'replace', '3', ...flags, ...TO]);
    expect(await run(surroundings, engineWith({ error: async () => RECORD }))).toBe(2);
    expect(surroundings.stderr.text).toMatch(reason);
  });

  test('a number that is not there', async () => {
    const surroundings = new FakeSurroundings(['errors', 'retry', '9', '--name', 'one', ...TO]);
    expect(await run(surroundings, engineWith({ error: async () => null }))).toBe(2);
    expect(surroundings.stderr.text).toMatch(/"one" has no error #9/);
  });
});

describe('copy', () => {
  const COPY: StoredCopy = {
    table: 'shop.tb_item',
    state: 'copying',
    kind: 'again',
    predicate: null,
    code: null,
    message: null,
    messageZh: null,
    replace: false,
    rest: { through: ['9'], next: null, divided: false, open: [], key: '' },
    rows: 250,
    bytes: 4000,
    estimatedRows: 1000,
    updatedAt: '2026-11-21 08:00:00',
  };

  test('start asks for the tables, with the condition and the source where they are given', async () => {
    const calls: unknown[][] = [];
    const copyAgain = async (...given: unknown[]): Promise<string[]> => {
      calls.push(given);
      return ['shop.a', 'shop.b'];
    };
    const { stdout } = await output(engineWith({ copyAgain }), 'copy', 'start', 'shop.a,shop.b');
    expect(stdout.text).toMatch(/^shop\.a: will be copied again[^]*\nshop\.b: /);
    const options = ['--where', 'id<5', '--from', 'mysql://a@db1/'];
    const json = await output(engineWith({ copyAgain }), 'copy', 'start', 'shop.a', ...options, '--json');
    expect(json.jsonLines()[0]).toEqual({ pipeline: 'one', table: 'shop.a', action: 'start', where: 'id<5' });
    expect(calls[0]).toMatchObject(['one', [{ table: { text: 'a' } }, { table: { text: 'b' } }], null, null]);
    expect(calls[1]).toMatchObject(['one', [{ table: { text: 'a' } }], 'id<5', { host: 'db1' }]);
  });

  test('list tells how far each table is, and why a copy failed', async () => {
    const failed = {
      ...COPY,
      table: 'shop.b',
      state: 'failed' as const,
      code: 'COPY_AGAIN_REFUSED',
      message: 'a reason',
    };
    const done = { ...COPY, table: 'shop.c', state: 'done' as const, predicate: 'id<5' };
    const engine = engineWith({ copies: async () => [COPY, failed, done] });
    const { stdout } = await output(engine, 'copy', 'list');
    expect(stdout.text).toMatch(/shop\.tb_item +again +copying +250 +25 /);
    expect(stdout.text).toMatch(/shop\.c +again +done +250 +100 /);
    expect(stdout.text).toMatch(/\nshop\.b: a reason\n {2}.*--where 'true'/);
    const json = await output(engineWith({ copies: async () => [COPY] }), 'copy', 'list', '--json');
    expect(json.jsonLines()).toMatchObject([{ pipeline: 'one', table: 'shop.tb_item', state: 'copying', percent: 25 }]);
    expect(json.stdout.text).not.toMatch(/rest|replace/);
    const none = await output(engineWith({ copies: async () => [] }), 'copy', 'list');
    expect(none.stdout.text).toBe('no table has been copied\n');
  });

  test('cancel and rate', async () => {
    const calls: unknown[] = [];
    const control = {
      cancelCopies: async () => ['shop.a'],
      setCopyRate: async (...given: unknown[]) => void calls.push(given),
    };
    const { stdout } = await output(engineWith(control), 'copy', 'cancel', 'shop.*');
    expect(stdout.text).toBe('shop.a: its copy will end\n');
    for (const rate of ['5MB/s', '64K', 'off', 'default']) await output(engineWith(control), 'copy', 'rate', rate);
    expect(calls).toEqual([
      ['one', 5 * 1024 ** 2],
      ['one', 64 * 1024],
      ['one', 0],
      ['one', null],
    ]);
    const surroundings = new FakeSurroundings(['copy', 'rate', '0', ...TO]);
    expect(await run(surroundings, engineWith(control))).toBe(2);
    expect(surroundings.stderr.text).toMatch(/write off for no limit/);
  });
});
