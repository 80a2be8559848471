import { gtidFlavor, parseGtidSet, type GtidSet, type Position, type Transaction } from '@otter/core';

/**
 * Follows what is committed on the target: turns the transactions of a commit into the position to store.
 * The GTID set grows by one element a transaction and is written out once a commit.
 *
 * A start without a GTID set stays without: adding to an unknown set would make one with holes, and a
 * source asked to continue after it would send the holes again.
 */
export class Progress {
  readonly #gtids: GtidSet | null;
  #position: Position;

  constructor(start: Position) {
    this.#position = start;
    this.#gtids = start.gtid === '' ? null : parseGtidSet(gtidFlavor(start.gtid), start.gtid);
  }

  /** The last position handed out, or the start. */
  get position(): Position {
    return this.#position;
  }

  /** The position after these transactions. Idempotent: a retried commit may ask again. */
  after(transactions: readonly Transaction[]): Position {
    const last = transactions[transactions.length - 1];
    if (!last) return this.#position;
    if (this.#gtids) for (const { gtid } of transactions) if (gtid !== null) this.#gtids.add(gtid);
    const position: Position = { file: last.file, offset: last.offset, gtid: this.#gtids?.toString() ?? '' };
    if (last.prepared.length > 0) position.prepared = last.prepared;
    this.#position = position;
    return position;
  }
}
