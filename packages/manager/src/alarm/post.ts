import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isForbiddenHost } from './forbidden-hosts.ts';

export interface JsonRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export interface HttpAnswer {
  status: number;
  /** Its beginning. */
  body: string;
}

const BODY_BYTES_MAX = 4096;

/**
 * The lookup of a connection, which refuses a name that leads to an address nothing may be sent to. The address checked is
 * the one connected to, so a name that changes its mind in between gains nothing.
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const first = addresses?.[0];
    if (error !== null) callback(error, '', 0);
    else if (first === undefined || addresses.some(({ address }) => isForbiddenHost(address))) {
      callback(refused(hostname), '', 0);
    } else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

/** Sends one POST; a redirection is an answer, and is not followed. Throws what the connection failed of. */
export async function postJson({ url, headers, body }: JsonRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { protocol, hostname, username, password } = new URL(url);
  if (isForbiddenHost(hostname)) throw refused(hostname);
  const request = protocol === 'https:' ? requestHttps : requestHttp;
  const auth = username === '' ? {} : { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` };
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      agent: false,
      lookup: guardedLookup,
      signal,
      headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'otter', ...headers },
      ...auth,
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const end = (): void =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).subarray(0, BODY_BYTES_MAX).toString('utf8'),
        });
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size <= BODY_BYTES_MAX) return;
        end();
        response.destroy();
      });
      response.on('end', end);
      response.on('error', reject);
    });
    sent.end(body);
  });
}

function refused(host: string): Error {
  return new Error(`${host} is a link-local or metadata address, to which nothing is sent`);
}
