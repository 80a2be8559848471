// What is recorded. `on` narrows a scenario to servers that can do it; `session` runs in front of the statements.

const mysql = (server) => server.flavor === 'mysql';
const mysql8 = (server) => mysql(server) && server.version >= 80000;
const maria = (server) => server.flavor === 'mariadb';
const maria107 = (server) => maria(server) && server.version >= 100700;
const modern = (server) => maria(server) || server.version >= 80000;
const metadata = (level) => `set global binlog_row_metadata = ${level};`;

const INTS = `
create table i (id int primary key auto_increment, a tinyint, b tinyint unsigned, c smallint, d smallint unsigned,
  e mediumint, f mediumint unsigned, g int, h int unsigned, i bigint, j bigint unsigned, k bit(1), l bit(9), m bit(64), n year, o boolean);
insert into i values
 (1, -128, 0, -32768, 0, -8388608, 0, -2147483648, 0, -9223372036854775808, 0, b'0', b'0', 0, 0, 0),
 (2, 127, 255, 32767, 65535, 8388607, 16777215, 2147483647, 4294967295, 9223372036854775807, 18446744073709551615, b'1', b'111111111', 18446744073709551615, 2155, 1),
 (3, -1, 128, -1, 32768, -1, 8388608, -1, 2147483648, -1, 9223372036854775808, b'1', b'100000000', 9223372036854775808, 1901, -1),
 (4, 0, 1, 0, 1, 0, 1, 0, 1, 9007199254740991, 9007199254740991, null, b'1', 9007199254740991, 1970, null),
 (5, null, null, null, null, null, null, null, null, 9007199254740992, 9007199254740992, null, null, 9007199254740992, null, null),
 (6, 1, 1, 1, 1, 1, 1, 1, 1, -9007199254740991, 9007199254740993, b'1', b'10', 256, 2000, 1),
 (7, 1, 1, 1, 1, 1, 1, 1, 1, -9007199254740992, 9007199254740994, b'1', b'10', 65536, 1999, 1),
 (8, 1, 1, 1, 1, 1, 1, 1, 1, -9007199254740993, 4294967296, b'1', b'10', 281474976710656, 2069, 1);
update i set a = 5, j = j - 1 where id in (2, 3);
delete from i where id = 1;`;

const TEMPORAL = `
create table d (id int primary key, a date, y year, t0 time, t1 time(1), t2 time(2), t3 time(3), t4 time(4), t5 time(5), t6 time(6),
  d0 datetime, d1 datetime(1), d2 datetime(2), d3 datetime(3), d4 datetime(4), d5 datetime(5), d6 datetime(6),
  s0 timestamp null, s1 timestamp(1) null, s2 timestamp(2) null, s3 timestamp(3) null, s4 timestamp(4) null, s5 timestamp(5) null, s6 timestamp(6) null);
insert into d values
 (1, '0000-00-00', 0, '00:00:00', 0, 0, 0, 0, 0, 0, '0000-00-00', '0000-00-00', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
 (2, '2024-00-10', 2000, '-838:59:59', '-838:59:58.9', '-838:59:58.99', '-838:59:58.999', '-838:59:58.9999', '-838:59:58.99999', '-838:59:58.999999',
  '2024-00-00 01:02:03', '2024-02-29 23:59:59.9', '2024-02-29 23:59:59.99', '2024-02-29 23:59:59.999', '2024-02-29 23:59:59.9999', '2024-02-29 23:59:59.99999', '2024-02-29 23:59:59.999999',
  '1970-01-01 00:00:01', '1970-01-01 00:00:01.1', '1970-01-01 00:00:01.01', '1970-01-01 00:00:01.001', '1970-01-01 00:00:01.0001', '1970-01-01 00:00:01.00001', '1970-01-01 00:00:01.000001'),
 (3, '9999-12-31', 2155, '838:59:59', '-00:00:00.1', '-00:00:00.01', '-00:00:00.001', '-00:00:00.0001', '-00:00:00.00001', '-00:00:00.000001',
  '9999-12-31 23:59:59', '0001-01-01 00:00:00.1', '1000-01-01 00:00:00.01', '1000-01-01 00:00:00.001', '1000-01-01 00:00:00.0001', '1000-01-01 00:00:00.00001', '1000-01-01 00:00:00.000001',
  '2038-01-19 03:14:07', '2038-01-19 03:14:07.9', '2038-01-19 03:14:07.99', '2038-01-19 03:14:07.999', '2038-01-19 03:14:07.9999', '2038-01-19 03:14:07.99999', '2038-01-19 03:14:07.999999'),
 (4, '1000-01-01', 1901, '-00:00:01', '-00:00:01.0', '-00:00:01.50', '-01:00:00.500', '-00:01:00.0500', '-00:00:59.99999', '-00:00:00.999999',
  '1999-12-31 23:59:59', '1582-10-15', '1582-10-04', '1970-01-01', '2000-02-29 12:00:00.5', '2100-02-28 23:59:59.5', '2024-12-31 00:00:00.1',
  '2000-02-29 12:00:00', '2024-02-29', '2024-03-01', '2023-02-28 23:59:59.5', '2024-10-27 01:30:00', '2024-10-27 02:30:00', '1999-12-31 23:59:59.999999'),
 (5, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
update d set t6 = '100:00:00', d6 = '2024-06-01 10:00:00.000001' where id = 3;
delete from d where id = 4;`;

