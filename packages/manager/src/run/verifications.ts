import { codedError, keep, OtterError, say, type KeptMessage } from '@otter/core';
import { asMessage } from '../store/event-log.ts';
import { recordAction } from '../store/pipeline-actions.ts';
import type { Pipelines } from '../store/pipelines.ts';
import type { Actor, Store } from '../store/store.ts';
import { VerificationStore, type Verification, type VerificationState } from '../store/verifications.ts';
import type { SyncOptionValues } from '../tools/pipeline-tools.ts';
import type {
  RowDifference,
  TableRepairPlan,
  VerificationNews,
  VerificationRequest,
  VerificationTools,
  VerificationWork,
} from '../tools/verification-tools.ts';
import type { EventRecorder } from './event-recorder.ts';

/** Each is a thread with connections to both servers. */
const RUNNING_MAX = 2;
const SAVE_EVERY_MS = 1000;

export interface VerificationsPorts {
  store: Store;
  pipelines: Pipelines;
  tools: VerificationTools;
  events: EventRecorder;
  optionsOf: (pipelineId: number) => Promise<SyncOptionValues>;
}

interface Job {
  verification: Verification;
  stopping: AbortController;
  /** Asked for by a person; else the manager ends, and it goes on with the next start. */
  isCanceled: boolean;
  ended: Promise<void>;
}

/** Runs verifications, a few at once, and what follows from them; what was under way goes on after a restart. */
export class Verifications {
  readonly #ports: VerificationsPorts;
  readonly #kept: VerificationStore;
  readonly #jobs = new Map<number, Job>();
  #waiting: Verification[] = [];
  #closed = false;

  constructor(ports: VerificationsPorts) {
    this.#ports = ports;
    this.#kept = new VerificationStore(ports.store);
  }

  get kept(): VerificationStore {
    return this.#kept;
  }

  /** Goes on with what was under way; a repair that was cut off is for a person to start again. */
  async start(): Promise<void> {
    for (const verification of await this.#kept.active()) {
      if (verification.state !== 'repairing') this.#waiting.push(verification);
      else {
        const { en: message, zh: messageZh } = say('manager-ended-repair');
        const error = { code: 'STATE_CONFLICT', message, messageZh };
        await this.#kept.change(verification.id, ['repairing'], { state: 'done', error });
      }
    }
    this.#pump();
  }

  /** Throws STATE_CONFLICT while another one of the pipeline is under way. */
  async begin(actor: Actor, pipelineId: number, request: VerificationRequest): Promise<Verification> {
    const { store, pipelines } = this.#ports;
    const pipeline = await pipelines.find(pipelineId);
    const verification = await this.#kept.create(actor, pipelineId, request);
    await recordAction(store, actor, pipeline, {
      action: 'verification.start',
      after: { verification: verification.id, ...request },
    });
    this.#waiting.push(verification);
    this.#pump();
    return verification;
  }

  /** Ends what is under way, if anything is; the comparison, or repair, keeps what it has done. */
  async cancel(actor: Actor, id: number): Promise<Verification> {
    const verification = await this.#kept.find(id);
    const job = this.#jobs.get(id);
    if (job !== undefined) {
      job.isCanceled = true;
      job.stopping.abort();
      await job.ended;
    } else {
      const canceled = { state: 'canceled', endedAtMs: this.#ports.store.now() } as const;
      if (!(await this.#kept.change(id, ['waiting', 'running'], canceled))) return verification;
      this.#waiting = this.#waiting.filter((other) => other.id !== id);
    }
    await this.#record(actor, verification, 'verification.cancel');
    return this.#kept.find(id);
  }

  /** What a repair would write. Throws STATE_CONFLICT, and what the tools throw. */
  async plan(id: number): Promise<TableRepairPlan[]> {
    const verification = await this.#kept.find(id);
    const { pipelineId, request } = verification;
    const verifyId = repairable(verification);
    const options = await this.#ports.optionsOf(pipelineId);
    const signal = AbortSignal.timeout(PLAN_MS_MAX);
    const end = await this.#ports.tools.run(options, { kind: 'plan', request, verifyId }, { tell: () => {}, signal });
    return end.kind === 'planned' ? end.plans : [];
  }

  /** Throws STATE_CONFLICT unless its comparison is done and nothing of it is under way. */
  async repair(actor: Actor, id: number): Promise<Verification> {
    return this.#follow(actor, id, 'repairing', 'verification.repair');
  }

  /** Puts back what its repair wrote. Throws STATE_CONFLICT. */
  async undo(actor: Actor, id: number): Promise<Verification> {
    return this.#follow(actor, id, 'undoing', 'verification.undo');
  }

  async differences(
    id: number,
    page: { table: string | null; after: number; limit: number },
  ): Promise<RowDifference[]> {
    const { pipelineId, verifyId } = await this.#kept.find(id);
    if (verifyId === null) return [];
    return this.#ports.tools.differences(await this.#ports.optionsOf(pipelineId), verifyId, page);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { stopping } of this.#jobs.values()) stopping.abort();
    await Promise.all([...this.#jobs.values()].map(({ ended }) => ended));
  }

  async #follow(actor: Actor, id: number, state: 'repairing' | 'undoing', action: string): Promise<Verification> {
    const before = await this.#kept.find(id);
    repairable(before);
    if (!(await this.#kept.change(id, ['done'], { state, error: null }))) throw notDone(id);
    await this.#record(actor, before, action);
    const verification = await this.#kept.find(id);
    this.#waiting.push(verification);
    this.#pump();
    return verification;
  }

  async #record(actor: Actor, { id, pipelineId }: Verification, action: string): Promise<void> {
    const pipeline = await this.#ports.pipelines.find(pipelineId);
    await recordAction(this.#ports.store, actor, pipeline, { action, after: { verification: id } });
  }

  #pump(): void {
    while (!this.#closed && this.#jobs.size < RUNNING_MAX) {
      const verification = this.#waiting.shift();
      if (verification === undefined) return;
      const job: Job = { verification, stopping: new AbortController(), isCanceled: false, ended: Promise.resolve() };
      this.#jobs.set(verification.id, job);
      job.ended = this.#run(job).finally(() => {
        this.#jobs.delete(verification.id);
        this.#pump();
      });
    }
  }

  /** Never rejects: what becomes of it is kept, or lost with a store that does not answer. */
  async #run(job: Job): Promise<void> {
    const { id, pipelineId } = job.verification;
    try {
      const work = workOf(job.verification);
      if (work.kind === 'verify') await this.#kept.change(id, ['waiting', 'running'], { state: 'running' });
      const progress = new KeptProgress(job, this.#kept, this.#ports.store.now);
      const options = await this.#ports.optionsOf(pipelineId);
      const { signal } = job.stopping;
      const end = await this.#ports.tools.run(options, work, { tell: (news) => progress.hear(news), signal });
      await progress.save();
      const isStopped = end.kind === 'verified' ? end.stopped : end.kind === 'repaired' && end.result.stopped;
      // The manager ends: the next one goes on. A repair waits for a person.
      if (isStopped && !job.isCanceled && end.kind === 'verified') return;
      if (end.kind === 'repaired')
        await this.#kept.change(id, ['repairing', 'undoing'], { state: 'done', repair: end.result });
      else await this.#end(job, isStopped ? 'canceled' : 'done', null);
      this.#tell(job, progress.differences);
    } catch (error) {
      const { code, message, messageZh } = codedError(error);
      // What it has found stays there, also when a repair fails.
      const isRepair = ['repairing', 'undoing'].includes(job.verification.state);
      const state = isRepair ? 'done' : 'failed';
      await this.#end(job, state, { code, message, messageZh }).catch(() => undefined);
    }
  }

  async #end(job: Job, state: VerificationState, error: Verification['error']): Promise<void> {
    const endedAtMs = this.#ports.store.now();
    await this.#kept.change(job.verification.id, ['waiting', 'running', 'repairing', 'undoing'], {
      state,
      error,
      endedAtMs,
    });
    if (error === null) return;
    const { code, message: en, messageZh: zh } = error;
    this.#event(job, 'error', code, keep('verification-failed', { why: { en, zh } }));
  }

