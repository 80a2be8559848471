import type { Row } from '@otter/core';
import { describe, expect, it } from 'vitest';
import { compileBulkLoad } from './bulk-load.ts';
import type { TargetColumn } from './catalog.ts';

function column(over: Partial<TargetColumn> & Pick<TargetColumn, 'kind' | 'typeText'>): TargetColumn {
  return {
    ...{ name: 'v', length: 100, unsigned: false, nullable: true, precision: 0, scale: 0 },
    ...{ charset: null, collation: null, labels: null, generated: 'no', invisible: false, autoIncrement: false },
    ...{ hasDefault: true, characters: null, updatedByServer: false, ...over },
  };
}

const VARCHAR = column({ kind: 'text', typeText: 'varchar(25)', charset: 'utf8mb4' });

function content(target: TargetColumn, ...rows: Row[]): string | null {
  const load = compileBulkLoad('d', 't', [{ sourceIndex: 0, source: target, target }]);
  return load?.content(rows)?.toString('utf8') ?? null;
}

describe('the file of a bulk load', () => {
  it('escapes what ends a field or a row, and nothing else', () => {
    expect(content(VARCHAR, ['a\tb\nc\\d\0e\r\'"']), 'text').toBe('a\\tb\\nc\\\\d\\0e\r\'"\n');
    expect(content(VARCHAR, [null], ['\\N'], ['']), 'NULL').toBe('\\N\n\\\\N\n\n');
    expect(content(VARCHAR, ['漢字 😀\t']), 'beyond ASCII').toBe('漢字 😀\\t\n');
  });

  it('names the columns, so that their order on the target does not matter', () => {
    const id = column({ name: 'id', kind: 'int', typeText: 'int' });
    const load = compileBulkLoad('d`', 't', [
      { sourceIndex: 2, source: VARCHAR, target: VARCHAR },
      { sourceIndex: 0, source: id, target: id },
    ]);
    expect(load?.sql).toBe("LOAD DATA LOCAL INFILE 'otter' INTO TABLE `d```.`t` CHARACTER SET binary (`v`,`id`)");
    expect(load?.content([[7, 'not sent', 'x']])?.toString()).toBe('x\t7\n');
  });

  it('keeps the sign of -0, the year 0, and labels that look like numbers', () => {
    expect(content(column({ kind: 'double', typeText: 'double' }), [-0], [1e300])).toBe('-0\n1e+300\n');
    expect(content(column({ kind: 'year', typeText: 'year(4)' }), [0], [1999])).toBe('0000\n1999\n');
    const labels = { charset: 'utf8mb4', labels: ['2', '1', 'a\tb'] };
    expect(content(column({ kind: 'enum', typeText: 'enum(…)', ...labels }), [1], [3])).toBe('2\na\\tb\n');
    expect(content(column({ kind: 'set', typeText: 'set(…)', ...labels }), [3], [0])).toBe('2,1\n\n');
  });

  it('leaves to SQL what it cannot carry exactly', () => {
    expect(content(VARCHAR, [Buffer.from('ff', 'hex')]), 'no UTF-8').toBeNull();
    const fixed = column({ kind: 'text', typeText: 'char(5)', charset: 'utf8mb4' });
    expect(content(fixed, ['a ']), 'a space a CHAR would lose').toBeNull();
    expect(content(fixed, ['a']), 'CHAR').toBe('a\n');
    const enumeration = column({ kind: 'enum', typeText: 'enum(…)', charset: 'utf8mb4', labels: ['a'] });
    expect(content(enumeration, [0]), 'the error value of an ENUM').toBeNull();
    expect(content(column({ kind: 'float', typeText: 'float(5,2)' }), [1]), 'rounded').toBeNull();
    for (const kind of ['json', 'bit', 'geometry', 'uuid', 'inet6'] as const) {
      expect(
        compileBulkLoad('d', 't', [
          { sourceIndex: 0, source: column({ kind, typeText: kind }), target: column({ kind, typeText: kind }) },
        ]),
        kind,
      ).toBeNull();
    }
    const utf16 = column({ kind: 'text', typeText: 'text', charset: 'utf16' });
    expect(content(utf16, [Buffer.from('0061', 'hex')]), 'utf16').toBeNull();
  });

  it('leaves to SQL a target that is narrower or of another charset', () => {
    const pair = (target: Partial<TargetColumn>, source: Partial<TargetColumn> = {}): unknown =>
      compileBulkLoad('d', 't', [
        { sourceIndex: 0, source: { ...VARCHAR, ...source }, target: { ...VARCHAR, ...target } },
      ]);
    expect(pair({})).not.toBeNull();
    expect(pair({ length: 99 })).toBeNull();
    expect(pair({ charset: 'latin1' })).toBeNull();
    expect(pair({ charset: 'latin1' }, { charset: 'gbk' })).toBeNull();
    expect(pair({ charset: 'gbk' }, { charset: 'gbk' })).not.toBeNull();
    expect(pair({ kind: 'binary', charset: null })).toBeNull();
  });
});
