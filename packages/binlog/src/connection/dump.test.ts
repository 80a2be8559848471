import { MysqlGtidSet } from '@otter/core';
import { describe, expect, test } from 'vitest';
import { dumpByFileCommand, dumpByGtidCommand, dumpStart, registerCommand } from './dump.ts';
import { dumpError } from './dump-error.ts';
import { decodeGtidSet, encodeGtidSet } from './gtid-encoding.ts';
import type { SourceFacts } from './source-facts.ts';
import { checkFile } from './start-check.ts';

const UUID = 'fee46df2-e595-11f1-a0a5-02fc00000001';
const hex = (text: string): Buffer => Buffer.from(text.replace(/\s+/g, ''), 'hex');

describe('commands', () => {
  test('COM_BINLOG_DUMP', () => {
    expect(dumpByFileCommand('bin.1', 0x01020304, 0xfffffffe, 1)).toEqual(hex('12 04030201 0100 feffffff 62696e2e31'));
  });

  test('COM_BINLOG_DUMP_GTID', () => {
    const command = dumpByGtidCommand(MysqlGtidSet.parse(`${UUID}:1-7`), 5, 0);
    expect(command.subarray(0, 23)).toEqual(hex('1e 0400 05000000 00000000 0400000000000000 30000000'));
    expect(command.subarray(23)).toEqual(encodeGtidSet(MysqlGtidSet.parse(`${UUID}:1-7`)));
  });

  test('COM_REGISTER_SLAVE', () => {
    expect(registerCommand(7)).toEqual(hex('15 07000000 05 6f74746572 00 00 0000 00000000 00000000'));
  });
});

describe('GTID sets', () => {
  test('without tags in the form every server reads', () => {
    const bytes = hex(`0100000000000000 ${UUID.replaceAll('-', '')} 0200000000000000
      0100000000000000 0800000000000000 0900000000000000 0a00000000000000`);
    expect(encodeGtidSet(MysqlGtidSet.parse(`${UUID}:1-7:9`))).toEqual(bytes);
    expect(decodeGtidSet(bytes).toString()).toBe(`${UUID}:1-7:9`);
  });

  test('with tags as MySQL 9.7.4 wrote it into PREVIOUS_GTIDS', () => {
    const bytes = hex(`0103000000000001
      fee46df2e59511f1a0a502fc00000001 00 0100000000000000 0100000000000000 0200000000000000
      fee46df2e59511f1a0a502fc00000001 06 616263 0100000000000000 0100000000000000 0200000000000000
      fee46df2e59511f1a0a502fc00000001 0a 6d79746167 0100000000000000 0100000000000000 0200000000000000`);
    const text = `${UUID}:1:abc:1:mytag:1`;
    expect(decodeGtidSet(bytes).toString()).toBe(text);
    expect(encodeGtidSet(MysqlGtidSet.parse(text))).toEqual(bytes);
  });

  test('cut short anywhere they are corrupt', () => {
    const bytes = encodeGtidSet(MysqlGtidSet.parse(`${UUID}:1-7:tag:1-5:9`));
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeGtidSet(bytes.subarray(0, length))).toThrow(/binary GTID set/);
    }
  });
});

describe('where a dump begins', () => {
  const facts = (flavor: 'mysql' | 'mariadb', gtidMode = 'ON'): SourceFacts => ({ flavor, gtidMode }) as SourceFacts;
  const xa = (n: number) => ({ xid: `x${n}`, file: 'bin.1', offset: n * 100, gtid: `${UUID}:${n}` });

  test('by GTID whenever there is a set, else by coordinates', () => {
    const position = { file: 'bin.1', offset: 900, gtid: `${UUID}:1-9` };
    expect(dumpStart(position, facts('mysql'))).toEqual({ by: 'gtid', set: MysqlGtidSet.parse(position.gtid) });
    expect(dumpStart(position, facts('mysql', 'OFF'))).toEqual({ by: 'file', file: 'bin.1', offset: 900 });
    expect(dumpStart({ ...position, gtid: '' }, facts('mysql'))).toEqual({ by: 'file', file: 'bin.1', offset: 900 });
    expect(dumpStart({ ...position, gtid: '0-1-5' }, facts('mariadb'))).toMatchObject({ by: 'gtid' });
  });

  test('prepared XA transactions are asked for again', () => {
    const position = { file: 'bin.1', offset: 900, gtid: `${UUID}:1-9`, prepared: [xa(3), xa(5)] };
    const start = dumpStart(position, facts('mysql'));
    expect(start.by === 'gtid' && start.set.toString()).toBe(`${UUID}:1-2:4:6-9`);
    expect(dumpStart({ ...position, gtid: '' }, facts('mysql'))).toEqual({ by: 'file', file: 'bin.1', offset: 300 });
    expect(dumpStart({ ...position, gtid: '0-1-9' }, facts('mariadb'))).toEqual({
      by: 'file',
      file: 'bin.1',
      offset: 300,
    });
  });

  test('past 4 GiB the file is read from its start', () => {
    const position = { file: 'bin.1', offset: 2 ** 32, gtid: '' };
    expect(dumpStart(position, facts('mysql'))).toEqual({ by: 'file', file: 'bin.1', offset: 4 });
  });
});

test.each([
  ['A slave with the same server_uuid/server_id as this slave has connected to the master', 'SERVER_ID_CLASH'],
  ['Could not find first log file name in binary log index file', 'LOG_PURGED'],
  [
    'Cannot replicate because the source purged required binary logs. Replicate the missing transactions from elsewhere',
    'LOG_PURGED',
  ],
  [
    'Could not find GTID state requested by slave in any binlog files. Probably the slave state is too old and required binlog files have been purged.',
    'LOG_PURGED',
  ],
  ['Client requested master to start replication from impossible position', 'LOG_AHEAD'],
  ["Replica has more GTIDs than the source has, using the source's SERVER_UUID.", 'LOG_AHEAD'],
  ["Error: connecting slave requested to start from GTID 0-1-100, which is not in the master's binlog", 'LOG_AHEAD'],
  ['log event entry exceeded max_allowed_packet; Increase max_allowed_packet on source', 'LOG_CORRUPT'],
  ["bogus data in log event; the first event 'log-bin.000001' at 4", 'LOG_CORRUPT'],
])('1236 "%s" is %s', (message, code) => {
  expect(dumpError(1236, message).code).toBe(code);
});

test('error packets of a dying or refusing server', () => {
  expect(dumpError(1227, 'Access denied; you need REPLICATION SLAVE').code).toBe('ACCESS_DENIED');
  expect(dumpError(1927, 'Connection was killed').code).toBe('SOURCE_UNREACHABLE');
});

test('a place of the log is held against the list of logs', () => {
  const logs = [
    { name: 'bin.000008', size: 500 },
    { name: 'bin.000009', size: 700 },
  ];
  expect(() => checkFile(logs, 'bin.000009', 700)).not.toThrow();
  const code = (file: string, offset: number): unknown => {
    try {
      checkFile(logs, file, offset);
    } catch (error) {
      return (error as { code: string }).code;
    }
    return 'ok';
  };
  expect(code('bin.000007', 4)).toBe('LOG_PURGED');
  expect(code('bin.000010', 4)).toBe('LOG_AHEAD');
  expect(code('bin.000009', 701)).toBe('LOG_AHEAD');
  expect(code('bin.000008', 501)).toBe('LOG_AHEAD');
  expect(code('other.000008', 4)).toBe('POSITION_INVALID');
});
