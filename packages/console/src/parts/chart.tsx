import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useShade } from '../app/preferences.ts';
import { TONES } from '../app/theme.ts';
import { axisTimes, type Language } from '../format/figures.ts';
import { ChartMarks, type Mark, type Plot } from './chart-marks.tsx';
import { useWords } from '../words/words.ts';

interface Series {
  label: string;
  values: readonly (number | null)[];
  colour: 'copying' | 'flowing' | 'look' | 'stopped';
}

interface Props {
  title: string;
  /** Milliseconds since 1970, ascending. */
  times: readonly number[];
  /** The time that is shown, whether something is known of all of it or not. */
  range: readonly [fromMs: number, toMs: number];
  marks: readonly Mark[];
  series: readonly Series[];
  format: (value: number) => string;
}

const HEIGHT = 180;
const cursors = uPlot.sync('page');

/** Thin lines over time, with what happened meanwhile; the cursor is the same on all charts of a page. */
export function Chart({ title, times, range, marks, series, format }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const shade = useShade();
  const [frame, setFrame] = useState<Plot | null>(null);
  const { t, language, moment } = useWords();
  const data: uPlot.AlignedData = [times.map((at) => at / 1000), ...series.map(({ values }) => [...values])];
  const [fromMs, toMs] = range;
  const latest = useRef({ data, format, moment, fromMs, toMs });
  const labels = JSON.stringify([t('column.time'), ...series.map(({ label, colour }) => [label, colour])]);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const [timeLabel, ...names] = JSON.parse(labels) as [string, ...[string, Series['colour']][]];
    const onDraw = (drawn: Plot): void => setFrame((before) => (isSame(before, drawn) ? before : drawn));
    const made = new uPlot(
      plotOptions(names, shade, { width: element.clientWidth, timeLabel, language, onDraw }, latest),
      latest.current.data,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [labels, shade, language]);
  useEffect(() => {
    latest.current = { data, format, moment, fromMs, toMs };
    plot.current?.setData(data);
  });
  const known = series.flatMap(({ values }) => values).filter((value) => value !== null);
  const summary = known.length === 0 ? t('chart.empty') : t('chart.highest', { value: format(Math.max(...known)) });
  return (
    <figure className="chart panel" style={{ margin: '0 0 16px' }}>
      <figcaption className="row" style={{ justifyContent: 'space-between' }}>
        <b>{title}</b> <span className="quiet">{summary}</span>
      </figcaption>
      <div className="chart-place">
        <div ref={place} role="img" aria-label={`${title}: ${summary}`} />
        {frame !== null && <ChartMarks marks={marks} plot={frame} />}
      </div>
    </figure>
  );
}

interface Frame {
  width: number;
  timeLabel: string;
  language: Language;
  onDraw: (plot: Plot) => void;
}

/** What changes without the chart being made anew. */
interface Shown {
  format: (value: number) => string;
  moment: (atMs: number) => string;
  fromMs: number;
  toMs: number;
}

function plotOptions(
  names: readonly [string, Series['colour']][],
  shade: keyof typeof TONES,
  { width, timeLabel, language, onDraw }: Frame,
  latest: { current: Shown },
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const quiet = style.getPropertyValue('--quiet');
  const line = style.getPropertyValue('--line');
  const shown = (value: number | null): string => (value === null ? '–' : latest.current.format(value));
  const axis = { stroke: quiet, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  return {
    width,
    height: HEIGHT,
    cursor: { sync: { key: cursors.key }, points: { size: 5 } },
    scales: {
      x: { range: () => [latest.current.fromMs / 1000, latest.current.toMs / 1000] },
      y: { range: (_, __, max) => [0, Math.max(max * 1.1, 1)] },
    },
    axes: [
      { ...axis, values: (_, splits, __, ___, step) => axisTimes(splits, step, language) },
      { ...axis, size: 72, values: (_, splits) => splits.map((value) => shown(value)) },
    ],
    hooks: { draw: [(drawn) => onDraw(plotOf(drawn, latest.current))] },
    series: [
      { label: timeLabel, value: (_, at: number | null) => (at === null ? '–' : latest.current.moment(at * 1000)) },
      ...names.map(([label, colour]) => ({
        label,
        stroke: TONES[shade][colour],
        width: 1.2,
        points: { show: false },
        value: (_: uPlot, value: number | null) => shown(value),
      })),
    ],
  };
}

function plotOf({ over }: uPlot, { fromMs, toMs }: { fromMs: number; toMs: number }): Plot {
  const { offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height } = over;
  return { left, top, width, height, minMs: fromMs, maxMs: toMs };
}

/** What is drawn again at the same place is nothing new: it would be drawn for ever. */
function isSame(one: Plot | null, other: Plot): boolean {
  return one !== null && (Object.keys(other) as (keyof Plot)[]).every((name) => one[name] === other[name]);
}
