import type { Column } from '@otter/core';
import { describe, expect, it } from 'vitest';
import type { TargetColumn } from './catalog.ts';
import { parseLabels } from './column-type.ts';
import { compatibility } from './compatibility.ts';
import { classifyTargetError } from './error-classification.ts';
import { jsonLiteral } from './json-literals.ts';
import { compileLiteral } from './literals.ts';
import { grantStatement, hasPrivilege, parseGrant, type Account } from './privileges.ts';
import { quoteName, quoteText } from './quoting.ts';
import { versionNumberOf } from './session.ts';
import { compileTableWriter } from './statements.ts';

function column(part: Partial<TargetColumn>): TargetColumn {
  return {
    name: 'c',
    kind: 'int',
    length: 4,
    unsigned: false,
    nullable: true,
    precision: 0,
    scale: 0,
    charset: null,
    collation: null,
    labels: null,
    typeText: 'int',
    generated: 'no',
    invisible: false,
    autoIncrement: false,
    hasDefault: true,
    characters: null,
    updatedByServer: false,
    ...part,
  };
}

describe('error classification', () => {
  it.each([
    [1205, 'HY000', 'TARGET_BUSY'],
    [1020, 'HY000', 'TARGET_BUSY'],
    [1062, '23000', 'ROW_EXISTS'],
    [4025, '23000', 'ROW_REFUSED'],
    [1146, '42S02', 'TABLE_MISSING'],
    [1054, '42S22', 'SCHEMA_MISMATCH'],
    [1153, '08S01', 'ROW_TOO_LARGE'],
    [1927, '70100', 'TARGET_UNREACHABLE'],
    [1045, '28000', 'ACCESS_DENIED'],
    [9999, 'HY000', 'ROW_REFUSED'],
    [9999, '40001', 'TARGET_BUSY'],
  ])('error %i (%s) is %s', (errno, sqlState, code) => {
    const error = classifyTargetError({ message: 'm', errno, sqlState, sql: 'secret' }, { server: 's', statement: 3 });
    expect(error).toMatchObject({ code, context: { errno, statement: 3, server: 's' } });
  });

  it('tells read-only from other options, and the network from our own mistakes', () => {
    const option = { errno: 1290, sqlState: 'HY000' };
    const classify = (error: object): string => classifyTargetError(error, { server: 's' }).code;
    expect(classify({ ...option, message: 'running with the --super-read-only option' })).toBe('TARGET_READ_ONLY');
    expect(classify({ ...option, message: 'running with the --secure-file-priv option' })).toBe('ROW_REFUSED');
    expect(classify({ code: 'ECONNREFUSED', errno: -111, message: 'connect' })).toBe('TARGET_UNREACHABLE');
    expect(classify({ code: 'SELF_SIGNED_CERT_IN_CHAIN', message: 'x' })).toBe('ACCESS_DENIED');
    expect(classify(new TypeError('x'))).toBe('INTERNAL');
  });
});

describe('compatibility', () => {
  const latin1 = column({ kind: 'text', charset: 'latin1', length: 10 });
  it.each<[string, Partial<Column>, Partial<Column>, RegExp | null]>([
    ['a narrower int', { length: 8 }, { length: 4 }, null],
    ['an int to a double', { length: 8 }, { kind: 'double' }, /exactly/],
    [
      'a smaller scale',
      { kind: 'decimal', precision: 10, scale: 4 },
      { kind: 'decimal', precision: 10, scale: 2 },
      /fewer digits/,
    ],
    ['fewer fraction digits', { kind: 'datetime', scale: 6 }, { kind: 'datetime', scale: 3 }, /fewer digits/],
    ['a datetime to a timestamp', { kind: 'datetime' }, { kind: 'timestamp' }, /without a possible loss/],
    ['a date to a datetime', { kind: 'date' }, { kind: 'datetime' }, null],
    ['a double to a float', { kind: 'double' }, { kind: 'float' }, /loss/],
    ['a missing label', { kind: 'enum', labels: ['a', 'b'] }, { kind: 'enum', labels: ['a'] }, /lacks 1/],
    ['unknown labels', { kind: 'enum' }, { kind: 'enum', labels: ['a'] }, /not known/],
    ['JSON to a narrow charset', { kind: 'json' }, latin1, /loss/],
    ['binary to text', { kind: 'binary' }, latin1, /loss/],
  ])('%s', (_, source, target, reason) => {
    const found = compatibility(column(source), column(target));
    if (reason === null) expect(found).toBeNull();
    else expect(found?.en).toMatch(reason);
  });
});

