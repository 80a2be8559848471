import { keep, type KeptMessage } from '@otter/core';
import type { AlarmFacts, AlarmRule } from '../model/alarm.ts';
import type { EventRecorder } from '../run/event-recorder.ts';
import type { LivePipeline, LiveState } from '../run/live-state.ts';
import type { AlarmRules } from '../store/alarm-rules.ts';
import type { AlarmPlace, Alarms, RaisedAlarm } from '../store/alarms.ts';
import { asMessage } from '../store/event-log.ts';
import type { Store } from '../store/store.ts';
import type { VerificationStore } from '../store/verifications.ts';
import type { AlarmSender } from './alarm-sender.ts';
import { verdictOf } from './conditions.ts';
import { differingTables } from './findings.ts';

const PERIOD_MS = 5_000;
const EVERYTHING = { limit: 1_000_000, after: null };

export interface AlarmWatchPorts {
  store: Store;
  live: LiveState;
  events: EventRecorder;
  rules: AlarmRules;
  alarms: Alarms;
  verifications: VerificationStore;
  sender: AlarmSender;
}

interface Place extends AlarmPlace {
  wanted: boolean;
}

/** One pipeline as one rule sees it. */
interface Case {
  rule: AlarmRule;
  place: Place;
  live: LivePipeline | null;
  alarm: RaisedAlarm | undefined;
}

/**
 * Looks every few seconds at every pipeline by every rule: raises an alarm once, tells it again after its pause, and
 * clears it when its reason is gone. What is raised lies in the store, so a restart neither forgets nor repeats it; how
 * long something has lasted that is not raised yet is counted anew.
 */
export class AlarmWatch {
  readonly #ports: AlarmWatchPorts;
  /** By rule and pipeline, since when it holds. */
  #pending = new Map<string, number>();
  #differing = new Map<number, string[]>();
  #seenSettled = -1;
  #timer: NodeJS.Timeout | null = null;
  #ticking: Promise<void> = Promise.resolve();

  constructor(ports: AlarmWatchPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      void this.tick().then(() => {
        if (this.#timer !== null) this.start();
      });
    }, PERIOD_MS);
  }

  /** Looks once, and has what is due sent; resolves when it is written, or could not be. */
  async tick(): Promise<void> {
    this.#ticking = this.#ticking
      .then(() => this.#look())
      // A store that does not answer is asked again at the next look.
      .catch(() => undefined);
    await this.#ticking;
    await this.#ports.sender.pump();
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#ticking;
  }

  async #look(): Promise<void> {
    const { rules, alarms } = this.#ports;
    await this.#lookAtFindings();
    const places = await this.#places();
    const enabled = (await rules.list(EVERYTHING)).items.filter((rule) => rule.enabled);
    const raised = new Map((await alarms.raised()).map((alarm) => [keyOf(alarm.ruleId, alarm.pipelineId), alarm]));
    const reported = new Map(this.#ports.live.all().map((pipeline) => [pipeline.pipelineId, pipeline]));
    const watched = new Set<string>();
    for (const rule of enabled) {
      for (const place of places) {
        if (rule.channelId !== null && rule.channelId !== place.channelId) continue;
        if (rule.pipelineId !== null && rule.pipelineId !== place.pipelineId) continue;
        const key = keyOf(rule.id, place.pipelineId);
        watched.add(key);
        await this.#judge({ rule, place, live: reported.get(place.pipelineId) ?? null, alarm: raised.get(key) });
      }
    }
    for (const key of this.#pending.keys()) if (!watched.has(key)) this.#pending.delete(key);
    // Its rule or its pipeline is gone, or they have parted.
    for (const [key, alarm] of raised) if (!watched.has(key)) await this.#clear(alarm);
  }

  async #lookAtFindings(): Promise<void> {
    const { verifications } = this.#ports;
    const { settledCount } = verifications;
    if (settledCount === this.#seenSettled) return;
    this.#differing = differingTables(await verifications.settled());
    this.#seenSettled = settledCount;
  }

  async #places(): Promise<Place[]> {
    const rows = await this.#ports.store.read((db) =>
      db
        .selectFrom('pipelines')
        .innerJoin('channels', 'channels.id', 'pipelines.channelId')
        .select(['pipelines.id as pipelineId', 'pipelines.name as pipelineName', 'channelId', 'desired'])
        .select('channels.name as channelName')
        .orderBy('pipelines.id')
        .execute(),
    );
    return rows.map(({ desired, ...place }) => ({ ...place, wanted: desired === 'running' }));
  }

  async #judge({ rule, place: { wanted, ...place }, live, alarm }: Case): Promise<void> {
    const nowMs = this.#ports.store.now();
    const key = keyOf(rule.id, place.pipelineId);
    const differing = this.#differing.get(place.pipelineId) ?? [];
    const verdict = verdictOf(rule, { live, wanted, differing, nowMs });
    if (verdict === 'unknown') return;
    if (verdict === 'gone') {
      this.#pending.delete(key);
      if (alarm !== undefined) await this.#clear(alarm);
    } else if (alarm !== undefined) await this.#lasts(rule, alarm, verdict.holds);
    else {
      const sinceMs = this.#pending.get(key) ?? nowMs;
      this.#pending.set(key, sinceMs);
      if (nowMs - sinceMs >= rule.forMinutes * 60_000) await this.#raise(rule, place, verdict.holds);
    }
  }

  async #raise(rule: AlarmRule, place: AlarmPlace, facts: AlarmFacts): Promise<void> {
    const alarm = await this.#ports.alarms.raise(rule, place, facts);
    this.#pending.delete(keyOf(rule.id, place.pipelineId));
    const level = alarm.severity === 'critical' ? 'error' : 'warn';
    this.#event(alarm, level, keep('alarm-raised-event', { rule: alarm.ruleName, text: alarm.text }));
  }

  /** A table more is news, also of an alarm that is silenced: silence is for what is known. */
  async #lasts(rule: AlarmRule, alarm: RaisedAlarm, facts: AlarmFacts): Promise<void> {
    const nowMs = this.#ports.store.now();
    const known = new Set(alarm.facts.tables);
    const isWorse = facts.tables.some((table) => !known.has(table));
    const isSilent = alarm.silence !== null && nowMs < alarm.silence.untilMs;
    const isDue = rule.repeatMinutes > 0 && nowMs - alarm.toldAtMs >= rule.repeatMinutes * 60_000;
    if (!isWorse && (isSilent || !isDue)) return;
    const tables = [...new Set([...alarm.facts.tables, ...facts.tables])];
    await this.#ports.alarms.repeat(alarm.id, rule, { ...facts, tables });
    if (isWorse)
      this.#event(alarm, 'error', keep('alarm-more-event', { rule: alarm.ruleName, tables: tables.join(', ') }));
  }

  async #clear(alarm: RaisedAlarm): Promise<void> {
    await this.#ports.alarms.clear(alarm.id);
    this.#event(alarm, 'info', keep('alarm-cleared-event', { rule: alarm.ruleName, text: alarm.text }));
  }

  #event({ channelId, pipelineId }: AlarmPlace, level: 'info' | 'warn' | 'error', said: KeptMessage): void {
    const { events, store } = this.#ports;
    events.record({ atMs: store.now(), level, code: null, channelId, pipelineId, ...asMessage(said) });
  }
}

function keyOf(ruleId: number, pipelineId: number): string {
  return `${ruleId}/${pipelineId}`;
}
