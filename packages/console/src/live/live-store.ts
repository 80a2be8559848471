import { useSyncExternalStore } from 'react';
import type { LivePipeline } from '../api/objects.ts';
import { noteSignedOut } from '../api/session.ts';

export interface LiveView {
  connected: boolean;
  /** When something was last heard; null before the first. */
  heardAtMs: number | null;
  pipelines: ReadonlyMap<number, LivePipeline>;
  /** Rows applied a second, between the last two reports of each. */
  rates: ReadonlyMap<number, number>;
}

/** The status object of `otter sync --json`, as far as it is shown. */
export interface PipelineStatus {
  state: string;
  lagMs: number | null;
  caughtUp: boolean;
  /** ISO 8601. */
  equalAsOf: string | null;
  rowsRead: number;
  rowsApplied: number;
  rowsFiltered: number;
  rowsParked: number;
  rowsSkipped: number;
  transactionsApplied: number;
  bytesRead: number;
  commits: number;
  retries: number;
  position: { file: string; offset: number; gtid: string } | null;
  parked: { id: number; table: string; state: string; code: string; message: string; messageZh: string }[];
  /** Conflicts that wait for a person; null where one side alone is written. */
  openConflicts: number | null;
  copy: CopyFigures | null;
  lastError: { code: string; message: string; messageZh: string; at: number } | null;
}

export interface CopyFigures {
  tables: number;
  tablesDone: number;
  rows: number;
  estimatedRows: number;
  bytes: number;
  rowsPerSecond: number;
  bytesPerSecond: number;
  /** What it may read in a second; 0: no limit. */
  bytesPerSecondMax: number;
  etaMs: number | null;
  current: { table: string; rows: number; estimatedRows: number; rowsPerSecond: number; etaMs: number | null }[];
}

/** The status of a pipeline, or null when it has not reported one yet. */
export function statusOf(live: LivePipeline | undefined): PipelineStatus | null {
  const status = live?.status;
  return typeof status === 'object' && status !== null && 'rowsApplied' in status ? (status as PipelineStatus) : null;
}

/** What follows when a pipeline is heard of: its state, and how fast it was since the report before. */
export function heard(view: LiveView, live: LivePipeline, atMs: number): LiveView {
  const pipelines = new Map(view.pipelines).set(live.pipelineId, live);
  const rate = rateBetween(view.pipelines.get(live.pipelineId), live);
  const rates = rate === null ? view.rates : new Map(view.rates).set(live.pipelineId, rate);
  return { connected: true, heardAtMs: atMs, pipelines, rates };
}

function rateBetween(before: LivePipeline | undefined, after: LivePipeline): number | null {
  const [old, status] = [statusOf(before), statusOf(after)];
  if (old === null || status === null) return null;
  const elapsedMs = (after.statusAtMs ?? 0) - (before?.statusAtMs ?? 0);
  if (elapsedMs <= 0) return null;
  // After a restart the counters begin at zero again.
  return (Math.max(0, status.rowsApplied - old.rowsApplied) * 1000) / elapsedMs;
}

const RECONNECT_MS = 3000;
const listeners = new Set<() => void>();
let view: LiveView = { connected: false, heardAtMs: null, pipelines: new Map(), rates: new Map() };
let stream: EventSource | null = null;
let pending: ReturnType<typeof setTimeout> | null = null;

function show(next: LiveView): void {
  view = next;
  for (const listener of listeners) listener();
}

function connect(): void {
  stream = new EventSource('/api/v1/live');
  stream.addEventListener('snapshot', (event: MessageEvent<string>) => {
    const all = JSON.parse(event.data) as LivePipeline[];
    const pipelines = new Map(all.map((live) => [live.pipelineId, live]));
    show({ ...view, connected: true, heardAtMs: Date.now(), pipelines });
  });
  stream.addEventListener('pipeline', (event: MessageEvent<string>) => {
    show(heard(view, JSON.parse(event.data) as LivePipeline, Date.now()));
  });
  stream.addEventListener('error', () => {
    show({ ...view, connected: false });
    // Refused instead of lost: the browser does not try again by itself.
    if (stream?.readyState === EventSource.CLOSED) pending = setTimeout(reconnect, RECONNECT_MS);
  });
}

function reconnect(): void {
  fetch('/api/v1/session').then(
    (response) => {
      if (response.status === 401) noteSignedOut();
      else connect();
    },
    () => (pending = setTimeout(reconnect, RECONNECT_MS)),
  );
}

/** Listens to the manager until the function returned is called. */
export function listen(): () => void {
  connect();
  return () => {
    stream?.close();
    if (pending !== null) clearTimeout(pending);
    show({ connected: false, heardAtMs: null, pipelines: new Map(), rates: new Map() });
  };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLive(): LiveView {
  return useSyncExternalStore(subscribe, () => view);
}
