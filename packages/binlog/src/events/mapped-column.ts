/** One column as the fixed part of TABLE_MAP gives it. */
export interface MappedColumn {
  /** A code of `TYPE`; the real one for the ENUM, SET and STRING that hide in STRING. */
  type: number;
  nullable: boolean;
  /**
   * Bytes of FLOAT, DOUBLE, ENUM, SET; longest byte length of CHAR and VARCHAR; length bytes of a BLOB;
   * bits of BIT; precision of DECIMAL; fraction digits of TIME2, DATETIME2, TIMESTAMP2; else 0.
   */
  meta: number;
  /** Scale of DECIMAL. */
  scale: number;
}
