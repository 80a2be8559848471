// Goal: what the manager hands over for a pipeline is exactly what `otter sync` takes, and means what the manager shows.
// Method: random data sources, mappings and parameters that the manager's own schemas accept, read back by the option
// table of the command line.
import { matchesTable, patternText } from '@otter/core';
import { readSyncOptions, resolveOptions, syncOptionTable } from '@otter/options';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dataSourceInputSchema } from '../../packages/manager/src/model/data-source.ts';
import { mappingsSchema } from '../../packages/manager/src/model/mapping.ts';
import { effectiveParameters, pipelineParametersSchema } from '../../packages/manager/src/model/parameters.ts';
import { runOptions, type PipelineConfiguration } from '../../packages/manager/src/run/run-options.ts';

const pems = new Map<string, string>();
const pemPath = (pem: string): string => {
  const path = `/run/@ ${pems.size}&?#.pem`;
  pems.set(path, pem);
  return path;
};
const table = syncOptionTable({
  readFile: (path) => pems.get(path) ?? expect.fail(`nobody wrote ${path}`),
  env: () => undefined,
  noteSecret: () => undefined,
});
const read = (configuration: PipelineConfiguration) =>
  resolveOptions(table, {
    flags: {},
    env: {},
    file: { name: 'the manager', values: runOptions(configuration, pemPath) },
  });

const text = (max: number, min = 0) => fc.string({ unit: 'grapheme', minLength: min, maxLength: max });
const awkward = fc.constantFrom(
  '`',
  '``',
  ',',
  '=',
  '-',
  '(a)',
  ':',
  '.',
  '*',
  'a b',
  '-a',
  'é',
  '列',
  '[1-2]',
  '@/?#%',
);
const column = fc.oneof(text(20, 1), awkward);
const pem = fc.constantFrom('A', 'B').map((c) => `-----BEGIN ${c}-----\n${c}\n-----END ${c}-----\n`);

const access = fc.record({
  host: fc.constantFrom('db', '10.0.0.1', 'a-b.example.com', '::1', 'fe80::1'),
  port: fc.integer({ min: 1, max: 65_535 }),
  user: fc.oneof(text(20, 1), awkward),
  password: fc.oneof(text(40), awkward),
  tls: fc.record({
    mode: fc.constantFrom('off', 'on', 'verify-ca', 'verify-full' as const),
    ca: pem,
    cert: fc.option(pem),
    key: fc.option(pem),
  }),
});
const pattern = fc.constantFrom(
  'shop.orders',
  'shop.t[01-32]',
  'shop[1-4].(a|b:c,d)',
  'a.*',
  '`a.b,c:d`.`x``y(z)`',
  '(.*)_x.t\\d+',
);
const mapping = fc.record({
  source: pattern,
  target: fc.option(fc.constantFrom('archive.orders', 'archive.*', '`a:b`.`c,d`')),
  columns: fc.record({
    mode: fc.constantFrom('all', 'include', 'exclude' as const),
    names: fc.array(column, { maxLength: 4 }),
    rename: fc.array(fc.record({ source: column, target: column }), { maxLength: 3 }),
  }),
});
const parameters = fc.record(
  {
    start: fc.constantFrom(
      'now',
      'earliest',
      'gtid:0-1-5',
      'gtid:3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5',
      'binlog:bin.000001:4',
      'time:2026-01-02T03:04:05Z',
    ),
    mode: fc.constantFrom('auto', 'full+incremental', 'full', 'incremental'),
    'if-not-empty': fc.constantFrom('fail', 'keep', 'replace'),
    'create-tables': fc.constantFrom('auto', 'yes', 'no'),
    indexes: fc.constantFrom('after-copy', 'with-table'),
    'copy-lanes': fc.integer({ min: 1, max: 64 }),
    'copy-rate': fc.constantFrom('1', '512K', '100M', '999999999G'),
    'copy-max-lag': fc.integer({ min: 1, max: 86_400 }),
    'copy-max-load': fc.integer({ min: 1, max: 100_000 }),
    'otter-marks': fc.constantFrom('off', 'shield'),
    'conflicts-days': fc.integer({ min: 1, max: 36_500 }),
    ddl: fc.constantFrom('apply', 'apply,drop=stop', 'alter=ignore,create=apply', 'stop,index=apply,database=ignore'),
    apply: fc.constantFrom('transaction', 'row'),
    workers: fc.integer({ min: 1, max: 64 }),
    memory: fc.constantFrom('4M', '5000000', '64M', '2G', '1000000G'),
    'control-schema': fc.constantFrom('retl', '$x_9'),
    heartbeat: fc.constantFrom('auto', 'off'),
    'server-id': fc.integer({ min: 1, max: 0xffff_ffff }),
  },
  { requiredKeys: [] },
);

