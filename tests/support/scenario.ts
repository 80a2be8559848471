import {
  assertTablesEqual,
  startServer,
  tablesOf,
  type MysqldOptions,
  type RunningServer,
  type ServerKind,
} from '@otter/testkit';
import { freshName, runUntilCaughtUp, type PipelineRunOptions, type PipelineRunResult } from './pipeline-run.ts';

export interface ScenarioServers {
  from: ServerKind;
  /** @default the source's kind */
  to?: ServerKind;
  sourceOptions?: MysqldOptions;
  targetOptions?: MysqldOptions;
}

/** A source and a target for one test, and what is done with them again and again. */
export class Scenario {
  readonly source: RunningServer;
  readonly target: RunningServer;
  readonly #name = freshName();

  private constructor(source: RunningServer, target: RunningServer) {
    this.source = source;
    this.target = target;
  }

  /** Starts the servers, runs the test, stops them. */
  static async run(servers: ScenarioServers, test: (scenario: Scenario) => Promise<void>): Promise<void> {
    const { from, to = from, sourceOptions = {}, targetOptions = {} } = servers;
    const [source, target] = await Promise.all([
      startServer({ kind: from, options: sourceOptions }),
      startServer({ kind: to, options: targetOptions }),
    ]);
    try {
      await test(new Scenario(source, target));
    } finally {
      await Promise.all([source.stop(), target.stop()]);
    }
  }

  /** The same definitions on both. */
  async both(...sql: string[]): Promise<void> {
    await this.target.query(sql.join('; '));
    await this.source.query(sql.join('; '));
  }

  /** Applies what is new in the log; always as the same pipeline. */
  async apply(tables: string, options: Partial<PipelineRunOptions> = {}): Promise<PipelineRunResult> {
    const { source, target } = this;
    return runUntilCaughtUp({ name: this.#name, ...options, source, target, tables });
  }

  /** Compares all tables of the schemas; the number of rows. */
  async equal(...schemas: string[]): Promise<number> {
    const tables = await tablesOf(this.source.address, schemas);
    return (await assertTablesEqual({ source: this.source.address, target: this.target.address, tables })).rows;
  }
}
