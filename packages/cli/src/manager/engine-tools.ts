import { codedError, compareCoordinates, OtterError, type Redactor, type TablePattern } from '@otter/core';
import {
  copyFacts,
  isSettled,
  findPosition,
  openControl,
  readSourceLog,
  stepBetween,
  type Control,
  type ErrorRecord,
  type StoredCheckpoint,
  type SyncOptions,
} from '@otter/engine';
import type {
  ErrorDecision,
  LogPlace,
  PipelineError,
  PipelinePosition,
  PipelineTools,
  PositionPreview,
  SyncOptionValues,
  TableCopy,
} from '@otter/manager';
import { parseSoughtPosition, type RedactedPorts } from '@otter/options';
import { forPipeline } from './pipeline-request.ts';

/** What the manager asks of a pipeline's target and source, answered from the engine's own tables as the commands do. */
export class EngineTools implements PipelineTools {
  readonly #ports: RedactedPorts;

  constructor(ports: RedactedPorts) {
    this.#ports = ports;
  }

  async errors(options: SyncOptionValues, all: boolean): Promise<PipelineError[]> {
    return this.#ask(options, async (sync) => {
      const records = (await ifHeld(sync, (control) => control.errors(sync.name))) ?? [];
      return records.filter((record) => all || !isSettled(record)).map(shownError);
    });
  }

  async decide(options: SyncOptionValues, decision: ErrorDecision): Promise<PipelineError[]> {
    return this.#ask(options, async (sync) =>
      withControl(sync, async (control) => {
        const decided: PipelineError[] = [];
        for (const id of decision.ids) {
          if (decision.action === 'retry') await control.retry(sync.name, id);
          else if (decision.action === 'skip') await control.skip(sync.name, id, decision.reason);
          else await control.replace(sync.name, id, decision.sql, decision.reason);
          const record = await control.error(sync.name, id);
          if (record !== null) decided.push(shownError(record));
        }
        return decided;
      }),
    );
  }

  async tables(options: SyncOptionValues): Promise<string[]> {
    return this.#ask(options, async (sync) => (await ifHeld(sync, (control) => control.tables(sync.name))) ?? []);
  }

  async position(options: SyncOptionValues): Promise<PipelinePosition> {
    return this.#ask(options, async (sync, redactor) => {
      const checkpoint = await ifHeld(sync, (control) => control.position(sync.name));
      const stored = checkpoint === null ? null : standing(checkpoint);
      try {
        const { end, logs } = await readSourceLog(sync.source);
        const step = stored === null ? null : stepBetween(stored.position, end, logs);
        const left = { bytesLeft: step?.bytes ?? null, isLogKept: step?.isKept ?? null };
        return { stored, end, sourceProblem: null, ...left };
      } catch (error) {
        const { code, message, messageZh } = redactor.cleanError(codedError(error));
        return { stored, end: null, sourceProblem: { code, message, messageZh }, bytesLeft: null, isLogKept: null };
      }
    });
  }

  async previewPosition(options: SyncOptionValues, texts: readonly string[]): Promise<PositionPreview> {
    const sought = parseSoughtPosition(texts);
    return this.#ask(options, async (sync) => {
      const to = await found(sync, sought);
      const checkpoint = await ifHeld(sync, (control) => control.position(sync.name));
      const from = checkpoint === null ? null : (standing(checkpoint)?.position ?? null);
      const { logs } = await readSourceLog(sync.source);
      const { direction, bytes, isKept } = stepBetween(from ?? { file: '', offset: 0, gtid: '' }, to, logs);
      return { from, to, direction, bytes, isLogKept: isKept };
    });
  }

  async setPosition(options: SyncOptionValues, texts: readonly string[]): Promise<LogPlace> {
    const sought = parseSoughtPosition(texts);
    return this.#ask(options, async (sync) => {
      const to = await found(sync, sought);
      await withControl(sync, (control) => control.setPosition(sync.name, to));
      return to;
    });
  }

  async copies(options: SyncOptionValues): Promise<TableCopy[]> {
    return this.#ask(options, async (sync) => {
      const copies = await ifHeld(sync, async (control) =>
        (await control.pipelines()).includes(sync.name) ? control.copies(sync.name) : [],
      );
      return (copies ?? []).map(copyFacts);
    });
  }

  async copyAgain(options: SyncOptionValues, tables: readonly string[], where: string | null): Promise<string[]> {
    return this.#ask(options, async (sync) =>
      withControl(sync, (control) => control.copyAgain(sync.name, exactly(tables), where, sync.source)),
    );
  }

  async cancelCopies(options: SyncOptionValues, tables: readonly string[]): Promise<string[]> {
    return this.#ask(options, async (sync) =>
      withControl(sync, (control) => control.cancelCopies(sync.name, exactly(tables))),
    );
  }

  async setCopyRate(options: SyncOptionValues, bytesPerSecond: number | null): Promise<void> {
    return this.#ask(options, async (sync) =>
      withControl(sync, (control) => control.setCopyRate(sync.name, bytesPerSecond)),
    );
  }

  #ask<T>(values: SyncOptionValues, work: (sync: SyncOptions, redactor: Redactor) => Promise<T>): Promise<T> {
    return forPipeline(values, this.#ports, work);
  }
}

async function found(sync: SyncOptions, sought: ReturnType<typeof parseSoughtPosition>): Promise<LogPlace> {
  return 'ms' in sought ? findPosition(sync.source, sought.ms) : sought;
}

/** Connects to the pipeline's target for `work`. */
export async function withControl<T>(sync: SyncOptions, work: (control: Control) => Promise<T>): Promise<T> {
  const control = await openControl(sync.target, sync.controlSchema);
  try {
    return await work(control);
  } finally {
    await control.close();
  }
}

/** Null where the target holds no pipeline yet: before the first start there is nothing to tell. */
export async function ifHeld<T>(sync: SyncOptions, work: (control: Control) => Promise<T>): Promise<T | null> {
  try {
    return await withControl(sync, work);
  } catch (error) {
    if (OtterError.is(error) && OtterError.is(error.cause) && error.cause.code === 'TABLE_MISSING') return null;
    throw error;
  }
}

function shownError(error: ErrorRecord): PipelineError {
  // The advice is told in the languages of whoever looks.
  const { scope, advice: _, position, ...record } = error;
  const { file, offset, gtid } = position;
  return { ...record, position: { file, offset, gtid }, replacement: scope.replacement ?? null };
}

/** A pipeline goes on from the earliest place of its workers. */
function standing({ workers, source, updatedAt }: StoredCheckpoint): PipelinePosition['stored'] {
  const places = workers.map(({ position: { file, offset, gtid } }) => ({ file, offset, gtid }));
  const [first] = places.toSorted(compareCoordinates);
  if (first === undefined) return null;
  const isOnePlace = places.every((place) => compareCoordinates(place, first) === 0);
  return { position: first, isOnePlace, source, updatedAt };
}

/** Patterns of exactly these tables, whatever characters are in their names. */
export function exactly(tables: readonly string[]): (TablePattern & Record<'schema' | 'table', { form: 'exact' }>)[] {
  return tables.map((name) => {
    const dot = name.indexOf('.');
    const part = (text: string) => ({ form: 'exact' as const, text });
    return { schema: part(name.slice(0, dot)), table: part(name.slice(dot + 1)) };
  });
}