const STRINGS = `
create table s (id int primary key, a char(10) charset utf8mb4, b varchar(300) charset utf8mb4, c char(255) charset utf8mb4, d varchar(20) charset latin1,
  e char(8) charset gbk, f varchar(10) charset ucs2, g char(5) charset utf16, h varchar(10) charset ascii, i varchar(10) charset utf8,
  j binary(8), k varbinary(8), l text charset latin1, m varchar(10) charset sjis, n binary(255), o varchar(5) charset utf8 collate utf8_bin, p char(1) charset binary);
insert into s values
 (1, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p'),
 (2, '中文é😀', repeat('é', 300), repeat('😀', 255), 'éß€', '中文', '中文', '😀', 'ascii', 'é中', x'00', x'0000', 'é€', 'テスト', x'00ff00', 'ü', x'00'),
 (3, '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', ''),
 (4, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
 (5, ' x ', 'trailing   ', 'a ', '\\t\\n', ' ', ' ', ' ', ' ', ' ', x'2000', x'2020', ' ', ' ', x'20', ' ', ' '),
 (6, 'a\\'b"c', 'nul\\0in', 'back\\\\slash', 'q\\'', '\\'', '\\'', '\\'', '\\'', '\\'', x'ff00ff0000000000', x'ff', '\\'', '\\'', repeat(x'ff', 255), '�', x'ff');
update s set a = 'new', j = x'0102', k = '' where id in (2, 3);
delete from s where id = 1;`;

const BLOBS = `
create table b (id int primary key, a tinyblob, b blob, c mediumblob, d longblob, e tinytext, f text, g mediumtext, h longtext) charset utf8mb4;
insert into b values (1, repeat('a', 255), repeat('b', 300), repeat('c', 700), 'd', repeat('e', 255), repeat('é', 200), repeat('g', 300), '😀'),
 (2, '', '', '', '', '', '', '', ''), (3, null, null, null, null, null, null, null, null), (4, x'00', x'ff00', x'80', x'c328', 'x', 'y', 'z', 'w');
update b set b = 'x', h = repeat('中', 100) where id = 1;
delete from b where id = 4;`;

const manyLabels = Array.from({ length: 300 }, (_, i) => `'v${i}'`).join(',');
const manyMembers = Array.from({ length: 64 }, (_, i) => `'m${i}'`).join(',');
const ENUMS = `
create table e (id int primary key, a enum('x','y','é','a,b','it''s') charset utf8mb4, b enum(${manyLabels}), c set('p','q','unsigned'), d set(${manyMembers}),
  e enum('中','é') charset gbk, f set('a','b','c','d','e','f','g','h','i'), g set('1','2','3','4','5','6','7','8','9','10','11','12','13','14','15','16','17'));
insert into e values (1, 'x', 'v0', 'p', 'm0', '中', 'a', '1'), (2, 'it''s', 'v299', 'p,unsigned', 'm0,m63', 'é', 'i', '17,1'), (3, '', 300, '', '', null, '', ''),
 (4, 'a,b', 'v255', 7, 18446744073709551615, '', 511, 131071), (5, null, null, null, null, null, null, null);
update e set a = 'é', d = 9007199254740993 where id = 1;
delete from e where id = 5;`;

