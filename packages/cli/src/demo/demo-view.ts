import type { StatusFacts } from '@otter/engine';
import { adviceLabel, adviceOf, messageOf, type Language } from '../report/language.ts';
import { clockText, countText, durationText, rateText, sparkline } from '../view/figures.ts';
import { beside, cutLine, padLine, span, spread, type Line, type Span, type Style } from '../view/line.ts';
import type { RateFigures, ViewSize } from '../view/sync-view.ts';
import { invariantSentence, isGood, verdictSentence, type DemoVerdict } from './demo-verdict.ts';
import type { ShopEvent } from './shop-writer.ts';
import type { SeenOrder } from './shop-watch.ts';
import { SHOP_TABLES } from './shop.ts';

/** Where the demonstration is. */
export type DemoPhase = 'running' | 'comparing' | 'live';

/** All the view of the demonstration shows. */
export interface DemoViewState {
  phase: DemoPhase;
  elapsedMs: number;
  servers: string;
  source: string;
  target: string;
  /** The command that opens a client on the source, and a statement to try there. */
  client: string;
  statement: string;
  /** Where the console answers, and how to sign in there. */
  console: { url: string; password: string };
  /** The servers outlive the demonstration. */
  keep: boolean;
  status: StatusFacts;
  written: RateFigures;
  applied: RateFigures;
  lagMs: number | null;
  lagHistory: readonly number[];
  lag: { p50: number; max: number } | null;
  sourceCounts: Readonly<Record<string, number>>;
  targetCounts: Readonly<Record<string, number>>;
  /** What the shop did, newest first. */
  feed: readonly ShopEvent[];
  /** Orders of the feed that a reader of the target sees. */
  seen: ReadonlyMap<number, SeenOrder>;
  yours: SeenOrder | null;
  checks: number;
  broken: number;
  changedByHand: boolean;
  verdict: DemoVerdict | null;
  /** What went wrong beside the pipeline: the writer's connection, the reader's. */
  trouble: string | null;
  language: Language;
}

const KINDS: Record<ShopEvent['kind'], { mark: string; style: Style }> = {
  order: { mark: '+', style: 'green' },
  cancel: { mark: '−', style: 'red' },
  deliver: { mark: '✓', style: 'blue' },
  price: { mark: '¥', style: 'yellow' },
  restock: { mark: '▲', style: 'magenta' },
  user: { mark: '·', style: 'dim' },
};
const FEED_ROWS_MIN = 2;
const COUNT_WIDTH = 34;
const LABEL_WIDTH = 11;

/** The view of the demonstration, at most `size.rows` lines of at most `size.columns` cells. */
export function demoView(state: DemoViewState, size: ViewSize): Line[] {
  const width = size.columns;
  const leftWidth = Math.floor((width - 3) / 2);
  const gap = span(' │ ', 'dim');
  const head = headLines(state, width);
  const foot = footLines(state, width);
  const counts = beside(
    [[span(' SOURCE ', 'bold'), span(state.source, 'dim')], ...countLines(state.sourceCounts, null, leftWidth)],
    [
      [span('TARGET ', 'bold'), span(state.target, 'dim')],
      ...countLines(state.targetCounts, state.sourceCounts, leftWidth),
    ],
    leftWidth,
    gap,
  );
  const room = size.rows - head.length - counts.length - foot.length - 1;
  const feed = room < FEED_ROWS_MIN ? [] : feedLines(state, leftWidth, gap, room);
  const body = [...head, ...counts, ...feed];
  const blank: Line[] = Array.from({ length: Math.max(0, size.rows - body.length - foot.length) }, () => []);
  const lines = [...body.slice(0, Math.max(0, size.rows - foot.length)), ...blank, ...foot];
  return lines.slice(0, size.rows).map((line) => cutLine(line, width));
}

