import { createHash } from 'node:crypto';
import { ERRORS, keep, OtterError, say, sayKept, type ErrorCode, type KeptMessage } from '@otter/core';
import { asMessage } from '../store/event-log.ts';
import { Pipelines } from '../store/pipelines.ts';
import { SYSTEM, type Store } from '../store/store.ts';
import type { EventMark } from '../store/tables.ts';
import { backOffMs } from './back-off.ts';
import { wantedPipelines, type WantedPipeline } from './configurations.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { LiveState, LiveStateName } from './live-state.ts';
import type { LiveError, PipelineHost, PipelineReport } from './pipeline-host.ts';
import { runOptions } from './run-options.ts';

/** A run that lasted as long as this was no failed start: the next failure counts as the first. */
const SOUND_RUN_MS = 60_000;
const STORE_RETRY_MS = 5_000;

export interface SchedulerPorts {
  store: Store;
  host: PipelineHost;
  live: LiveState;
  events: EventRecorder;
  /** Path of a file with this PEM text. */
  pemPath: (pem: string) => string;
}

interface Wanted {
  options: Record<string, unknown>;
  fingerprint: string;
}

interface Task {
  id: number;
  channelId: number;
  /** The other direction of its pair, which begins first: this one begins where that one found its log. */
  leadingId: number | null;
  wanted: Wanted | null;
  /** Fingerprint of what the host was given; null while nothing of it runs. */
  running: string | null;
  /** Inside `host.stop`: what is reported meanwhile was asked for. */
  ending: boolean;
  /** It came to its end by itself, which is not on record yet. */
  completed: boolean;
  driving: boolean;
  failures: number;
  runningSinceMs: number | null;
  retry: NodeJS.Timeout | null;
}

/**
 * Keeps what runs equal to what should run. One task for each pipeline: none waits for another, none takes another along.
 */
