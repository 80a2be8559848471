import type { OtterError } from '@otter/core';
import { patternText } from '@otter/core';
import { describe, expect, test } from 'vitest';
import { readOptionFile } from './option-file.ts';
import { resolveOptions, type GivenOptions } from './option-table.ts';
import { syncOptionTable } from './sync-option-table.ts';

const secrets: string[] = [];
const table = syncOptionTable({
  readFile: (path) => `file-${path}\n`,
  env: (name) => (name === 'PW' ? 'from-env' : undefined),
  noteSecret: (secret) => void secrets.push(secret),
});
const NEEDED = { from: 'mysql://u:pw@a:1/', to: 'mysql://u@b:2/?password-env=PW', tables: ['shop.tb_item'] };

function resolve(flags: Record<string, unknown>, rest: { env?: GivenOptions['env']; yaml?: string } = {}) {
  const file = rest.yaml === undefined ? null : readOptionFile('o.yaml', () => rest.yaml as string);
  return resolveOptions(table, { flags, env: rest.env ?? {}, file });
}

function refusal(flags: Record<string, unknown>, rest: { env?: GivenOptions['env']; yaml?: string } = {}): OtterError {
  try {
    resolve(flags, rest);
  } catch (error) {
    return error as OtterError;
  }
  throw new Error('it was accepted');
}

describe('precedence', () => {
  test('flag before environment before file before default', () => {
    const yaml = 'workers: 3\nmemory: 128M\napply: row\n';
    const env = { OTTER_WORKERS: '4', OTTER_MEMORY: '1G' };
    const values = resolve({ ...NEEDED, workers: '5' }, { env, yaml });
    expect(values.workers).toBe(5);
    expect(values.memory).toBe(1024 ** 3);
    expect(values.apply).toBe('row');
    expect(values['control-schema']).toBe('retl');
    expect(values.start).toEqual({ at: 'now' });
  });

  test('a switch of the file can be turned off by a flag or a variable', () => {
    const yaml = 'until-caught-up: true\nrestart: true\n';
    const values = resolve({ ...NEEDED, 'until-caught-up': false }, { env: { OTTER_RESTART: 'no' }, yaml });
    expect(values['until-caught-up']).toBe(false);
    expect(values.restart).toBe(false);
  });

  test('a list of a higher place replaces the lower one as a whole', () => {
    const values = resolve({ ...NEEDED }, { yaml: 'tables: [a.b, c.d]' });
    expect(values.tables.map(patternText)).toEqual(['shop.tb_item']);
  });

  test('an empty variable is not set', () => {
    expect(resolve(NEEDED, { env: { OTTER_WORKERS: '' } }).workers).toBe(2);
  });

  test('everything may come from the environment', () => {
    const env = { OTTER_FROM: NEEDED.from, OTTER_TO: NEEDED.to, OTTER_TABLES: 'a.b,c.t{1,2}', OTTER_JSON: '1' };
    const values = resolve({}, { env });
    expect(values.tables.map(patternText)).toEqual(['a.b', 'c.t{1,2}']);
    expect(values.json).toBe(true);
    expect(values.to.password).toBe('from-env');
  });
});

test('YAML mirrors the flags, lists and maps as one likes them', () => {
  const yaml = `
from: mysql://u:pw@a:1/
to: mysql://u@b:2/?password-file=p
tables: 'shop.tb_item, shop.order_[00-03]'
map:
  shop.order_[00-03]: archive.orders
columns:
  shop.tb_item: [id, title=name]
  shop.order_[00-03]: -secret
start: binlog:bin.000001:4
server-id: 77
heartbeat: 'off'
`;
  const values = resolve({}, { yaml });
  expect(values.tables.map(patternText)).toEqual(['shop.tb_item', 'shop.order_[00-03]']);
  expect(values.map.map((m) => patternText(m.target))).toEqual(['archive.orders']);
  expect(values.columns).toMatchObject([
    { include: ['id', 'title'], rename: { title: 'name' } },
    { exclude: ['secret'] },
  ]);
  expect(values.to.password).toBe('file-p');
  expect(values['server-id']).toBe(77);
  expect(secrets).toContain('file-p');
});