function headLines(state: DemoViewState, width: number): Line[] {
  const { status } = state;
  const stateStyle: Style = status.state === 'running' ? 'green' : status.state === 'failed' ? 'red' : 'yellow';
  const bars = Math.max(0, Math.min(60, width - 66));
  const figure = (name: string, value: Span, history: readonly number[], rest: string): Line => [
    label(name),
    ...padLine([value], 13),
    span(sparkline(history, bars), 'cyan'),
    span(`  ${rest}`, 'dim'),
  ];
  const { lag } = state;
  const lagRest = lag === null ? 'measuring' : `p50 ${durationText(lag.p50)}, max ${durationText(lag.max)}`;
  return [
    spread(
      [span(' Otter demo ', 'title'), span(state.servers, 'dim')],
      [span(`● ${phaseText(state)}`, stateStyle), span(`  ${clockText(state.elapsedMs)} `, 'dim')],
      width,
    ),
    [],
    figure(
      'lag',
      span(state.lagMs === null ? '—' : durationText(state.lagMs), 'bold'),
      state.lagHistory,
      `commit → visible: ${lagRest}`,
    ),
    figure(
      'written',
      span(`${rateText(state.written.perSecond)} tx/s`, 'bold'),
      state.written.history,
      'by the shop, on the source',
    ),
    figure(
      'applied',
      span(`${rateText(state.applied.perSecond)} rows/s`, 'bold'),
      state.applied.history,
      `${countText(status.transactionsApplied)} tx in ${countText(status.commits)} commits`,
    ),
    [],
  ];
}

function phaseText(state: DemoViewState): string {
  if (state.status.state !== 'running') return state.status.state;
  return state.phase === 'comparing' ? 'comparing every row' : 'running';
}

function countLines(
  counts: Readonly<Record<string, number>>,
  reference: Readonly<Record<string, number>> | null,
  width: number,
): Line[] {
  const cells = Math.min(width, COUNT_WIDTH);
  return SHOP_TABLES.map((table) => {
    const count = counts[table];
    const mark = reference === null || count === undefined ? '' : count === reference[table] ? ' =' : ' …';
    return [
      ...spread(
        [span(`${reference === null ? ' ' : ''}${table}`)],
        [span(count === undefined ? '—' : `${countText(count)} rows`)],
        cells - 2,
      ),
      span(mark, mark === ' =' ? 'green' : 'dim'),
    ];
  });
}

function feedLines(state: DemoViewState, leftWidth: number, gap: Span, room: number): Line[] {
  const shown = state.feed.slice(0, room - 1);
  const left: Line[] = [
    [span(' what the shop does', 'dim')],
    ...shown.map((event): Line => {
      const { mark, style } = KINDS[event.kind];
      return [span(` ${mark} `, style), span(event.text)];
    }),
  ];
  const right: Line[] = [[span('the same orders, read on the target', 'dim')], ...shown.map((e) => seenLine(e, state))];
  return beside(left, right, leftWidth, gap);
}

function seenLine(event: ShopEvent, state: DemoViewState): Line {
  if (event.kind !== 'order' || event.orderId === null) return [];
  const order = state.seen.get(event.orderId);
  return order === undefined
    ? [span('…', 'dim')]
    : [span('✓ ', 'green'), span(order.text), span(` ${order.status}`, 'dim')];
}

function footLines(state: DemoViewState, width: number): Line[] {
  const lines: Line[] = [
    [
      label('invariant'),
      span(invariantSentence(state), state.broken > 0 ? 'red' : 'green'),
      span('  stock+ordered+delivered=stocked', 'dim'),
    ],
    verdictLine(state),
  ];
  for (const parked of state.status.parked.slice(0, 2)) {
    lines.push([
      span(` ■ ${parked.table} ${parked.state}: ${parked.code} `, 'red'),
      span(messageOf(parked, state.language)),
    ]);
    lines.push([span(`   ${adviceLabel(state.language)}: ${adviceOf(parked.code, state.language)}`)]);
  }
  if (state.trouble !== null) lines.push([span(' ! ', 'yellow'), span(state.trouble)]);
  if (state.yours !== null) {
    const { text, status } = state.yours;
    lines.push([label('yours'), span(`✓ ${text}`, 'green'), span(` ${status}, seen on the target`, 'dim')]);
  }
  return [
    ...lines,
    [
      label('console'),
      span(state.console.url, 'cyan'),
      span(`   user admin, password ${state.console.password}`, 'dim'),
    ],
    [label('try it'), span(state.client, 'cyan'), span('   writes to the source', 'dim')],
    [span('   '), span(state.statement, 'cyan')],
    spread(
      [span(' q or Ctrl-C', 'bold'), span(' stop and compare once more', 'dim')],
      [span(state.keep ? 'the servers go on running ' : 'nothing is left behind ', 'dim')],
      width,
    ),
  ];
}

function label(text: string): Span {
  return span(` ${text.padEnd(LABEL_WIDTH)}`, 'dim');
}

function verdictLine(state: DemoViewState): Line {
  const { verdict } = state;
  if (verdict === null) return [label('verdict'), span('after eight seconds', 'dim')];
  return [label('verdict'), span(verdictSentence(verdict), isGood(verdict) ? 'green' : 'red')];
}
