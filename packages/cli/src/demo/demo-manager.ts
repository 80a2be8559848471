import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { OtterError, silentLog } from '@otter/core';
import type { StatusFacts } from '@otter/engine';
import type { PipelineReport } from '@otter/node';
import { dataSourceOf, ManagerClient } from '@otter/testkit';
import type { CommandContext } from '../commands/command-context.ts';
import { startLocalManager, type LocalManager } from '../manager/local-manager.ts';
import { pause } from '../stop-request.ts';
import type { DemoServers } from './demo-servers.ts';
import { SHOP_SCHEMA } from './shop.ts';

const RUNNING_MS_MAX = 30_000;
const NAME = 'demo';

/** The manager of the demonstration, whose one channel carries the shop; its data folder goes with it. */
export class DemoManager {
  readonly #local: LocalManager;
  readonly #dataDir: string;
  #status: StatusFacts | null = null;
  /** What ended the pipeline. */
  failure: OtterError | null = null;

  private constructor(local: LocalManager, dataDir: string) {
    this.#local = local;
    this.#dataDir = dataDir;
    local.node.subscribe((report) => this.#hear(report));
  }

  /** Starts it and a channel that reads from `start` on; resolves when rows flow. */
  static async open(servers: DemoServers, start: string, context: CommandContext): Promise<DemoManager> {
    const { temporaryDirectory } = context.surroundings;
    const dataDir = mkdtempSync(join(temporaryDirectory, 'otter-demo-'));
    const local = await startLocalManager(
      {
        ...{ dataDir, nodeName: NAME, secretKey: null, adminPassword: null, log: silentLog },
        listen: { host: '127.0.0.1', port: 0 },
      },
      context,
    );
    const demo = new DemoManager(local, dataDir);
    try {
      await demo.#configure(servers, start);
      await demo.#running(context.stop.signal);
      return demo;
    } catch (error) {
      await demo.close();
      throw error;
    }
  }

  get url(): string {
    return this.#local.manager.url;
  }

  /** Of the user admin. */
  get password(): string {
    return this.#local.manager.drawnPassword ?? '';
  }

  /** As it was reported last, at most a second ago. */
  get status(): StatusFacts {
    if (this.#status === null) throw new OtterError('INTERNAL', { detail: 'nothing was reported yet' });
    return this.#status;
  }

  /** Whether a browser would be shown the console: its page, and the script the page asks for. */
  async consoleAnswers(): Promise<boolean> {
    const page = await fetch(this.url);
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1];
    if (page.status !== 200 || script === undefined) return false;
    const answer = await fetch(`${this.url}${script}`);
    return answer.status === 200 && (await answer.text()).length > 0;
  }

  async close(): Promise<void> {
    await this.#local.close();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  #hear(report: PipelineReport): void {
    if (report.kind === 'status') this.#status = report.status;
    if (report.kind !== 'state' || report.error === null) return;
    this.failure = new OtterError(report.error.code, { detail: report.error.message });
  }

  async #running(signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + RUNNING_MS_MAX;
    while (this.#status?.state !== 'running') {
      if (this.failure !== null) throw this.failure;
      if (Date.now() > deadline) throw new OtterError('INTERNAL', { detail: 'the channel does not run' });
      if (signal.aborted) return;
      await pause(20, signal);
    }
  }

  /** As the console does it: every step is a request of the API. */
  async #configure({ source, target }: DemoServers, start: string): Promise<void> {
    const client = new ManagerClient(this.url);
    await client.signIn('admin', this.password);
    const sourceId = await client.create('/data-sources', dataSourceOf('Hangzhou', source));
    const targetId = await client.create('/data-sources', dataSourceOf('Shanghai', target));
    await client.startChannel({
      ...{ name: SHOP_SCHEMA, description: 'the demonstration', sourceId, targetId, tables: `${SHOP_SCHEMA}.*` },
      ...{ checkpointName: NAME, parameters: { mode: 'incremental', start } },
    });
  }
}
