import { quoteText } from '@otter/dialects';
import type { ControlTables } from '../control/control-tables.ts';

/** Name of the table on the source whose rows mark, in the log, when a chunk began and ended to be read. */
export const WATERMARK_TABLE = 'otter_watermark';

/** The two ends of a chunk's window in the log. */
export type WatermarkSide = 'low' | 'high';

export interface Watermark {
  /** Of the process that wrote it. */
  epoch: bigint;
  /** Of a copy from 1 upwards; of the free gate from -1 downwards. */
  chunk: number;
  side: WatermarkSide;
}

/** The statement that writes a watermark; committed at once by the connection's autocommit. */
export function watermarkSql(tables: ControlTables, pipeline: string, lane: number, mark: Watermark): string {
  const text = quoteText(`${mark.epoch}:${mark.chunk}:${mark.side}`);
  return (
    `INSERT INTO ${tables.watermark} (pipeline,lane,mark) VALUES (${quoteText(pipeline)},${lane},${text}) ` +
    `ON DUPLICATE KEY UPDATE mark=${text}`
  );
}

/** Reads what {@link watermarkSql} wrote; `null` for anything else. */
export function parseWatermark(text: string): Watermark | null {
  const [, epoch, chunk, side] = /^(\d+):(-?\d+):(low|high)$/.exec(text) ?? [];
  if (epoch === undefined) return null;
  return { epoch: BigInt(epoch), chunk: Number(chunk), side: side as WatermarkSide };
}