test('random configurations are taken by `otter sync` and mean the same', () => {
  let [configurations, mappingsRead] = [0, 0];
  fc.assert(
    fc.property(
      access,
      access,
      fc.array(mapping, { minLength: 1, maxLength: 5 }),
      parameters,
      (source, target, list, own) => {
        const mappings = mappingsSchema.safeParse(list);
        const places = [source, target].map(({ host, port, ...rest }) =>
          dataSourceInputSchema.safeParse({ name: 'a', primary: { host, port }, ...rest }),
        );
        const parsed = pipelineParametersSchema.safeParse(own);
        expect(parsed.error).toBeUndefined();
        fc.pre(mappings.success && places.every((place) => place.success) && parsed.success);
        const values = read({
          pipelineId: 1,
          pipelineName: 'p',
          channelId: 1,
          channelName: 'c',
          checkpointName: 'p-0123456789abcdef',
          pair: null,
          parameters: effectiveParameters({ system: {}, channel: {}, pipeline: parsed.data }, false),
          source,
          target,
          mappings: mappings.data,
        });
        for (const [given, found] of [
          [source, values.from],
          [target, values.to],
        ] as const) {
          const { host, port, user, password, tls } = given;
          expect(found).toMatchObject({ host, port, user, password, tls: tls.mode });
          expect(found.tlsCa).toBe(tls.mode.startsWith('verify') ? tls.ca : undefined);
          expect(found.tlsCert).toBe(tls.mode === 'off' ? undefined : (tls.cert ?? undefined));
          expect(found.tlsKey).toBe(tls.mode === 'off' ? undefined : (tls.key ?? undefined));
        }
        expect(values.name).toBe('p-0123456789abcdef');
        expect(values.tables).toHaveLength(mappings.data.length);
        for (const [index, each] of mappings.data.entries()) {
          const ownTables = values.tables[index] ?? expect.fail('a table is missing');
          const renamed = values.map.filter((m) => patternText(m.source) === patternText(ownTables));
          expect(renamed).toHaveLength(each.target === null ? 0 : 1);
          const { mode, names, rename } = each.columns;
          const columns = values.columns.filter((c) => patternText(c.tables) === patternText(ownTables));
          expect(columns).toHaveLength(mode === 'all' && rename.length === 0 ? 0 : 1);
          expect(new Set(columns[0]?.include)).toEqual(new Set(mode === 'include' ? names : undefined));
          expect(columns[0]?.exclude).toEqual(mode === 'exclude' ? names : undefined);
          expect(columns[0]?.rename ?? {}).toEqual(Object.fromEntries(rename.map((r) => [r.source, r.target])));
          mappingsRead += 1;
        }
        for (const name of ['workers', 'copy-lanes', 'server-id', 'mode', 'apply', 'control-schema'] as const) {
          if (own[name] !== undefined) expect(values[name]).toBe(own[name]);
        }
        configurations += 1;
      },
    ),
    { numRuns: 300, maxSkipsPerRun: 1000 },
  );
  expect(configurations).toBe(300);
  expect(mappingsRead).toBeGreaterThan(300);
});

test('every parameter of the manager is an option of `otter sync`', () => {
  const names = Object.keys(pipelineParametersSchema.shape);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !Object.hasOwn(table, name))).toEqual([]);
});

test('a mapping keeps its tables apart from those of its neighbours', () => {
  const mappings = mappingsSchema.parse([{ source: 'shop.(a,b)' }, { source: 'shop.c', target: 'x.c' }]);
  const place = {
    host: 'db',
    port: 1,
    user: 'u',
    password: '',
    tls: { mode: 'off' as const, ca: null, cert: null, key: null },
  };
  const ids = { pipelineId: 1, pipelineName: 'p', channelId: 1, channelName: 'c', checkpointName: 'p-1', pair: null };
  const values = read({ ...ids, parameters: {}, source: place, target: place, mappings });
  expect(values.tables.map((t) => matchesTable(t, 'shop', 'c'))).toEqual([false, true]);
  expect(values.from.password).toBe('');
});

test('both directions of a pair are those of `otter sync --two-way`, whichever way round they are stored', () => {
  const [a, b] = ['a', 'b'].map((host) => ({
    ...{ host, port: 1, user: 'u', password: '' },
    tls: { mode: 'off' as const, ca: null, cert: null, key: null },
  })) as [PipelineConfiguration['source'], PipelineConfiguration['source']];
  const mappings = mappingsSchema.parse([{ source: 'shop.*' }]);
  const ids = { pipelineId: 1, pipelineName: 'p', channelId: 1, channelName: 'c', parameters: {}, mappings };
  const pair = (direction: 'out' | 'back') => ({
    direction,
    conflicts: 'from' as const,
    rules: ['shop.b:from'],
    ask: ['shop.a'],
  });
  const out = { ...ids, checkpointName: 'shop.out', pair: pair('out'), source: a, target: b };
  const back = { ...ids, checkpointName: 'shop.back', pair: pair('back'), source: b, target: a };
  const read = (configuration: PipelineConfiguration) =>
    readSyncOptions(runOptions(configuration, pemPath), {
      ...{ place: 'the manager', temporaryDirectory: '/spill' },
      readers: { readFile: () => '', env: () => undefined, noteSecret: () => undefined },
    });
  const [leading, following] = [read(out), read(back)];
  expect(leading).toMatchObject({ name: 'shop.out', mode: 'auto', twoWay: { leads: true, keep: 'source' } });
  expect(following).toMatchObject({ name: 'shop.back', mode: 'incremental', twoWay: { leads: false, keep: 'target' } });
  const kinds = [leading, following].map(({ twoWay }) => twoWay?.rules?.map(({ rule }) => rule.kind));
  expect(kinds).toEqual([['source'], ['target']]);
  expect([leading.twoWay?.ask?.length, following.twoWay?.ask?.length]).toEqual([1, 1]);
  expect([leading.source.host, leading.target.host]).toEqual(['a', 'b']);
  expect([following.source.host, following.target.host]).toEqual(['b', 'a']);
  expect([leading.twoWay?.counterpart, following.twoWay?.counterpart]).toEqual(['shop.back', 'shop.out']);
});
