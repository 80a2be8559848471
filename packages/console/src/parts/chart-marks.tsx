import { CloseCircleOutlined, PauseCircleOutlined, PlayCircleOutlined, TableOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { Tooltip } from 'antd';
import type { ReactNode } from 'react';
import type { SystemEvent } from '../api/objects.ts';
import type { Tone } from '../app/theme.ts';
import { gathered } from '../format/stretches.ts';
import { useWords } from '../words/words.ts';

/** An event that explains what a chart shows. */
export type Mark = SystemEvent & { mark: NonNullable<SystemEvent['mark']> };

/** Where the lines of a chart are drawn, within its place, and which time that is. */
export interface Plot {
  left: number;
  top: number;
  width: number;
  height: number;
  minMs: number;
  maxMs: number;
}

/** The gravest first: of several at one place it is what is seen. */
const KINDS: Record<Mark['mark'], { tone: Tone; icon: ReactNode }> = {
  error: { tone: 'stopped', icon: <CloseCircleOutlined /> },
  stop: { tone: 'off', icon: <PauseCircleOutlined /> },
  ddl: { tone: 'copying', icon: <TableOutlined /> },
  start: { tone: 'flowing', icon: <PlayCircleOutlined /> },
};
const GAP_PX = 16;
/** Of several at one place. */
const TOLD_MAX = 6;

/** What happened, at its time: told on hover, and where the log has it on a click. */
export function ChartMarks({ marks, plot }: { marks: readonly Mark[]; plot: Plot }) {
  const { minMs, maxMs, width } = plot;
  const toPx = (atMs: number): number => ((atMs - minMs) / (maxMs - minMs)) * width;
  const seen = marks.filter(({ atMs }) => atMs >= minMs && atMs <= maxMs);
  return (
    <div className="chart-marks" style={{ left: plot.left, top: plot.top, width, height: plot.height }}>
      {gathered(seen, toPx, GAP_PX).map((place) => (
        <MarkPlace key={place.marks[0]?.id} {...place} />
      ))}
    </div>
  );
}

function MarkPlace({ px, marks }: { px: number; marks: readonly Mark[] }) {
  const { t, said, moment } = useWords();
  const order = Object.keys(KINDS);
  const [first] = [...marks].sort((a, b) => order.indexOf(a.mark) - order.indexOf(b.mark));
  if (first === undefined) return null;
  const { tone, icon } = KINDS[first.mark];
  const lines = marks
    .slice(0, TOLD_MAX)
    .map(({ atMs, mark, code, message, messageZh }) =>
      [moment(atMs), t(`mark.${mark}`), code ?? '', said(message, messageZh)].join(' '),
    );
  const more = marks.length > TOLD_MAX ? [t('mark.more', { count: marks.length - TOLD_MAX })] : [];
  return (
    <Tooltip title={<span className="chart-mark-text">{[...lines, ...more].join('\n')}</span>}>
      <Link
        to="/pipelines/$pipelineId"
        params={{ pipelineId: String(first.pipelineId) }}
        search={{ tab: 'events', event: String(first.id) }}
        className={`chart-mark tone-${tone}`}
        style={{ left: px }}
        aria-label={`${t(`mark.${first.mark}`)} ${moment(first.atMs)}`}
      >
        {icon}
      </Link>
    </Tooltip>
  );
}
