import type { RowsChange } from '@otter/core';
import type { RowKey } from '../load/row-key.ts';
import type { RoutedTable } from '../transform/routed-table.ts';

/** Keys one window remembers; more, and the chunk is read again. */
const KEYS_MAX = 200_000;

/** The stretch of the log between a chunk's two watermarks. */
export class CopyWindow {
  /** Source name of the chunk's table. */
  readonly table: string;
  /** Rows the log changed meanwhile: what was read of them may be old, and the stream has written them whole. */
  readonly touched = new Set<RowKey>();
  /** Something happened that cannot be told by keys: the chunk is read again. */
  spoilt = false;

  constructor(table: string) {
    this.table = table;
  }

  /** Notes the rows of a change; `null` is a change whose rows are not known. */
  observe(change: RowsChange, route: RoutedTable | null): void {
    if (this.spoilt) return;
    if (route === null || route.identity === null || this.touched.size + change.rowCount > KEYS_MAX) {
      this.spoilt = true;
      this.touched.clear();
      return;
    }
    for (const row of change.before) this.touched.add(route.identityOf(row));
    for (const row of change.after) this.touched.add(route.identityOf(row));
  }
}
