import { OtterError, type Row, type Value } from '@otter/core';
import type { TargetColumn } from '@otter/dialects';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { column, key, text } from '../testing/tables.fixture.ts';
import { compileIdentity, compileUnique, isExactKey, WILD, type RowKey } from './row-key.ts';

function reader(target: TargetColumn, prefix: number | null = null, source: TargetColumn = target) {
  return compileUnique([{ ordinal: 0, source, target, prefix }], 'u0');
}

/** Values two servers hold equal under the collation; either may be WILD, which clashes with everything. */
function mayClash(a: RowKey | null | undefined, b: RowKey | null | undefined): boolean {
  return a === WILD || b === WILD || (a === b && a !== null && a !== undefined);
}

const utf8 = (s: string): Value => s;
const latin1 = (s: string): Value => Buffer.from(s, 'latin1');

describe('values a collation holds equal have one key, or are known not to be comparable', () => {
  const anyCase: [string, string][] = [
    ['a', 'A'],
    ['a', 'a '],
    ['a   ', 'A'],
    ['', ' '],
    ['Hello World', 'hELLO wORLD  '],
    ['z{|}~', 'Z{|}~'],
  ];
  const accents: [string, string][] = [
    ['é', 'e'],
    ['É', 'é'],
    ['e\u0301', 'é'],
    ['Å', 'å'],
    ['Å', 'A'],
    ['ü', 'U'],
    ['ß', 's'],
    ['ß', 'ss'],
    ['æ', 'ae'],
    ['Æ', 'AE'],
    ['œ', 'oe'],
    ['ａ', 'a'],
    ['Ａ', 'a'],
    ['İ', 'i'],
    ['ı', 'i'],
    ['I', 'ı'],
    ['\u212a', 'k'],
    ['ﬁ', 'fi'],
    ['Ⅷ', 'VIII'],
    ['豈', '\uf900'],
    ['㍿', '株式会社'],
    ['か', 'カ'],
    ['が', 'か'],
    ['ー', 'ｰ'],
    ['😀', '😁'],
    ['😀', '\ufffd'],
    ['a\u00ad', 'a'],
    ['a\u200d', 'a'],
    ['a\u0000', 'a'],
    ['a\u0001', 'a'],
    ['a\t', 'a'],
    ['a\u00a0', 'a '],
    ['ς', 'σ'],
    ['Ω', '\u2126'],
    ['٣', '3'],
    ['²', '2'],
    ['ǆ', 'dž'],
    ['𝐚', 'a'],
  ];
  const collations = [
    ...[
      'utf8mb4_general_ci',
      'utf8mb4_unicode_ci',
      'utf8mb4_unicode_520_ci',
      'utf8mb4_0900_ai_ci',
      'utf8mb4_0900_as_ci',
    ],
    ...[
      'utf8mb3_general_ci',
      'utf8mb3_unicode_ci',
      'utf8mb4_general_nopad_ci',
      'utf8mb4_uca1400_ai_ci',
      'utf8mb4_zh_0900_as_cs',
    ],
  ];
  test.each(collations)('%s', (collation) => {
    const read = reader(text('a', collation));
    for (const [a, b] of [...anyCase, ...accents]) {
      expect(mayClash(read([utf8(a)]), read([utf8(b)])), `${JSON.stringify(a)} = ${JSON.stringify(b)}`).toBe(true);
    }
  });

  test.each(['latin1_swedish_ci', 'latin1_german1_ci', 'latin1_german2_ci', 'latin1_danish_ci', 'latin1_general_ci'])(
    '%s',
    (collation) => {
      const read = reader(text('a', collation));
      const pairs: [string, string][] = [
        ...anyCase,
        ['é', 'e'],
        ['É', 'é'],
        ['Å', 'å'],
        ['ü', 'y'],
        ['ß', 's'],
        ['ß', 'ss'],
        ['ä', 'ae'],
        ['æ', 'ä'],
      ];
      for (const [a, b] of pairs) {
        expect(mayClash(read([latin1(a)]), read([latin1(b)])), `${JSON.stringify(a)} = ${JSON.stringify(b)}`).toBe(
          true,
        );
      }
    },
  );

  test.each(['utf8mb4_bin', 'utf8mb4_0900_bin', 'latin1_bin', 'gbk_bin'])(
    '%s pads with spaces and keeps case apart',
    (collation) => {
      const read = reader(text('a', collation));
      const value = collation.startsWith('utf8') ? utf8 : latin1;
      expect(mayClash(read([value('a')]), read([value('a  ')]))).toBe(true);
      expect(mayClash(read([value('')]), read([value('  ')]))).toBe(true);
      expect(mayClash(read([value('a')]), read([value('A')]))).toBe(false);
      expect(mayClash(read([value('ab')]), read([value('a b')]))).toBe(false);
    },
  );

  test.each([
    ['utf8mb4_roman_ci', 'i', 'j'],
    ['utf8mb4_la_0900_ai_ci', 'u', 'v'],
    ['utf8mb4_lithuanian_ci', 'y', 'i'],
    ['utf8mb4_lithuanian_ci', 'ch', 'c'],
    ['utf8mb4_sv_0900_ai_ci', 'v', 'w'],
    ['utf8mb4_hu_0900_ai_ci', 'ccs', 'cscs'],
    ['utf8mb4_danish_ci', 'aa', 'å'],
    ['utf8mb4_swedish_ci', 'v', 'W'],
    ['swe7_swedish_ci', '[', '{'],
    ['gbk_chinese_ci', 'y', '~'],
    ['big5_chinese_ci', 'e', '`'],
    ['koi8u_general_ci', 'a b', 'a`b'],
    ['latin2_czech_cs', 'a b', 'ab'],
    ['utf8mb4_uca1400_swedish_ai_ci', 'v', 'w'],
  ])('%s, the rules of a language: %s = %s', (collation, a, b) => {
    const read = reader(text('a', collation));
    const value = collation.startsWith('utf8') ? utf8 : latin1;
    expect(mayClash(read([value(a)]), read([value(b)]))).toBe(true);
  });

  test.each(['ucs2_general_ci', 'utf16_unicode_ci', 'utf32_bin', 'utf16le_bin'])(
    '%s, whose padding is no single byte',
    (collation) => {
      expect(reader(text('a', collation))([Buffer.from('a', 'utf16le')])).toBe(WILD);
    },
  );

  test('an unknown collation', () => {
    expect(reader(text('a', 'utf8mb4_general_ci', { collation: null }))(['a'])).toBe(WILD);
  });

  test('upper and lower case of plain letters, for any text', () => {
    const read = reader(text('a'));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(3), (s, spaces) => {
        const other = s.toUpperCase() + ' '.repeat(spaces);
        expect(mayClash(read([s]), read([other]))).toBe(true);
        expect(mayClash(read([s]), read([s.normalize('NFD')]))).toBe(true);
        expect(mayClash(read([s]), read([s.normalize('NFKC')]))).toBe(true);
      }),
    );
  });

  test('a text that is not valid in its charset comes as bytes and is not comparable with letters', () => {
    const read = reader(text('a'));
    expect(mayClash(read([Buffer.from([0x61, 0xff])]), read(['A']))).toBe(true);
    expect(mayClash(read([Buffer.from('a')]), read(['A']))).toBe(true);
  });
});

