// Definitions and rows of database `t` as the server tells them: the truth beside each recorded log.

const KINDS = {
  tinyint: 'int', smallint: 'int', mediumint: 'int', int: 'int', bigint: 'int', decimal: 'decimal', float: 'float',
  double: 'double', bit: 'bit', year: 'year', date: 'date', time: 'time', datetime: 'datetime', timestamp: 'timestamp',
  enum: 'enum', set: 'set', json: 'json', vector: 'vector', uuid: 'uuid', inet4: 'inet4', inet6: 'inet6',
  char: 'text', varchar: 'text', tinytext: 'text', text: 'text', mediumtext: 'text', longtext: 'text',
  binary: 'binary', varbinary: 'binary', tinyblob: 'binary', blob: 'binary', mediumblob: 'binary', longblob: 'binary',
  geometry: 'geometry', point: 'geometry', linestring: 'geometry', polygon: 'geometry', multipoint: 'geometry',
  multilinestring: 'geometry', multipolygon: 'geometry', geometrycollection: 'geometry', geomcollection: 'geometry',
};
const INT_LENGTHS = { tinyint: 1, smallint: 2, mediumint: 3, int: 4, bigint: 8 };

function labelsOf(typeText) {
  return Array.from(typeText.matchAll(/'((?:[^']|'')*)'/g), ([, label]) => label.replaceAll("''", "'"));
}

function columnOf(fields) {
  const [, name, type, typeText, octets, precision, scale, fraction, charset, collation, nullable] = fields;
  const number = (text) => (text === 'NULL' ? 0 : Number(text));
  const kind = KINDS[type];
  if (kind === undefined) throw new Error(`type ${type}`);
  const hasCharset = kind === 'text' || kind === 'enum' || kind === 'set';
  return {
    name: Buffer.from(name, 'hex').toString(),
    kind,
    length: INT_LENGTHS[type] ?? (kind === 'bit' ? number(precision) : number(octets)),
    unsigned: /unsigned/.test(typeText) && !hasCharset,
    nullable: nullable === 'YES',
    precision: kind === 'decimal' ? number(precision) : 0,
    scale: kind === 'decimal' ? number(scale) : number(fraction),
    charset: hasCharset && charset !== 'NULL' ? charset : null,
    collation: hasCharset && charset !== 'NULL' ? collation : null,
    labels: kind === 'enum' || kind === 'set' ? labelsOf(typeText) : null,
  };
}

/** `{ table: { columns } }` from information_schema. */
export function catalogueOf(server) {
  const tables = {};
  const lines = server.sql(`select table_name, hex(column_name), lower(data_type), replace(column_type, '\\\\', ''), character_octet_length,
    numeric_precision, numeric_scale, datetime_precision, lower(character_set_name), lower(collation_name), is_nullable
    from information_schema.columns where table_schema = 't' order by table_name, ordinal_position`);
  for (const line of lines.split('\n')) {
    if (line === '') continue;
    const fields = line.split('\t');
    (tables[fields[0]] ??= { columns: [] }).columns.push(columnOf(fields));
  }
  return tables;
}

/** Text of a value for comparison; bytes as they are, everything else as the server prints it. */
function expression({ name, kind }) {
  const column = `\`${name.replaceAll('`', '``')}\``;
  switch (kind) {
    case 'text': case 'binary': case 'geometry': case 'vector':
      return `hex(${column})`;
    case 'float': case 'double':
      return `hex(cast(${column} + 0e0 as char))`;
    case 'bit': case 'enum': case 'set': case 'year':
      return `hex(cast(cast(${column} as unsigned) as char))`;
    default:
      return `hex(cast(${column} as char))`;
  }
}

/** `{ table: [[hex or null, …], …] }`. */
export function rowsOf(server, tables) {
  const rows = {};
  for (const [name, { columns }] of Object.entries(tables)) {
    const list = columns.map((column) => `ifnull(${expression(column)}, '~')`).join(', ');
    const out = server.sql(`set time_zone = '+00:00'; set names utf8mb4; select ${list} from t.\`${name}\``);
    rows[name] = out.split('\n').slice(0, -1).map((line) => line.split('\t').map((cell) => (cell === '~' ? null : cell)));
  }
  return rows;
}

/** The columns of each table without what most columns have (DEFAULTS of corpus.fixture.ts). */
export function terse(tables) {
  const isUsual = (key, value) => value === null || value === false || value === 0 || (key === 'nullable' && value === true);
  const columns = (table) =>
    table.columns.map((column) => ({
      ...Object.fromEntries(Object.entries(column).filter(([key, value]) => !isUsual(key, value))),
      ...(column.nullable ? {} : { nullable: false }),
    }));
  return Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, columns(table)]));
}
