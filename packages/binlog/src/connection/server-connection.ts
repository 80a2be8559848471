import net from 'node:net';
import type { Connection as CallbackConnection } from 'mysql2';
import { createConnection, type Connection, type ConnectionOptions } from 'mysql2/promise';
import { addressText, assert, OtterError, type ErrorCode, type ServerAddress } from '@otter/core';

export type { Connection } from 'mysql2/promise';

/** Which end of a pipeline a server is; it only decides how errors are called. */
export type ServerRole = 'source' | 'target';

export interface OpenOptions {
  /** @default 'source' */
  role?: ServerRole;
  /** Further settings of mysql2; they win over ours. */
  settings?: ConnectionOptions;
}

/** Idle seconds before TCP keep-alive probes begin: well below the 5 minutes after which firewalls forget a flow. */
const KEEP_ALIVE_DELAY_MS = 30_000;

/**
 * Opens and authenticates one connection. Numbers that are not exact and all temporal values arrive as text.
 * Passwords travel by mysql_native_password or caching_sha2_password (RSA-encrypted on plain TCP).
 *
 * Throws SOURCE_UNREACHABLE or TARGET_UNREACHABLE (by `role`), ACCESS_DENIED, or USAGE when the TLS settings
 * and the server do not fit together. An `error` event of an idle connection is swallowed: the next query reports it.
 */
export async function openConnection(address: ServerAddress, options: OpenOptions = {}): Promise<Connection> {
  const role = options.role ?? 'source';
  try {
    const connection = await createConnection(connectionOptions(address, options.settings));
    callbackConnection(connection).on('error', () => undefined);
    addresses.set(connection, address);
    return connection;
  } catch (cause) {
    throw classifyServerError(cause, role, address);
  }
}

const addresses = new WeakMap<Connection, ServerAddress>();

/** Where {@link openConnection} opened this connection to. */
export function addressOf(connection: Connection): ServerAddress {
  const address = addresses.get(connection);
  assert(address, 'a connection was not opened by openConnection');
  return address;
}

/** The callback connection below mysql2's promise wrapper: it owns `stream` and `threadId`. */
export function callbackConnection(connection: Connection): CallbackConnection & { stream: net.Socket } {
  return (connection as unknown as { connection: CallbackConnection & { stream: net.Socket } }).connection;
}

function connectionOptions(address: ServerAddress, settings: ConnectionOptions | undefined): ConnectionOptions {
  const options: ConnectionOptions = {
    host: address.host,
    port: address.port,
    user: address.user,
    password: address.password,
    connectTimeout: address.connectTimeoutMs,
    charset: 'UTF8MB4_BIN',
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    // Questions go together: a server may be a continent away.
    multipleStatements: true,
    stream: () => openSocket(address),
  };
  if (address.socketPath !== undefined) options.socketPath = address.socketPath;
  if (address.tls !== 'off') options.ssl = tlsOptions(address);
  return { ...options, ...settings };
}

function openSocket(address: ServerAddress): net.Socket {
  if (address.socketPath !== undefined) return net.connect(address.socketPath);
  const socket = net.connect({ host: address.host, port: address.port, noDelay: true });
  socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
  // mysql2 passes no host to tls.connect, which then checks the certificate against this field, or
  // against "localhost" when it is empty, as Node leaves it for IP addresses.
  (socket as unknown as { _host: string })._host = address.host;
  return socket;
}

function tlsOptions(address: ServerAddress): NonNullable<Exclude<ConnectionOptions['ssl'], string>> {
  const verify = address.tls === 'verify-ca' || address.tls === 'verify-full';
  const options: NonNullable<Exclude<ConnectionOptions['ssl'], string>> = {
    rejectUnauthorized: verify,
    verifyIdentity: address.tls === 'verify-full',
  };
  if (address.tlsCa !== undefined) options.ca = address.tlsCa;
  if (address.tlsCert !== undefined) options.cert = address.tlsCert;
  if (address.tlsKey !== undefined) options.key = address.tlsKey;
  return options;
}

/** What mysql2 and Node attach to an error. */
interface DriverError {
  message: string;
  code?: string;
  errno?: number;
  sqlState?: string;
}

/** The account or a privilege is refused, by error number (MySQL and MariaDB error references). */
const DENIED = new Set([
  1044, 1045, 1095, 1130, 1142, 1143, 1227, 1251, 1370, 1410, 1524, 1698, 1820, 1862, 1873, 3118, 3159, 4151, 4194,
]);
/** The server is there but goes away, is full or ended this session: 1927 and 3169 are KILL. */
const GONE = new Set([1037, 1038, 1040, 1053, 1077, 1079, 1080, 1152, 1158, 1159, 1160, 1161, 1184, 1203, 1226, 1317]);
const KILLED = new Set([1129, 1927, 3032, 3168, 3169, 4031]);
const NETWORK =
  /^(E(CONN|TIMEDOUT|PIPE|HOST|NET|NOTFOUND|AI_|NOENT|ACCES|ADDR)|PROTOCOL_|ERR_(STREAM|SOCKET)|HANDSHAKE_UNKNOWN)/;
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|ERR_OSSL|HANDSHAKE_(NO_)?SSL/;

/**
 * Turns what mysql2 or a socket reports into a coded error; one that is coded already passes through.
 * What fits nothing known is INTERNAL: it was our statement, so it is our mistake.
 */
export function classifyServerError(error: unknown, role: ServerRole, address?: ServerAddress): OtterError {
  if (OtterError.is(error)) return error;
  const e = error as DriverError;
  const where = address ? ` (${addressText(address)})` : '';
  return new OtterError(errorCode(e, role), {
    detail: `${e.message || e.code || String(error)}${where}`,
    context: e.errno === undefined ? {} : { errno: e.errno },
    cause: error,
  });
}

function errorCode(error: DriverError, role: ServerRole): ErrorCode {
  const errno = error.errno ?? 0;
  if (DENIED.has(errno) || error.code === 'AUTH_SWITCH_PLUGIN_ERROR') return 'ACCESS_DENIED';
  const text = error.code ?? '';
  if (CERTIFICATE.test(text)) return 'USAGE';
  // 1041 and others below 1000 are errno values of the operating system.
  if (GONE.has(errno) || KILLED.has(errno) || NETWORK.test(text)) return unreachable(role);
  if (/closed state|Connection lost|disconnected/i.test(error.message)) return unreachable(role);
  return 'INTERNAL';
}

function unreachable(role: ServerRole): ErrorCode {
  return role === 'source' ? 'SOURCE_UNREACHABLE' : 'TARGET_UNREACHABLE';
}
