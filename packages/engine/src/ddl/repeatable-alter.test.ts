import { describe, expect, test } from 'vitest';
import { recogniseDdl } from './ddl-statement.ts';
import { repeatability } from './repeatable-alter.ts';

const GRAMMAR = { ansiQuotes: false, plainBackslash: false, isMariadb: true, versionNumber: 101106 };

function judged(clauses: string): ReturnType<typeof repeatability> {
  const ddl = recogniseDdl(`ALTER TABLE t ${clauses}`, GRAMMAR);
  if (ddl?.form !== 'alter-table') throw new Error(`not read: ${clauses}`);
  return repeatability(ddl);
}

describe('repeatable', () => {
  test.each([
    'ENGINE=InnoDB',
    'ADD COLUMN a INT',
    'ADD a INT NOT NULL DEFAULT -1 AFTER id, ADD b VARCHAR(20) DEFAULT NULL FIRST, ADD INDEX i (a, b)',
    "ADD a ENUM('DEFAULT','ON') NOT NULL DEFAULT 'ON' COMMENT 'UNIQUE'",
    'ADD a TIMESTAMP NULL DEFAULT NULL',
    'DROP COLUMN a, DROP INDEX i, RENAME INDEX j TO k, FORCE, ALGORITHM=INPLACE',
    'MODIFY id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT',
    'CHANGE COLUMN `a` `A` DECIMAL(20,4) NULL DEFAULT 1.5',
    'MODIFY a TEXT CHARACTER SET utf8mb4',
    "ALTER COLUMN a SET DEFAULT (NOW()), COMMENT='x', ROW_FORMAT=COMPRESSED",
    'CONVERT TO CHARACTER SET utf8mb4',
  ])('%s', (clauses) => {
    expect(judged(clauses)).toMatchObject({ repeatable: true });
  });
});

describe('not repeatable', () => {
  test.each([
    ['ADD UNIQUE KEY u (a)', /clash/],
    ['ADD PRIMARY KEY (a)', /clash/],
    ['ADD CONSTRAINT c CHECK (a > 0)', /clash/],
    ['ADD PARTITION (PARTITION p VALUES LESS THAN (9))', /clash/],
    ['ADD a INT UNIQUE', /given values/],
    ['ADD a INT AUTO_INCREMENT', /given values/],
    ['ADD a INT AS (b + 1)', /given values/],
    ['ADD a DATETIME ON UPDATE CURRENT_TIMESTAMP', /given values/],
    ['ADD a CHAR(36) DEFAULT (UUID())', /no constant/],
    ['ADD a DATETIME DEFAULT NOW()', /no constant/],
    ["ADD a TIMESTAMP DEFAULT '2020-01-01 00:00:00'", /no constant/],
    ['ADD a TIMESTAMP', /not said/],
    ['ADD a INT NOT NULL', /without a default/],
    ['ADD (a INT, b INT)', /brackets/],
    ['ADD INDEX (b), DROP a, ADD COLUMN A INT', /carried over/],
    ['CHANGE a b INT', /renames/],
    ['RENAME COLUMN a TO b', /renames/],
    ['MODIFY a TIMESTAMP NULL', /TIMESTAMP/],
    ["MODIFY a ENUM('x')", /ENUM/],
    ['MODIFY a JSON', /JSON/],
    ['MODIFY a FLOAT', /FLOAT/],
    ['DROP FOREIGN KEY f', /DROP FOREIGN/],
    ['DROP PRIMARY KEY', /DROP PRIMARY/],
    ['PARTITION BY HASH (a) PARTITIONS 4', /PARTITION/],
    ['TRUNCATE PARTITION p', /TRUNCATE/],
    ['DROP PARTITION p', /DROP PARTITION/],
  ])('%s', (clauses, reason) => {
    expect(judged(clauses)).toMatchObject({
      repeatable: false,
      reason: { en: expect.stringMatching(reason) as string, zh: expect.stringMatching(/\p{Script=Han}/u) as string },
    });
  });
});

test('what only the table itself can tell is asked there', () => {
  const asked = (clauses: string): string => {
    const result = judged(clauses);
    return result.repeatable
      ? result
          .refusals('far', 't')
          .map(({ sql }) => sql)
          .join('\n')
      : '';
  };
  expect(asked('ADD a INT')).toMatch(/FOREIGN KEY/);
  expect(asked('ADD a INT')).not.toMatch(/STATISTICS|COLUMNS/);
  expect(asked('MODIFY a BIGINT AUTO_INCREMENT')).toMatch(/'a' AND DATA_TYPE NOT IN \('tinyint'[^]*auto_increment/);
  expect(asked('MODIFY a BIGINT')).not.toMatch(/STATISTICS/);
  expect(asked('MODIFY a TEXT')).toMatch(/STATISTICS[^]*NON_UNIQUE=0 AND \(COLUMN_NAME IN \('a'\)/);
  expect(asked('DROP a')).toMatch(/STATISTICS[^]*COLUMN_NAME IN \('a'\)/);
  expect(asked('CONVERT TO CHARACTER SET utf8mb4')).toMatch(/STATISTICS[^]*'varchar'/);
});
