/**
 * Goal: what concerns no single table stops the pipeline, or makes it wait, with a coded error; nothing is applied
 * from there on, and once the cause is gone the same pipeline goes on without a loss.
 *
 * Method: purged log, a position beyond the end, a flipped byte and an event of the future on the way, a read-only
 * target, a missing privilege.
 */
import { connect, createServer, type Server } from 'node:net';
import { startServer, waitFor, type RunningServer } from '@otter/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ParkingDrill } from '../support/parking-drill.ts';

let drill: ParkingDrill;
let source: RunningServer;
let target: RunningServer;

beforeAll(async () => {
  [source, target] = await Promise.all([startServer(), startServer()]);
  drill = new ParkingDrill(source, target);
  await target.query(
    "CREATE USER app@'127.0.0.1'; GRANT CREATE, SELECT, INSERT, UPDATE, DELETE ON retl.* TO app@'127.0.0.1'",
  );
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

beforeEach(async () => {
  await drill.open();
  await source.query("INSERT INTO fc.t VALUES (1,'a','one')");
});

test('LOG_PURGED: the log the checkpoint needs is gone', async () => {
  const first = drill.start();
  await first.caughtUp(source);
  await first.stop();
  await source.query("INSERT INTO fc.t VALUES (2,'b','lost'); FLUSH BINARY LOGS; FLUSH BINARY LOGS");
  const [row] = await source.query('SHOW MASTER STATUS');
  await waitFor(
    async () => {
      // A file that a reader or the storage engine still uses is left there.
      await source.query(`PURGE BINARY LOGS TO '${String(row?.['File'])}'`);
      return (await source.query('SHOW BINARY LOGS')).length === 1;
    },
    { what: 'the purge' },
  );
  const error = await drill.start({ name: first.name }).failure();
  expect(error).toMatchObject({ code: 'LOG_PURGED', scope: 'pipeline' });
  expect(await target.query('SELECT id FROM fc.t')).toEqual([{ id: 1 }]);
});

test('LOG_AHEAD: the position lies beyond the end of the log', async () => {
  const first = drill.start();
  await first.caughtUp(source);
  await first.stop();
  const end = await drill.end();
  await first.control((control) =>
    control.setPosition(first.name, { file: end.file, offset: end.offset + 1000, gtid: '' }),
  );
  expect(await drill.start({ name: first.name }).failure()).toMatchObject({ code: 'LOG_AHEAD' });
  await first.control((control) => control.setPosition(first.name, { ...end, gtid: '' }));
  await source.query("INSERT INTO fc.t VALUES (2,'b','two')");
  const second = drill.start({ name: first.name });
  await second.caughtUp(source);
  await second.stop();
  await drill.assertEqual();
});

test('LOG_CORRUPT: a byte of a row is changed on the way, and nothing of it is applied', async () => {
  const proxy = await startAlteringProxy(source.port, (data) => {
    const at = data.indexOf('FLIPME');
    if (at >= 0) data.write('FLIPPE', at);
  });
  try {
    await source.query("INSERT INTO fc.t VALUES (2,'b','good'); INSERT INTO fc.t VALUES (3,'c','FLIPME')");
    const pipeline = drill.start({ source: { ...source.address, port: proxy.port } });
    const error = await pipeline.failure();
    expect(error).toMatchObject({ code: 'LOG_CORRUPT', scope: 'pipeline' });
    expect(error.context).toMatchObject({ file: 'bin.000001' });
    expect(await target.query("SELECT 1 AS x FROM fc.t WHERE title LIKE 'FLIP%'")).toEqual([]);
    const second = drill.start({ name: pipeline.name });
    await second.caughtUp(source);
    await second.stop();
    await drill.assertEqual();
  } finally {
    proxy.server.close();
  }
});

/** From the header of a WRITE_ROWS event of `fc.t` to its title: head, table id, flags, columns, bitmap, NULLs, id, code. */
const TITLE_OFFSET = 19 + 6 + 2 + 1 + 1 + 1 + 4 + 2 + 1;
const [TYPE_OFFSET, FLAGS_OFFSET, IGNORABLE, WRITE_ROWS_V1, FUTURE_EVENT] = [4, 17, 0x80, 23, 99];

test.each([
  { title: 'stops the pipeline', ignorable: false },
  { title: 'marked as ignorable is passed over', ignorable: true },
])('EVENT_UNKNOWN: an event of a type nobody knows $title', async ({ ignorable }) => {
  // Without checksums, so that the event is whole but for its type.
  await source.query('SET GLOBAL binlog_checksum=NONE');
  await drill.resetLog();
  let altered = 0;
  const proxy = await startAlteringProxy(source.port, (data) => {
    const event = data.indexOf('FUTURE') - TITLE_OFFSET;
    if (event < 0 || data[event + TYPE_OFFSET] !== WRITE_ROWS_V1) return;
    data[event + TYPE_OFFSET] = FUTURE_EVENT;
    if (ignorable) data.writeUInt16LE(data.readUInt16LE(event + FLAGS_OFFSET) | IGNORABLE, event + FLAGS_OFFSET);
    altered++;
  });
  try {
    await source.query(
      "INSERT INTO fc.t VALUES (2,'b','good'); INSERT INTO fc.t VALUES (3,'c','FUTURE'); INSERT INTO fc.t VALUES (4,'d','later')",
    );
    const pipeline = drill.start({ source: { ...source.address, port: proxy.port } });
    if (ignorable) {
      await pipeline.caughtUp(source);
      await pipeline.stop();
      expect(await target.query('SELECT id FROM fc.t ORDER BY id')).toEqual([{ id: 2 }, { id: 4 }]);
    } else {
      const error = await pipeline.failure();
      expect(error).toMatchObject({ code: 'EVENT_UNKNOWN', scope: 'pipeline', context: { typeCode: FUTURE_EVENT } });
      expect(error.advice).toContain('Nothing was skipped');
      expect((await target.query('SELECT id FROM fc.t WHERE id > 2')).length).toBe(0);
      const second = drill.start({ name: pipeline.name });
      await second.caughtUp(source);
      await second.stop();
      expect(await target.query('SELECT id FROM fc.t ORDER BY id')).toEqual([{ id: 2 }, { id: 3 }, { id: 4 }]);
    }
    expect(altered).toBeGreaterThan(0);
  } finally {
    proxy.server.close();
    await source.query('SET GLOBAL binlog_checksum=CRC32');
  }
});

test('TARGET_READ_ONLY is waited out', async () => {
  await target.query("GRANT SELECT, INSERT, UPDATE, DELETE ON fc.* TO app@'127.0.0.1'");
  const pipeline = drill.start({ target: { ...target.address, user: 'app' } });
  try {
    // The account may make its schema: drill.open dropped it.
    await pipeline.caughtUp(source);
    await target.query('SET GLOBAL read_only=1');
    await source.query("INSERT INTO fc.t VALUES (2,'b','two')");
    await pipeline.until('read-only to be noticed', (s) => s.lastError?.code === 'TARGET_READ_ONLY');
    expect(pipeline.status.parked).toEqual([]);
    await target.query('SET GLOBAL read_only=0');
    await pipeline.caughtUp(source);
    await drill.assertEqual();
    expect(pipeline.status.retries).toBeGreaterThan(0);
  } finally {
    await target.query('SET GLOBAL read_only=0');
    await pipeline.stop();
  }
});

test('ACCESS_DENIED: a privilege is missing; granted, the same pipeline goes on', async () => {
  await target.query("GRANT SELECT, INSERT, UPDATE, DELETE ON fc.* TO app@'127.0.0.1'");
  await target.query("REVOKE INSERT ON fc.* FROM app@'127.0.0.1'");
  const denied = drill.start({ target: { ...target.address, user: 'app' } });
  expect(await denied.failure()).toMatchObject({ code: 'ACCESS_DENIED', scope: 'pipeline' });
  await target.query("GRANT INSERT ON fc.* TO app@'127.0.0.1'");
  const granted = drill.start({ target: { ...target.address, user: 'app' }, name: denied.name });
  await granted.caughtUp(source);
  await granted.stop();
  await drill.assertEqual();
});

/** Passes bytes on; `alter` may change what the server says. */
async function startAlteringProxy(
  port: number,
  alter: (data: Buffer) => void,
): Promise<{ server: Server; port: number }> {
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    client.on('data', (data) => upstream.write(data));
    upstream.on('data', (data: Buffer) => {
      alter(data);
      client.write(data);
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('close', () => other.destroy());
      one.on('error', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' && address ? address.port : 0 };
}