const DECIMALS = `
create table n (id int primary key, a decimal(65,30), b decimal(38,30), c decimal(10,2), d decimal(1,0), e decimal(9,9), f decimal(18,9) unsigned, g decimal(65,0), h decimal(30,1), i decimal(10,10));
insert into n values (1, -12345678901234567890123456789012345.123456789012345678901234567890, 0.1, 500.00, 9, 0.999999999, 123456789.987654321, 99999999999999999999999999999999999999999999999999999999999999999, -0.5, 0.0000000001),
 (2, 0, 0, 0, 0, 0, 0, 0, 0, 0), (3, -0.000000000000000000000000000001, -99999999.999999999999999999999999999999, -0.01, -9, -0.000000001, 1, -1, 1234567890123456789, -0.9999999999),
 (4, 1000000000, 1000000, 99999999.99, 1, 0.1, 1000000000 - 1, 1000000000, 10, 0.5), (5, null, null, null, null, null, null, null, null, null);
update n set c = -123.45, g = 123456789012345678 where id = 2;
delete from n where id = 4;`;

const FLOATS = `
create table f (id int primary key, a float, b double, c float(10,3), d double(20,5), e float unsigned, g real);
insert into f values (1, 1.1, 1.1, 1.1, 1.1, 1.1, 0.1), (2, -0.0, -0.0, 0, 0, 0, 0), (3, 3.402823466e38, 1.7976931348623157e308, 1, 1, 1, 1e300),
 (4, 1.175494351e-38, 2.5e-308, -1.5, -1.5, 3e38, 5e-324), (5, 16777216, 9007199254740993, 123.456, 123456.78901, 0.333333333, 1e15), (6, null, null, null, null, null, null);
update f set a = 0.333333333333, b = 0.333333333333333333 where id = 1;
delete from f where id = 6;`;

const SMALL = `
create table m (id int primary key, a int unsigned, b varchar(20) charset utf8mb4, c text charset utf8mb4, d blob, e decimal(5,2), unique key (a));
insert into m values (1, 4000000000, 'one', 'text', 'blob', 1.5), (2, 2, null, 'text', null, null), (3, null, 'three', null, 'blob', 3);
insert into m (id) values (4);
update m set b = 'changed' where id = 1;
update m set c = 'long' where id = 2;
update m set id = 30, d = null where id = 3;
delete from m where id = 4;`;

const GENERATED = `
create table g (id int primary key, v int generated always as (id + 1) virtual, s int generated always as (id * 2) stored, b varchar(10), w varchar(20) generated always as (concat(b, '!')) virtual);
insert into g (id, b) values (1, 'x'), (2, null); update g set b = 'y' where id = 2; update g set id = 9 where id = 1; delete from g where id = 2;`;

const TRIGGERS = `
create table p (id int primary key, a int); create table q (id int primary key auto_increment, b int); create table r (b int);
create trigger tr after insert on p for each row insert into q (b) values (new.a);
create trigger tu after insert on q for each row insert into r values (new.b);
insert into p values (1, 10), (2, 20); delete p, q from p join q on q.b = p.a where p.id = 1; update p, q set p.a = 7, q.b = 8 where p.id = 2 and q.b = 20;`;

const XA = `
create table x (id int primary key);
xa start 'one'; insert into x values (1); xa end 'one'; xa prepare 'one'; xa commit 'one';
xa start 'two', 'br\\'anch', 77; insert into x values (2); xa end 'two', 'br\\'anch', 77; xa prepare 'two', 'br\\'anch', 77; xa rollback 'two', 'br\\'anch', 77;
xa start 'three'; insert into x values (3); xa end 'three'; xa commit 'three' one phase; insert into x values (4);`;

const STATEMENTS = `
create table v (id int primary key auto_increment, a varchar(20)); set binlog_format = statement; set @x = 5; insert into v (a) values (@x); insert into v (a) values (rand()); set binlog_format = row;
savepoint a; begin; insert into v (a) values ('in'); savepoint s; insert into v (a) values ('out'); rollback to s; commit;
alter table v add column b int; rename table v to v2; create table v3 like v2; insert into v3 select * from v2; truncate table v2; drop table v3;
analyze table v2; set sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'; create table "q\\uote" (id int); drop table "q\\uote";`;

const PARTITIONS = `
create table p (id int primary key, a int) partition by range (id) (partition p0 values less than (10), partition p1 values less than maxvalue);
insert into p values (1, 1), (11, 2), (12, 3); update p set id = 20 where id = 1; update p set a = 9 where id = 11; delete from p where id = 12;`;

