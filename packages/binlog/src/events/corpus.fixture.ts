import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { CatalogColumn, GtidFlavor, TableSchema } from '@otter/core';
import { EventDecoder } from './event-decoder.ts';
import type { LogEvent } from './log-event.ts';

/** Logs of real servers and what these say of them; tests/corpus/record.mjs writes them. */
const CORPUS = fileURLToPath(new URL('../../../../tests/corpus', import.meta.url));

export interface Facts {
  flavor: GtidFlavor;
  tables: Record<string, TableSchema>;
  /** Hex of each value's text, by table. */
  rows: Record<string, (string | null)[][]>;
}

export function* corpus(): Generator<{ name: string; path: string }> {
  for (const server of readdirSync(CORPUS, { withFileTypes: true })) {
    if (!server.isDirectory()) continue;
    for (const file of readdirSync(join(CORPUS, server.name))) {
      if (!file.endsWith('.binlog')) continue;
      const name = file.slice(0, -'.binlog'.length);
      yield { name: `${server.name}/${name}`, path: join(CORPUS, server.name, name) };
    }
  }
}

export function readLog(path: string): Buffer {
  return readFileSync(`${path}.binlog`);
}

/** What `mysqlbinlog -vv` printed, bytes as Latin-1; `null` where it was not recorded. */
export function readListing(path: string): string | null {
  try {
    return gunzipSync(readFileSync(`${path}.txt.gz`)).toString('latin1');
  } catch {
    return null;
  }
}

const DEFAULTS: CatalogColumn = {
  name: '',
  kind: 'int',
  length: 0,
  unsigned: false,
  nullable: true,
  precision: 0,
  scale: 0,
  charset: null,
  collation: null,
  labels: null,
  typeText: '',
  generated: 'no',
  invisible: false,
  autoIncrement: false,
  hasDefault: false,
};

interface StoredFacts {
  flavor: GtidFlavor;
  /** Of each column what is not as in DEFAULTS. */
  tables: Record<string, Partial<CatalogColumn>[]>;
  rows: Facts['rows'];
}

export function readFacts(path: string): Facts {
  const stored = readJson<StoredFacts>(`${path}.json`);
  const tables = Object.entries(stored.tables).map(([table, columns]): [string, TableSchema] => [
    table,
    {
      schema: 't',
      table,
      engine: 'InnoDB',
      columns: columns.map((column) => ({ ...DEFAULTS, ...column })),
      uniqueKeys: [],
      foreignKeys: [],
      triggers: [],
    },
  ]);
  return { ...stored, tables: Object.fromEntries(tables) };
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

/** A decoder that knows the server's collations and the definitions its catalogue had at the end of the log. */
export function decoderFor(path: string, facts: Facts, describe = true): EventDecoder {
  const list = readJson<[number, string, string][]>(join(path, '..', 'collations.json'));
  return new EventDecoder({
    flavor: facts.flavor,
    collations: new Map(list.map(([id, charset, collation]) => [id, { charset, collation }])),
    describe: (schema, table) => (describe && schema === 't' ? facts.tables[table] : undefined),
    wants: () => true,
  });
}

/** Every event of a log file, those inside of compressed transactions in the place of their payload. */
export function* logEvents(decoder: EventDecoder, log: Buffer): Generator<LogEvent> {
  for (let at = 4; at < log.length;) {
    const size = log.readUInt32LE(at + 9);
    const event = decoder.decode(log.subarray(at, at + size));
    if (event.type === 'payload') yield* event.events;
    else yield event;
    at += size;
  }
}

/** A value that must be there. */
export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing there');
  return value;
}
