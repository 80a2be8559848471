import { parseTablePattern, matchesTable } from '@otter/core';
import { checkedDocuments } from '@otter/manager';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCursors } from './cursor-file.ts';
import { ObjectNames } from './object-names.ts';
import type { Original } from './original-database.ts';
import { breadthOf, patternOf, targetPatternOf } from './original-name.ts';
import { translate } from './translation.ts';

test('any name becomes one that is allowed, and none is given twice', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 90 }),
    fc.constantFrom('', '  ', 'a/b', 'x:', '(', '𠀀'.repeat(40), 'a'.repeat(200)),
  );
  fc.assert(
    fc.property(fc.array(nasty, { minLength: 1, maxLength: 8 }), (wanted) => {
      const names = new ObjectNames();
      const taken = [...wanted, ...wanted].map((name) => names.take(name));
      expect(new Set(taken).size).toBe(taken.length);
      checkedDocuments(taken.map((name) => ({ kind: 'channel', name })));
    }),
  );
});

describe('names of tables', () => {
  test.each([
    ['shop', 'item', 'shop.item', [['shop', 'ITEM']], [['shop', 'items']]],
    ['shop[0-3]', 't[01-32]', 'shop[0-3].t[01-32]', [['shop2', 't07']], [['shop2', 't7']]],
    ['(.*)', '.*', '*.*', [['a', 'b']], []],
    ['shop', 'order_(1|2)', 'shop.(order_(1|2))', [['shop', 'order_2']], [['shop', 'order_3']]],
    ['shop', '(a|b)', 'shop.(a|b)', [['shop', 'b']], [['shop', 'c']]],
    ['shop', '(a)(b)', 'shop.((a)(b))', [['shop', 'ab']], []],
    ['my-shop', 'a:b', '`my-shop`.`a:b`', [['my-shop', 'a:b']], []],
    ['shop', 'log.x', 'shop.(log.x)', [['shop', 'log_x']], [['shop', 'log__x']]],
  ] as const)('%s . %s is %s', (namespace, name, pattern, matched, others) => {
    expect(patternOf(namespace, name)).toBe(pattern);
    const parsed = parseTablePattern(pattern);
    for (const [schema, table] of matched) expect(matchesTable(parsed, schema, table)).toBe(true);
    for (const [schema, table] of others) expect(matchesTable(parsed, schema, table)).toBe(false);
  });

  test('an expression on the target keeps the name', () => {
    expect(targetPatternOf('.*', '(.*)')).toBeNull();
    expect(targetPatternOf('archive', 't_.*')).toBe('archive.*');
    expect(targetPatternOf('a[0-1]', 'b')).toBe('a[0-1].b');
  });

  test('what matches first there', () => {
    expect(['t', 't[0-9]', 't.*'].map(breadthOf)).toEqual([0, 1, 3]);
  });

  test.each([
    ['', 'a'],
    ['shop', '[0-9]+('],
  ])('%j . %j means nothing here', (namespace, name) => {
    expect(() => patternOf(namespace, name)).toThrow();
  });
});

describe('cursors', () => {
  const entry = { journalName: 'b.000001', position: 4 };
  test('by their path, by canal and number, with and without an address', () => {
    const text = `# a comment\n\n/otter/canal/destinations/c 1/7/cursor`.replace('c 1', 'c-1');
    expect(
      readCursors(
        `${text} ${JSON.stringify({ postion: entry })}\nd/8\t${JSON.stringify({ postion: { gtid: 'u:1-5,\n v:1' } })}`,
      ),
    ).toEqual([
      { canal: 'c-1', clientId: 7, host: null, port: 3306, ...entry, gtid: '' },
      { canal: 'd', clientId: 8, host: null, port: 3306, journalName: '', position: 0, gtid: 'u:1-5,v:1' },
    ]);
    const identity = { sourceAddress: { address: 'db', port: 3307 } };
    expect(readCursors(`c/1 ${JSON.stringify({ identity, postion: entry })}`)).toMatchObject([
      { host: 'db', port: 3307 },
    ]);
  });
});

