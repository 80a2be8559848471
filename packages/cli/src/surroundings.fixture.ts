import type { PreflightLine } from '@otter/dialects';
import type { Control, PipelineStatus, SyncOptions } from '@otter/engine';
import type { EnginePort, PipelinePort } from './engine-port.ts';
import { runProgram } from './program.ts';
import type { Output, Surroundings } from './surroundings.ts';

/** An output that remembers. */
export class RememberedOutput implements Output {
  text = '';
  isTerminal: boolean;
  columns = 80;
  rows = 24;

  constructor(isTerminal: boolean) {
    this.isTerminal = isTerminal;
  }

  write(text: string): void {
    this.text += text;
  }
}

/** A process that exists only in a test: its signals and keys are method calls. */
export class FakeSurroundings implements Surroundings {
  readonly argv: readonly string[];
  readonly env: Record<string, string | undefined>;
  readonly stdout: RememberedOutput;
  readonly stderr = new RememberedOutput(false);
  readonly temporaryDirectory = '/tmp';
  readonly files: Record<string, string>;
  readonly exits: number[] = [];
  readonly #signalListeners = new Set<(signal: string) => void>();
  readonly #keyListeners = new Set<(key: string) => void>();

  constructor(
    argv: readonly string[],
    options: { env?: Record<string, string>; files?: Record<string, string>; terminal?: boolean } = {},
  ) {
    this.argv = argv;
    this.env = options.env ?? {};
    this.files = options.files ?? {};
    this.stdout = new RememberedOutput(options.terminal ?? false);
  }

  readonly readFile = (path: string): string => {
    const text = this.files[path];
    if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
    return text;
  };

  /** Files that others may read. */
  readonly exposed = new Set<string>();

  isExposed(path: string): boolean {
    return this.exposed.has(path);
  }

  now(): number {
    return Date.now();
  }

  onSignal(listener: (signal: string) => void): () => void {
    this.#signalListeners.add(listener);
    return () => this.#signalListeners.delete(listener);
  }

  onKey(listener: (key: string) => void): () => void {
    this.#keyListeners.add(listener);
    return () => this.#keyListeners.delete(listener);
  }

  /** What a person types next; `null`: no terminal. */
  answer: string | null = null;
  readonly questions: string[] = [];

  get isInteractive(): boolean {
    return this.answer !== null;
  }

  async ask(question: string): Promise<string | null> {
    this.questions.push(question);
    return this.answer;
  }

  async startDetached(): Promise<never> {
    throw new Error('not in a test');
  }

  exit(code: number): void {
    this.exits.push(code);
  }

  signal(name: string): void {
    for (const listener of this.#signalListeners) listener(name);
  }

  key(key: string): void {
    for (const listener of this.#keyListeners) listener(key);
  }

  /** Whether nobody listens any more. */
  get isQuiet(): boolean {
    return this.#signalListeners.size === 0;
  }

  jsonLines(): Record<string, unknown>[] {
    const lines = this.stdout.text.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}

/** A status with nothing done. */
export function emptyStatus(): PipelineStatus {
  return {
    state: 'running',
    position: null,
    lagMs: null,
    caughtUp: false,
    equalAsOf: null,
    transactionsRead: 0,
    transactionsApplied: 0,
    rowsRead: 0,
    rowsApplied: 0,
    rowsFiltered: 0,
    rowsParked: 0,
    rowsSkipped: 0,
    copy: null,
    bytesRead: 0,
    commits: 0,
    retries: 0,
    stages: { source: 0, parse: 0, queue: 0, idle: 0, worker: 0, dependency: 0, sql: 0, commit: 0 },
    changes: { inserted: 0, updated: 0, deleted: 0 },
    lagReadMs: null,
    lastError: null,
    parked: [],
    conflicts: null,
    echoes: 0,
    openConflicts: null,
    verify: null,
    tables: {},
  };
}

/** A pipeline that does what a test says. */
class FakePipeline implements PipelinePort {
  lines: PreflightLine[] = [{ verdict: 'ok', subject: 'source', check: 'log_bin', finding: 'ON', findingZh: '已开启' }];
  current: PipelineStatus = emptyStatus();
  onStatement: ((sql: string) => void) | undefined;
  /** What a run does; by default it ends when it is told to stop. */
  work: (signal: AbortSignal) => Promise<void> = async (signal) => {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  };
  runs = 0;

  async preflight(): Promise<PreflightLine[]> {
    return this.lines;
  }

  async run(signal: AbortSignal): Promise<void> {
    this.runs += 1;
    await this.work(signal);
  }

  status(): PipelineStatus {
    return this.current;
  }
}

/** An engine that hands out one pipeline and remembers its options. */
export class FakeEngine implements EnginePort {
  readonly pipeline = new FakePipeline();
  options: SyncOptions | null = null;
  control: Partial<Control> = {};
  closed = 0;

  createPipeline(options: SyncOptions): PipelinePort {
    this.options = options;
    return this.pipeline;
  }

  createVerification(): ReturnType<EnginePort['createVerification']> {
    throw new Error('not in a test');
  }

  createCutover(..._parts: Parameters<EnginePort['createCutover']>): ReturnType<EnginePort['createCutover']> {
    throw new Error('not in a test');
  }

  createRepair(..._parts: Parameters<EnginePort['createRepair']>): ReturnType<EnginePort['createRepair']> {
    throw new Error('not in a test');
  }

  async advise(..._parts: Parameters<EnginePort['advise']>): ReturnType<EnginePort['advise']> {
    throw new Error('not in a test');
  }

  async openVerifyRecords(): Promise<never> {
    throw new Error('not in a test');
  }

  async openControl(): Promise<Control> {
    return { close: async () => void (this.closed += 1), ...this.control } as Control;
  }
}

/** Runs a command line in fake surroundings. */
export function run(surroundings: FakeSurroundings, engine: EnginePort = new FakeEngine()): Promise<number> {
  return runProgram(surroundings, {
    engine,
    version: '1.2.3',
    demo: async () => 0,
    start: async () => 0,
    setAdminPassword: async () => 0,
    keepServers: async () => 0,
  });
}
