import { positionText } from '@otter/core';
import type { CopyStatus, ParkedTable, PipelineState, PipelineStatus } from '@otter/engine';
import { adviceLabel, adviceOf, messageOf, type Language } from '../report/language.ts';
import { readBackText } from '../report/finding-watch.ts';
import { errorNumberText } from '../report/parked-watch.ts';
import { bytesText, clockText, countText, durationText, lagText, rateText, sparkline } from './figures.ts';
import { indexingText } from './indexing-text.ts';
import { cutLine, span, spread, tableLines, type Line, type Style } from './line.ts';
import { cutMiddle, wrapText } from './text-width.ts';

/** A rate now, and for each second so far. */
export interface RateFigures {
  perSecond: number;
  history: readonly number[];
}

/** All the live view of `otter sync` shows. */
export interface SyncViewState {
  name: string;
  source: string;
  target: string;
  apply: string;
  workers: number;
  elapsedMs: number;
  status: PipelineStatus;
  rows: RateFigures;
  transactions: RateFigures;
  bytes: RateFigures;
  lagHistory: readonly (number | null)[];
  /** Warnings of the preflight and of the engine, oldest first. */
  notices: readonly string[];
  stopping: boolean;
  language: Language;
}

export interface ViewSize {
  columns: number;
  rows: number;
}

const ADVICE_LINES_MAX = 6;

const STATE_STYLES: Record<PipelineState, Style> = {
  starting: 'cyan',
  running: 'green',
  retrying: 'yellow',
  stopping: 'yellow',
  stopped: 'dim',
  failed: 'red',
};

/** The live view of `otter sync`, at most `size.rows` lines of at most `size.columns` cells. */
export function syncView(state: SyncViewState, size: ViewSize): Line[] {
  const width = size.columns;
  const head = headLines(state, width);
  const foot = [spread([span(' q or Ctrl-C', 'bold'), span(' stop', 'dim')], footRight(state), width)];
  const trouble = troubleLines(state, width, Math.max(3, Math.floor((size.rows - head.length) / 2)));
  const room = size.rows - head.length - trouble.length - foot.length - 1;
  const tables = tableSection(state, width, room);
  const body = [...head, ...tables, ...trouble].slice(0, Math.max(0, size.rows - foot.length));
  const blank: Line[] = Array.from({ length: Math.max(0, size.rows - body.length - foot.length) }, () => []);
  return [...body, ...blank, ...foot].map((line) => cutLine(line, width));
}

function headLines(state: SyncViewState, width: number): Line[] {
  const { status } = state;
  const stateName = state.stopping && status.state === 'running' ? 'stopping' : status.state;
  const lag = status.lagMs;
  const lagStyle: Style = lag === null ? 'dim' : lag < 1_000 ? 'green' : lag < 10_000 ? 'yellow' : 'red';
  const right = [
    span(`● ${stateName}`, STATE_STYLES[stateName]),
    span(status.caughtUp && stateName === 'running' ? ' caught up ' : ' ', 'green'),
    span(` ${clockText(state.elapsedMs)} `, 'dim'),
  ];
  const ends = Math.max(8, Math.floor((width - 7) / 2));
  const position = status.position === null ? '—' : positionText(status.position);
  return [
    spread([span(' Otter ', 'title'), span(state.name, 'bold')], right, width),
    [span(` ${cutMiddle(state.source, ends)}`), span(' ──▶ ', 'cyan'), span(cutMiddle(state.target, ends))],
    [],
    ...copyLines(status.copy, width),
    figure('lag', [span(lagText(lag), lagStyle)], state.lagHistory, '', width),
    figure('rows', rate(state.rows), state.rows.history, `${countText(status.rowsApplied)} applied`, width),
    figure(
      'transactions',
      rate(state.transactions),
      state.transactions.history,
      `${countText(status.transactionsApplied)} in ${countText(status.commits)} commits`,
      width,
    ),
    figure(
      'log',
      [span(`${bytesText(state.bytes.perSecond)}/s`, 'bold')],
      state.bytes.history,
      `${bytesText(status.bytesRead)} read`,
      width,
    ),
    [label('position'), span(cutMiddle(position, Math.max(10, width - LABEL_WIDTH - 1)))],
    [label('balance'), ...balance(status)],
    ...readBackLines(status),
    [],
  ];
}