  #tell(job: Job, differences: number): void {
    if (job.verification.state === 'repairing' || job.verification.state === 'undoing' || job.isCanceled) return;
    const { id } = job.verification;
    if (differences === 0) this.#event(job, 'info', null, keep('verification-equal', { id }));
    else this.#event(job, 'warn', 'ROWS_DIFFER', keep('verification-differs', { id, count: differences }));
  }

  #event({ verification }: Job, level: 'info' | 'warn' | 'error', code: string | null, said: KeptMessage): void {
    const { events, store } = this.#ports;
    const { pipelineId } = verification;
    events.record({ atMs: store.now(), level, code, channelId: null, pipelineId, ...asMessage(said) });
  }
}

const PLAN_MS_MAX = 25_000;

/** Writes what is told now and then; a job whose verification is gone ends. */
class KeptProgress {
  readonly #job: Job;
  readonly #kept: VerificationStore;
  readonly #now: () => number;
  #savedAtMs = 0;
  #saving: Promise<void> = Promise.resolve();

  constructor(job: Job, kept: VerificationStore, now: () => number) {
    this.#job = job;
    this.#kept = kept;
    this.#now = now;
    // Tables that are done are told again.
    job.verification = { ...job.verification, tables: [], step: null };
  }

  get differences(): number {
    return this.#job.verification.tables.reduce(
      (sum, { differing, missing, extra }) => sum + differing + missing + extra,
      0,
    );
  }

  hear(news: VerificationNews): void {
    const { verification } = this.#job;
    if (news.kind === 'begun') verification.verifyId = news.verifyId;
    else if (news.kind === 'step') verification.step = news.step;
    else {
      verification.tables.push(news.result);
      verification.step = null;
    }
    if (news.kind === 'step' && this.#now() - this.#savedAtMs < SAVE_EVERY_MS) return;
    this.#savedAtMs = this.#now();
    void this.save();
  }

  /** Resolves when it is written, or could not be. */
  async save(): Promise<void> {
    const { id, verifyId, tables, step, state } = this.#job.verification;
    if (state === 'repairing' || state === 'undoing') return;
    const progress = structuredClone({ tables, step });
    this.#saving = this.#saving.then(async () => {
      const isThere = await this.#kept.change(id, ['waiting', 'running'], { verifyId, progress }).catch(() => true);
      if (!isThere) this.#job.stopping.abort();
    });
    await this.#saving;
  }
}

function workOf({ state, request, verifyId, id }: Verification): VerificationWork {
  if (state !== 'repairing' && state !== 'undoing') return { kind: 'verify', request, verifyId };
  if (verifyId === null) throw notDone(id);
  return state === 'undoing' ? { kind: 'undo', verifyId } : { kind: 'repair', request, verifyId };
}

function repairable({ id, state, verifyId }: Verification): string {
  if (state !== 'done' || verifyId === null) throw notDone(id);
  return verifyId;
}

function notDone(id: number): OtterError {
  return new OtterError('STATE_CONFLICT', {
    detail: say('verification-not-done', { id }),
  });
}
