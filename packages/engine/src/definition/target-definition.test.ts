import { parseTablePattern, parseTablePatterns } from '@otter/core';
import type { TargetColumn, TargetTable } from '@otter/dialects';
import { describe, expect, test } from 'vitest';
import { TableRouter } from '../select/table-router.ts';
import { Refusal } from './refusal.ts';
import type { ServerTraits } from './server-traits.ts';
import { targetDefinition } from './target-definition.ts';

const COLLATIONS = new Map([
  ['utf8mb4_general_ci', 'utf8mb4'],
  ['utf8mb4_bin', 'utf8mb4'],
  ['utf8mb3_general_ci', 'utf8mb3'],
]);
const MARIADB: ServerTraits = {
  isMariadb: true,
  versionNumber: 101106,
  label: 'MariaDB 10.11.6',
  collations: COLLATIONS,
};
const MYSQL: ServerTraits = { isMariadb: false, versionNumber: 90704, label: 'MySQL 9.7.4', collations: COLLATIONS };

const ROUTER = new TableRouter({
  tables: parseTablePatterns('shop.*'),
  mappings: [{ source: parseTablePattern('shop.t'), target: parseTablePattern('far.t2') }],
  columns: [{ tables: parseTablePattern('shop.t'), exclude: ['secret'], rename: { a: 'b`c' } }],
  controlSchema: 'retl',
});

function column(name: string, collation: string | null = null): TargetColumn {
  const kind = collation === null ? 'int' : 'text';
  return {
    ...{ name, kind, length: 4, unsigned: false, nullable: true, precision: 0, scale: 0, charset: null, collation },
    ...{ labels: null, typeText: '', generated: 'no', invisible: false, autoIncrement: false, hasDefault: true },
    ...{ characters: null, updatedByServer: false },
  };
}

const TABLE: TargetTable = {
  ...{ schema: 'shop', table: 't', engine: 'InnoDB', uniqueKeys: [], foreignKeys: [], triggers: [] },
  columns: [column('id'), column('a'), column('secret'), column('name', 'utf8mb4_general_ci'), column('my_row_id')],
};

/** The statement, or `? reason`; comments of warnings are put behind it. */
function made(body: string, source = MYSQL, target = MYSQL, options = 'ENGINE=InnoDB'): string {
  const destination = ROUTER.destination('shop', 't');
  if (!destination) throw new Error('shop.t does not travel');
  const sql = `CREATE TABLE \`t\` (\n  ${body}\n) ${options}`;
  try {
    const parts = { router: ROUTER, source, target, defers: false };
    const definition = targetDefinition({ table: TABLE, destination, sql, collation: 'utf8mb4_general_ci' }, parts);
    return [definition.sql, ...definition.warnings.map((warning) => `-- ${warning.en}`)].join('\n');
  } catch (error) {
    if (error instanceof Refusal) return `? ${error.message}`;
    throw error;
  }
}

const END = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci';

describe('names of the mapping', () => {
  test.each([
    ['a column', '`id` int, `a` int', '`id` int,\n  `b``c` int'],
    ['one left out', '`id` int, `secret` int', '`id` int'],
    [
      'parts of a key',
      '`id` int, `a` int, KEY `k` (`a` DESC,`id`)',
      '`id` int,\n  `b``c` int,\n  KEY `k` (`b``c` DESC,`id`)',
    ],
    [
      'an expression',
      '`id` int, `a` int, `name` varchar(9) GENERATED ALWAYS AS (concat(`a`,"`a`",\'`a`\')) VIRTUAL',
      '`id` int,\n  `b``c` int,\n  `name` varchar(9) GENERATED ALWAYS AS (concat(`b``c`,"`a`",\'`a`\')) VIRTUAL',
    ],
    ['a comment is no column', "`id` int COMMENT '`a`'", "`id` int COMMENT '`a`'"],
  ])('%s', (_, body, expected) => {
    expect(made(body)).toBe(`CREATE TABLE IF NOT EXISTS \`far\`.\`t2\` (\n  ${expected}\n) ${END}`);
  });

  test.each([
    [
      '? column "name" is computed from "secret"',
      '`id` int, `name` varchar(9) GENERATED ALWAYS AS (`secret`) VIRTUAL',
      'ENGINE=InnoDB',
    ],
    ['? it is partitioned by "secret"', '`id` int', 'ENGINE=InnoDB PARTITION BY HASH (`secret`)'],
    [
      '? "a", which the mapping renames or leaves out, stands unquoted',
      '`id` int',
      'ENGINE=InnoDB PARTITION BY HASH (a)',
    ],
    ['? its primary key needs "secret"', '`id` int, PRIMARY KEY (`id`,`secret`)', 'ENGINE=InnoDB'],
    ['? the mapping leaves out every column', '`secret` int', 'ENGINE=InnoDB'],
  ])('%s', (reason, body, options) => {
    expect(made(body, MYSQL, MYSQL, options).startsWith(reason)).toBe(true);
  });
});