const EMPTY: Original = {
  ...{ channels: [], pipelines: [], canals: [], sources: [], media: [], pairs: [], matrix: [], users: [] },
  ...{ system: {}, nodes: 0, clusters: 0, alarmRules: 0 },
};

/** One pipeline from `a` to `b`, with these tables, canal and settings. */
function original(
  more: { media?: [string, string][]; canal?: object; parameters?: object; pairs?: object[] } = {},
): Original {
  const { media = [['s', 't']], canal = {}, parameters = {}, pairs = media.map(() => ({})) } = more;
  const url = (host: string) => ({ url: `jdbc:mysql://${host}:3306`, username: 'u', password: 'p' });
  const named = { id: 1, description: '', parameters: {} };
  const address = {
    groupDbAddresses: [[{ dbAddress: { address: 'a', port: 3306 } }]],
    dbUsername: 'u',
    dbPassword: 'p',
  };
  return {
    ...EMPTY,
    channels: [{ ...named, name: 'ch' }],
    pipelines: [{ ...named, name: 'p', channelId: 1, parameters: { destinationName: 'c', ...parameters } }],
    canals: [{ ...named, name: 'c', parameters: { ...address, ...canal } }],
    sources: [
      { id: 1, name: 'a', type: 'MYSQL', properties: url('a') },
      { id: 2, name: 'b', type: 'MYSQL', properties: url('b') },
    ],
    media: media.flatMap(([namespace, name], at) => [
      { id: at * 2 + 1, namespace, name, sourceId: 1 },
      { id: at * 2 + 2, namespace, name, sourceId: 2 },
    ]),
    pairs: pairs.map((pair, at) => ({
      ...{ id: at + 1, pipelineId: 1, sourceMediaId: at * 2 + 1, targetMediaId: at * 2 + 2, pushWeight: 5 },
      ...{ filter: {}, resolver: {}, columnMode: 'INCLUDE', columns: [], groups: 0, ...pair },
    })),
  };
}

const pipelinesOf = (from: Original, cursors = '') =>
  translate(from, readCursors(cursors)).documents.flatMap((document) =>
    document.kind === 'pipeline' ? [document] : [],
  );
const told = (from: Original): string =>
  translate(from)
    .report.findings.map(({ object, verdict, text }) => `${verdict} ${object}: ${text}`)
    .join('\n');

