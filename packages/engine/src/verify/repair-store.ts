import { OtterError } from '@otter/core';
import { quoteText, type Session } from '@otter/dialects';
import { ensureTables, quoteOptional, type ControlTables } from '../control/control-tables.ts';
import type { RowImage, RowPlace } from './row-image.ts';

/** What a repair does to a row of the target. */
export type WriteKind = 'insert' | 'update' | 'delete';

/** One row a repair wrote: what it was, and how to know what it became. */
export interface RepairRecord {
  seq: number;
  /** `schema.table` of the target. */
  table: string;
  kind: WriteKind;
  /** The key for a person, by column of the source. */
  key: Record<string, string | null>;
  place: RowPlace;
  /** `null`: there was no row. */
  before: RowImage | null;
  /** `null`: there is no row any more. */
  afterDigest: string | null;
}

/** Room for the command byte and, on old servers, a header. */
const PACKET_OVERHEAD = 64;

/** Reads and writes `otter_repair` of one verification. */
export class RepairStore {
  readonly #tables: ControlTables;
  readonly #id: string;

  constructor(tables: ControlTables, id: string) {
    this.#tables = tables;
    this.#id = id;
  }

  /** Makes the table when it is not there. Throws ACCESS_DENIED. */
  async prepare(session: Session): Promise<void> {
    await ensureTables(session, [this.#tables.repair], this.#tables.repairDefinitions());
  }

  async nextSeq(session: Session): Promise<number> {
    const [row] = await session.rows(
      `SELECT COALESCE(MAX(seq),0)+1 FROM ${this.#tables.repair} WHERE verify_id=${quoteText(this.#id)}`,
    );
    return Number(row?.[0]);
  }

  /**
   * Records writes inside the transaction that does them: that is also what marks the transaction as ours. Throws
   * ROW_TOO_LARGE when the row as it was does not fit into a packet of the target.
   */
  async add(session: Session, records: readonly RepairRecord[]): Promise<void> {
    for (const record of records) {
      const sql = this.#insertSql(record);
      const bytes = Buffer.byteLength(sql);
      if (bytes > session.maxAllowedPacket - PACKET_OVERHEAD) {
        throw new OtterError('ROW_TOO_LARGE', {
          detail: `keeping a row of ${record.table} as it was needs a packet of ${bytes} bytes, the target takes ${session.maxAllowedPacket}`,
        });
      }
      await session.query(sql);
    }
  }

  #insertSql({ seq, table, kind, key, place, before, afterDigest }: RepairRecord): string {
    const texts = [table, kind, 'written', JSON.stringify(key), JSON.stringify(place)].map(quoteText);
    const cells = quoteOptional(before === null ? null : JSON.stringify(before.cells));
    return (
      `INSERT INTO ${this.#tables.repair} (verify_id,seq,table_name,kind,state,row_key,place,row_before,after_digest) VALUES ` +
      `(${quoteText(this.#id)},${seq},${texts.join(',')},${cells},${quoteOptional(afterDigest)})`
    );
  }

  /** Forgets that writes could be taken back, inside the transaction that takes them back. */
  undoneSql(seqs: readonly number[]): string {
    return `UPDATE ${this.#tables.repair} SET state='undone' WHERE verify_id=${quoteText(this.#id)} AND seq IN (${seqs.join(',')})`;
  }

  /** Up to `limit` writes that can still be taken back, before number `seq`, the last one first. */
  async written(session: Session, seq: number, limit: number): Promise<RepairRecord[]> {
    const rows = await session.rows(
      `SELECT seq,table_name,kind,row_key,place,row_before,after_digest FROM ${this.#tables.repair} WHERE verify_id=${quoteText(this.#id)} AND state='written' AND seq<${seq} ORDER BY seq DESC LIMIT ${limit}`,
    );
    return rows.map(([number, table, kind, key, place, before, afterDigest]) => {
      const where = JSON.parse(place ?? '') as RowPlace;
      const cells = JSON.parse(before ?? 'null') as RowImage['cells'] | null;
      return {
        seq: Number(number),
        table: table ?? '',
        kind: kind as WriteKind,
        key: JSON.parse(key ?? '') as RepairRecord['key'],
        place: where,
        before: cells === null ? null : { place: where, cells },
        afterDigest: afterDigest ?? null,
      };
    });
  }
}
