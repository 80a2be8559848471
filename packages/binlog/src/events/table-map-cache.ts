import type { GtidFlavor, TableSchema } from '@otter/core';
import { RowDecoder, RowSkipper } from '../rows/row-decoder.ts';
import { isOldTemporal, logTable, type Collations } from '../rows/log-table.ts';
import type { PreparedTable } from '../rows/rows-event.ts';
import { TYPE } from './column-type.ts';
import { readTableMap } from './table-map.ts';

/** Table maps kept ready. A server with more tables in use than this compiles some of them again. */
const ENTRIES_MAX = 4096;

interface Entry {
  schema: TableSchema | undefined;
  prepared: PreparedTable;
}

/**
 * Hands out the same prepared table, and so the same LogTable object, for the same bytes of a TABLE_MAP and the
 * same catalogue definition. Oldest out first.
 */
export class TableMapCache {
  readonly #entries = new Map<string, Entry>();
  readonly #collations: Collations;
  readonly #flavor: GtidFlavor;

  constructor(collations: Collations, flavor: GtidFlavor) {
    this.#collations = collations;
    this.#flavor = flavor;
  }

  /** `body`: TABLE_MAP behind table id and flags. `schema` is compared by identity. Throws LOG_CORRUPT. */
  prepare(body: Buffer, schema: TableSchema | undefined, isWanted: boolean): PreparedTable {
    const key = (isWanted ? '+' : '-') + body.toString('latin1');
    const known = this.#entries.get(key);
    if (known && known.schema === schema) return known.prepared;
    const prepared = this.#compile(body, schema, isWanted);
    this.#entries.delete(key);
    this.#entries.set(key, { schema, prepared });
    if (this.#entries.size > ENTRIES_MAX) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        break;
      }
    }
    return prepared;
  }

  #compile(body: Buffer, schema: TableSchema | undefined, isWanted: boolean): PreparedTable {
    const map = readTableMap(body, this.#flavor);
    const isJson = map.columns.map(({ type }) => type === TYPE.JSON);
    const isUnsure = (type: number): boolean => this.#flavor === 'mariadb' && isOldTemporal(type);
    const prepared: PreparedTable = {
      columnCount: map.columns.length,
      table: null,
      lastImages: null,
      decoder: null,
      skipper: RowSkipper.of(map.columns, isJson, isUnsure),
    };
    if (!isWanted) return prepared;
    prepared.table = logTable(map, schema, this.#collations, this.#flavor);
    if (prepared.table.problem === null) prepared.decoder = new RowDecoder(map.columns, prepared.table.columns);
    return prepared;
  }
}
