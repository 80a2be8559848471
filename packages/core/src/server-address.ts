import { OtterError } from './errors.ts';

export type TlsMode = 'off' | 'on' | 'verify-ca' | 'verify-full';

/** How to reach and log in to one MySQL or MariaDB server. */
export interface ServerAddress {
  host: string;
  port: number;
  /** Unix socket path; wins over host and port. */
  socketPath?: string;
  user: string;
  password: string;
  /** `on` encrypts without checking the certificate; the two `verify` modes check it. */
  tls: TlsMode;
  /** PEM text. */
  tlsCa?: string;
  tlsCert?: string;
  tlsKey?: string;
  connectTimeoutMs: number;
}

/** `user@host:port`, never the password. */
export function addressText(address: ServerAddress): string {
  return `${address.user}@${address.socketPath ?? `${address.host}:${address.port}`}`;
}

/** Files and variables a URL may refer to; a parameter so that only the CLI touches the process. */
export interface AddressSecrets {
  readFile(path: string): string;
  env(name: string): string | undefined;
}

const PARAMETERS = new Set([
  'socket',
  'tls',
  'ssl-mode',
  'tls-ca',
  'tls-cert',
  'tls-key',
  'password-env',
  'password-file',
  'connect-timeout',
]);

/**
 * Parses `mysql://user:password@host:port/?tls=on&…` (`mariadb://` alike). User, password and host are
 * percent-decoded. The password may instead come from `password-env=NAME` or `password-file=PATH`.
 * Throws USAGE without ever repeating the password.
 */
export function parseServerUrl(text: string, secrets: AddressSecrets): ServerAddress {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw usage('it is not a URL; write mysql://user:password@host:port/');
  }
  if (url.protocol !== 'mysql:' && url.protocol !== 'mariadb:') {
    throw usage(`the scheme "${url.protocol}//" is not known; use mysql:// or mariadb://`);
  }
  const user = decode(url.username);
  if (user === '') throw usage('it names no user; write mysql://user:password@host:port/');
  // Behind an "@" that was not the last one stands a part of the password: it may not be shown.
  if (url.hash !== '' || `${url.pathname}${url.search}`.includes('@')) {
    throw usage('a password with one of @ / ? # in it writes them %40 %2F %3F %23');
  }
  for (const name of url.searchParams.keys()) {
    if (!PARAMETERS.has(name))
      throw usage(`the parameter "${name}" is not known; known are ${[...PARAMETERS].join(', ')}`);
  }
  const parameter = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const file = (name: string): string | undefined => {
    const path = parameter(name);
    if (path === undefined) return undefined;
    try {
      return secrets.readFile(path);
    } catch (cause) {
      throw usage(`the file "${path}" of ${name} cannot be read: ${(cause as Error).message}`);
    }
  };
  const socketPath = parameter('socket');
  const ca = file('tls-ca');
  const cert = file('tls-cert');
  const key = file('tls-key');
  const address: ServerAddress = {
    host: url.hostname === '' ? '127.0.0.1' : decode(url.hostname.replace(/^\[(.*)\]$/, '$1')),
    port: url.port === '' ? 3306 : Number(url.port),
    user,
    password: password(url, parameter, file, secrets),
    tls: tlsMode(parameter('tls') ?? parameter('ssl-mode'), ca !== undefined),
    connectTimeoutMs: Number(parameter('connect-timeout') ?? 10) * 1000,
  };
  if (!(address.connectTimeoutMs > 0 && Number.isFinite(address.connectTimeoutMs)))
    throw usage('connect-timeout must be a number of seconds above 0');
  if (socketPath !== undefined) address.socketPath = socketPath;
  if (ca !== undefined) address.tlsCa = ca;
  if (cert !== undefined) address.tlsCert = cert;
  if (key !== undefined) address.tlsKey = key;
  return address;
}

function password(
  url: URL,
  parameter: (name: string) => string | undefined,
  file: (name: string) => string | undefined,
  secrets: AddressSecrets,
): string {
  if (url.password !== '') return decode(url.password);
  const variable = parameter('password-env');
  if (variable !== undefined) {
    const value = secrets.env(variable);
    if (value === undefined) throw usage(`the environment variable ${variable} of password-env is not set`);
    return value;
  }
  return file('password-file')?.replace(/\r?\n$/, '') ?? '';
}

function tlsMode(text: string | undefined, hasCa: boolean): TlsMode {
  switch (text?.toLowerCase().replaceAll('_', '-')) {
    case undefined:
      return hasCa ? 'verify-ca' : 'off';
    case 'off':
    case 'disabled':
      return 'off';
    case 'on':
    case 'required':
      return 'on';
    case 'verify-ca':
      return 'verify-ca';
    case 'verify-full':
    case 'verify-identity':
      return 'verify-full';
    default:
      throw usage(`tls=${text} is not known; use off, on, verify-ca or verify-full`);
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw usage('a percent sign in it is not followed by two hex digits; write %25 for a percent sign');
  }
}

function usage(reason: string): OtterError {
  return new OtterError('USAGE', { detail: `the server URL cannot be used: ${reason}` });
}
