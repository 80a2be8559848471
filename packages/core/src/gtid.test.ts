import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OtterError } from './errors.ts';
import { gtidFlavor, gtidText, MariadbGtidSet, MysqlGtidSet, parseGtidSet, type Gtid } from './gtid.ts';

const U1 = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
const U2 = '00000000-0000-0000-0000-000000000001';
const DOMAINS = [U1, `${U1}:blue`, `${U1}:red`, U2];

function refusal(action: () => unknown): OtterError {
  try {
    action();
  } catch (error) {
    if (OtterError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** A set of single GTIDs: slow and surely right. */
class NaiveSet {
  readonly members: Set<string>;

  constructor(members: Iterable<string> = []) {
    this.members = new Set(members);
  }

  static of(steps: readonly Step[]): NaiveSet {
    const set = new NaiveSet();
    for (const [domain, first, length] of steps)
      for (let i = 0; i < length; i++) set.members.add(`${domain}#${first + i}`);
    return set;
  }
}

type Step = [domain: string, first: number, length: number];
const steps = fc.array(
  fc.tuple(fc.constantFrom(...DOMAINS), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 8 })),
  {
    maxLength: 25,
  },
);

function built(list: readonly Step[]): MysqlGtidSet {
  const set = new MysqlGtidSet();
  for (const [domain, first, length] of list) {
    if (length === 1) set.add({ domain, server: 0, sequence: first });
    else set.addInterval(domain, first, first + length - 1);
  }
  return set;
}

function members(set: MysqlGtidSet): string[] {
  return [...set.intervals()].flatMap(([domain, first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => `${domain}#${first + i}`),
  );
}

function sorted(set: Iterable<string>): string[] {
  return [...set].sort();
}

describe('a MySQL set agrees with a set of single GTIDs', () => {
  test('whatever is added in whatever order, intervals stay sorted, merged and complete', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const set = built(list);
        expect(sorted(members(set))).toEqual(sorted(NaiveSet.of(list).members));
        let previous: [string, number, number] | null = null;
        for (const interval of set.intervals()) {
          if (previous && previous[0] === interval[0]) expect(interval[1]).toBeGreaterThan(previous[2] + 1);
          previous = interval;
        }
        expect(set.isEmpty()).toBe(list.length === 0);
      }),
    );
  });

  test('union, subtract, contains and has', () => {
    fc.assert(
      fc.property(steps, steps, (a, b) => {
        const [left, right] = [NaiveSet.of(a).members, NaiveSet.of(b).members];
        const union = built(a);
        union.union(built(b));
        expect(sorted(members(union))).toEqual(sorted(new Set([...left, ...right])));
        const rest = built(a);
        rest.subtract(built(b));
        const missing = [...left].filter((m) => !right.has(m));
        expect(sorted(members(rest))).toEqual(sorted(missing));
        expect(rest.isEmpty()).toBe(missing.length === 0);
        expect(built(b).contains(built(a))).toBe(missing.length === 0);
        expect(union.contains(built(a)) && union.contains(built(b))).toBe(true);
        for (const domain of DOMAINS) {
          for (const sequence of [1, 7, 20, 41]) {
            expect(built(a).has({ domain, server: 0, sequence })).toBe(left.has(`${domain}#${sequence}`));
          }
        }
      }),
    );
  });

  test('a union leaves the other side as it was, a clone leaves the original', () => {
    fc.assert(
      fc.property(steps, steps, (a, b) => {
        const [left, right] = [built(a), built(b)];
        const [leftText, rightText] = [left.toString(), right.toString()];
        const copy = left.clone();
        copy.union(right);
        for (let i = 1; i < 50; i++) copy.add({ domain: U1, server: 0, sequence: i });
        copy.subtract(built([[U1, 10, 5]]));
        expect(left.toString()).toBe(leftText);
        expect(right.toString()).toBe(rightText);
      }),
    );
  });

  test('its text is read back as the same set, however it is spaced and cased', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const text = built(list).toString();
        expect(MysqlGtidSet.parse(text).toString()).toBe(text);
        expect(MysqlGtidSet.parse(` ${text.toUpperCase().replaceAll(',', ',\n ')} `).toString()).toBe(text);
      }),
    );
  });
});

