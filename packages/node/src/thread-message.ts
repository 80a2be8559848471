import type { ErrorCode, KeptMessage, NoteLevel } from '@otter/core';
import type { StatusFacts } from '@otter/engine';
import type { NoteMark, TableCounts } from './pipeline-report.ts';

/** What a thread is told: to drain and end. */
export type ThreadRequest = 'stop';

/** What a thread tells. `ended` is its last word: nothing of it writes any more. */
export type ThreadMessage =
  | { kind: 'running' }
  | { kind: 'status'; status: StatusFacts }
  | { kind: 'tables'; tables: TableCounts }
  | { kind: 'note'; level: NoteLevel; code: ErrorCode | null; text: string; said: KeptMessage; mark: NoteMark | null }
  | { kind: 'ended'; error: { code: ErrorCode; message: string; messageZh: string } | null };
