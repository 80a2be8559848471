/** Rows applied in one stretch of time. */
export interface Stretch {
  atMs: number;
  inserted: number;
  updated: number;
  deleted: number;
}

/** With nothing, instead of a gap, where nothing was applied; `toMs` is not included. */
export function filled(
  points: readonly Stretch[],
  { fromMs, toMs, resolutionMs }: { fromMs: number; toMs: number; resolutionMs: number },
): Stretch[] {
  const known = new Map(points.map((point) => [point.atMs, point]));
  const all: Stretch[] = [];
  for (let atMs = fromMs - (fromMs % resolutionMs); atMs < toMs; atMs += resolutionMs) {
    all.push(known.get(atMs) ?? { atMs, inserted: 0, updated: 0, deleted: 0 });
  }
  return all;
}

/** Marks that would cover each other stand at one place; `toPx` says where a moment is on the axis. */
export function gathered<M extends { atMs: number }>(
  marks: readonly M[],
  toPx: (atMs: number) => number,
  gapPx: number,
): { px: number; marks: M[] }[] {
  const places: { px: number; marks: M[] }[] = [];
  for (const mark of [...marks].sort((a, b) => a.atMs - b.atMs)) {
    const px = toPx(mark.atMs);
    const last = places.at(-1);
    if (last !== undefined && px - last.px < gapPx) last.marks.push(mark);
    else places.push({ px, marks: [mark] });
  }
  return places;
}