const WIDE = `create table w (${Array.from({ length: 300 }, (_, i) => `c${i} ${['int', 'varchar(9)', 'tinyint unsigned', 'datetime', 'enum("a","b")'][i % 5]}`).join(', ')});
insert into w (c0, c6, c12, c299) values (1, 'seven', 255, 'b'), (2, null, 0, 'a'); update w set c150 = 5, c1 = 'x' where c0 = 1; delete from w where c0 = 2;`;

const NAMES = `
create table \`Order by.中文 😀\` (\`select\` int primary key, \`a.b\` int, \`é\` varchar(5), \`back\`\`tick\` int);`.replace(' 😀', '') + `
insert into \`Order by.中文\` values (1, 2, 'é', 3); update \`Order by.中文\` set \`a.b\` = 5; insert into \`Order by.中文\` values (2, 2, 'x', 3);`;

const JSON_VALUES = [
  `'null'`, `'true'`, `'false'`, `'0'`, `'-0'`, `'1'`, `'-1'`, `'32767'`, `'32768'`, `'-32769'`, `'65535'`, `'65536'`, `'2147483647'`, `'2147483648'`, `'4294967295'`, `'4294967296'`,
  `'9007199254740993'`, `'9223372036854775807'`, `'-9223372036854775808'`, `'18446744073709551615'`, `'18446744073709551616'`, `'1.0'`, `'-0.0'`, `'0.1'`, `'1e20'`, `'1.5e300'`, `'1e-7'`, `'1.25e-15'`, `'0.000000000000015'`,
  `'1e15'`, `'1e16'`, `'123456789012345.6'`, `'1234567890123456.7'`, `'12345678901234567.8'`, `'5e-324'`, `'1.7976931348623157e308'`, `'2.2250738585072014e-308'`, `'-2.5e-7'`, `'3.141592653589793'`, `'100000000000000000000.5'`,
  `'""'`, `'"a"'`, `'"中文 😀 \\\\u00e9"'`, `'"q\\\\" b\\\\\\\\ s/ \\\\b\\\\f\\\\n\\\\r\\\\t \\\\u0001 \\\\u001f \\\\u007f \\\\u0080 \\\\u2028"'`, `'[]'`, `'{}'`, `'[[]]'`, `'{"": 1}'`, `'{"b": 1, "a": 2, "aa": 3, "é": 4, "z": {"y": [1, {"x": null}]}}'`,
  `'[1, "a", null, true, 1.5, {"k": "v"}, [70000, -70000]]'`, `json_array(cast(1.50 as decimal(10, 2)), cast(-12345678901234567890.123456789 as decimal(30, 9)), cast(0 as decimal(5, 0)))`,
  `json_array(cast('2024-01-02' as date), cast('03:04:05.678' as time(3)), cast('-838:59:59' as time), cast('2024-01-02 03:04:05' as datetime), cast('2024-01-02 03:04:05.123456' as datetime(6)), timestamp('2024-01-02 03:04:05'))`,
  `json_array(b'101', x'cafe', cast('bin' as binary), cast(2024 as year), point(1, 2))`, `json_object('blob', cast(repeat('x', 100) as binary), 'bit', b'1')`, `json_quote('x')`, `json_array(cast(1 as unsigned), cast(-1 as signed), cast(1.1 as float), 1e0)`,
  `json_object('k', repeat('v', 127), 'l', repeat('w', 128))`, `json_array(repeat('x', 66000), 1, -40000, 3000000000, '{"a": 1}')`, `concat('[', repeat('1234567,', 9000), '1]')`, `concat('{', repeat('"k":1,', 3), '"last":', repeat('[', 90), repeat(']', 90), '}')`,
];
const JSON_TYPES = `create table j (id int primary key, d json);
${JSON_VALUES.map((value, i) => `insert into j values (${i + 1}, ${value});`).join('\n')}
insert into j values (1001, null); update j set d = '{"new": [1, 2.0]}' where id = 1; delete from j where id = 2;`;

const JSON_DOUBLES = `create table k (id int primary key auto_increment, d json);
insert into k (d) values ${Array.from({ length: 200 }, (_, i) => {
  const exponent = (i * 7) % 60 - 30;
  const mantissa = ['1', '1.5', '9.999999999999999', '1.2345678901234567', '7.0000000000001', '3.3'][i % 6];
  return `('[${mantissa}e${exponent}, -${mantissa}e${exponent * 5}]')`;
}).join(',')};`;