/** With `--verify continuous`: how many rows were found again. */
function readBackLines(status: PipelineStatus): Line[] {
  const text = readBackText(status);
  return text === null ? [] : [[label('verified'), span(text, status.verify?.failed ? 'red' : undefined)]];
}

/** While tables are copied: how far, how fast, how long yet, and which tables now. */
function copyLines(copy: PipelineStatus['copy'], width: number): Line[] {
  if (copy === null) return [];
  const indexing = indexingLines(copy.indexing);
  if (copy.tablesDone === copy.tables) return indexing;
  const share = copy.estimatedRows === 0 ? 0 : Math.min(0.99, copy.rows / copy.estimatedRows);
  const bar = Math.max(4, Math.min(24, width - 80));
  const filled = Math.round(share * bar);
  const now = copy.current.map((table) => `${table.table}${shareText(table)}`).join(', ');
  const limit = copy.bytesPerSecondMax === 0 ? '' : ` of at most ${bytesText(copy.bytesPerSecondMax)}/s`;
  const pace =
    copy.paused === null
      ? `${rateText(copy.rowsPerSecond)} rows/s, ${bytesText(copy.bytesPerSecond)}/s${limit}, ${bytesText(copy.bytes)} read`
      : `waits: ${PAUSES[copy.paused]}`;
  const left = copy.paused !== null || copy.etaMs === null ? '' : `  about ${durationText(copy.etaMs)} left`;
  const facts = `${Math.floor(share * 100)} %  ${countText(copy.rows)} of about ${countText(copy.estimatedRows)} rows, ${copy.tablesDone} of ${copy.tables} tables`;
  return [
    [
      label('copy'),
      span('█'.repeat(filled), 'blue'),
      span('░'.repeat(bar - filled), 'dim'),
      span(` ${facts}`),
      span(left, 'bold'),
    ],
    [label(''), copy.paused === null ? span(pace) : span(pace, 'yellow'), span(now === '' ? '' : `  ${now}`, 'dim')],
    ...indexing,
  ];
}

/** Tables whose rows are there and whose indexes are not. */
function indexingLines(indexing: CopyStatus['indexing']): Line[] {
  if (indexing.length === 0) return [];
  const isFailed = indexing.some(({ state }) => state === 'failed');
  return [[label('indexes'), span(indexingText(indexing), isFailed ? 'yellow' : 'dim')]];
}

const PAUSES = { lag: 'the target is too far behind', load: 'the source has too much to do' } as const;

function shareText({ rows, estimatedRows, again }: { rows: number; estimatedRows: number; again: boolean }): string {
  const share = estimatedRows === 0 ? 0 : Math.min(99, Math.floor((rows * 100) / estimatedRows));
  return `${again ? ' again' : ''} ${share} %`;
}

const LABEL_WIDTH = 15;
const VALUE_WIDTH = 14;

function label(text: string) {
  return span(` ${text}`.padEnd(LABEL_WIDTH), 'dim');
}

function rate(figures: RateFigures): Line {
  return [span(`${rateText(figures.perSecond)}/s`, 'bold')];
}

function figure(name: string, value: Line, history: readonly (number | null)[], total: string, width: number): Line {
  const text = value[0]?.text ?? '';
  const bars = Math.max(0, Math.min(60, width - LABEL_WIDTH - VALUE_WIDTH - 32));
  return [
    label(name),
    ...value,
    span(' '.repeat(Math.max(1, VALUE_WIDTH - text.length))),
    span(sparkline(history, bars), 'cyan'),
    span(`  ${total}`, 'dim'),
  ];
}

/** Every row read is accounted for (design §2.8). */
function balance(status: PipelineStatus): Line {
  const part = (count: number, word: string, style: Style) =>
    span(`${countText(count)} ${word}`, count > 0 ? style : 'dim');
  return [
    span(`${countText(status.rowsRead)} read = ${countText(status.rowsApplied)} applied + `),
    part(status.rowsFiltered, 'filtered', 'blue'),
    span(' + '),
    part(status.rowsParked, 'parked', 'red'),
    span(' + '),
    part(status.rowsSkipped, 'skipped', 'yellow'),
  ];
}

