import type { ServerAddress } from '@otter/core';

/** The answer to a request. */
export interface ManagerAnswer {
  status: number;
  etag: string | null;
  /** JSON that was sent; null when nothing was. */
  body: unknown;
}

/** What a person's browser does with a manager: it signs in, and sends and reads JSON. */
export class ManagerClient {
  readonly #url: string;
  #cookie = '';

  /** `url`: `http://127.0.0.1:8080`. */
  constructor(url: string) {
    this.#url = url;
  }

  async signIn(name: string, password: string): Promise<void> {
    const response = await this.#send('POST', '/session', { name, password });
    if (!response.ok) throw new Error(`signing in as ${name}: ${response.status} ${await response.text()}`);
    this.#cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  }

  /** `path` behind `/api/v1`. */
  async call(
    method: string,
    path: string,
    json?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ManagerAnswer> {
    const response = await this.#send(method, path, json, headers);
    const text = await response.text();
    const body: unknown = text === '' ? null : JSON.parse(text);
    return { status: response.status, etag: response.headers.get('etag'), body };
  }

  /** The body of a request that has to succeed. Throws with what was answered instead. */
  async ask<T>(method: string, path: string, json?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const { status, body } = await this.call(method, path, json, headers);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`);
    return body as T;
  }

  /** Creates an object; gives its number. */
  async create(path: string, json: object): Promise<number> {
    return (await this.ask<{ id: number }>('POST', path, json)).id;
  }

  /** Puts something in the place of an object as it is now. */
  async replace(path: string, json: unknown): Promise<void> {
    const { etag } = await this.call('GET', path);
    await this.ask('PUT', path, json, { 'if-match': etag ?? '' });
  }

  /** A channel with one pipeline that carries `tables`, running. */
  async startChannel(channel: {
    name: string;
    description?: string;
    sourceId: number;
    targetId: number;
    tables: string;
    checkpointName?: string;
    parameters?: object;
  }): Promise<{ channelId: number; pipelineId: number }> {
    const { name, description = '', tables, ...pipeline } = channel;
    const channelId = await this.create('/channels', { name, description });
    const pipelineId = await this.create(`/channels/${channelId}/pipelines`, { name, ...pipeline });
    await this.replace(`/pipelines/${pipelineId}/mappings`, { mappings: [{ source: tables }] });
    await this.ask('POST', `/channels/${channelId}/start`);
    return { channelId, pipelineId };
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

/** What creates a data source of a server. */
export function dataSourceOf(
  name: string,
  { host, port, user, password }: ServerAddress,
): { name: string; primary: { host: string; port: number }; user: string; password?: string } {
  return { name, primary: { host, port }, user, ...(password === '' ? {} : { password }) };
}