const PARTIAL_JSON = `create table j (id int primary key, d json, e json, v varchar(10));
insert into j values (1, concat('{"a": 1, "b": [1, 2, 3, {"x": "y"}], "long": "', repeat('z', 200), '", "k w": {"dé": 5}}'), concat('["', repeat('e', 300), '", 1, 2]'), 'v'),
 (2, concat('{"a": 1, "b": [1, 2, 3], "long": "', repeat('z', 200), '"}'), null, 'w'), (3, '[1, 2, 3, 4]', '{}', null);
update j set d = json_set(d, '$.a', 22);
update j set d = json_set(d, '$.b[1]', 'two'), e = json_replace(e, '$[1]', 1.5) where id = 1;
update j set d = json_remove(d, '$.b[0]') where id < 3;
update j set d = json_set(d, '$."k w"."dé"', cast('{"n": [1]}' as json), '$.new', true) where id = 1;
update j set d = json_set(d, '$.zz', 1, '$.b[99]', 'end', '$.long', 'short') where id = 2;
update j set d = json_set(d, '$[last]', 'L', '$[last-3]', 'F') where id = 3;
update j set e = json_set(e, '$.p', 1), v = 'only' where id = 3;
update j set d = json_set(d, '$.a', 22) where id = 1; update j set v = 'x' where id = 2; update j set d = '{"whole": 1}' where id = 3;
update j set d = json_remove(json_set(d, '$.q', 'r', '$.a', null), '$.a') where id = 1;`;

