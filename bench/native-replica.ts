import type { RunningServer } from '@otter/testkit';

const SLICE_S = 1;

/** Makes `target` a replica of `source` from the first event of its log on. It does not run yet. */
export async function configureReplica(source: RunningServer, target: RunningServer, appliers: number): Promise<void> {
  await target.query(
    `SET GLOBAL slave_parallel_threads = ${appliers};
     SET GLOBAL gtid_slave_pos = '';
     CHANGE MASTER TO MASTER_HOST = '${source.host}', MASTER_PORT = ${source.port}, MASTER_USER = 'root',
       MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 1`,
  );
}

/** Waits until `target` has applied all that is in the log of `source` now. Throws when replication has stopped. */
export async function replicaCaughtUp(source: RunningServer, target: RunningServer): Promise<void> {
  const [end] = await source.query('SELECT @@GLOBAL.gtid_binlog_pos AS position');
  for (;;) {
    // In slices: the server's own waiting does not notice an applier that has stopped.
    const [reached] = await target.query('SELECT MASTER_GTID_WAIT(?, ?) AS late', [end?.['position'], SLICE_S]);
    if (String(reached?.['late']) === '0') return;
    const [status] = await target.query('SHOW SLAVE STATUS');
    if (status?.['Slave_SQL_Running'] === 'Yes' && String(status['Last_IO_Errno']) === '0') continue;
    throw new Error(
      `the native replica stopped: ${String(status?.['Last_SQL_Error'])} ${String(status?.['Last_IO_Error'])}`,
    );
  }
}

/** Seconds from START SLAVE, both threads on, until all of the source's log is applied. */
export async function timeNativeReplica(
  source: RunningServer,
  target: RunningServer,
  appliers: number,
): Promise<number> {
  await configureReplica(source, target, appliers);
  const startedAt = performance.now();
  await target.query('START SLAVE');
  await replicaCaughtUp(source, target);
  const seconds = (performance.now() - startedAt) / 1000;
  await target.query('STOP SLAVE');
  return seconds;
}