describe('the text of a MySQL set', () => {
  test.each([
    ['', ''],
    [`${U1}:1`, `${U1}:1`],
    [`${U1}:1-5:7`, `${U1}:1-5:7`],
    [`${U1}:5:1-3:4`, `${U1}:1-5`],
    [`${U1}:1-3,${U1}:3-9`, `${U1}:1-9`],
    [`${U1}:1-5:blue:1-3`, `${U1}:1-5:blue:1-3`],
    [`${U1}:blue:1-3:red:7,${U1}:2`, `${U1}:2:blue:1-3:red:7`],
    [`${U1}:BLUE:1,${U1}:blue:2`, `${U1}:blue:1-2`],
    [`${U1}:_:1`, `${U1}:_:1`],
    [`${U2}:9,${U1}:1`, `${U2}:9,${U1}:1`],
    [`${U1}:5-3`, ''],
    [` ${U1} : 1 - 5 ,\n ${U2}:3 `, `${U2}:3,${U1}:1-5`],
    [`${U1}:1-9007199254740991`, `${U1}:1-9007199254740991`],
  ])('%j is %j', (text, expected) => {
    expect(MysqlGtidSet.parse(text).toString()).toBe(expected);
  });

  test.each([
    'x',
    U1,
    `${U1}:`,
    `${U1}:0`,
    `${U1}:0-5`,
    `${U1}:-5`,
    `${U1}:1-`,
    `${U1}:1-2-3`,
    `${U1}:1.5`,
    `${U1.slice(1)}:1`,
    `${U1}:this_tag_is_longer_than_32_characters:1`,
    `${U1}:tag-x:1`,
    '0-1-100',
  ])('%j is refused', (text) => {
    expect(refusal(() => MysqlGtidSet.parse(text)).code).toBe('POSITION_INVALID');
  });

  test.each([`${U1}:1-9007199254740992`, `${U1}:9223372036854775807`, `${U1}:99999999999999999999999`])(
    '%j would lose precision and is refused',
    (text) => {
      expect(refusal(() => MysqlGtidSet.parse(text)).detail).toMatch(/larger than/);
    },
  );

  test('a transaction with a tag and one without are two', () => {
    const set = MysqlGtidSet.parse(`${U1}:blue:1-5`);
    expect(set.has({ domain: U1, server: 0, sequence: 3 })).toBe(false);
    expect(set.has({ domain: `${U1}:blue`, server: 0, sequence: 3 })).toBe(true);
  });
});

describe('a MariaDB position', () => {
  const gtid = (domain: string, server: number, sequence: number): Gtid => ({ domain, server, sequence });

  test.each([
    ['', ''],
    ['0-1-100', '0-1-100'],
    ['10-1-5,2-3-4', '2-3-4,10-1-5'],
    [' 0-1-100 ,\n1-2-5', '0-1-100,1-2-5'],
    ['0-4294967295-9007199254740991', '0-4294967295-9007199254740991'],
    ['007-1-5', '7-1-5'],
  ])('%j is %j', (text, expected) => {
    expect(MariadbGtidSet.parse(text).toString()).toBe(expected);
  });

  test.each(['x', '0-1', '0-1-2-3', '0-1-x', '0-1--2', '0-1-5,0-2-6', '0-1-5,00-2-6', `${U1}:1`])(
    '%j is refused',
    (text) => {
      expect(refusal(() => MariadbGtidSet.parse(text)).code).toBe('POSITION_INVALID');
    },
  );

  test('a number beyond 2^53 is refused', () => {
    expect(refusal(() => MariadbGtidSet.parse('0-1-9007199254740992')).detail).toMatch(/larger than/);
  });

  test('the last of a domain stands for all before it, whoever wrote them', () => {
    const set = MariadbGtidSet.parse('0-1-100');
    expect(set.has(gtid('0', 2, 99))).toBe(true);
    expect(set.has(gtid('0', 1, 101))).toBe(false);
    expect(set.has(gtid('1', 1, 1))).toBe(false);
    set.add(gtid('0', 2, 101));
    expect(set.toString()).toBe('0-2-101');
  });

  test('contains another when every domain is at least as far', () => {
    const set = MariadbGtidSet.parse('0-1-100,1-1-5');
    expect(set.contains(MariadbGtidSet.parse('0-9-100'))).toBe(true);
    expect(set.contains(MariadbGtidSet.parse('0-1-101'))).toBe(false);
    expect(set.contains(MariadbGtidSet.parse('2-1-1'))).toBe(false);
    expect(set.contains(MariadbGtidSet.parse(''))).toBe(true);
    expect(set.contains(new MysqlGtidSet())).toBe(false);
    expect(new MysqlGtidSet().contains(set)).toBe(false);
  });

  test('a clone goes its own way', () => {
    const set = MariadbGtidSet.parse('0-1-100');
    const copy = set.clone();
    copy.add(gtid('0', 1, 101));
    copy.add(gtid('3', 1, 1));
    expect(set.toString()).toBe('0-1-100');
    expect(set.isEmpty()).toBe(false);
  });
});

test('a single GTID is written as its server writes it', () => {
  expect(gtidText({ domain: U1, server: 0, sequence: 7 })).toBe(`${U1}:7`);
  expect(gtidText({ domain: `${U1}:blue`, server: 0, sequence: 7 })).toBe(`${U1}:blue:7`);
  expect(gtidText({ domain: '0', server: 3, sequence: 7 })).toBe('0-3-7');
});

test.each([
  [`${U1}:1-5`, 'mysql'],
  [`\n ${U1.toUpperCase()}:1`, 'mysql'],
  ['0-1-100', 'mariadb'],
  ['20260101-1-100', 'mariadb'],
  ['12345678-1234-5678', 'mariadb'],
  ['', 'mariadb'],
])('%j belongs to %s', (text, flavor) => {
  expect(gtidFlavor(text)).toBe(flavor);
  expect(parseGtidSet(gtidFlavor(text), text).flavor).toBe(flavor);
});
