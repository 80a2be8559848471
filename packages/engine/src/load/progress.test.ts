import type { Position } from '@otter/core';
import { describe, expect, test } from 'vitest';
import { transaction } from '../testing/tables.fixture.ts';
import { Progress } from './progress.ts';

const UUID = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
const START: Position = { file: 'bin.000001', offset: 4, gtid: `${UUID}:1-10` };

function one(sequence: number) {
  return transaction([], { offset: sequence * 100, gtid: { domain: UUID, server: 0, sequence } });
}

describe('the position to store with a commit', () => {
  test('is behind its last transaction and holds the GTIDs of all of them', () => {
    expect(new Progress(START).after([one(11), one(12)])).toEqual({
      file: 'bin.000001',
      offset: 1200,
      gtid: `${UUID}:1-12`,
    });
  });

  test('of no transactions is where we are', () => {
    expect(new Progress(START).after([])).toBe(START);
  });

  test('carries the XA transactions still undecided', () => {
    const prepared = [{ xid: 'x', file: 'bin.000001', offset: 50, gtid: '' }];
    expect(new Progress(START).after([transaction([], { prepared })]).prepared).toEqual(prepared);
    expect(new Progress(START).after([transaction([])])).not.toHaveProperty('prepared');
  });

  test('without a GTID set at the start never begins one: it would have holes', () => {
    expect(new Progress({ file: 'bin.000001', offset: 4, gtid: '' }).after([one(11)]).gtid).toBe('');
  });

  test('of MariaDB is the last GTID of every domain', () => {
    const progress = new Progress({ file: 'bin.000001', offset: 4, gtid: '0-1-5,1-1-1' });
    const gtid = { domain: '0', server: 2, sequence: 6 };
    expect(progress.after([transaction([], { gtid })]).gtid).toBe('0-2-6,1-1-1');
  });
});

describe('a commit that fails', () => {
  test('moves nothing', () => {
    const progress = new Progress(START);
    progress.after([one(11)]);
    expect(progress.position).toBe(START);
  });

  test('may be tried again', () => {
    const progress = new Progress(START);
    const first = progress.after([one(11), one(12)]);
    expect(progress.after([one(11), one(12)])).toEqual(first);
    progress.settle(first);
    expect(progress.position).toEqual(first);
  });

  test('leaves no GTID of it in the position of the smaller one that follows', () => {
    const progress = new Progress(START);
    progress.after([one(11), one(12), one(13)]);
    const smaller = progress.after([one(11)]);
    expect(smaller.gtid).toBe(`${UUID}:1-11`);
    progress.settle(smaller);
    expect(progress.after([one(12)]).gtid).toBe(`${UUID}:1-12`);
  });

  test('leaves none of MariaDB either', () => {
    const progress = new Progress({ file: 'bin.000001', offset: 4, gtid: '0-1-5' });
    const gtid = (domain: string, sequence: number) => transaction([], { gtid: { domain, server: 1, sequence } });
    progress.after([gtid('0', 6), gtid('7', 1)]);
    expect(progress.after([gtid('0', 6)]).gtid).toBe('0-1-6');
  });
});
