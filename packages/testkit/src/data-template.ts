import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOutput, runCommand } from './command.ts';
import { cacheDir, type ServerBinaries } from './install.ts';

/** Raise when what a template holds changes. */
const TEMPLATE_FORMAT = 2;

/** Accounts every server has: root without password, over the socket and over TCP. */
const ROOT_SQL = `
CREATE USER IF NOT EXISTS root@'127.0.0.1';
GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;
`;

/** Files of MariaDB's system tables, in the order its own installer runs them; each under its new and old name. */
const SYSTEM_TABLE_FILES = [
  ['mariadb_system_tables.sql', 'mysql_system_tables.sql'],
  ['mariadb_performance_tables.sql', 'mysql_performance_tables.sql'],
  ['mariadb_system_tables_data.sql', 'mysql_system_tables_data.sql'],
  ['maria_add_gis_sp_bootstrap.sql'],
  ['mariadb_sys_schema.sql', 'mysql_sys_schema.sql'],
];

/**
 * Folder with freshly initialised data of this server, to be copied for each server started. Made once
 * and kept in the cache; concurrent makers do not disturb each other.
 */
export async function dataTemplate(binaries: ServerBinaries): Promise<string> {
  if (binaries.readyDataDir !== null) return binaries.readyDataDir;
  const parent = join(cacheDir(), 'templates');
  const template = join(parent, `${binaries.kind}-${binaries.version}-${TEMPLATE_FORMAT}`);
  if (existsSync(template)) return template;
  mkdirSync(parent, { recursive: true });
  const work = mkdtempSync(join(parent, 'new-'));
  try {
    const data = join(work, 'data');
    mkdirSync(join(work, 'tmp'));
    if (binaries.family === 'mariadb') await initialiseMariadb(binaries, work, data);
    else await initialiseMysql(binaries, work, data);
    rmSync(join(data, 'auto.cnf'), { force: true });
    try {
      renameSync(data, template);
    } catch (error) {
      if (!existsSync(template)) throw error;
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return template;
}

async function initialiseMariadb(binaries: ServerBinaries, work: string, data: string): Promise<void> {
  mkdirSync(data);
  const sql = SYSTEM_TABLE_FILES.map((names) => {
    const name = names.find((candidate) => existsSync(join(binaries.shareDir, candidate)));
    // The sys schema came with 10.6; without it nothing is missing here.
    if (name === undefined && names.includes('mysql_sys_schema.sql')) return '';
    if (name === undefined) throw new Error(`${names.join(' or ')} is missing below ${binaries.shareDir}`);
    return readFileSync(join(binaries.shareDir, name), 'utf8');
  });
  const head =
    'create database if not exists mysql;\nuse mysql;\nSET @skip_auth_anonymous=1;\nSET @auth_root_socket=NULL;\n';
  const command = [
    ...binaries.server,
    ...asCurrentUser(),
    '--bootstrap',
    `--datadir=${data}`,
    `--tmpdir=${join(work, 'tmp')}`,
    '--innodb-log-file-size=32M',
    '--innodb-buffer-pool-size=32M',
    '--innodb-use-native-aio=0',
    '--innodb-flush-log-at-trx-commit=0',
    '--enforce-storage-engine=',
    '--max-allowed-packet=8M',
    '--net-buffer-length=16K',
    '--log-warnings=0',
    '--silent-startup',
  ];
  await commandOutput(command, { input: head + sql.join('\n') });
}

async function initialiseMysql(binaries: ServerBinaries, work: string, data: string): Promise<void> {
  const initFile = join(work, 'init.sql');
  writeFileSync(initFile, ROOT_SQL);
  const log = join(work, 'error.log');
  const result = await runCommand([
    ...binaries.server,
    ...asCurrentUser(),
    '--initialize-insecure',
    `--datadir=${data}`,
    `--tmpdir=${join(work, 'tmp')}`,
    `--init-file=${initFile}`,
    `--log-error=${log}`,
    '--innodb-redo-log-capacity=16M',
    '--innodb-buffer-pool-size=64M',
    '--innodb-use-native-aio=0',
  ]);
  if (result.code !== 0)
    throw new Error(`initialising ${binaries.kind} failed:\n${readFileSync(log, 'utf8').slice(-2000)}`);
}

/** A server started as root refuses to run unless told that root is meant. */
export function asCurrentUser(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}
