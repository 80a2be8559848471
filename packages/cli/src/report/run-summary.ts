import { positionText } from '@otter/core';
import type { PipelineStatus } from '@otter/engine';
import { countText, durationText } from '../view/figures.ts';
import { adviceLabel, adviceOf, messageOf, type Language } from './language.ts';
import { readBackText } from './finding-watch.ts';
import { errorNumberText } from './parked-watch.ts';
import type { RunEnd } from './reporter.ts';

/** The last words of a run on the terminal: why it ended, what was done, what is still parked. */
export function runSummary(name: string, end: RunEnd, status: PipelineStatus, language: Language): string {
  const rows = countText(status.rowsApplied);
  const transactions = countText(status.transactionsApplied);
  const lines = [
    `${name}: ${end.reason} after ${durationText(end.elapsedMs)}; ${rows} rows in ${transactions} transactions applied`,
  ];
  if (status.position !== null) lines.push(`  position: ${positionText(status.position)}`);
  const readBack = readBackText(status);
  if (readBack !== null) lines.push(`  rows: ${readBack}`);
  if (status.verify?.record) lines.push(`  kept as ${status.verify.record} (otter verify list)`);
  for (const note of status.verify?.notes ?? []) lines.push(`  note: ${note}`);
  for (const parked of status.parked) {
    lines.push(
      `  ${parked.state}: ${parked.table}${errorNumberText(parked.id)} ${parked.code}: ${messageOf(parked, language)}`,
    );
    lines.push(`    ${adviceLabel(language)}: ${adviceOf(parked.code, language)}`);
  }
  return `${lines.join('\n')}\n`;
}
