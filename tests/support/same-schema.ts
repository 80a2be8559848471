import { assertTablesEqual, tablesOf, type RunningServer } from '@otter/testkit';

/**
 * A definition with its indexes in the order of their names: those that are added later come behind the others, which
 * changes nothing but the order they are printed in.
 */
export function withoutKeyOrder(definition: string): string {
  const keys = definition.match(/^ {2}KEY .*$/gm)?.map((line) => line.replace(/,$/, '')) ?? [];
  return [definition.replace(/^ {2}KEY .*\n/gm, '').replaceAll(',\n', '\n'), ...keys.sort()].join('\n');
}

/**
 * Throws unless both servers of one family hold the same tables of a schema: names, definitions (as `shape` gives them)
 * and rows.
 */
export async function assertSchemasEqual(
  source: RunningServer,
  target: RunningServer,
  schema: string,
  shape = (definition: string): string => definition,
): Promise<void> {
  const [wanted, found] = [await definitions(source, schema, shape), await definitions(target, schema, shape)];
  for (const name of new Set([...wanted.keys(), ...found.keys()])) {
    if (wanted.get(name) === found.get(name)) continue;
    throw new Error(`${name} is on the source\n${wanted.get(name)}\nand on the target\n${found.get(name)}`);
  }
  if (wanted.size === 0) throw new Error(`${schema} holds no table`);
  const tables = await tablesOf(source.address, [schema]);
  await assertTablesEqual({ source: source.address, target: target.address, tables });
}

async function definitions(
  server: RunningServer,
  schema: string,
  shape: (definition: string) => string,
): Promise<Map<string, string>> {
  const rows = await server.query(
    `SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA='${schema}' AND TABLE_TYPE='BASE TABLE' ORDER BY 1`,
  );
  const texts = new Map<string, string>();
  for (const row of rows) {
    const name = String(row['name']);
    const [shown] = await server.query(`SHOW CREATE TABLE \`${schema}\`.\`${name}\``);
    // The counter is moved by inserts alone; CREATE … SELECT is logged with default collations written out.
    const text = String(shown?.['Create Table']).replace(/ AUTO_INCREMENT=\d+/, '');
    texts.set(name, shape(text.replaceAll(' COLLATE latin1_swedish_ci', '')));
  }
  return texts;
}
