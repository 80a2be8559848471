import {
  compareCoordinates,
  gtidFlavor,
  parseGtidSet,
  type Position,
  type ServerAddress,
  type Transaction,
} from '@otter/core';
import { DUMP_OFFSET_MAX } from './connection/dump.ts';
import { LogScan } from './connection/log-scan.ts';
import { openConnection } from './connection/server-connection.ts';
import type { SourceFacts } from './connection/source-facts.ts';

/**
 * Hands every transaction that holds a statement to `onTransaction`, from `start` to the present end of the log; rows
 * are passed over undecoded. Gives the place it ended at, `null` when there was nothing. The coordinates of `start` must be
 * of this server. Throws LOG_PURGED, SOURCE_UNREACHABLE, ACCESS_DENIED, LOG_CORRUPT.
 */
export async function scanStatements(
  address: ServerAddress,
  facts: SourceFacts,
  start: Position,
  onTransaction: (transaction: Transaction) => void,
): Promise<{ file: string; offset: number } | null> {
  const applied = start.gtid === '' ? null : parseGtidSet(gtidFlavor(start.gtid), start.gtid);
  const connection = await openConnection(address);
  try {
    const offset = start.offset <= DUMP_OFFSET_MAX ? start.offset : undefined;
    const scan = await LogScan.open(connection, facts, start.file, offset);
    let end: { file: string; offset: number } | null = null;
    try {
      for await (const transactions of scan.transactions()) {
        for (const transaction of transactions) {
          end = { file: transaction.file, offset: transaction.offset };
          if (transaction.statements.length === 0 || compareCoordinates(transaction, start) <= 0) continue;
          if (transaction.gtid !== null && applied?.has(transaction.gtid)) continue;
          onTransaction(transaction);
        }
      }
    } finally {
      await scan.close();
    }
    return end;
  } finally {
    connection.destroy();
  }
}