describe('options', () => {
  test.each([
    ['AUTO_INCREMENT=7', MYSQL, MYSQL, END],
    ["ENGINE=InnoDB ENCRYPTION='Y'", MYSQL, MARIADB, `ENGINE=InnoDB ENCRYPTED=YES ${END.slice(14)}`],
    ["ENGINE=InnoDB /*!80016 ENCRYPTION='N' */", MYSQL, MARIADB, END],
    ['ENGINE=InnoDB `ENCRYPTED`=YES', MARIADB, MYSQL, `ENGINE=InnoDB ENCRYPTION='Y' ${END.slice(14)}`],
    [
      'ENGINE=InnoDB /*!50100 TABLESPACE `ts` */',
      MYSQL,
      MYSQL,
      `${END}\n-- TABLESPACE is left out: where files lie is a matter of the server.`,
    ],
    [
      "ENGINE=InnoDB DATA DIRECTORY='/data/' INDEX DIRECTORY='/index/'",
      MARIADB,
      MARIADB,
      `${END}\n-- DATA DIRECTORY is left out: where files lie is a matter of the server.\n-- INDEX DIRECTORY is left out: where files lie is a matter of the server.`,
    ],
    ["ENGINE=InnoDB SOMETHING='new'", MYSQL, MYSQL, `ENGINE=InnoDB SOMETHING='new' ${END.slice(14)}`],
  ])('%s', (options, source, target, expected) => {
    const written = made(
      '`id` int',
      source,
      target,
      options.startsWith('ENGINE') ? options : `ENGINE=InnoDB ${options}`,
    );
    expect(written.slice(written.indexOf('\n) ') + 3)).toBe(expected);
  });

  test.each([
    ["ENGINE=InnoDB SOMETHING='new'", '? its option SOMETHING is not known to mean the same'],
    ['ENGINE=TokuDB', '? its engine TokuDB'],
    ["ENGINE=FEDERATED CONNECTION='mysql://x'", '? its engine FEDERATED'],
    ["ENGINE=InnoDB CONNECTION='mysql://x'", '? its CONNECTION leads to rows elsewhere'],
    ['ENGINE=InnoDB WITH SYSTEM VERSIONING', '? it keeps its history'],
    ['ENGINE=InnoDB PARTITION BY SYSTEM_TIME (PARTITION p HISTORY)', '? it keeps its history'],
    ['ENGINE=InnoDB PARTITION BY KEY ALGORITHM = 1 (`id`)', '? its partitioning uses ALGORITHM'],
  ])('%s, across families', (options, reason) => {
    const written = made('`id` int', MARIADB, MYSQL, options);
    expect(written.slice(0, reason.length)).toBe(reason);
  });
});

test('the invisible key MySQL made by itself is kept, across families too', () => {
  const body =
    '`my_row_id` bigint unsigned NOT NULL AUTO_INCREMENT /*!80023 INVISIBLE */, `id` int, PRIMARY KEY (`my_row_id`)';
  expect(made(body, MYSQL, MARIADB)).toContain('`my_row_id` bigint unsigned NOT NULL AUTO_INCREMENT INVISIBLE,');
});

describe('defaults MySQL takes in brackets only', () => {
  test.each([
    ['DEFAULT uuid()', 'DEFAULT (uuid())'],
    ['DEFAULT (1 + 2)', 'DEFAULT (1 + 2)'],
    ["DEFAULT concat('a',`a`)", "DEFAULT (concat('a',`b``c`))"],
    ['DEFAULT NULL', 'DEFAULT NULL'],
    ["DEFAULT 'x'", "DEFAULT 'x'"],
    ['DEFAULT -1.5', 'DEFAULT -1.5'],
    ["DEFAULT b'1' COMMENT 'x'", "DEFAULT b'1' COMMENT 'x'"],
  ])('%s', (written, expected) => {
    expect(made(`\`id\` int ${written}`, MARIADB, MYSQL)).toContain(`\`id\` int ${expected}\n`);
  });

  test('a literal of a TEXT', () => {
    expect(made("`name` text DEFAULT 'x'", MARIADB, MYSQL)).toContain("`name` text DEFAULT ('x')\n");
  });
});

test.each([
  ['MySQL', MYSQL, MARIADB],
  ['MariaDB', MARIADB, MYSQL],
])('a definition of %s cut off anywhere is refused or read, never an error', (_, source, target) => {
  const body =
    "`id` int NOT NULL DEFAULT '-5' COMMENT 'it''s, (a)', `name` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin GENERATED ALWAYS AS (concat('a',`id`)) STORED CHECK (`id` > 1), " +
    'PRIMARY KEY (`id`), KEY `k` (`name`(3) DESC) USING BTREE, CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `u` (`id`) ON DELETE SET NULL, CONSTRAINT `c` CHECK (`id` > 2)';
  let read = 0;
  for (let end = 0; end <= body.length; end++) if (!made(body.slice(0, end), source, target).startsWith('?')) read += 1;
  expect(read).toBeGreaterThan(0);
});