export const SCENARIOS = [
  { name: 'ints', sql: INTS },
  { name: 'temporal', session: "set sql_mode = 'ALLOW_INVALID_DATES';", sql: TEMPORAL },
  { name: 'strings', session: "set sql_mode = '';", sql: STRINGS },
  { name: 'blobs', session: "set sql_mode = '';", sql: BLOBS },
  { name: 'big-row', on: (server) => /97|1011/.test(server.name), sql: `create table b (id int primary key, a mediumblob, b varchar(5)); insert into b values (1, repeat('c', 70000), 'x'), (2, null, 'y');` },
  { name: 'enums', session: "set sql_mode = '';", sql: ENUMS },
  { name: 'decimals', session: "set sql_mode = '';", sql: DECIMALS },
  { name: 'floats', session: "set sql_mode = '';", sql: FLOATS },
  { name: 'image-full', sql: SMALL },
  { name: 'image-minimal', session: 'set binlog_row_image = minimal;', sql: SMALL },
  { name: 'image-noblob', session: 'set binlog_row_image = noblob;', sql: SMALL },
  { name: 'metadata-minimal', on: modern, sql: `${metadata('MINIMAL')} ${INTS} ${SMALL} ${GENERATED} ${metadata('FULL')}` },
  { name: 'metadata-none', on: maria, sql: `${metadata('NO_LOG')} ${INTS} ${SMALL} ${GENERATED} ${metadata('FULL')}` },
  { name: 'enums-metadata-minimal', on: modern, session: "set sql_mode = '';", sql: `${metadata('MINIMAL')} ${ENUMS} ${STRINGS} ${metadata('FULL')}` },
  { name: 'checksum-none', before: 'set global binlog_checksum = NONE;', after: 'set global binlog_checksum = CRC32;', sql: SMALL },
  { name: 'generated', on: modern, sql: GENERATED },
  { name: 'triggers', sql: TRIGGERS },
  { name: 'xa', on: (server) => server.version >= 50700, sql: XA },
  { name: 'statements', finalUnsure: true, session: "set sql_mode = '';", sql: STATEMENTS },
  { name: 'partitions', sql: PARTITIONS },
  { name: 'wide', sql: WIDE },
  { name: 'names', sql: NAMES },
  { name: 'year-bit', sql: `create table y (a year); create table z (a bit(3), b int unsigned); create table u (b int unsigned, c year, d int); insert into y values (2000); insert into z values (1, 4000000000); insert into u values (4000000000, 1999, -1);` },
  { name: 'geometry', sql: `create table g (id int primary key, g geometry, p point, s varchar(5)); insert into g values (1, st_geomfromtext('POINT(1 2)'), st_geomfromtext('POINT(3 4)', 0), 'x'), (2, st_geomfromtext('POLYGON((0 0,0 1,1 1,0 0))'), null, null); update g set p = point(9, 9) where id = 1;` },
  { name: 'rows-query', on: modern, session: '', sql: (server) => `${server.flavor === 'mysql' ? 'set binlog_rows_query_log_events = 1;' : ''} ${SMALL}` },
  { name: 'json', text: false, on: mysql8, sql: JSON_TYPES },
  { name: 'json-doubles', on: mysql8, sql: JSON_DOUBLES },
  { name: 'json-partial', on: mysql8, session: "set binlog_row_value_options = 'PARTIAL_JSON';", sql: PARTIAL_JSON },
  { name: 'json-partial-minimal', on: mysql8, session: "set binlog_row_value_options = 'PARTIAL_JSON', binlog_row_image = minimal;", sql: PARTIAL_JSON },
  { name: 'json-partial-noblob', on: mysql8, session: "set binlog_row_value_options = 'PARTIAL_JSON', binlog_row_image = noblob;", sql: PARTIAL_JSON },
  { name: 'payload', on: mysql8, session: 'set binlog_transaction_compression = 1;', sql: `${SMALL} ${INTS} ${BLOBS}` },
  { name: 'payload-json-partial', on: mysql8, session: "set binlog_transaction_compression = 1, binlog_row_value_options = 'PARTIAL_JSON';", sql: PARTIAL_JSON },
  { name: 'gtid-tagged', on: mysql8, sql: `create table t (id int primary key); set gtid_next = 'AUTOMATIC:my_tag'; insert into t values (1); set gtid_next = 'AUTOMATIC:other'; insert into t values (2); create table t2 (id int); set gtid_next = '01234567-89ab-cdef-0123-456789abcdef:t:123456789012'; insert into t values (3); set gtid_next = 'AUTOMATIC';` },
  { name: 'vector', on: mysql8, sql: `create table v (id int primary key, a vector(3), b vector, s varchar(10)); insert into v values (1, to_vector('[1,2,-3.5]'), to_vector('[1]'), 'x'), (2, null, null, null); update v set a = to_vector('[0,0,0]');` },
  { name: 'gipk', on: mysql8, session: 'set sql_generate_invisible_primary_key = 1;', sql: `create table g (a int, b int invisible default 7); insert into g values (1), (2); update g set a = 5 where a = 1; delete from g where a = 2;` },
  { name: 'functional-index', on: mysql8, sql: `create table f (id int primary key, a int, j json, key k ((a + 1)), key m ((cast(j->'$.x' as unsigned array))), key n ((lower(concat(a, 'x'))))); insert into f values (1, 2, '{"x": [1, 2]}'), (2, null, null); update f set a = 9; delete from f where id = 2;` },
  { name: 'foreign-keys', sql: `create table p (id int primary key) engine = innodb; create table c (id int primary key, p int, foreign key (p) references p (id) on delete cascade on update cascade) engine = innodb; insert into p values (1), (2); insert into c values (1, 1), (2, 2); update p set id = 10 where id = 1; ${'delete from c where p = 2; delete from p where id = 2;'}`, on: () => true, finalUnsure: ['c'] },
  { name: 'compressed-events', on: maria, session: 'set global log_bin_compress = 1; set global log_bin_compress_min_len = 10;', sql: `${INTS} ${BLOBS} ${SMALL} set global log_bin_compress = 0;` },
  { name: 'compressed-events-minimal', on: maria, session: 'set global log_bin_compress = 1; set global log_bin_compress_min_len = 10; set binlog_row_image = minimal;', sql: `${SMALL} set global log_bin_compress = 0;` },
  { name: 'compressed-columns', on: maria, session: "set sql_mode = '';", sql: `create table c (id int primary key, a text compressed, b varchar(1000) compressed charset utf8mb4, c blob compressed, d varbinary(100) compressed, e tinytext compressed, f mediumtext compressed, g longblob compressed, h varchar(200) compressed charset latin1);
    insert into c values (1, repeat('abc', 1000), repeat('é', 500), repeat(x'00', 500), 'short', repeat('t', 200), repeat('m', 20000), 'g', repeat('é', 150)), (2, '', '', '', '', '', '', '', ''), (3, null, null, null, null, null, null, null, null), (4, 'a', '😀', x'ff', x'00', 'b', 'c', x'80', 'é');
    set global column_compression_zlib_wrap = 1; set column_compression_zlib_wrap = 1; insert into c (id, a, b) values (5, repeat('wrap', 300), repeat('w', 400)); update c set a = 'x' where id = 1; delete from c where id = 2; set global column_compression_zlib_wrap = 0;` },
  { name: 'inet', on: maria, sql: `create table n (id int primary key, b inet6, c binary(16), d binary(4)); insert into n values (1, '::', x'00', x'01'), (2, '2001:db8::1:0:0:1', x'ff', x'00'), (3, '::ffff:1.2.3.4', null, null), (4, '::1.2.3.4', null, null), (5, '1:2:3:4:5:6:7:8', null, null), (6, '::1', null, null), (7, 'fe80::', null, null), (8, '1:0:0:2::', null, null), (9, '1:0:2:3:4:5:6:7', null, null), (10, '::2:3:4:5:6:7:8', null, null), (11, '::1:0', null, null), (12, '0:0:1::', null, null), (13, null, null, null), (14, '::ffff:0:1.2.3.4', null, null), (15, '::ffff', null, null);` },
  { name: 'uuid', on: maria107, sql: `create table n (id int primary key, a uuid); insert into n values (1, '6ccd780c-baba-1026-9564-5b8c656024db'), (2, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), (3, '00000000-0000-0000-0000-000000000000'), (4, '018f4e2a-1234-7abc-9def-0123456789ab'), (5, '123e4567-e89b-42d3-a456-426614174000'), (6, '123e4567-e89b-12d3-2456-426614174000'), (7, '123e4567-e89b-62d3-a456-426614174000'), (8, '123e4567-e89b-52d3-c456-426614174000'), (9, '123e4567-e89b-82d3-8456-426614174000'), (10, null), (11, '00000000-0000-1000-8000-000000000000'), (12, '123e4567-e89b-02d3-a456-426614174000'), (13, '123e4567-e89b-f2d3-e456-426614174000');` },
  { name: 'uuid-random', on: maria107, sql: `create table n (id int primary key auto_increment, a uuid);\n${Array.from({ length: 16 }, (_, v) => Array.from({ length: 16 }, (_, w) => `('01234567-89ab-${v.toString(16)}cde-${w.toString(16)}f01-23456789abcd')`).join(',')).map((values) => `insert ignore into n (a) values ${values};`).join('\n')}` },
  { name: 'inet4', on: (server) => maria(server) && server.version >= 101000, sql: `create table n (id int primary key, a inet4); insert into n values (1, '0.0.0.0'), (2, '255.255.255.255'), (3, '1.2.3.0'), (4, null);` },
  { name: 'maria-vector', on: (server) => maria(server) && server.version >= 110700, sql: `create table v (id int primary key, a vector(3) not null); insert into v values (1, vec_fromtext('[1,2,-3.5]')), (2, vec_fromtext('[0,0,0]'));` },
  { name: 'old-temporal', on: maria, session: "set global mysql56_temporal_format = 0; set sql_mode = '';", sql: `create table o (id int primary key, a time, b datetime, c timestamp null); insert into o values (1, '-838:59:59', '9999-12-31 23:59:59', '2038-01-19 03:14:07'), (2, '00:00:00', 0, 0), (3, '-00:00:01', '2024-00-10 01:02:03', '1970-01-01 00:00:01'), (4, '12:34:56', '1000-01-01', '2024-02-29 23:59:59'); create table o6 (id int primary key, a time(6), b datetime(3)); insert into o6 values (1, '1:2:3.5', '2024-01-02 03:04:05.678'); set global mysql56_temporal_format = 1;` },
  { name: 'system-versioning', on: maria, sql: `create table h (id int primary key, a int) with system versioning; insert into h values (1, 1), (2, 2); update h set a = 5 where id = 1; delete from h where id = 2;`, finalUnsure: ['h'] },
  { name: 'sequences', on: maria, sql: `create sequence q; create table s (id int primary key default nextval(q), a int); insert into s (a) values (1), (2);`, finalUnsure: ['q'] },
  { name: 'json-maria', on: maria, sql: `create table j (id int primary key, d json); insert into j values (1, '{"b":1,  "a":[1,2]}'), (2, null); update j set d = json_set(d, '$.c', 1.0) where id = 1;` },
  { name: 'timestamp-2106', on: (server) => maria(server) && server.version >= 110500, sql: `create table t (id int primary key, a timestamp(3) null); insert into t values (1, '2106-02-07 06:28:15.999'), (2, '2040-01-01 00:00:00');` },
];