export class Scheduler {
  readonly #ports: SchedulerPorts;
  readonly #pipelines: Pipelines;
  readonly #tasks = new Map<number, Task>();
  readonly #drives = new Set<Promise<void>>();
  #unsubscribe: () => void = () => undefined;
  #reading: Promise<void> = Promise.resolve();
  #queued = false;
  #storeRetry: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(ports: SchedulerPorts) {
    this.#ports = ports;
    this.#pipelines = new Pipelines(ports.store);
  }

  /** Starts everything that should run. */
  async start(): Promise<void> {
    this.#unsubscribe = this.#ports.host.subscribe((report) => this.#hear(report));
    await this.refresh();
  }

  /** Looks at the store again, after any change of it. Resolves when what is to be done has been begun. */
  async refresh(): Promise<void> {
    if (!this.#queued) {
      this.#queued = true;
      this.#reading = this.#reading.then(() => this.#read());
    }
    return this.#reading;
  }

  /** A person asks for it now: whatever waits after a failure is started at once. */
  startWaiting(of: { channelId: number } | { pipelineId: number }): void {
    for (const task of this.#tasks.values()) {
      const isMeant = 'channelId' in of ? task.channelId === of.channelId : task.id === of.pipelineId;
      if (!isMeant || task.retry === null) continue;
      clearTimeout(task.retry);
      task.retry = null;
      task.failures = 0;
      this.#drive(task);
    }
  }

  /** Ends everything that runs, and leaves on record that it should: the next start resumes it. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#storeRetry !== null) clearTimeout(this.#storeRetry);
    await this.#reading;
    this.#release([...this.#tasks.values()]);
    await Promise.all(this.#drives);
    this.#unsubscribe();
  }

  async #read(): Promise<void> {
    this.#queued = false;
    if (this.#closed) return;
    try {
      this.#plan(await wantedPipelines(this.#ports.store));
    } catch (error) {
      this.#note('error', null, noteOf(errorOf(error)));
      this.#storeRetry = setTimeout(() => void this.refresh(), STORE_RETRY_MS);
    }
  }

  #plan(wanted: readonly WantedPipeline[]): void {
    const ids = new Set(wanted.map((pipeline) => pipeline.pipelineId));
    this.#release([...this.#tasks.values()].filter((task) => !ids.has(task.id)));
    for (const { pipelineId, channelId, leadingId, configuration } of wanted) {
      const task = this.#taskOf(pipelineId, channelId, leadingId);
      if (task.completed) continue;
      if (OtterError.is(configuration)) {
        // What runs of it goes on as it is.
        if (task.running === null) this.#setState(task, 'failed', errorOf(configuration));
        continue;
      }
      const options = runOptions(configuration, this.#ports.pemPath);
      this.#want(task, { options, fingerprint: createHash('sha256').update(JSON.stringify(options)).digest('hex') });
    }
  }

  #taskOf(id: number, channelId: number, leadingId: number | null): Task {
    const known = this.#tasks.get(id);
    if (known !== undefined) return known;
    const idle = { wanted: null, running: null, ending: false, completed: false, driving: false, failures: 0 };
    const task: Task = { id, channelId, leadingId, ...idle, runningSinceMs: null, retry: null };
    this.#tasks.set(id, task);
    return task;
  }

  /** Ends them. All are let go before any is driven: one would begin otherwise when its leading direction goes. */
  #release(tasks: readonly Task[]): void {
    for (const task of tasks) {
      this.#forgetRetry(task);
      task.wanted = null;
    }
    for (const task of tasks) this.#drive(task);
  }

  #want(task: Task, wanted: Wanted): void {
    // Another configuration may work where the one before failed.
    if (wanted.fingerprint !== task.wanted?.fingerprint) this.#forgetRetry(task);
    task.wanted = wanted;
    this.#drive(task);
  }

  #forgetRetry(task: Task): void {
    if (task.retry !== null) clearTimeout(task.retry);
    task.retry = null;
    task.failures = 0;
  }

  #drive(task: Task): void {
    if (task.driving) return;
    task.driving = true;
    const drive = this.#driveUntilStable(task).finally(() => this.#drives.delete(drive));
    this.#drives.add(drive);
  }

  /** What should be and what is may both change while the host is waited for, so it looks again after each step. */
  async #driveUntilStable(task: Task): Promise<void> {
    try {
      for (;;) {
        if (task.running !== null && task.running !== task.wanted?.fingerprint) {
          if (!(await this.#end(task))) return;
        } else if (task.running === null && task.wanted !== null && task.retry === null && !this.#isHeld(task)) {
          await this.#begin(task, task.wanted);
        } else {
          if (task.running === null && task.wanted === null) this.#rest(task);
          else if (task.running === null && task.retry === null) this.#setState(task, 'starting', null);
          return;
        }
      }
    } finally {
      task.driving = false;
    }
  }

  /** While its leading direction comes up. Once that one runs, or has failed, each goes on by itself. */
  #isHeld(task: Task): boolean {
    const leading = task.leadingId === null ? undefined : this.#tasks.get(task.leadingId);
    if (leading === undefined || leading.wanted === null) return false;
    return leading.runningSinceMs === null && leading.failures === 0;
  }

  async #begin(task: Task, wanted: Wanted): Promise<void> {
    task.running = wanted.fingerprint;
    this.#setState(task, 'starting', null);
    try {
      await this.#ports.host.start({ id: String(task.id), options: wanted.options });
    } catch (error) {
      this.#fail(task, errorOf(error));
    }
  }

  /** False when the host could not end it; it is tried again. */
  async #end(task: Task): Promise<boolean> {
    this.#setState(task, task.wanted === null ? 'stopping' : 'restarting', null);
    task.ending = true;
    try {
      await this.#ports.host.stop(String(task.id));
    } catch (error) {
      this.#note('error', task, noteOf(errorOf(error)));
      // Nobody knows how much of it still runs: it has to end before it may start, whatever is wanted by then.
      task.running = '';
      if (!this.#closed) this.#retryIn(task, backOffMs('INTERNAL', (task.failures += 1)));
      return false;
    } finally {
      task.ending = false;
    }
    task.running = null;
    task.runningSinceMs = null;
    return true;
  }

  #rest(task: Task): void {
    if (this.#live(task).state !== 'stopped') this.#setState(task, 'stopped', null);
    if (!this.#closed && !task.completed) this.#tasks.delete(task.id);
  }

  #hear(report: PipelineReport): void {
    const task = this.#tasks.get(Number(report.id));
    if (task === undefined) return;
    switch (report.kind) {
      case 'status':
        this.#ports.live.update({ ...this.#live(task), status: plain(report.status), statusAtMs: report.atMs });
        return;
      case 'tables':
        this.#ports.live.updateTables(task.id, report.tables);
        return;
      case 'note':
        this.#note(report.level, task, { ...report, message: report.text });
        this.#hearTrouble(task, report);
        return;
      case 'state':
        if (task.running !== null && !task.ending) this.#hearState(task, report);
        return;
    }
  }

  /** Before it has run it reports no status: that it cannot reach a server is in its notes alone. */
  #hearTrouble(task: Task, { code, text, said }: PipelineReport & { kind: 'note' }): void {
    const before = this.#live(task);
    const known = code !== null && Object.hasOwn(ERRORS, code) ? ERRORS[code as ErrorCode] : null;
    if (before.state !== 'starting' || code === null || known?.scope !== 'retry') return;
    const { advice, adviceZh } = known;
    const messageZh = sayKept(said)?.zh ?? text;
    this.#ports.live.update({ ...before, error: { code, message: text, messageZh, advice, adviceZh } });
  }

  #hearState(task: Task, report: PipelineReport & { kind: 'state' }): void {
    switch (report.state) {
      case 'running':
        task.runningSinceMs ??= report.atMs;
        this.#setState(task, 'running', null);
        return;
      case 'starting':
      case 'stopping':
        this.#setState(task, report.state, null);
        return;
      case 'failed': {
        this.#fail(task, report.error ?? errorOf(new OtterError('INTERNAL', { detail: say('ended-without-reason') })));
        return;
      }
      case 'stopped':
        this.#ended(task);
        return;
    }
  }

  /** It came to its end without being asked, as a full copy alone does: it is not started again. */
  #ended(task: Task): void {
    task.running = null;
    task.runningSinceMs = null;
    task.wanted = null;
    task.completed = true;
    this.#setState(task, 'stopped', null);
    // In one row with the readings: none of them may see it wanted still and start it once more.
    this.#reading = this.#reading.then(async () => {
      try {
        await this.#pipelines.ended(SYSTEM, task.id);
        task.completed = false;
        this.#drive(task);
      } catch (error) {
        this.#note('error', task, noteOf(errorOf(error)));
      }
    });
  }

  #fail(task: Task, error: LiveError): void {
    // A start that was refused may be reported as well.
    if (task.running === null) return;
    const { now } = this.#ports.store;
    if (task.runningSinceMs !== null && now() - task.runningSinceMs >= SOUND_RUN_MS) task.failures = 0;
    task.running = null;
    task.runningSinceMs = null;
    task.failures += 1;
    const delayMs = backOffMs(error.code, task.failures);
    this.#retryIn(task, delayMs);
    this.#setState(task, 'failed', error, now() + delayMs);
    this.#note('error', task, noteOf(error));
  }

  #retryIn(task: Task, delayMs: number): void {
    if (task.retry !== null) clearTimeout(task.retry);
    task.retry = setTimeout(() => {
      task.retry = null;
      this.#drive(task);
    }, delayMs);
  }

  #live(task: Task) {
    return this.#ports.live.find(task.id, task.channelId, this.#ports.store.now());
  }

  #setState(task: Task, state: LiveStateName, error: LiveError | null, retryAtMs: number | null = null): void {
    const before = this.#live(task);
    const atMs = this.#ports.store.now();
    const sinceMs = before.state === state ? before.sinceMs : atMs;
    // The reason of a failure is shown until it runs again.
    const shownError = error ?? (state === 'starting' ? before.error : null);
    const restarts = before.restarts + (state === 'starting' && before.state === 'failed' ? 1 : 0);
    this.#ports.live.update({ ...before, state, sinceMs, error: shownError, retryAtMs, restarts });
    if (before.state !== state && state !== 'failed')
      this.#note('info', task, { code: null, ...asMessage(STATE_MESSAGE[state]), mark: STATE_MARK[state] });
    for (const follower of this.#tasks.values()) if (follower.leadingId === task.id) this.#drive(follower);
  }

  #note(
    level: 'info' | 'warn' | 'error',
    task: Task | null,
    about: { code: string | null; message: string; said: KeptMessage; mark?: EventMark | null | undefined },
  ): void {
    const [channelId, pipelineId] = [task?.channelId ?? null, task?.id ?? null];
    const { code, message, said, mark = null } = about;
    const atMs = this.#ports.store.now();
    this.#ports.events.record({ atMs, level, code, channelId, pipelineId, message, said, mark });
  }
}

const STATE_MESSAGE: Record<Exclude<LiveStateName, 'failed'>, KeptMessage> = {
  stopped: keep('pipeline-stopped'),
  starting: keep('pipeline-starting'),
  running: keep('pipeline-running-now'),
  restarting: keep('pipeline-restarting'),
  stopping: keep('pipeline-ending'),
};

const STATE_MARK: Partial<Record<LiveStateName, EventMark>> = { running: 'start', stopped: 'stop' };

/** As JSON shows it: what comes from a worker may hold integers beyond 2^53. */
function plain(status: unknown): unknown {
  const text = JSON.stringify(status, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  return text === undefined ? null : (JSON.parse(text) as unknown);
}

function errorOf(error: unknown): LiveError {
  const code = OtterError.is(error) ? error.code : 'INTERNAL';
  const message = error instanceof Error ? error.message : String(error);
  const messageZh = OtterError.is(error) ? error.messageZh : message;
  const { advice, adviceZh } = ERRORS[code];
  return { code, message, messageZh, advice, adviceZh };
}

function noteOf({ code, message: en, messageZh: zh }: LiveError) {
  return { code, message: en, said: keep('told', { text: { en, zh } }) };
}
