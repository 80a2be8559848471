import { gtidFlavor, parseGtidSet, type GtidSet, type Position, type Transaction } from '@otter/core';

/**
 * Follows what is committed on the target: turns the transactions of a commit into the position to store.
 * The GTID set grows by one element a transaction and is written out once a commit.
 *
 * A start without a GTID set stays without: adding to an unknown set would make one with holes, and a
 * source asked to continue after it would send the holes again.
 */
export class Progress {
  #gtids: GtidSet | null;
  #position: Position;
  /** The set holds transactions of a position handed out and not settled yet. */
  #ahead = false;

  constructor(start: Position) {
    this.#position = start;
    this.#gtids = setOf(start);
  }

  /** The last position settled, or the start: everything before it is applied, nothing behind it. */
  get position(): Position {
    return this.#position;
  }

  /**
   * The position after these transactions, to be stored with them; {@link settle} makes it the current one. A commit
   * that failed may be followed by one of fewer transactions: nothing of the failed one is in the set then.
   */
  after(transactions: readonly Transaction[]): Position {
    const last = transactions[transactions.length - 1];
    if (!last) return this.#position;
    if (this.#ahead) this.#gtids = setOf(this.#position);
    this.#ahead = true;
    if (this.#gtids) for (const { gtid } of transactions) if (gtid !== null) this.#gtids.add(gtid);
    const position: Position = { file: last.file, offset: last.offset, gtid: this.#gtids?.toString() ?? '' };
    if (last.prepared.length > 0) position.prepared = last.prepared;
    return position;
  }

  /** The commit that stores `position` has succeeded, or there was nothing to commit. */
  settle(position: Position): void {
    this.#position = position;
    this.#ahead = false;
  }
}

function setOf(position: Position): GtidSet | null {
  return position.gtid === '' ? null : parseGtidSet(gtidFlavor(position.gtid), position.gtid);
}
