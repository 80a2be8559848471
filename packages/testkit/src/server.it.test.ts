import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { availableKinds, SERVER_KINDS } from './install.ts';
import { startServer } from './server.ts';
import { waitFor } from './wait.ts';

const kinds = await availableKinds(SERVER_KINDS);

describe.each(kinds)('%s', (kind) => {
  test('starts, writes rows to its log, survives kill and restart, and leaves nothing', async () => {
    const server = await startServer({ kind });
    try {
      const [row] = await server.query('SELECT @@server_id AS id, @@binlog_format AS format, @@log_bin AS log');
      expect(row).toEqual({ id: String(server.serverId), format: 'ROW', log: expect.anything() as unknown });
      await server.query('CREATE DATABASE d; CREATE TABLE d.t (a BIGINT PRIMARY KEY, b TEXT)');
      await server.query("INSERT INTO d.t VALUES (9007199254740993, 'x')");
      const { pid, port } = server;
      await server.kill();
      expect(() => server.pid).toThrow(/does not run/);
      await server.restart();
      expect(server.port).toBe(port);
      expect(server.pid).not.toBe(pid);
      expect(await server.query('SELECT a FROM d.t')).toEqual([{ a: '9007199254740993' }]);
      await server.restart({ binlog_row_image: 'MINIMAL' });
      expect(await server.query('SELECT @@binlog_row_image AS i')).toEqual([{ i: 'MINIMAL' }]);
      expect(server.logFiles().length).toBeGreaterThanOrEqual(3);
    } finally {
      await server.stop();
    }
    expect(existsSync(dirname(server.dataDir))).toBe(false);
    await server.stop();
  });
});

test('a query under way when the server is killed rejects', async () => {
  const server = await startServer();
  try {
    const sleeping = server.query('SELECT SLEEP(600)');
    const outcome = expect(sleeping).rejects.toThrow(/ended under this query|closed|ECONNRESET/);
    await waitFor(async () => {
      const connection = await server.connect();
      const [rows] = await connection.query(
        "SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP%'",
      );
      return (rows as unknown[]).length > 0;
    });
    await server.kill();
    await outcome;
  } finally {
    await server.stop();
  }
});

test('a server that cannot start says why and leaves nothing', async () => {
  await expect(startServer({ options: { 'no-such-option': 1 } })).rejects.toThrow(/unknown variable 'no-such-option/);
});

test('offers TLS with a certificate that can be verified', async () => {
  const server = await startServer({ tls: true });
  try {
    expect(server.tlsCa).toContain('BEGIN CERTIFICATE');
    const connection = await server.connect({ ssl: { ca: server.tlsCa as string, verifyIdentity: true } });
    const [rows] = await connection.query("SHOW STATUS LIKE 'Ssl_version'");
    expect(rows).toEqual([{ Variable_name: 'Ssl_version', Value: expect.stringContaining('TLSv1') as unknown }]);
    await expect(server.connect({ ssl: {} })).rejects.toThrow(/self.signed|certificate/i);
  } finally {
    await server.stop();
  }
});

describe('a process that ends', () => {
  const script = `
    import { startServer } from ${JSON.stringify(fileURLToPath(new URL('../dist/index.js', import.meta.url)))};
    const server = await startServer();
    process.stdout.write(JSON.stringify({ pid: server.pid, folder: server.dataDir }) + '\\n');
    if (process.argv[1] === 'exit') process.exit(3);
    if (process.argv[1] === 'throw') setTimeout(() => { throw new Error('on purpose'); });
    setInterval(() => undefined, 1000);
  `;

  test.each(['exit', 'throw', 'SIGINT', 'SIGTERM', 'SIGKILL'])('by %s takes its servers along', async (how) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, how], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    await waitFor(() => output.endsWith('\n'), { timeoutMs: 30_000, what: 'the server of the child' });
    const { pid, folder } = JSON.parse(output) as { pid: number; folder: string };
    if (how.startsWith('SIG')) child.kill(how as NodeJS.Signals);
    await waitFor(() => child.exitCode !== null || child.signalCode !== null);
    if (how.startsWith('SIG')) expect(child.signalCode).toBe(how);
    await waitFor(() => !runs(pid) && !existsSync(dirname(folder)), { what: 'the server to be gone' });
  });
});

/** A process that has ended may stay in the table for a while. */
function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
