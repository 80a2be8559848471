/** A stream a command writes to. */
export interface Output {
  write(text: string): void;
  /** Whether a person watches. */
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly rows: number;
}

/** A process started to go on after this one. */
export interface DetachedProcess {
  processId: number;
  /** The first line it printed; '' when it ended without. */
  firstLine: string;
  /** Asks it to end. */
  end(): void;
}

/**
 * All a command may know of its process; only `main.ts` makes a real one, so that every command can be
 * run, interrupted and read from inside a test.
 */
export interface Surroundings {
  /** Arguments after the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** A directory for files that may vanish. */
  readonly temporaryDirectory: string;
  /** UTF-8 text of a file; throws what the file system throws. */
  readFile(path: string): string;
  /** Whether others than its owner may read a file; throws what the file system throws. */
  isExposed(path: string): boolean;
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `listener` for each SIGINT, SIGTERM and SIGHUP; returns how to stop listening. */
  onSignal(listener: (signal: string) => void): () => void;
  /** Calls `listener` for each key typed, without echo; does nothing when no terminal is attached. */
  onKey(listener: (key: string) => void): () => void;
  /** Asks a person and waits for a line; `null` when no terminal is attached or the input ended. */
  ask(question: string): Promise<string | null>;
  /** Whether {@link Surroundings.ask} would reach a person. */
  readonly isInteractive: boolean;
  /** Starts this program again with other arguments, in a process that outlives this one. */
  startDetached(argv: readonly string[]): Promise<DetachedProcess>;
  /** Ends the process at once; a test may return from it. */
  exit(code: number): void;
}
