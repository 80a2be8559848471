import { startServer, type RunningServer, type ServerOptions, type SqlRow } from '../server.ts';

export interface ReplicaOptions {
  /** Options of the server that becomes the replica. @default the source's kind */
  server?: ServerOptions;
  /** Parallel appliers; 0 or 1 applies serially. @default 0 */
  appliers?: number;
  /** MariaDB: whether to follow by GTID or by file and offset. MySQL with gtid_mode follows by GTID. @default true */
  gtid?: boolean;
}

/** A server that follows another by the servers' own replication. */
export interface NativeReplica {
  server: RunningServer;
  /** Waits until all that is committed on the source at this moment is applied. Throws when replication has stopped. */
  caughtUp(timeoutMs?: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a native replica that reads the source's log from its first file on. The source must be a
 * server of this testkit whose log is complete.
 */
export async function startNativeReplica(source: RunningServer, options: ReplicaOptions = {}): Promise<NativeReplica> {
  const server = await startServer({ kind: source.kind, ...options.server });
  try {
    const flavor = source.binaries.family === 'mariadb' ? mariadbReplica(options) : await mysqlReplica(source, options);
    await server.query(flavor.configure(source));
    return {
      server,
      caughtUp: async (timeoutMs = 60_000) => {
        const position = await flavor.position(source);
        const deadline = performance.now() + timeoutMs;
        // In slices, because the servers' own waiting does not notice an applier that has stopped.
        while (!(await flavor.reached(server, position))) {
          const [status] = await server.query(flavor.status);
          const stopped = status?.['Slave_SQL_Running'] === 'No' || status?.['Replica_SQL_Running'] === 'No';
          if (!stopped && performance.now() < deadline) continue;
          throw new Error(`the replica did not reach ${position.join(':')}; it says: ${statusText(status)}`);
        }
      },
      stop: async () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

interface ReplicaFlavor {
  status: string;
  configure(source: RunningServer): string;
  /** The end of the source's log, as `reached` takes it. */
  position(source: RunningServer): Promise<unknown[]>;
  /** Waits a moment and tells whether the replica has applied all up to the position. */
  reached(replica: RunningServer, position: unknown[]): Promise<boolean>;
}

const FIRST_FILE = 'bin.000001';
const SLICE_S = 0.5;

function mariadbReplica({ appliers = 0, gtid = true }: ReplicaOptions): ReplicaFlavor {
  const start = gtid
    ? 'MASTER_USE_GTID = slave_pos'
    : `MASTER_USE_GTID = no, MASTER_LOG_FILE = '${FIRST_FILE}', MASTER_LOG_POS = 4`;
  return {
    status: 'SHOW SLAVE STATUS',
    configure: (source) =>
      `SET GLOBAL slave_parallel_threads = ${appliers > 1 ? appliers : 0};
       ${gtid ? "SET GLOBAL gtid_slave_pos = '';" : ''}
       CHANGE MASTER TO MASTER_HOST = '${source.host}', MASTER_PORT = ${source.port}, MASTER_USER = 'root',
         ${start}, MASTER_CONNECT_RETRY = 1;
       START SLAVE`,
    position: async (source) =>
      gtid ? values(await source.query('SELECT @@gtid_binlog_pos')) : filePosition(source, 'SHOW MASTER STATUS'),
    reached: async (replica, position) => {
      if (!gtid) return fileReached(replica, 'MASTER_POS_WAIT', position);
      return values(await replica.query('SELECT MASTER_GTID_WAIT(?, ?)', [...position, SLICE_S]))[0] === 0;
    },
  };
}

async function mysqlReplica(source: RunningServer, { appliers = 0 }: ReplicaOptions): Promise<ReplicaFlavor> {
  const gtid = values(await source.query('SELECT @@GLOBAL.gtid_mode'))[0] === 'ON';
  const words = source.kind === 'mysql-5.6' ? OLD_WORDS : NEW_WORDS;
  const start = gtid
    ? `${words.name}_AUTO_POSITION = 1`
    : `${words.name}_LOG_FILE = '${FIRST_FILE}', ${words.name}_LOG_POS = 4`;
  return {
    status: `SHOW ${words.replica} STATUS`,
    configure: (from) =>
      `SET GLOBAL ${words.workers} = ${appliers > 1 ? appliers : words.workersMin};
       CHANGE ${words.change} TO ${words.name}_HOST = '${from.host}', ${words.name}_PORT = ${from.port},
         ${words.name}_USER = 'root', ${start}, ${words.name}_CONNECT_RETRY = 1${words.key};
       START ${words.replica}`,
    position: async (from) =>
      gtid ? values(await from.query('SELECT @@GLOBAL.gtid_executed')) : filePosition(from, words.log),
    reached: async (replica, position) => {
      if (!gtid) return fileReached(replica, `${words.name}_POS_WAIT`, position);
      return values(await replica.query(words.gtidReached, [...position]))[0] === 1;
    },
  };
}

/** The words of 5.6 and those since 8.0.22. */
const OLD_WORDS = {
  name: 'MASTER',
  change: 'MASTER',
  replica: 'SLAVE',
  log: 'SHOW MASTER STATUS',
  workers: 'slave_parallel_workers',
  workersMin: 0,
  key: '',
  gtidReached: `SELECT IF(GTID_SUBSET(?, @@GLOBAL.gtid_executed), 1, SLEEP(0.02))`,
};
const NEW_WORDS = {
  name: 'SOURCE',
  change: 'REPLICATION SOURCE',
  replica: 'REPLICA',
  log: 'SHOW BINARY LOG STATUS',
  workers: 'replica_parallel_workers',
  workersMin: 1,
  key: ', GET_SOURCE_PUBLIC_KEY = 1',
  gtidReached: `SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ${SLICE_S}) = 0`,
};

async function filePosition(source: RunningServer, status: string): Promise<unknown[]> {
  const [row] = await source.query(status);
  return [row?.['File'], Number(row?.['Position'])];
}

async function fileReached(replica: RunningServer, wait: string, position: unknown[]): Promise<boolean> {
  // NULL when the applier does not run, -1 when the time is over, else the number of events waited for.
  const [result] = values(await replica.query(`SELECT ${wait}(?, ?, 1)`, position));
  return typeof result === 'number' && result >= 0;
}

/** The first row's values, numbers as numbers. */
function values(rows: SqlRow[]): unknown[] {
  return Object.values(rows[0] ?? {}).map((value) => (/^-?\d+$/.test(String(value)) ? Number(value) : value));
}

function statusText(status: SqlRow | undefined): string {
  const wanted = Object.entries(status ?? {}).filter(([key, value]) => /Running$|Error$/.test(key) && value !== '');
  return wanted.map(([key, value]) => `${key}=${String(value)}`).join(', ');
}
