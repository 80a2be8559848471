import type { ByteCursor } from './byte-cursor.ts';
import { corrupt } from './corruption.ts';

const XID_PART_MAX = 64;

/**
 * The way both servers write an XID into the `XA COMMIT` and `XA ROLLBACK` statements of the log:
 * `X'67747269',X'6271',1`.
 */
function xidText(globalId: Buffer, branch: Buffer, formatId: number): string {
  return `X'${globalId.toString('hex')}',X'${branch.toString('hex')}',${formatId}`;
}

/**
 * XA_PREPARE: `one phase 1 | format id 4 | length of gtrid 4 | length of bqual 4 | gtrid | bqual`.
 * Throws LOG_CORRUPT.
 */
export function readXaPrepare(cursor: ByteCursor): { xid: string; onePhase: boolean } {
  const onePhase = cursor.uint8() !== 0;
  const formatId = cursor.uint32();
  const globalLength = cursor.uint32();
  const branchLength = cursor.uint32();
  if (globalLength > XID_PART_MAX || branchLength > XID_PART_MAX) throw corrupt('an XID is longer than 64 + 64 bytes');
  const globalId = cursor.bytes(globalLength);
  return { xid: xidText(globalId, cursor.bytes(branchLength), formatId), onePhase };
}