describe('values that differ for every collation keep different keys, or nothing could be merged', () => {
  test.each([
    ['a', 'b'],
    ['中', '文'],
    ['a1', 'a2'],
    ['order-1', 'order-10'],
    ['', 'a'],
    ['a', 'a!'],
  ])('%s and %s', (a, b) => {
    const read = reader(text('a'));
    expect(mayClash(read([a]), read([b]))).toBe(false);
  });
});

describe('numbers, bytes and times', () => {
  test.each([
    ['-0 and 0 of a double', column('a', { kind: 'double' }), -0, 0],
    ['-0 and 0 of a float', column('a', { kind: 'float' }), -0, 0],
    ['a number and the same as a bigint', column('a', { length: 8 }), 5, 5n],
    ['a long number', column('a', { length: 8 }), 2n ** 63n, 2n ** 63n],
    ['the same decimal', column('a', { kind: 'decimal', scale: 2 }), '1.50', '1.50'],
    ['the same bytes', column('a', { kind: 'binary' }), Buffer.from([0, 255]), Buffer.from([0, 255])],
  ] as [string, TargetColumn, Value, Value][])('%s are one value', (_, target, a, b) => {
    const read = reader(target);
    expect(read([a])).toBe(read([b]));
  });

  test.each([
    ['bytes of other case', column('a', { kind: 'binary' }), Buffer.from('a'), Buffer.from('A')],
    ['bytes with a space', column('a', { kind: 'binary' }), Buffer.from('a'), Buffer.from('a ')],
    ['neighbours beyond 2^53', column('a', { length: 8 }), 2n ** 53n + 1n, 2n ** 53n + 2n],
    ['times', column('a', { kind: 'datetime' }), '2020-01-01 00:00:00', '2020-01-01 00:00:01'],
  ] as [string, TargetColumn, Value, Value][])('%s are two', (_, target, a, b) => {
    const read = reader(target);
    expect(read([a])).not.toBe(read([b]));
  });

  test('what the target stores as something else is not compared', () => {
    expect(reader(column('a', { kind: 'decimal' }), null, column('a'))([1])).toBe(WILD);
    expect(
      reader(column('a', { kind: 'datetime', scale: 6 }), null, column('a', { kind: 'datetime', scale: 0 }))(['x']),
    ).toBe(WILD);
    expect(reader(text('a', 'latin1_swedish_ci'), null, text('a', 'utf8mb4_general_ci'))(['x'])).toBe(WILD);
    const [small, large] = [
      column('a', { kind: 'enum', labels: ['x'] }),
      column('a', { kind: 'enum', labels: ['y', 'x'] }),
    ];
    expect(reader(large, null, small)([1])).toBe(WILD);
    for (const kind of ['json', 'geometry', 'vector'] as const)
      expect(reader(column('a', { kind }))(['{}'])).toBe(WILD);
  });
});

