import { assertTablesEqual, type RunningServer } from '@otter/testkit';
import { turned, type ConflictPolicy, type TwoWayOptions } from '@otter/engine';
import { LivePipeline } from './live-pipeline.ts';
import type { TestPipelineOptions } from './pipeline-options.ts';
import type { SyncProcessOptions } from './sync-process.ts';

type Policy = ConflictPolicy & Pick<TwoWayOptions, 'ask'>;

/** Two sites that are both written, and a pipeline each way. */
export class TwoWayPair {
  readonly a: RunningServer;
  readonly b: RunningServer;
  readonly #options: Partial<TestPipelineOptions>;
  /** As seen from `a`. */
  readonly #policy: Policy;
  there: LivePipeline | null = null;
  back: LivePipeline | null = null;

  constructor(a: RunningServer, b: RunningServer, policy: Policy, options: Partial<TestPipelineOptions> = {}) {
    this.a = a;
    this.b = b;
    this.#policy = policy;
    this.#options = options;
  }

  async start(): Promise<void> {
    this.there ??= this.#open(true);
    await this.there.until('the leading direction runs', ({ state }) => state === 'running');
    this.back ??= this.#open(false);
    await this.back.until('the other direction runs', ({ state }) => state === 'running');
  }

  /** Of both directions, the leading one first. */
  options(): [SyncProcessOptions, SyncProcessOptions] {
    return [this.#direction(true), this.#direction(false)];
  }

  #open(leads: boolean): LivePipeline {
    return new LivePipeline(this.#direction(leads));
  }

  #direction(leads: boolean): SyncProcessOptions {
    const [source, target] = leads ? [this.a, this.b] : [this.b, this.a];
    const policy = leads ? this.#policy : { ...this.#policy, ...turned(this.#policy) };
    return {
      ...{ source: source.address, target: target.address, tables: 'shop.*', start: { at: 'now' as const } },
      name: leads ? 'there' : 'back',
      ...this.#options,
      twoWay: { ...policy, counterpart: leads ? 'back' : 'there', leads },
    };
  }

  async stop(): Promise<void> {
    const running = [this.there, this.back];
    this.there = null;
    this.back = null;
    await Promise.all(running.map(async (pipeline) => await pipeline?.stop()));
  }

  /** Until nothing is under way in either direction. */
  async quiet(timeoutMs?: number): Promise<void> {
    for (let round = 0; round < 2; round++) {
      await this.there?.caughtUp(this.a, timeoutMs);
      await this.back?.caughtUp(this.b, timeoutMs);
    }
  }

  async assertEqual(tables: readonly string[]): Promise<number> {
    const result = await assertTablesEqual({
      source: this.a.address,
      target: this.b.address,
      tables: tables.map((table) => ({ schema: 'shop', table })),
    });
    return result.rows;
  }

  /** Decisions at the two sites, oldest first. */
  async conflicts(): Promise<{ a: Decision[]; b: Decision[] }> {
    const read = async (site: RunningServer): Promise<Decision[]> => {
      const rows = await site.query(
        "SELECT table_name,row_key,kind,outcome,rule,row_before,row_after,row_local FROM retl.otter_conflict WHERE kind NOT IN ('equal','merged') ORDER BY id",
      );
      return rows.map((row) => ({
        what: [row['row_key'], row['kind'], row['outcome']].map(String).join(' '),
        rule: String(row['rule']),
        before: row['row_before'],
        after: row['row_after'],
        local: row['row_local'],
      }));
    };
    return { a: await read(this.a), b: await read(this.b) };
  }
}

/** What a site has decided of one row. */
export interface Decision {
  what: string;
  rule: string;
  before: unknown;
  after: unknown;
  local: unknown;
}
