import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));

/** The answer to a request. */
export interface Answer {
  status: number;
  etag: string | null;
  body: unknown;
}

/** What a client does with a manager: it signs in, and sends JSON. */
export class ManagerClient {
  readonly #url: string;
  #cookie = '';

  constructor(url: string) {
    this.#url = url;
  }

  async signIn(name: string, password: string): Promise<void> {
    const response = await this.#send('POST', '/session', { name, password });
    expect(response.status).toBe(204);
    this.#cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  }

  async call(method: string, path: string, json?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await this.#send(method, path, json, headers);
    const text = await response.text();
    return { status: response.status, etag: response.headers.get('etag'), body: text === '' ? null : JSON.parse(text) };
  }

  /** A request that has to succeed; gives its body. */
  async ask<T>(method: string, path: string, json?: unknown): Promise<T> {
    const { status, body } = await this.call(method, path, json);
    expect(status, `${method} ${path}: ${JSON.stringify(body)}`).toBeLessThan(300);
    return body as T;
  }

  /** Reads an object and puts another in its place. */
  async replace(path: string, json: unknown): Promise<void> {
    const { etag } = await this.call('GET', path);
    const { status, body } = await this.call('PUT', path, json, { 'if-match': etag ?? '' });
    expect(status, JSON.stringify(body)).toBe(200);
  }

  async #send(method: string, path: string, json?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers: {
        ...{ 'x-otter-request': '1', cookie: this.#cookie },
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
  }
}

/** `otter start` as a process of its own, so that it can be killed. */
export class ManagerProcess {
  readonly child: ChildProcess;
  /** Its first line. Rejects with what it said on stderr when it ended before. */
  readonly ready: Promise<{ url: string; password?: string }>;
  readonly #closed: Promise<number | null>;
  stderr = '';

  constructor(dataDir: string, ...options: string[]) {
    const argv = ['start', '--data-dir', dataDir, '--listen', '127.0.0.1:0', '--json', ...options];
    this.child = spawn(process.execPath, [PROGRAM, ...argv], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '' },
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.#closed = once(this.child, 'close').then(([code]) => code as number | null);
    const lines = createInterface({ input: this.child.stdout as NodeJS.ReadableStream });
    const first = once(lines, 'line').then(([line]) => {
      const event = JSON.parse(line as string) as { event: string; url: string; code: string };
      if (event.event !== 'ready') throw new Error(`otter start: ${event.code}`);
      return event;
    });
    this.ready = Promise.race([
      first,
      this.#closed.then((code) => {
        throw new Error(`otter start ended with ${code}: ${this.stderr}`);
      }),
    ]);
    this.ready.catch(() => undefined);
  }

  /** Its exit code; null when a signal ended it. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.#closed;
  }
}

/** Makes a channel with one pipeline that carries `tables`, and starts it. */
export async function startChannel(
  client: ManagerClient,
  options: { name: string; sourceId: number; targetId: number; tables: string; parameters?: object },
): Promise<{ channelId: number; pipelineId: number }> {
  const { name, sourceId, targetId, tables, parameters = {} } = options;
  const channel = await client.ask<{ id: number }>('POST', '/channels', { name });
  const pipeline = await client.ask<{ id: number }>('POST', `/channels/${channel.id}/pipelines`, {
    ...{ name, sourceId, targetId, parameters },
  });
  await client.replace(`/pipelines/${pipeline.id}/mappings`, { mappings: [{ source: tables }] });
  await client.ask('POST', `/channels/${channel.id}/start`);
  return { channelId: channel.id, pipelineId: pipeline.id };
}