describe('a translation', () => {
  test('of nothing is nothing', () => {
    expect(translate(EMPTY)).toMatchObject({ documents: [], report: { findings: [] } });
  });

  test('can be checked whole, whatever is in it', () => {
    const { documents } = translate(
      original({
        media: [
          ['s', 't'],
          ['s', '.*'],
          ['s', '('],
        ],
      }),
    );
    expect(checkedDocuments(documents)).toHaveLength(4);
  });

  test('the log reader uses the data source it is the same as, else one of its own', () => {
    expect(pipelinesOf(original())[0]?.source).toBe('a');
    expect(pipelinesOf(original({ canal: { dbUsername: 'replica' } }))[0]?.source).toBe('c');
    expect(pipelinesOf(original({ canal: { dbUsername: '' } }))[0]?.source).toBe('a');
  });

  test.each([
    [{ sourcingType: 'OCEANBASE' }, 'it reads OCEANBASE'],
    [{ groupDbAddresses: [] }, 'it names no server'],
    [{ haMode: 'MEDIA', mediaGroup: 'G' }, 'there is no database group "G"'],
  ])('a canal that cannot be read leaves its pipeline out: %j', (canal, text) => {
    expect(pipelinesOf(original({ canal }))).toEqual([]);
    expect(told(original({ canal }))).toContain(text);
    expect(told(original({ canal }))).toContain('left-out pipeline "ch/p": the whole pipeline');
  });

  test('a GTID set is taken where the canal went by it, else file and offset', () => {
    const cursor = 'c/1 {"postion":{"journalName":"b.1","position":9,"gtid":"u-1:1-5"}}';
    expect(pipelinesOf(original(), cursor)[0]?.parameters).toEqual({ mode: 'incremental', start: 'binlog:b.1:9' });
    const gtid = pipelinesOf(original({ canal: { gtidEnable: true } }), cursor)[0]?.parameters;
    expect(gtid).toEqual({ mode: 'incremental', start: 'gtid:u-1:1-5' });
    expect(pipelinesOf(original(), cursor.replace('c/1', 'c/2'))[0]?.parameters).toEqual({ mode: 'full+incremental' });
  });

  test.each([
    [[{ source: 'a', target: 'b' }], 'each column of its view is renamed'],
    [
      [
        { source: 'a', target: 'a' },
        { source: 'a', target: 'b' },
      ],
      'a column goes to two',
    ],
  ])('a view that cannot be said here leaves its mapping out: %j', (columns, text) => {
    const from = original({ pairs: [{ columns }] });
    expect(pipelinesOf(from)[0]?.mappings).toEqual([]);
    expect(told(from)).toContain(text);
  });

  test('of several views that match a table all hold, which is told', () => {
    const media: [string, string][] = [
      ['s', 't.*'],
      ['s', 't1'],
    ];
    const from = original({ media, pairs: [{ columns: [{ source: 'id', target: 'id' }] }, {}] });
    expect(pipelinesOf(from)[0]?.mappings.map(({ source }) => source)).toEqual(['s.t1', 's.(t.*)']);
    expect(told(from)).toContain('changed pipeline "ch/p": s.t1: the columns of s.(t.*) hold for it as well');
  });

  describe('two directions', () => {
    /** The pipeline of {@link original}, and one against it with these settings and tables. */
    function bothWays({ home = false, media = [['s', 't']] as [string, string][] } = {}): Original {
      const there = original({ media: [['s', 't']], parameters: { ddlSync: false } });
      const back = original({ media, parameters: { destinationName: 'd', home } });
      const turned = (id: number): number => (id % 2 === 1 ? id + 101 : id + 99);
      const address = { groupDbAddresses: [[{ dbAddress: { address: 'b', port: 3306 } }]] };
      return {
        ...there,
        pipelines: [...there.pipelines, ...back.pipelines.map((each) => ({ ...each, id: 2, name: 'back' }))],
        canals: [
          ...there.canals,
          ...back.canals.map((each) => ({ ...each, id: 2, name: 'd', parameters: { ...each.parameters, ...address } })),
        ],
        media: [...there.media, ...back.media.map((each) => ({ ...each, id: each.id + 100, sourceId: each.sourceId }))],
        pairs: [
          ...there.pairs,
          ...back.pairs.map((each) => ({
            ...each,
            ...{ id: each.id + 100, pipelineId: 2 },
            ...{ sourceMediaId: turned(each.sourceMediaId), targetMediaId: turned(each.targetMediaId) },
          })),
        ],
      };
    }

    test.each([
      [false, 'the later one stays', 'newest'],
      [true, 'what b has wins', 'from'],
    ] as const)('of one set of tables are a pair, home %s', (home, said, conflicts) => {
      const documents = translate(bothWays({ home })).documents;
      expect(pipelinesOf(bothWays({ home }))).toMatchObject([
        { name: 'back', source: 'b', target: 'a', parameters: {}, twoWay: { conflicts } },
      ]);
      expect(told(bothWays({ home }))).toContain(`changed channel "ch": it goes both ways: "back" leads a pair`);
      expect(told(bothWays({ home }))).toContain(said);
      checkedDocuments(documents);
    });

    test('of different tables are carried over, and told that they will not start', () => {
      const from = bothWays({ media: [['s', 'u']] });
      expect(pipelinesOf(from).map(({ name, twoWay }) => [name, twoWay])).toEqual([
        ['p', undefined],
        ['back', undefined],
      ]);
      expect(told(from)).toContain('left-out channel "ch": it goes both ways');
    });
  });

  test('a pipeline that only counted is told not to start', () => {
    expect(told(original({ parameters: { dryRun: true } }))).toContain('would write here: do not start it');
  });
});
