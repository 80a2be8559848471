import { commandOutput } from '../command.ts';
import { ensureMariadb, ensureServer, type ServerBinaries } from '../install.ts';
import type { RunningServer } from '../server.ts';

export interface BinlogTextOptions {
  /** @default all log files of the server */
  files?: readonly string[];
  /** More arguments, such as `--start-position=4`. */
  options?: readonly string[];
}

/**
 * What mysqlbinlog or mariadb-binlog prints for log files of a server: every row as pseudo-SQL with its
 * column types (`-vv`), the encoded rows themselves left out, times in UTC.
 */
export async function binlogText(server: RunningServer, options: BinlogTextOptions = {}): Promise<string> {
  const tool = await toolFor(server.binaries);
  const files = options.files ?? server.logFiles();
  if (files.length === 0) throw new Error('the server has no log files: they would prove nothing');
  const decode = ['-vv', '--base64-output=DECODE-ROWS', ...(options.options ?? [])];
  return commandOutput([...tool, ...decode, ...files], { env: { TZ: 'UTC' } });
}

/** Servers without a tool of their own are read by the nearest relative that has one and knows their format. */
async function toolFor(binaries: ServerBinaries): Promise<string[]> {
  if (binaries.binlogTool) return binaries.binlogTool;
  const other = binaries.family === 'mariadb' ? await ensureMariadb() : await ensureServer('mysql-9.7');
  if (!other.binlogTool) throw new Error(`there is no mysqlbinlog for ${binaries.kind}: install mariadb-client`);
  return other.binlogTool;
}
