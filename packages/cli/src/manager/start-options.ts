import { OtterError, parseServerUrl, type ServerAddress } from '@otter/core';
import { declareOptions, textOption, type OptionReaders, type SyncOptionTable } from '@otter/options';

/** Where a manager listens. */
interface ListenAddress {
  host: string;
  port: number;
}

/** The server and the database of a configuration store. */
export interface StoreAddress {
  address: ServerAddress;
  database: string;
}

const PORT_MAX = 65_535;
/** As the manager asks of every password. */
const PASSWORD_LENGTH_MIN = 10;
const NODE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Every option of `otter start`. */
export function startOptionTable({ json, lang }: SyncOptionTable, readers: OptionReaders) {
  return {
    ...declareOptions({
      'data-dir': {
        form: 'value',
        placeholder: 'FOLDER',
        schema: textOption(String).default('./otter-data'),
        defaultText: './otter-data',
        description:
          'folder of the configuration, the key of its secrets and what a run needs; made when it is not there',
      },
      listen: {
        form: 'value',
        placeholder: 'HOST:PORT',
        schema: textOption(parseListen).default({ host: '127.0.0.1', port: 8080 }),
        defaultText: '127.0.0.1:8080',
        description: 'where the console and the API answer',
      },
      'public-url': {
        form: 'value',
        placeholder: 'URL',
        schema: textOption(parsePublicUrl).optional(),
        description: 'where browsers reach it behind a proxy of this machine, https://otter.example.org',
      },
      store: {
        form: 'value',
        placeholder: 'URL',
        secret: true,
        schema: textOption((text) => parseStore(text, readers)).optional(),
        defaultText: 'otter.db in the data folder',
        description: 'configuration in a database of a MySQL or MariaDB server, mysql://user:password@host/database',
      },
      'admin-password-file': {
        form: 'value',
        placeholder: 'FILE',
        schema: textOption((path) => passwordOf(path, readers)).optional(),
        defaultText: 'drawn, and printed once',
        description: 'password of the first user, admin; only read when there is no user yet',
      },
      'secret-key-file': {
        form: 'value',
        placeholder: 'FILE',
        schema: textOption((path) => secretOf(path, readers)).optional(),
        defaultText: 'secret.key in the data folder',
        description: 'key of the stored secrets, 64 hex digits',
      },
      'node-name': {
        form: 'value',
        placeholder: 'NAME',
        schema: textOption(parseNodeName).optional(),
        defaultText: 'drawn, and kept in the data folder',
        description: 'name of this node, unique among those that read the same sources',
      },
    }),
    json,
    lang,
  };
}

/** Every option of `otter admin-password`: which manager, and the password. */
export function adminPasswordOptionTable(options: SyncOptionTable, readers: OptionReaders) {
  const start = startOptionTable(options, readers);
  return {
    'data-dir': start['data-dir'],
    store: start.store,
    'secret-key-file': start['secret-key-file'],
    'admin-password-file': { ...start['admin-password-file'], description: 'the new password of the user admin' },
    json: start.json,
    lang: start.lang,
  };
}

function parseListen(text: string): ListenAddress {
  const parts = /^(?:(\[[0-9A-Fa-f:.]+\]|[^:\s[\]]+):)?(\d{1,5})$/.exec(text);
  const port = Number(parts?.[2]);
  if (!parts || port > PORT_MAX) throw usage(`"${text}" is no HOST:PORT; write 127.0.0.1:8080`);
  return { host: parts[1]?.replace(/^\[(.*)\]$/, '$1') ?? '127.0.0.1', port };
}

function parsePublicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain =
    url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && `${url.search}${url.hash}` === '';
  if (!isPlain || url.username !== '')
    throw usage(`"${text}" is no address of a site; write https://otter.example.org`);
  return url.origin;
}

/** Reads `mysql://user:password@host/database`. Throws USAGE, never with the password. */
export function parseStore(text: string, readers: OptionReaders): StoreAddress {
  const parts = /^(m(?:ysql|ariadb):\/\/[^/?]*)\/([^/?]+)(\?.*)?$/.exec(text);
  if (!parts) throw usage('it names no database; write mysql://user:password@host:port/database');
  const address = parseServerUrl(`${parts[1]}/${parts[3] ?? ''}`, readers);
  readers.noteSecret(address.password, address.user);
  try {
    return { address, database: decodeURIComponent(parts[2] as string) };
  } catch {
    throw usage('the name of its database is not percent-encoded');
  }
}

function parseNodeName(text: string): string {
  if (!NODE_NAME.test(text)) throw usage(`"${text}" is no name: letters, digits, dots, dashes, up to 64 of them`);
  return text;
}

function passwordOf(path: string, readers: OptionReaders): string {
  const password = secretOf(path, readers);
  if (password.length < PASSWORD_LENGTH_MIN)
    throw usage(`the password in "${path}" is shorter than ${PASSWORD_LENGTH_MIN} characters`);
  return password;
}

/** What a file holds, without the end of its line. */
function secretOf(path: string, readers: OptionReaders): string {
  let text: string;
  try {
    text = readers.readFile(path);
  } catch (cause) {
    throw usage(`the file "${path}" cannot be read: ${(cause as Error).message}`);
  }
  const secret = text.replace(/\r?\n$/, '');
  readers.noteSecret(secret, '');
  return secret;
}

function usage(detail: string): OtterError {
  return new OtterError('USAGE', { detail });
}
