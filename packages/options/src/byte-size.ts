import { OtterError } from '@otter/core';

const FACTORS: Record<string, number> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** Reads `64M`, `64MB`, `64MiB`, `1.5G` or plain bytes; a unit counts by 1024. Throws USAGE. */
export function parseByteSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([KMG]?)(?:I?B)?$/i.exec(text.trim());
  if (!match) throw new OtterError('USAGE', { detail: `"${text}" is not a size; write 64M, 512M or 2G` });
  return Math.round(Number(match[1]) * (FACTORS[(match[2] as string).toUpperCase()] as number));
}

/** `64M`, the shortest text that {@link parseByteSize} reads back. */
export function byteSizeText(bytes: number): string {
  for (const unit of ['G', 'M', 'K']) {
    const factor = FACTORS[unit] as number;
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return String(bytes);
}
