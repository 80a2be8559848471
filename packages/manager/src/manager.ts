import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { OtterError, type Log } from '@otter/core';
import { AlarmSender } from './alarm/alarm-sender.ts';
import { AlarmWatch } from './alarm/alarm-watch.ts';
import { PASSWORD_COST, type PasswordCost } from './auth/password.ts';
import { SignIn } from './auth/sign-in.ts';
import type { App, Services } from './http/contract.ts';
import { createServer } from './http/server.ts';
import type { DataSourceProbe } from './probe/data-source-probe.ts';
import type { PipelineCheck } from './probe/pipeline-check.ts';
import type { ServerTables } from './probe/server-tables.ts';
import { ConsoleFiles } from './http/console-files.ts';
import { EventRecorder } from './run/event-recorder.ts';
import { LiveState } from './run/live-state.ts';
import { NodeLoad } from './run/node-load.ts';
import { pipelineConfiguration } from './run/configurations.ts';
import { PemFiles } from './run/pem-files.ts';
import type { PipelineHost } from './run/pipeline-host.ts';
import { runOptions } from './run/run-options.ts';
import { Scheduler } from './run/scheduler.ts';
import { StatisticsRecorder } from './run/statistics-recorder.ts';
import { TableHistory } from './run/table-history.ts';
import { Verifications } from './run/verifications.ts';
import { lockDataDir } from './store/data-dir-lock.ts';
import { AlarmReceivers } from './store/alarm-receivers.ts';
import { AlarmRules } from './store/alarm-rules.ts';
import { Alarms } from './store/alarms.ts';
import { Channels } from './store/channels.ts';
import { CredentialStore } from './store/credentials.ts';
import type { StoreLocation } from './store/database.ts';
import { DataSources } from './store/data-sources.ts';
import { Pipelines } from './store/pipelines.ts';
import { secretKey } from './store/secret-box.ts';
import { StoreLock } from './store/store-lock.ts';
import { Store } from './store/store.ts';
import { Users } from './store/users.ts';
import type { ConflictTools } from './tools/conflict-tools.ts';
import type { PipelineTools } from './tools/pipeline-tools.ts';
import type { VerificationTools } from './tools/verification-tools.ts';

export interface ManagerOptions {
  /** Holds `secret.key`, `run/`, and without `store` the configuration, `otter.db`. Made when it is not there. */
  dataDir: string;
  /** Another place for the configuration. @default `otter.db` in `dataDir` */
  store?: StoreLocation;
  /** 64 hex digits; null: the file `secret.key`. */
  secretKey: string | null;
  /** What OTTER_ADMIN_PASSWORD_FILE holds; null: one is drawn. Only looked at in a store without users. */
  adminPassword: string | null;
  listen: { host: string; port: number };
  /** Where browsers reach it when that is elsewhere, behind a proxy: `https://otter.example.org`. @default null */
  publicUrl?: string | null;
  host: PipelineHost;
  probe: DataSourceProbe;
  tools: PipelineTools;
  conflictTools: ConflictTools;
  verificationTools: VerificationTools;
  serverTables: ServerTables;
  check: PipelineCheck;
  /** Of the node that is `host`. */
  nodeName: string;
  /** Of the program, for who asks. */
  version: string;
  /** Folder of the console as it was built; null: none. */
  consoleDir: string | null;
  log: Log;
  /** @default {@link PASSWORD_COST} */
  passwordCost?: PasswordCost;
  /** @default Date.now */
  now?: () => number;
}

export interface Manager {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Of the user `admin`, when this start made it and drew its password: to be shown once, and kept nowhere. */
  readonly drawnPassword: string | null;
  /** Settles, with STORE_IN_USE, when another manager has taken the store: this one has to be closed. */
  readonly lost: Promise<OtterError>;
  /** Answers what is under way, drains every pipeline, and leaves on record what should run. */
  close(): Promise<void>;
}

