import { parseTablePattern } from '@otter/core';
import { openTargetSession, quoteText, SYSTEM_SCHEMAS, type Session } from '@otter/dialects';
import { SYNC_DEFAULTS, TableRouter } from '@otter/engine';
import type { DataSourceAccess, ListedColumn, ListedTable, Mapping, ServerTables } from '@otter/manager';
import { serverAddress } from './server-address.ts';

/** What tables and columns a MySQL or MariaDB server holds, from its information_schema. */
export const serverTables: ServerTables = {
  list: (access, mappings, max) => asked(access, (session) => listTables(session, routerOf(mappings), max)),
  columns: (access, schema, table) => asked(access, (session) => listColumns(session, schema, table)),
};

async function asked<T>(access: DataSourceAccess, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openTargetSession(serverAddress(access), { role: 'preflight' });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Decides where tables go as a pipeline with these mappings would. */
function routerOf(mappings: readonly Mapping[]): TableRouter {
  const named = mappings.flatMap(({ source, target }) =>
    target === null ? [] : [{ source: parseTablePattern(source), target: parseTablePattern(target) }],
  );
  const { controlSchema } = SYNC_DEFAULTS;
  const tables = mappings.map(({ source }) => parseTablePattern(source));
  return new TableRouter({ tables, mappings: named, columns: [], controlSchema });
}

async function listTables(
  session: Session,
  router: TableRouter,
  max: number,
): Promise<{ tables: ListedTable[]; isCut: boolean }> {
  // Our own tables are nobody's to carry.
  const system = [...SYSTEM_SCHEMAS, SYNC_DEFAULTS.controlSchema].map(quoteText).join();
  const rows = await session.rows(
    `SELECT TABLE_SCHEMA, TABLE_NAME, COALESCE(TABLE_ROWS,0), COALESCE(DATA_LENGTH,0)+COALESCE(INDEX_LENGTH,0)
       FROM information_schema.TABLES WHERE TABLE_TYPE='BASE TABLE' AND TABLE_SCHEMA NOT IN (${system})
      ORDER BY TABLE_SCHEMA, TABLE_NAME LIMIT ${max + 1}`,
  );
  const keys = new Map(
    (
      await session.rows(
        `SELECT TABLE_SCHEMA, TABLE_NAME, MAX(INDEX_NAME='PRIMARY') FROM information_schema.STATISTICS
          WHERE NON_UNIQUE=0 AND TABLE_SCHEMA NOT IN (${system}) GROUP BY TABLE_SCHEMA, TABLE_NAME`,
      )
    ).map(
      ([schema, table, isPrimary]) => [`${schema}\u0000${table}`, isPrimary === '1' ? 'primary' : 'unique'] as const,
    ),
  );
  const tables = rows.slice(0, max).map(([schema, table, count, bytes]): ListedTable => {
    const name = { schema: schema ?? '', table: table ?? '' };
    const key = keys.get(`${name.schema}\u0000${name.table}`) ?? 'none';
    const place = router.destination(name.schema, name.table);
    const target = place === null ? null : `${place.schema}.${place.table}`;
    return { ...name, rows: Number(count), bytes: Number(bytes), key, target };
  });
  return { tables, isCut: rows.length > max };
}

async function listColumns(session: Session, schema: string, table: string): Promise<ListedColumn[] | null> {
  const rows = await session.rows(
    `SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_KEY, EXTRA FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA=${quoteText(schema)} AND TABLE_NAME=${quoteText(table)} ORDER BY ORDINAL_POSITION`,
  );
  if (rows.length === 0) return null;
  return rows.map(([name, type, nullable, key, extra]) => ({
    ...{ name: name ?? '', type: type ?? '', nullable: nullable === 'YES', isKey: key === 'PRI' },
    isGenerated: /GENERATED|VIRTUAL|PERSISTENT/i.test((extra ?? '').replace(/DEFAULT_GENERATED/i, '')),
  }));
}
