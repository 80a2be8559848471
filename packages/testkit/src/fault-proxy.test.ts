import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { waitFor } from './wait.ts';

/** A client that remembers what happened to it. */
class Client {
  received = Buffer.alloc(0);
  error: string | undefined;
  ended = false;
  readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (data) => (this.received = Buffer.concat([this.received, data])));
    this.socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error.code));
    this.socket.on('end', () => (this.ended = true));
  }

  async echo(text: string): Promise<number> {
    const startedAt = performance.now();
    const expected = this.received.length + text.length;
    this.socket.write(text);
    await waitFor(() => this.received.length >= expected, { everyMs: 1, what: 'the echo' });
    return performance.now() - startedAt;
  }
}

describe('FaultProxy', () => {
  let echo: Server;
  let proxy: FaultProxy;
  const atServer: Socket[] = [];
  let serverErrors: string[];

  beforeEach(async () => {
    atServer.length = 0;
    // Each test its own: what an earlier test's connections end with comes late.
    const errors: string[] = [];
    serverErrors = errors;
    echo = createServer((socket) => {
      atServer.push(socket);
      socket.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code ?? ''));
      socket.pipe(socket);
    });
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    proxy = await startFaultProxy({ to: { host: '127.0.0.1', port: (echo.address() as AddressInfo).port } });
  });
  afterEach(async () => {
    await proxy.stop();
    echo.close();
  });

  test('passes bytes and the end of a connection both ways', async () => {
    const client = new Client(proxy.port);
    await client.echo('hello');
    expect(client.received.toString()).toBe('hello');
    expect(proxy).toMatchObject({ connections: 1, accepted: 1, bytes: { toClient: 5, toServer: 5 } });
    client.socket.end();
    await waitFor(() => client.ended && proxy.connections === 0);
    expect(client.error).toBeUndefined();
  });

  test('passes megabytes unchanged', async () => {
    const client = new Client(proxy.port);
    const data = Buffer.alloc(8 << 20, 'abcdefg');
    client.socket.write(data);
    await waitFor(() => client.received.length === data.length);
    expect(client.received.equals(data)).toBe(true);
  });

  test('delays each way', async () => {
    const client = new Client(proxy.port);
    await client.echo('a');
    proxy.setLatency(40);
    expect(await client.echo('b')).toBeGreaterThanOrEqual(79);
    await proxy.heal();
    expect(await client.echo('c')).toBeLessThan(40);
  });

  test('limits the rate', async () => {
    const client = new Client(proxy.port);
    await client.echo('a');
    proxy.slow(10_000);
    const text = 'x'.repeat(3_000);
    expect(await client.echo(text)).toBeGreaterThanOrEqual(250);
  });

  test('resets both sides', async () => {
    const client = new Client(proxy.port);
    await client.echo('a');
    proxy.cut();
    await waitFor(() => client.error !== undefined && serverErrors.length === 1);
    expect([client.error, ...serverErrors]).toEqual(['ECONNRESET', 'ECONNRESET']);
    expect(proxy.connections).toBe(0);
    const next = new Client(proxy.port);
    await next.echo('b');
  });

  test('resets after so many bytes, once', async () => {
    const client = new Client(proxy.port);
    await client.echo('a');
    proxy.cutAfter(1_000);
    client.socket.write('x'.repeat(5_000));
    await waitFor(() => client.error !== undefined);
    expect(proxy.bytes.toServer + proxy.bytes.toClient).toBe(1_002);
    const next = new Client(proxy.port);
    await next.echo('y'.repeat(5_000));
  });

  test('swallows silently, and resets what lost bytes when it heals', async () => {
    const client = new Client(proxy.port);
    await client.echo('a');
    proxy.halfOpen();
    client.socket.write('b');
    const second = new Client(proxy.port);
    second.socket.write('c');
    atServer[0]?.destroy();
    await waitFor(() => proxy.accepted === 2);
    expect([client.error, client.ended, client.received.toString()]).toEqual([undefined, false, 'a']);
    await proxy.heal();
    await waitFor(() => client.error !== undefined);
    const next = new Client(proxy.port);
    await next.echo('d');
  });

  test('holds bytes back and delivers them when it heals', async () => {
    const client = new Client(proxy.port);
    await client.echo('a');
    proxy.stall();
    client.socket.write('b');
    const second = new Client(proxy.port);
    second.socket.write('c');
    await waitFor(() => proxy.accepted === 2);
    expect(client.received.toString()).toBe('a');
    await proxy.heal();
    await waitFor(() => client.received.toString() === 'ab' && second.received.toString() === 'c');
  });

  test('refuses connections and accepts them again, those there stay', async () => {
    const client = new Client(proxy.port);
    await client.echo('a');
    await proxy.refuse(true);
    const refused = new Client(proxy.port);
    await waitFor(() => refused.error === 'ECONNREFUSED');
    await client.echo('b');
    await proxy.refuse(false);
    const next = new Client(proxy.port);
    await next.echo('c');
  });

  test('resets its client when the server refuses', async () => {
    echo.close();
    await once(echo, 'close');
    const client = new Client(proxy.port);
    await waitFor(() => client.error === 'ECONNRESET');
  });
});
