import type { ServerKind } from '@otter/testkit';

/**
 * A video rental with everything a definition can hold: what both families know, and what one of them does. Statements
 * for one server, each with its rows.
 */
export function rentalSchema(kind: ServerKind, options: { common?: boolean } = {}): string[] {
  const isMariadb = kind.startsWith('mariadb');
  const isOld = kind === 'mysql-5.6';
  const statements = [...COMMON];
  if (!isOld) statements.push(...MODERN);
  if (!options.common && !isOld) statements.push(...(isMariadb ? OF_MARIADB : OF_MYSQL));
  return statements;
}

/** The tables a schema of {@link rentalSchema} holds. */
export function tablesOfSchema(statements: readonly string[]): string[] {
  return statements.flatMap((sql) => /^CREATE TABLE `?(\w+)/.exec(sql)?.[1] ?? []);
}

// Children before their parents by name, so that the order in which they are created matters.
const COMMON = [
  `CREATE TABLE language (
    language_id TINYINT UNSIGNED NOT NULL AUTO_INCREMENT, name CHAR(20) NOT NULL,
    last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    PRIMARY KEY (language_id)) AUTO_INCREMENT=77`,
  `CREATE TABLE film (
    film_id SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT, title VARCHAR(128) NOT NULL COMMENT 'it''s "the" title; -- \\\\ \`x\`',
    description TEXT, release_year YEAR DEFAULT NULL, language_id TINYINT UNSIGNED NOT NULL,
    original_language_id TINYINT UNSIGNED DEFAULT NULL, rental_duration TINYINT UNSIGNED NOT NULL DEFAULT 3,
    rental_rate DECIMAL(4,2) NOT NULL DEFAULT 4.99, length SMALLINT UNSIGNED DEFAULT NULL,
    rating ENUM('G','PG','PG-13','R','it''s, NC') DEFAULT 'G',
    special_features SET('Trailers','Commentaries','Deleted Scenes') DEFAULT 'Trailers',
    last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    PRIMARY KEY (film_id), KEY idx_title (title), KEY idx_prefix (description(20), length),
    KEY idx_fk_language_id (language_id), KEY idx_fk_original (original_language_id),
    CONSTRAINT fk_film_language FOREIGN KEY (language_id) REFERENCES language (language_id) ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT fk_film_original FOREIGN KEY (original_language_id) REFERENCES language (language_id) ON DELETE SET NULL)`,
  `CREATE TABLE film_text (film_id SMALLINT NOT NULL, title VARCHAR(255) NOT NULL, description TEXT, PRIMARY KEY (film_id),
    FULLTEXT KEY idx_title_description (title, description))`,
  `CREATE TABLE \`order\` (
    \`select\` INT NOT NULL, \`a\`\`b\` INT DEFAULT -5, \`key\` VARCHAR(10) DEFAULT 'a,b)(''', zero DATE NOT NULL DEFAULT '0000-00-00',
    bits BIT(6) NOT NULL DEFAULT b'101', big BIGINT UNSIGNED DEFAULT 18446744073709551615, f FLOAT DEFAULT 1.5,
    d DOUBLE NOT NULL DEFAULT 1e-10, t TIME(3) DEFAULT '00:00:01.500', dt DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    ts TIMESTAMP(2) NULL DEFAULT NULL, bin BINARY(3) NOT NULL DEFAULT 'a', vb VARBINARY(20), blobs MEDIUMBLOB, zf INT(5) UNSIGNED ZEROFILL DEFAULT 7,
    l1 VARCHAR(20) CHARACTER SET latin1 DEFAULT 'x', l2 VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL,
    u4 VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, u3 CHAR(20) CHARACTER SET utf8,
    g4 VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci,
    PRIMARY KEY (\`select\`, zero), UNIQUE KEY \`unique\` (l2), UNIQUE KEY two (big, bits), KEY \`a\`\`b\` (\`a\`\`b\`) USING BTREE COMMENT 'why, not'
  ) DEFAULT CHARSET=latin1 COMMENT='orders, (all) of ''them''' ROW_FORMAT=DYNAMIC STATS_PERSISTENT=1`,
  `CREATE TABLE payment (
    payment_id INT NOT NULL, paid_on DATE NOT NULL, amount DECIMAL(12,4), PRIMARY KEY (payment_id, paid_on), KEY (paid_on))
    PARTITION BY RANGE (YEAR(paid_on)) (PARTITION p2020 VALUES LESS THAN (2021) COMMENT = 'old, ''all''',
      PARTITION p2021 VALUES LESS THAN (2022), PARTITION pmax VALUES LESS THAN MAXVALUE)`,
  `CREATE TABLE spread (id INT NOT NULL, kind VARCHAR(10) NOT NULL, PRIMARY KEY (id, kind))
    PARTITION BY LIST COLUMNS (kind) SUBPARTITION BY HASH (id) SUBPARTITIONS 2 (PARTITION a VALUES IN ('a','b'), PARTITION c VALUES IN ('c'))`,
  `INSERT INTO language VALUES (1,'English','2020-01-01'),(2,'中文','2021-01-01')`,
  `INSERT INTO film (title,description,language_id,original_language_id,rating) VALUES ('one','first',1,2,'it''s, NC'),('two','第二',2,NULL,'G')`,
  `INSERT INTO film_text VALUES (1,'one','a b c'),(2,'two',NULL)`,
  `INSERT INTO \`order\` (\`select\`,zero,big,l2,u4,g4) VALUES (1,'2020-01-01',7,'a','😀','b'),(2,'2020-01-01',18446744073709551615,'A','x','é')`,
  `INSERT INTO payment VALUES (1,'2020-02-03',1.5),(2,'2025-01-01',-0.0001)`,
  `INSERT INTO spread VALUES (1,'a'),(2,'c')`,
];

const MODERN = [
  `CREATE TABLE actor (
    actor_id INT NOT NULL AUTO_INCREMENT, first_name VARCHAR(45) NOT NULL, last_name VARCHAR(45) NOT NULL DEFAULT '',
    full_name VARCHAR(95) GENERATED ALWAYS AS (CONCAT(first_name, ' ', last_name)) VIRTUAL, twice INT AS (age * 2) STORED,
    hidden INT INVISIBLE DEFAULT 5, token CHAR(36) DEFAULT (UUID()), born DATE DEFAULT (CURDATE()), three INT DEFAULT (1 + 2),
    note TEXT DEFAULT ('none, so far'), age INT,
    PRIMARY KEY (actor_id), KEY idx_actor_last_name (last_name DESC), UNIQUE KEY doubled (twice),
    CONSTRAINT adult CHECK (age > 17 AND (age < 200 OR age IS NULL)))`,
  `CREATE TABLE place (
    place_id INT NOT NULL PRIMARY KEY, location POINT NOT NULL, shape GEOMETRY, SPATIAL KEY idx_location (location), doc JSON)`,
  `INSERT INTO actor (first_name,last_name,age) VALUES ('PENELOPE','GUINESS',20),('NICK','',NULL)`,
  `INSERT INTO place VALUES (1,POINT(1,2),NULL,'{"a": 1}'),(2,POINT(3,4),POINT(5,6),NULL)`,
];

const OF_MARIADB = [
  `CREATE TABLE machine (
    id UUID NOT NULL PRIMARY KEY, address INET6, older VARCHAR(10) COMPRESSED, KEY (address) IGNORED, n INT CHECK (n > 1),
    valid_from DATE NOT NULL, valid_to DATE NOT NULL, PERIOD FOR valid (valid_from, valid_to)) PAGE_COMPRESSED=1`,
  `INSERT INTO machine (id,address,n,valid_from,valid_to) VALUES ('123e4567-e89b-12d3-a456-426614174000','::1',2,'2020-01-01','2021-01-01')`,
];

const OF_MYSQL = [
  `CREATE TABLE machine (
    id INT NOT NULL PRIMARY KEY, doc JSON, place POINT NOT NULL SRID 4326, SPATIAL KEY (place), n INT NOT NULL, m INT AS (n + 1) STORED NOT NULL,
    KEY expression ((n * 2)), KEY many ((CAST(doc->'$.a' AS UNSIGNED ARRAY))), KEY off (n) INVISIBLE,
    name VARCHAR(30), bytes BINARY(3) DEFAULT x'ff00fe', FULLTEXT KEY grams (name) WITH PARSER ngram, CONSTRAINT lax CHECK (n > 5) NOT ENFORCED)`,
  `INSERT INTO machine (id,doc,place,n) VALUES (1,'{"a": [1, 2]}',ST_GeomFromText('POINT(1 2)',4326),2)`,
];
