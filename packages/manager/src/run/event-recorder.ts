import { keep } from '@otter/core';
import { appendEvents, asMessage, pruneEvents, type SystemEvent } from '../store/event-log.ts';
import type { Store } from '../store/store.ts';

const WAITING_MAX = 1000;
const FLUSH_MS = 200;
/** Events are pruned after as many as this. */
const PRUNE_EVERY = 1000;

/**
 * Writes events in the background, several at once. A flood of them does not fill the memory: beyond
 * {@link WAITING_MAX} they are counted, and the count is written.
 */
export class EventRecorder {
  readonly #store: Store;
  #waiting: SystemEvent[] = [];
  #lost = 0;
  #written = 0;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: Store) {
    this.#store = store;
  }

  record(event: SystemEvent): void {
    if (this.#waiting.length >= WAITING_MAX) this.#lost += 1;
    else this.#waiting.push(event);
    this.#timer ??= setTimeout(() => this.#flushSoon(), FLUSH_MS);
  }

  /** Resolves when everything recorded so far is written, or could not be. */
  async flush(): Promise<void> {
    this.#flushSoon();
    await this.#writing;
  }

  #flushSoon(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writing = this.#writing.then(() => this.#write());
  }

  async #write(): Promise<void> {
    const events = this.#waiting;
    if (this.#lost > 0) {
      const message = asMessage(keep('events-lost', { count: this.#lost }));
      const about = { level: 'warn' as const, code: null, channelId: null, pipelineId: null };
      events.push({ atMs: this.#store.now(), ...about, ...message });
    }
    this.#waiting = [];
    this.#lost = 0;
    try {
      await appendEvents(this.#store, events);
      this.#written += events.length;
      if (this.#written < PRUNE_EVERY) return;
      this.#written = 0;
      await pruneEvents(this.#store);
    } catch {
      // A store that does not answer stops no pipeline; what could not be written is counted and said later.
      this.#lost += events.length;
    }
  }
}
