import type { Row, RowsChange } from '@otter/core';
import type { Session } from '@otter/dialects';
import type { SelectedTransaction } from '../select/selected-transaction.ts';
import type { RouteTable } from '../transform/route-table.ts';
import type { RoutedTable } from '../transform/routed-table.ts';

/** Rows looked up by one statement. */
const LOOKUP_ROWS_MAX = 500;

/**
 * Leaves out of a copied chunk what the stream has put on the target already: those rows are as the log has them up
 * to here, and the chunk's are as they were when it was read. Whether nothing had to be left out.
 */
export async function dropPresent(session: Session, item: SelectedTransaction, routes: RouteTable): Promise<boolean> {
  const { chunk, transaction } = item;
  if (chunk?.isStale()) {
    transaction.changes = [];
    return false;
  }
  let isWhole = true;
  if (!chunk?.mayMeet) return isWhole;
  for (const change of transaction.changes) {
    const route = routes.peek(change);
    if (!route || change.rowCount === 0) continue;
    if (chunk.probeSql !== null && (await session.rows(chunk.probeSql)).length === 0) continue;
    const { rowCount } = change;
    await dropFrom(session, change, route);
    if (change.rowCount < rowCount) isWhole = false;
  }
  return isWhole;
}

async function dropFrom(session: Session, change: RowsChange, route: RoutedTable): Promise<void> {
  const kept: Row[] = [];
  for (let start = 0; start < change.after.length; start += LOOKUP_ROWS_MAX) {
    const rows = change.after.slice(start, start + LOOKUP_ROWS_MAX);
    const joinable = rows.filter((row) => route.writer.joinable(row, []));
    const present = new Set<Row>();
    if (joinable.length > 0) {
      for (const [index] of await session.rows(route.writer.present(joinable)))
        present.add(joinable[Number(index)] as Row);
    }
    for (const row of rows) {
      if (present.has(row)) continue;
      const alone = !route.writer.joinable(row, []);
      if (alone && (await session.rows(route.writer.exists(row))).length > 0) continue;
      kept.push(row);
    }
  }
  change.after = kept;
  change.rowCount = kept.length;
}