describe('refused with a reason', () => {
  test.each([
    [{ workers: '0' }, /--workers: a whole number from 1 to 64/],
    [{ workers: 'many' }, /--workers: a whole number/],
    [{ workers: '2.5' }, /--workers: a whole number/],
    [{ apply: 'rows' }, /--apply: one of transaction, row/],
    [{ memory: '64X' }, /--memory: "64X" is not a size/],
    [{ memory: '1K' }, /--memory: 1K is too small/],
    [{ name: 'a b' }, /--name: "a b" is not a name/],
    [{ from: 'db1:3306' }, /--from: .*(scheme|not a URL)/],
    [{ from: 'postgres://u@h/' }, /--from: .*scheme/],
    [{ to: 'mysql://h/' }, /--to: .*names no user/],
    [{ to: 'mysql://u@h/?pasword-env=X' }, /--to: .*"pasword-env" is not known/],
    [{ to: 'mysql://u@h/?password-env=NOPE' }, /--to: .*NOPE of password-env is not set/],
    [{ tables: ['tb_item'] }, /--tables: "tb_item" is not schema.table/],
    [{ tables: ['a.['] }, /--tables: /],
    [{ tables: [''] }, /--tables: /],
    [{ map: ['a.b'] }, /--map: "a.b" cannot be used: write SOURCE:TARGET/],
    [{ map: ['a.t[1-3]:b.t[1-4]'] }, /--map: .*has 4 names, "t\[1-3\]" has 3/],
    [{ map: ['a.t:b.t[1-4]'] }, /--map: .*no range/],
    [{ columns: ['a.b(c'] }, /--columns: /],
    [{ 'server-id': '4294967296' }, /--server-id: a whole number/],
    [{ heartbeat: 'on' }, /--heartbeat: one of auto, off/],
    [{ 'control-schema': 'a`b' }, /--control-schema: /],
    [{ lang: 'fr' }, /--lang: one of en, zh/],
  ])('%j', (flags, reason) => {
    const error = refusal({ ...NEEDED, ...flags });
    expect(error.code).toBe('USAGE');
    expect(error.detail).toMatch(reason);
  });

  test('a start that cannot be read keeps the code whose advice helps', () => {
    expect(refusal({ ...NEEDED, start: 'soon' }).code).toBe('POSITION_INVALID');
  });

  test('every problem is named at once', () => {
    const { detail } = refusal({ workers: '0', tables: ['x'] });
    expect(detail).toMatch(/--from is missing: give --from URL, set OTTER_FROM, or write "from:"/);
    expect(detail).toMatch(/--to is missing/);
    expect(detail).toMatch(/--workers/);
    expect(detail).toMatch(/--tables: "x"/);
  });

  test('the place a value came from is named', () => {
    expect(refusal(NEEDED, { env: { OTTER_WORKERS: 'x' } }).detail).toMatch(/^OTTER_WORKERS: /);
    expect(refusal(NEEDED, { yaml: 'workers: x' }).detail).toMatch(/^"workers" in o.yaml: /);
    expect(refusal(NEEDED, { yaml: 'restart: maybe' }).detail).toMatch(/^"restart" in o.yaml: true or false/);
  });

  test('unknown keys, with the nearest that exists', () => {
    const { detail } = refusal(NEEDED, { yaml: 'untilCaughtUp: true\ntabels: x\nzzzzzzzz: 1\n' });
    expect(detail).toMatch(/^o.yaml: "untilCaughtUp" is not an option \(did you mean "until-caught-up"\?\)/);
    expect(detail).toMatch(/"tabels" is not an option \(did you mean "tables"\?\)/);
    expect(detail).toMatch(/"zzzzzzzz" is not an option$/);
  });

  test('a file that is no map, or no YAML, without quoting it', () => {
    expect(refusal(NEEDED, { yaml: '- a\n- b\n' }).detail).toMatch(/must be a map/);
    const { detail, message } = refusal(NEEDED, { yaml: 'from: "mysql://u:hunter22@h/\nx: [' });
    expect(detail).toMatch(/^o.yaml: /);
    expect(message).not.toMatch(/hunter22/);
  });
});
