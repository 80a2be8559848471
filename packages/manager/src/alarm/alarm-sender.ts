import { keep, OtterError } from '@otter/core';
import type { EventRecorder } from '../run/event-recorder.ts';
import type { AlarmReceivers } from '../store/alarm-receivers.ts';
import type { AlarmMessage, Alarms } from '../store/alarms.ts';
import { asMessage } from '../store/event-log.ts';
import type { Store } from '../store/store.ts';
import { send, type Delivery } from './delivery.ts';

const FIRST_RETRY_MS = 5_000;
const RETRY_MAX_MS = 600_000;
/** With the pauses between them more than an hour. */
const ATTEMPTS_MAX = 14;

export interface AlarmSenderPorts {
  store: Store;
  events: EventRecorder;
  alarms: Alarms;
  receivers: AlarmReceivers;
  /** Where browsers reach the manager; null: no link is sent. */
  publicUrl: string | null;
}

/**
 * Sends what waits in the store, to each receiver in its order and to all of them side by side. Nobody waits for it: a
 * receiver that does not answer delays its own messages alone.
 */
export class AlarmSender {
  readonly #ports: AlarmSenderPorts;
  readonly #busy = new Map<number, Promise<void>>();
  readonly #closing = new AbortController();

  constructor(ports: AlarmSenderPorts) {
    this.#ports = ports;
  }

  /** Begins to send what is due. Resolves when it has begun, not when it is sent. */
  async pump(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const due = await this.#ports.alarms.due().catch(() => []);
    for (const message of due) {
      if (this.#busy.has(message.receiverId)) continue;
      const sending = this.#deliver(message)
        // What the store did not take is due still.
        .catch(() => undefined)
        .finally(() => this.#busy.delete(message.receiverId));
      this.#busy.set(message.receiverId, sending);
    }
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy.values());
  }

  /** Sends a test at once, past what waits, and says what the receiver said. Throws NOT_FOUND. */
  async test(receiverId: number): Promise<Delivery> {
    return this.#send(receiverId, null);
  }

  /** What is under way is cut off, and sent by the next manager. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.idle();
  }

  async #deliver(message: AlarmMessage): Promise<void> {
    const { alarms, store } = this.#ports;
    const { ok, answer } = await this.#send(message.receiverId, message).catch(refusal);
    if (this.#closing.signal.aborted && !ok) return;
    const attempts = message.attempts + 1;
    const isLast = attempts >= ATTEMPTS_MAX;
    const state = ok ? 'sent' : isLast ? 'failed' : 'waiting';
    const delayMs = Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), RETRY_MAX_MS);
    await alarms.settle(message.id, { state, attempts, answer, nextAtMs: store.now() + delayMs });
    if (!ok && (attempts === 1 || isLast)) await this.#tellFailure(message, { answer, isLast });
  }

  async #send(receiverId: number, news: AlarmMessage | null): Promise<Delivery> {
    const { receivers, publicUrl, store } = this.#ports;
    const access = await receivers.access(receiverId);
    const link = publicUrl === null ? null : `${publicUrl.replace(/\/$/, '')}/alarms`;
    return send(access, { news, link, nowMs: store.now() }, this.#closing.signal);
  }

  async #tellFailure(
    { receiverId, alarm }: AlarmMessage,
    { answer, isLast }: { answer: string; isLast: boolean },
  ): Promise<void> {
    const { events, store, receivers } = this.#ports;
    const { name } = await receivers.find(receiverId);
    const said = keep(isLast ? 'alarm-given-up' : 'alarm-undelivered', { id: alarm.id, name, answer });
    const { channelId, pipelineId } = alarm;
    events.record({ atMs: store.now(), level: 'warn', code: null, channelId, pipelineId, ...asMessage(said) });
  }
}

/** A receiver whose secrets cannot be opened is one that cannot be reached. */
function refusal(error: unknown): Delivery {
  return { ok: false, answer: OtterError.is(error) ? error.message : 'it could not be read', tookMs: 0 };
}
