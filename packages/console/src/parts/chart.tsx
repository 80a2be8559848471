import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useShade } from '../app/preferences.ts';
import { TONES } from '../app/theme.ts';
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
  series: readonly Series[];
  format: (value: number) => string;
}

const HEIGHT = 180;
/** Shown around a point that has no neighbours. */
const LONE_POINT_S = 60;
const cursors = uPlot.sync('page');

/** Thin lines over time; the cursor is the same on all charts of a page. */
export function Chart({ title, times, series, format }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const shade = useShade();
  const { t } = useWords();
  const data: uPlot.AlignedData = [times.map((at) => at / 1000), ...series.map(({ values }) => [...values])];
  const latest = useRef({ data, format });
  const labels = JSON.stringify([t('column.time'), ...series.map(({ label, colour }) => [label, colour])]);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const [timeLabel, ...names] = JSON.parse(labels) as [string, ...[string, Series['colour']][]];
    const made = new uPlot(
      plotOptions(names, shade, { width: element.clientWidth, timeLabel }, latest),
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
  }, [labels, shade]);
  useEffect(() => {
    latest.current = { data, format };
    plot.current?.setData(data);
  });
  const known = series.flatMap(({ values }) => values).filter((value) => value !== null);
  const summary = known.length === 0 ? t('chart.empty') : t('chart.highest', { value: format(Math.max(...known)) });
  return (
    <figure className="chart panel" style={{ margin: '0 0 16px' }}>
      <figcaption className="row" style={{ justifyContent: 'space-between' }}>
        <b>{title}</b> <span className="quiet">{summary}</span>
      </figcaption>
      <div ref={place} role="img" aria-label={`${title}: ${summary}`} />
    </figure>
  );
}

function plotOptions(
  names: readonly [string, Series['colour']][],
  shade: keyof typeof TONES,
  { width, timeLabel }: { width: number; timeLabel: string },
  latest: { current: { format: (value: number) => string } },
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
      x: { range: (_, min, max) => (min === max ? [min - LONE_POINT_S, max + LONE_POINT_S] : [min, max]) },
      y: { range: (_, __, max) => [0, Math.max(max * 1.1, 1)] },
    },
    axes: [axis, { ...axis, size: 72, values: (_, splits) => splits.map((value) => shown(value)) }],
    series: [
      { label: timeLabel, value: (_, at: number | null) => (at === null ? '–' : new Date(at * 1000).toLocaleString()) },
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