describe('literals and statements', () => {
  it('quotes names and texts', () => {
    expect(quoteName('a`b')).toBe('`a``b`');
    expect(quoteText("it's \\ \0")).toBe("'it''s \\\\ \\0'");
    expect(parseLabels("enum('a,b','it''s',')','x\\\\y')")).toEqual(['a,b', "it's", ')', 'x\\y']);
    expect(versionNumberOf('10.11.6-MariaDB')).toBe(101106);
    expect(jsonLiteral('{"a": 1.5}')).toBe(`'{"a": 1.5}'`);
    expect(jsonLiteral('[12.50]')).toContain('AS DECIMAL(65,2)');
  });

  const id = column({ name: 'id' });
  const stamp = column({ name: 'ts', kind: 'timestamp', typeText: 'timestamp', updatedByServer: true });
  const text = column({
    name: 't',
    kind: 'text',
    charset: 'utf8mb4',
    collation: 'utf8mb4_bin',
    length: 40,
    characters: 10,
  });
  const columns = [id, text, stamp].map((target, sourceIndex) => ({
    sourceIndex,
    target,
    literal: compileLiteral(target, target, { isMariadb: true }),
  }));
  const writer = compileTableWriter({ schema: 's', table: 't', columns, identity: [0] });

  it('keeps a column the server would set, unless it is written', () => {
    expect(writer.updateOne([1], [1, 'x'], [1])).toBe("UPDATE `s`.`t` SET `t`='x',`ts`=`ts` WHERE `id`=1");
    expect(writer.updateMany([[1, 'x']], [1])).toContain('t.`ts`=t.`ts`');
    expect(writer.updateOne([1], [1, 'x', null], [1, 2])).toBe("UPDATE `s`.`t` SET `t`='x',`ts`=NULL WHERE `id`=1");
  });

  it('adds exactly what a column has gained, beside columns that are set', () => {
    const sum = column({ name: 'sum', kind: 'decimal', precision: 30, scale: 2 });
    const all = [id, text, stamp, sum].map((target, sourceIndex) => ({
      ...{ sourceIndex, target },
      literal: compileLiteral(target, target, { isMariadb: true }),
    }));
    const adding = compileTableWriter({ schema: 's', table: 't', columns: all, identity: [0] });
    expect(adding.merge([1, 'x', null, '-1.25'], [1, 'y', null, '7.00'], [1], [3])).toBe(
      "UPDATE `s`.`t` SET `t`='y',`sum`=CAST(`sum` AS DECIMAL(65,2))+CAST(7.00 AS DECIMAL(65,2))-CAST(-1.25 AS DECIMAL(65,2)),`ts`=`ts` WHERE `id`=1",
    );
  });

  it('never writes an absent value, nor addresses a row by one', () => {
    expect(() => writer.insert([[1, undefined, null]])).toThrow(/absent/);
    expect(() => writer.delete([[undefined, 'x', null]])).toThrow(/key column/);
    expect(writer.delete([[null, 'x', null]])).toContain('=NULL');
    expect(() => compileLiteral(id, id, { isMariadb: true }).store('1; DROP')).toThrow(/integer/);
  });
});

describe('grants', () => {
  const account = (...lines: string[]): Account => ({
    name: "'u'@'%'",
    wildcards: true,
    grants: lines.map(parseGrant).filter((grant) => grant !== null),
  });

  it('reads columns, wildcards, all privileges and revokes', () => {
    const some = account(
      'GRANT SELECT (`a`, `b,c`), INSERT ON `db\\_1`.`t` TO `u`@`%`',
      'GRANT ALL PRIVILEGES ON `shop%`.* TO `u`@`%` WITH GRANT OPTION',
      'GRANT `r`@`%` TO `u`@`%`',
    );
    expect(some.grants.length).toBe(2);
    expect(hasPrivilege(some, 'SELECT', { schema: 'shop_x', table: 't' })).toBe(true);
    expect(hasPrivilege(some, 'SELECT', { schema: 'other', table: 't' })).toBe(false);
    const columns = account('GRANT SELECT (`a`, `b,c`) ON `d`.`t` TO `u`@`%`');
    expect(hasPrivilege(columns, 'SELECT', { schema: 'd', table: 't', columns: ['a', 'b,c'] })).toBe(true);
    expect(hasPrivilege(columns, 'SELECT', { schema: 'd', table: 't' })).toBe(false);
    const revoked = account('GRANT SELECT, INSERT ON *.* TO `u`@`%`', 'REVOKE INSERT ON `shop`.* FROM `u`@`%`');
    expect(hasPrivilege(revoked, 'INSERT', { schema: 'shop', table: 't' })).toBe(false);
    expect(hasPrivilege(revoked, 'INSERT', { schema: 'shop2', table: 't' })).toBe(true);
    expect(grantStatement(some, ['SELECT'], { schema: 'a_b' })).toBe("GRANT SELECT ON `a\\_b`.* TO 'u'@'%';");
  });
});