describe('a prefix key', () => {
  test('sees the first characters only', () => {
    const read = reader(text('a'), 3);
    expect(read(['abcdef'])).toBe(read(['ABCxyz']));
    expect(read(['abd'])).not.toBe(read(['abc']));
    expect(read(['中文字符'])).toBe(read(['中文字ABC']));
    expect(read(['ab '])).toBe(read(['ab']));
    expect(read(['ab  x'])).toBe(read(['ab']));
  });

  test('counts a character of four bytes once', () => {
    const read = reader(text('a', 'utf8mb4_bin'), 2);
    expect(read(['😀😀a'])).toBe(read(['😀😀b']));
    expect(read(['😀a'])).not.toBe(read(['😀b']));
  });

  test('counts bytes of binary columns', () => {
    const read = reader(column('a', { kind: 'binary' }), 2);
    expect(read([Buffer.from([1, 2, 3])])).toBe(read([Buffer.from([1, 2, 9])]));
    expect(read([Buffer.from([1, 2])])).not.toBe(read([Buffer.from([1, 3])]));
  });

  test('a long character of a two-byte charset is cut too short rather than too long', () => {
    const read = reader(text('a', 'gbk_bin'), 2);
    const row = (hex: string): Row => [Buffer.from(hex, 'hex')];
    expect(mayClash(read(row('b0a1b0a1b0a1')), read(row('b0a1b0a1b0a2')))).toBe(true);
  });
});