function footRight(state: SyncViewState): Line {
  const workers = `${state.workers} ${state.workers === 1 ? 'worker' : 'workers'}`;
  const retries = state.status.retries > 0 ? ` · ${countText(state.status.retries)} retries` : '';
  return [span(`apply ${state.apply} · ${workers}${retries} `, 'dim')];
}

function tableSection(state: SyncViewState, width: number, room: number): Line[] {
  const entries = Object.entries(state.status.tables).map(([source, table]) => ({
    source,
    ...table,
    total: table.inserted + table.updated + table.deleted,
  }));
  if (room < 4) return [];
  if (entries.length === 0) return [[span(' no change of these tables in the log so far', 'dim')], []];
  entries.sort((a, b) => b.total - a.total || (a.source < b.source ? -1 : 1));
  const shownMax = room - 3;
  const shown = entries.length > shownMax ? entries.slice(0, shownMax - 1) : entries;
  const parked = new Set(state.status.parked.map((p) => p.table));
  const lines = tableLines(
    [
      { title: ' table', flexible: true },
      { title: 'target', flexible: true },
      { title: 'inserted', align: 'right' },
      { title: 'updated', align: 'right' },
      { title: 'deleted', align: 'right' },
    ],
    shown.map((t) => [
      span(` ${t.source}`, parked.has(t.source) ? 'red' : 'bold'),
      span(t.target === t.source ? '=' : t.target),
      span(countText(t.inserted)),
      span(countText(t.updated)),
      span(countText(t.deleted)),
    ]),
    width,
  );
  const rest = entries.length - shown.length;
  return [...lines, ...(rest > 0 ? [[span(` and ${countText(rest)} more tables`, 'dim')]] : []), []];
}

/** Advice in full where there is room, shortened where there is not. */
function troubleLines(state: SyncViewState, width: number, room: number): Line[] {
  const whole = troubles(state, width, ADVICE_LINES_MAX);
  const lines = whole.length <= room ? whole : troubles(state, width, 1);
  if (lines.length <= room) return lines;
  return [
    ...lines.slice(0, room - 1),
    [span(` … ${lines.length - room + 1} more lines; see otter errors list`, 'dim')],
  ];
}

function troubles(state: SyncViewState, width: number, adviceLinesMax: number): Line[] {
  const lines: Line[] = [];
  for (const parked of state.status.parked) lines.push(...parkedLines(parked, state, width, adviceLinesMax));
  const { lastError } = state.status;
  if (lastError !== null && state.status.parked.every((p) => p.message !== lastError.message)) {
    const style: Style = state.status.state === 'failed' ? 'red' : 'yellow';
    lines.push([
      span(` last error ${clockOf(lastError.at)} ${lastError.code} `, style),
      span(messageOf(lastError, state.language)),
    ]);
    lines.push(...adviceLines(lastError.code, state.language, width, adviceLinesMax));
  }
  for (const notice of state.notices.slice(-3)) lines.push([span(' ! ', 'yellow'), span(notice)]);
  return lines;
}

function parkedLines(parked: ParkedTable, state: SyncViewState, width: number, adviceLinesMax: number): Line[] {
  const head: Line = [
    span(` ${parked.state === 'parked' ? '■ parked' : '▸ catching up'} `, parked.state === 'parked' ? 'red' : 'yellow'),
    span(`${cutMiddle(parked.table, 40)} `, 'bold'),
    span(`${errorNumberText(parked.id).trimStart()} ${parked.code} `.trimStart(), 'red'),
    span(messageOf(parked, state.language)),
  ];
  return parked.state === 'parked'
    ? [head, ...adviceLines(parked.code, state.language, width, adviceLinesMax)]
    : [head];
}

function adviceLines(code: string, language: Language, width: number, linesMax: number): Line[] {
  const advice = adviceOf(code, language);
  if (advice === '') return [];
  return wrapText(`${adviceLabel(language)}: ${advice}`, Math.max(20, width - 4))
    .slice(0, linesMax)
    .map((text) => [span(`   ${text}`)]);
}

/** `12:03:59` in UTC, as the log's own times. */
function clockOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
