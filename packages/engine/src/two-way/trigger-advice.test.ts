import { expect, test } from 'vitest';
import { effectsOf } from './trigger-advice.ts';

const GRAMMAR = { ansiQuotes: false, plainBackslash: false, isMariadb: true, versionNumber: 101100 };
const MAPPED = new Set(['shop.item', 'shop.audit', 'other.log']);

function effects(body: string): ReturnType<typeof effectsOf> {
  return effectsOf({ schema: 'shop', body }, (schema, table) => MAPPED.has(`${schema}.${table}`), GRAMMAR);
}

test.each([
  ['INSERT INTO audit VALUES (NEW.id)', ['shop.audit']],
  ['INSERT IGNORE `audit` (id) SELECT id FROM item', ['shop.audit']],
  ['REPLACE other.log SET n=1', ['other.log']],
  ['DELETE FROM shop.audit WHERE id=OLD.id', ['shop.audit']],
  ['BEGIN UPDATE mine SET n=1; UPDATE LOW_PRIORITY audit SET n=1; END', ['shop.audit']],
  ['IF NEW.n > 1 THEN INSERT INTO own.note VALUES (1); ELSE DELETE FROM item; END IF', ['shop.item']],
  ['INSERT INTO own.note SELECT * FROM audit ON DUPLICATE KEY UPDATE item=1', []],
  ['SELECT n INTO @x FROM audit WHERE id=1 FOR UPDATE', []],
  ["SET @x = REPLACE(NEW.name, 'item', 'audit')", []],
  ["INSERT INTO own.note VALUES ('DELETE FROM audit') -- INSERT INTO audit", []],
])('%s writes to %j', (body, writes) => {
  expect(effects(body).writes).toEqual(writes);
});

test.each([
  ['SET NEW.n = 1', true],
  ["BEGIN SET @x = CONCAT('a', 'b'), NEW.name = 'c'; END", true],
  ['SELECT n INTO NEW.n FROM own.note', true],
  ['SET @x = IF(1, NEW.n, NEW.m)', false],
  ['BEGIN SET @x = 1; INSERT INTO own.note VALUES (NEW.n, NEW.m); END', false],
  ['IF NEW.n = 1 THEN SET @x = 2; END IF', false],
])('%s changes its row: %s', (body, changes) => {
  expect(effects(body).setsRow).toBe(changes);
});

test('a routine that is called may write anything', () => {
  expect(effects('CALL more(NEW.id)').calls).toBe(true);
  expect(effects("SET @x = 'CALL'").calls).toBe(false);
});
