import type { Control, ConflictRecord, SyncOptions } from '@otter/engine';
import type {
  ConflictQuery,
  ConflictTools,
  PipelineConflict,
  RowImage,
  SyncOptionValues,
  Verdict,
} from '@otter/manager';
import type { RedactedPorts } from '@otter/options';
import { ifHeld, withControl } from './engine-tools.ts';
import { forPipeline } from './pipeline-request.ts';

/** What the manager asks about conflicts, answered from the engine's own records as `otter conflicts` does. */
export class ConflictRecords implements ConflictTools {
  readonly #ports: RedactedPorts;

  constructor(ports: RedactedPorts) {
    this.#ports = ports;
  }

  async list(options: SyncOptionValues, query: ConflictQuery): Promise<PipelineConflict[]> {
    const { limit, ...filter } = query;
    const asked = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
    return this.#ask(options, async (sync) => {
      const records = await ifHeld(sync, (control) => control.conflicts(sync.name, limit, asked));
      return (records ?? []).map(shownConflict);
    });
  }

  async find(options: SyncOptionValues, id: number): Promise<PipelineConflict | null> {
    return this.#ask(options, async (sync) => {
      const record = await ifHeld(sync, (control) => control.conflict(id));
      // The numbers are those of all pipelines of the target, and not all of them are whoever asks may see.
      return record?.pipeline === sync.name ? shownConflict(record) : null;
    });
  }

  async overrule(
    options: SyncOptionValues,
    id: number,
    order: { verdict: Verdict; by: string; force: boolean },
  ): Promise<PipelineConflict> {
    return this.#settled(options, (control) => control.overrule({ id, ...order }));
  }

  async confirm(options: SyncOptionValues, id: number, by: string): Promise<PipelineConflict> {
    return this.#settled(options, (control) => control.confirm(id, by));
  }

  async settleRow(
    options: SyncOptionValues,
    { table, keyHash }: Pick<PipelineConflict, 'table' | 'keyHash'>,
    by: string,
  ): Promise<number> {
    return this.#ask(options, async (sync) => {
      const row = { pipeline: sync.name, table, keyHash };
      return (await ifHeld(sync, (control) => control.settleRow(row, by))) ?? 0;
    });
  }

  async #settled(
    options: SyncOptionValues,
    work: (control: Control) => Promise<ConflictRecord>,
  ): Promise<PipelineConflict> {
    return this.#ask(options, async (sync) => shownConflict(await withControl(sync, work)));
  }

  #ask<T>(values: SyncOptionValues, work: (sync: SyncOptions) => Promise<T>): Promise<T> {
    return forPipeline(values, this.#ports, work);
  }
}

function shownConflict(record: ConflictRecord): PipelineConflict {
  const { id, table, key, keyHash, kind, outcome, rule, state, incomingAtMs, localAtMs, file, offset } = record;
  const { decidedAt, settledAt, settledBy, chosen } = record;
  const read = [record.before, record.after, record.local, record.left].map(readImage);
  const [before = null, after = null, local = null, left = null] = read;
  return {
    ...{ id, table, key, keyHash, kind, outcome, rule, state, incomingAtMs, localAtMs, position: { file, offset } },
    ...{ before, after, local, left, isWhole: !read.includes(undefined) },
    ...{ decidedAt, settledAt, settledBy, chosen },
  };
}

/** `undefined` of a row that was too large to be kept whole. */
function readImage(text: string | null): RowImage | null | undefined {
  if (text === null) return null;
  try {
    return JSON.parse(text) as RowImage;
  } catch {
    return undefined;
  }
}