describe('NULL and absent parts', () => {
  const parts = [column('a'), column('b')].map((c, ordinal) => ({ ordinal, source: c, target: c, prefix: null }));
  const pair = compileUnique(parts, 'u0');

  test('a NULL anywhere takes the key out', () => {
    expect(reader(column('a'))([null])).toBeNull();
    expect(pair([null, 1])).toBeNull();
    expect(pair([1, null])).toBeNull();
  });

  test('an absent part is told apart from NULL', () => {
    expect(reader(column('a'))([undefined])).toBeUndefined();
    expect(pair([1, undefined])).toBeUndefined();
    expect(pair([undefined, 1])).toBeUndefined();
  });

  test('keys of two indexes never meet', () => {
    const [a, b] = [compileUnique(parts.slice(0, 1), 'u1'), compileUnique(parts.slice(0, 1), 'u11')];
    expect(a([11])).not.toBe(b([1]));
    expect(compileUnique(parts, 'u1')([1, 2])).not.toBe(compileUnique(parts, 'u2')([1, 2]));
  });

  test('parts never run into each other', () => {
    const texts = ['a', 'b'].map((n, ordinal) => {
      const c = text(n, 'utf8mb4_bin');
      return { ordinal, source: c, target: c, prefix: null };
    });
    const read = compileUnique(texts, 'u0');
    const cell = fc.string({ unit: fc.constantFrom('a', '\0', ':', '1', '2', '3'), maxLength: 6 });
    fc.assert(
      fc.property(cell, cell, cell, cell, (a, b, c, d) => {
        expect(read([a, b]) === read([c, d])).toBe(a === c && b === d);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('the identity of a row', () => {
  const cell: fc.Arbitrary<Value> = fc.oneof(
    fc.integer(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.string({ unit: fc.constantFrom('\u0001', ':', '1', '2', '9'), maxLength: 4 }),
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
  );
  /** Cells of one column are of one sort; text whose bytes are no valid text comes as a Buffer beside strings. */
  const sameCell = (a: Value, b: Value): boolean =>
    Buffer.isBuffer(a) || Buffer.isBuffer(b)
      ? Buffer.isBuffer(a) && Buffer.isBuffer(b) && a.equals(b)
      : String(a) === String(b);
  const alike = (a: Value, b: Value): boolean => (typeof a === 'number') === (typeof b === 'number');

  test('different rows never share one', () => {
    const one = compileIdentity([0], 't');
    const two = compileIdentity([0, 1], 't');
    fc.assert(
      fc.property(cell, cell, cell, cell, (a, b, c, d) => {
        expect(two([a, b]) === two([c, d])).toBe(sameCell(a, c) && sameCell(b, d));
        if (alike(a, c)) expect(one([a]) === one([c])).toBe(sameCell(a, c));
      }),
      { numRuns: 5000 },
    );
  });

  test('the parts of one never run into each other, wherever a text is cut in two', () => {
    const two = compileIdentity([0, 1], 't');
    const letters = fc.string({ unit: fc.constantFrom('1', '2', ':', 'a'), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(letters, fc.nat(6), fc.nat(6), (s, i, j) => {
        const same = s.slice(0, i) === s.slice(0, j);
        expect(two([s.slice(0, i), s.slice(i)]) === two([s.slice(0, j), s.slice(j)])).toBe(same);
      }),
      { numRuns: 1000 },
    );
    expect(two([1, 23])).not.toBe(two([12, 3]));
  });

  test('keeps bytes apart from the text that looks like their mark', () => {
    const one = compileIdentity([0], 't');
    expect(one(['\u0001ÿ'])).not.toBe(one([Buffer.from([0xff])]));
    expect(one(['1'])).not.toBe(one([Buffer.from('1')]));
  });

  test('-0 and 0 are one row', () => {
    const one = compileIdentity([0], 't');
    expect(new Map([[one([-0]), 1]]).has(one([0]))).toBe(true);
    expect(compileIdentity([0, 1], 't')([-0, 1])).toBe(compileIdentity([0, 1], 't')([0, 1]));
  });

  test('reads the ordinals of the key, in their order', () => {
    expect(compileIdentity([2, 0], 't')([1, 2, 3])).toBe(compileIdentity([0, 1], 't')([3, 1]));
  });

  test.each([[[undefined]], [[1, undefined]]] as [Row][])('an image without a key column is refused: %j', (row) => {
    const read = compileIdentity(row.length === 1 ? [0] : [0, 1], 'shop.t');
    let thrown: unknown;
    try {
      read(row);
    } catch (error) {
      thrown = error;
    }
    expect(OtterError.is(thrown) && thrown.code).toBe('ROW_IMAGE_PARTIAL');
    expect((thrown as OtterError).detail).toContain('shop.t');
  });
});

describe('a key whose identity alone shows every clash', () => {
  const exact = (target: TargetColumn, source = target, prefix: number | null = null): boolean => {
    return isExactKey({ ...key('PRIMARY'), parts: [{ column: 'a', prefix }] }, [{ source, target }]);
  };

  test.each(['int', 'decimal', 'binary', 'datetime', 'uuid', 'bit', 'enum'] as const)('%s', (kind) => {
    expect(exact(column('a', { kind }))).toBe(true);
  });

  test('not text, whose collation may hold two values equal', () => {
    expect(exact(text('a'))).toBe(false);
    expect(exact(text('a', 'utf8mb4_bin'))).toBe(false);
  });

  test('not floats, prefixes, other kinds or scales on the target', () => {
    expect(exact(column('a', { kind: 'float' }))).toBe(false);
    expect(exact(column('a', { kind: 'double' }))).toBe(false);
    expect(exact(column('a', { kind: 'binary' }), undefined, 4)).toBe(false);
    expect(exact(column('a', { kind: 'decimal' }), column('a'))).toBe(false);
    expect(exact(column('a', { kind: 'time', scale: 3 }), column('a', { kind: 'time', scale: 0 }))).toBe(false);
    expect(isExactKey(key('u', 'a', 'b'), [{ source: column('a'), target: column('a') }])).toBe(false);
  });
});
