import { EXIT } from './exit-code.ts';
import type { Surroundings } from './surroundings.ts';

const CTRL_C = '\u0003';

/**
 * The wish to stop, from a signal or a key. The first one aborts `signal`, and the command ends in order;
 * the second ends the process at once with 130.
 */
export class StopRequest {
  readonly #controller = new AbortController();
  readonly #surroundings: Surroundings;
  readonly #emergencies = new Set<() => void>();
  readonly #unsubscribe: (() => void)[] = [];

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#unsubscribe.push(surroundings.onSignal(() => this.request()));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on `q` and Ctrl-C count; other keys go to `other`. */
  listenToKeys(other?: (key: string) => void): void {
    const unsubscribe = this.#surroundings.onKey((key) => {
      if (key === 'q' || key === 'Q' || key === CTRL_C) this.request();
      else other?.(key);
    });
    this.#unsubscribe.push(unsubscribe);
  }

  /** Runs `action` before a second signal ends the process; it must not wait for anything. Returns its removal. */
  onEmergency(action: () => void): () => void {
    this.#emergencies.add(action);
    return () => this.#emergencies.delete(action);
  }

  request(): void {
    if (!this.#controller.signal.aborted) {
      this.#controller.abort();
      return;
    }
    for (const action of this.#emergencies) action();
    this.#surroundings.exit(EXIT.interrupted);
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
  }
}

/** Waits until `signal` is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Waits, but not beyond the moment `signal` is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
