import {
  parseGtidSet,
  type GtidFlavor,
  type GtidSet,
  type Position,
  type PreparedXa,
  type Transaction,
} from '@otter/core';

/**
 * Follows the position of a reader or applier as transactions pass.
 *
 * A set is kept only when the start had one: GTIDs collected from a start without a set would name a few
 * transactions and, asked for by GTID, bring back everything before them.
 */
export class PositionTracker {
  #file: string;
  #offset: number;
  #prepared: readonly PreparedXa[];
  readonly #set: GtidSet | null;

  constructor(flavor: GtidFlavor, start: Position) {
    this.#file = start.file;
    this.#offset = start.offset;
    this.#prepared = start.prepared ?? [];
    this.#set = start.gtid === '' ? null : parseGtidSet(flavor, start.gtid);
  }

  /** Transactions must come in log order. */
  advance(transaction: Transaction): void {
    this.#file = transaction.file;
    this.#offset = transaction.offset;
    this.#prepared = transaction.prepared;
    if (this.#set !== null && transaction.gtid !== null) this.#set.add(transaction.gtid);
  }

  /** A copy; the GTID set is written out here and not before. */
  position(): Position {
    const position: Position = { file: this.#file, offset: this.#offset, gtid: this.#set?.toString() ?? '' };
    if (this.#prepared.length > 0) position.prepared = this.#prepared;
    return position;
  }
}
