import type { CopyProgress, CopyStatus, IndexingStatus } from '../sync-options.ts';
import type { Copier } from './copier.ts';
import type { StoredCopy } from './copy-store.ts';

type Figures = Pick<CopyProgress, 'rows' | 'estimatedRows' | 'bytes'>;

/** What a person is shown of the copy and the indexes behind it; `null` where nothing is copied. */
export function copyStatus(copier: Copier, indexing: readonly IndexingStatus[], nowMs: number): CopyStatus | null {
  const copies = [...copier.copies];
  if (copies.length === 0 && indexing.length === 0) return null;
  const figures = copies.map((copy) => figuresOf(copy, copy.isOver));
  const sum = (name: keyof Figures): number => figures.reduce((total, figure) => total + figure[name], 0);
  const total = { rows: sum('rows'), estimatedRows: sum('estimatedRows'), bytes: sum('bytes') };
  return {
    tables: copies.length,
    tablesDone: copies.filter(({ state }) => state === 'done' || state === 'failed').length,
    ...progress(total, copier.pace),
    bytesPerSecondMax: copier.bytesPerSecondMax,
    paused: copier.brake,
    indexing: [...indexing],
    current: copies
      .filter((copy) => copy.state === 'copying')
      .map((copy) => {
        const now = progress(figuresOf(copy, false), copy.pace.perSecond(nowMs));
        // How many rows a predicate lets through is not known.
        const known = copy.predicate === null ? now : { ...now, estimatedRows: now.rows, etaMs: null };
        return { table: copy.source, again: copy.isAgain, ...known };
      }),
  };
}

function figuresOf({ rows, estimatedRows, bytes }: Figures, isOver: boolean): Figures {
  return { rows, bytes, estimatedRows: isOver ? rows : Math.max(rows, estimatedRows) };
}

function progress(figures: Figures, pace: { rows: number; bytes: number }): CopyProgress {
  const rest = figures.estimatedRows - figures.rows;
  return {
    ...figures,
    rowsPerSecond: Math.round(pace.rows),
    bytesPerSecond: Math.round(pace.bytes),
    etaMs: pace.rows <= 0 ? null : Math.round((rest * 1000) / pace.rows),
  };
}

/** A stored copy as a person or a program is told of it; how far a key has been divided is nobody's business. */
export type CopyFacts = Omit<StoredCopy, 'rest' | 'replace'> & {
  /** `null`: how many rows a predicate lets through is not known. */
  percent: number | null;
};

export function copyFacts(copy: StoredCopy): CopyFacts {
  const { rest: _rest, replace: _replace, ...facts } = copy;
  return { ...facts, percent: percentOf(copy) };
}

function percentOf({ state, predicate, rows, estimatedRows }: StoredCopy): number | null {
  if (state === 'done') return 100;
  if (predicate !== null) return null;
  return estimatedRows === 0 ? 0 : Math.min(99, Math.floor((rows * 100) / estimatedRows));
}
