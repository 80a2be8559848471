import { ERRORS, OtterError, type ErrorCode } from '@otter/core';

const REQUEST_MS_MAX = 60_000;
const DETAIL_LENGTH_MAX = 300;

/** Speaks to a manager as the owner of a token. */
export class ManagerClient {
  readonly #url: string;
  readonly #token: string;
  readonly #signal: AbortSignal;

  /** `signal` ends what is under way. */
  constructor(url: string, token: string, signal: AbortSignal) {
    this.#url = url;
    this.#token = token;
    this.#signal = signal;
  }

  /** Throws MANAGER_UNREACHABLE, and the coded error the manager answers with. */
  async get<T>(path: string): Promise<T> {
    return this.#send<T>('GET', path, undefined);
  }

  /** The same, sending `body` as JSON. */
  async post<T>(path: string, body?: unknown): Promise<T> {
    return this.#send<T>('POST', path, body);
  }

  async #send<T>(method: string, path: string, body: unknown): Promise<T> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.#url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.#token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.any([this.#signal, AbortSignal.timeout(REQUEST_MS_MAX)]),
      });
      text = await response.text();
    } catch (cause) {
      throw this.#unreachable(reasonOf(cause), cause);
    }
    const answer = parsed(text);
    if (answer === undefined) throw this.#unreachable(`what answers with status ${response.status} is no manager`);
    if (!response.ok) throw refusal(answer, response.status);
    return answer as T;
  }

  #unreachable(reason: string, cause?: unknown): OtterError {
    return new OtterError('MANAGER_UNREACHABLE', { detail: `${this.#url}: ${reason}`, cause });
  }
}

/** `fetch failed` says nothing; what is behind it does. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}

function parsed(text: string): unknown {
  try {
    return text === '' ? null : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function refusal(answer: unknown, status: number): OtterError {
  const { code, detail } = (answer ?? {}) as { code?: unknown; detail?: unknown };
  const known = typeof code === 'string' && Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : 'INTERNAL';
  const text = typeof detail === 'string' ? detail : `the manager answered with status ${status}`;
  return new OtterError(known, { detail: text.slice(0, DETAIL_LENGTH_MAX * 10) });
}
