import { isJsonDiff, OtterError, type Row, type RowsChange } from '@otter/core';
import type { RowKey } from '../load/row-key.ts';
import type { RouteTable } from '../transform/route-table.ts';
import type { RoutedTable } from '../transform/routed-table.ts';

/** Keys one window remembers; more, and the chunk is read again. */
const KEYS_MAX = 200_000;

/** The stretch of the log between a chunk's two watermarks. */
export class CopyWindow {
  /** Source name of the chunk's table. */
  readonly table: string;
  /** Rows the log changed meanwhile: what was read of them may be old, and the stream has written them whole. */
  readonly touched = new Set<RowKey>();
  /**
   * Of a table that is copied again: what the log made of those rows, `null` where it took them away. The chunk takes
   * everything out of its range and puts these in with its own.
   */
  readonly #latest: Map<RowKey, Row | null> | null;
  readonly #bytesMax: number;
  #bytes = 0;
  /** Something happened that cannot be told by keys: the chunk is read again. */
  spoilt = false;

  /** @param keepBytes of the rows that the log changed, so many bytes are kept; `null`: their keys alone */
  constructor(table: string, keepBytes: number | null = null) {
    this.table = table;
    this.#latest = keepBytes === null ? null : new Map();
    this.#bytesMax = keepBytes ?? 0;
  }

  /** The rows the log changed and left there, as it left them. Empty unless they were kept. */
  latest(): Row[] {
    return [...(this.#latest?.values() ?? [])].filter((row) => row !== null);
  }

  /** Notes the rows of a change; `null` is a change whose rows are not known. */
  observe(change: RowsChange, route: RoutedTable | null): void {
    if (this.spoilt) return;
    if (route === null || route.identity === null || this.touched.size + change.rowCount > KEYS_MAX) {
      this.#spoil();
      return;
    }
    // Row by row: a key one row gives up the next one may take.
    for (let i = 0; i < change.rowCount; i++) {
      const [before, after] = [change.before[i], change.after[i]];
      if (before) this.#note(route.identityOf(before), null);
      if (after) this.#note(route.identityOf(after), after);
    }
    if (this.#latest === null) return;
    for (const row of change.after) {
      this.#bytes += route.writer.rowBytes(row);
      if (this.#bytes > this.#bytesMax || row.includes(undefined) || row.some(isJsonDiff)) return this.#spoil();
    }
  }

  #note(key: RowKey, row: Row | null): void {
    this.touched.add(key);
    this.#latest?.set(key, row);
  }

  #spoil(): void {
    this.spoilt = true;
    this.touched.clear();
    this.#latest?.clear();
  }
}

/** A partial image lacks the key: which row was touched is not known, and the chunk is read again. */
export function observeSafely(window: CopyWindow, change: RowsChange, routes: RouteTable): void {
  try {
    window.observe(change, routes.peek(change));
  } catch (error) {
    if (!OtterError.is(error)) throw error;
    window.spoilt = true;
  }
}