/** Opens the store, starts what should run, and listens. Throws DATA_DIR_IN_USE, STORE_IN_USE, STORE_UNUSABLE, STORE_UNREACHABLE, LISTEN_FAILED. */
export async function startManager(options: ManagerOptions): Promise<Manager> {
  const { dataDir } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const unlockDataDir = lockDataDir(dataDir);
  let lock: StoreLock | undefined;
  const unlock = async (): Promise<void> => {
    await lock?.close();
    unlockDataDir();
  };
  try {
    const location = storeLocation(options);
    // Before it is opened: that may bring its tables to a form which the manager that has it does not know.
    if (location.family === 'mysql') lock = await StoreLock.take(location);
    const manager = await startLocked(options, location);
    return {
      ...manager,
      lost: lock?.lost ?? new Promise(() => undefined),
      async close() {
        try {
          await manager.close();
        } finally {
          await unlock();
        }
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Where the configuration lies. */
export function storeLocation({ dataDir, store }: Pick<ManagerOptions, 'dataDir' | 'store'>): StoreLocation {
  return store ?? { family: 'sqlite', path: join(dataDir, 'otter.db') };
}

async function startLocked(options: ManagerOptions, location: StoreLocation): Promise<Omit<Manager, 'lost'>> {
  const { dataDir, log } = options;
  const key = secretKey(dataDir, options.secretKey);
  const store = await Store.open(location, key, options.now);
  const pems = new PemFiles(join(dataDir, 'run'));
  const events = new EventRecorder(store);
  const live = new LiveState();
  const statistics = new StatisticsRecorder(store, live);
  const tableHistory = new TableHistory(store, live);
  const scheduler = new Scheduler({ store, host: options.host, live, events, pemPath: (pem) => pems.path(pem) });
  const load = new NodeLoad(options.host, () => store.now());
  const services = servicesOf({ store, options, live, tableHistory, scheduler, load, pems, events, location });
  const watch = alarmWatch(services, events);
  let app: App | undefined;
  const close = async (): Promise<void> => {
    load.close();
    await app?.close();
    await watch.close();
    await services.alarmSender.close();
    await services.verifications.close();
    await scheduler.close();
    await statistics.close();
    await tableHistory.close();
    await events.flush();
    await store.close();
    pems.remove();
  };
  try {
    app = await createServer(services, log);
    await listen(app, options.listen);
    await scheduler.start();
    statistics.start();
    watch.start();
    load.start();
    tableHistory.start();
    await services.verifications.start();
    // Last: a password that was drawn for a start that then fails would never be seen by anybody.
    const drawnPassword = await services.signIn.firstStart(options.adminPassword);
    const { address, port } = app.server.address() as AddressInfo;
    const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
    return { url, drawnPassword, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function alarmWatch(services: Services, events: EventRecorder): AlarmWatch {
  const { store, live, alarms, alarmRules: rules, alarmSender: sender, verifications } = services;
  return new AlarmWatch({ store, live, events, rules, alarms, sender, verifications: verifications.kept });
}

async function listen(app: App, { host, port }: ManagerOptions['listen']): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw new OtterError('LISTEN_FAILED', { detail: `${host}:${port}: ${(cause as Error).message}`, cause });
  }
}

function servicesOf(parts: {
  store: Store;
  options: ManagerOptions;
  live: LiveState;
  tableHistory: TableHistory;
  scheduler: Scheduler;
  load: NodeLoad;
  pems: PemFiles;
  events: EventRecorder;
  location: StoreLocation;
}): Services {
  const { store, options, live, tableHistory, scheduler, load, pems, events, location } = parts;
  const credentials = new CredentialStore(store);
  const pipelines = new Pipelines(store);
  const publicUrl = options.publicUrl ?? null;
  const [alarms, alarmReceivers] = [new Alarms(store), new AlarmReceivers(store)];
  const optionsOf = async (id: number) => runOptions(await pipelineConfiguration(store, id), (pem) => pems.path(pem));
  return {
    store,
    users: new Users(store),
    credentials,
    signIn: new SignIn(store, credentials, options.passwordCost ?? PASSWORD_COST),
    dataSources: new DataSources(store),
    channels: new Channels(store),
    pipelines,
    probe: options.probe,
    serverTables: options.serverTables,
    check: options.check,
    pemPath: (pem) => pems.path(pem),
    live,
    tableHistory,
    scheduler,
    load,
    tools: options.tools,
    conflictTools: options.conflictTools,
    optionsOf,
    verifications: new Verifications({ store, pipelines, events, optionsOf, tools: options.verificationTools }),
    alarms,
    alarmRules: new AlarmRules(store),
    alarmReceivers,
    alarmSender: new AlarmSender({ store, events, alarms, receivers: alarmReceivers, publicUrl }),
    publicUrl,
    facts: {
      ...{ version: options.version, nodeName: options.nodeName, dataDir: options.dataDir },
      ...{ store: location.family, startedAtMs: store.now() },
    },
    console: options.consoleDir === null ? null : new ConsoleFiles(options.consoleDir),
  };
}
