import { say, sayNames, type Wording } from '@otter/core';
import { isLogged, readLogFilter, unloggedBy } from './log-filter.ts';
import { grantStatement, hasPrivilege, readAccount, type Account, type Place } from './privileges.ts';
import { quoteName, quoteText } from './quoting.ts';
import type { Session } from './session.ts';

/** One line of the preflight. */
export interface PreflightLine {
  verdict: 'ok' | 'warning' | 'stop';
  /** `source`, `target` or `schema.table`. */
  subject: string;
  /** What was looked at: `binlog_format`, `privileges`, `primary key`. */
  check: string;
  /** What was found, a sentence. */
  finding: string;
  /** The same in Chinese. */
  findingZh: string;
  /** SQL or setting that cures it, ready to run; or what to do, a sentence. */
  fix?: string;
  /** The same in Chinese, where it is a sentence. */
  fixZh?: string;
}

/** A wording as the finding of a line. */
export function asFinding({ en, zh }: Wording): Pick<PreflightLine, 'finding' | 'findingZh'> {
  return { finding: en, findingZh: zh };
}

/** A wording as what cures it. */
export function asFix({ en, zh }: Wording): Required<Pick<PreflightLine, 'fix' | 'fixZh'>> {
  return { fix: en, fixZh: zh };
}

/** A table by its name on the server in question. */
export interface TableName {
  schema: string;
  table: string;
}

export interface SourceCheckOptions {
  tables: readonly TableName[];
  controlSchema: string;
  /** Whether a heartbeat row is to be written on the source. */
  heartbeat: boolean;
  /** Whether tables will be copied: watermarks are then written on the source. */
  copy: boolean;
}

export interface TargetCheckOptions {
  tables: readonly TableName[];
  controlSchema: string;
  /** Privileges that changes of definition take; none when none is applied. */
  definitionPrivileges: readonly string[];
  /** What is to be created, when anything is. */
  created?: {
    /** Schemas that are not there either. */
    schemas: readonly string[];
    /** Of the objects in `tables`, those that are not there. */
    tables: readonly TableName[];
    /** Parents of foreign keys. */
    parents: readonly TableName[];
    /** Of `tables`, those that get indexes later. */
    altered: readonly TableName[];
  };
}

type Variables = ReadonlyMap<string, string>;

/** What applying rows takes. */
const ROW_PRIVILEGES = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
const RETENTION_SECONDS_MIN = 24 * 3600;
const CLOCK_DIFFERENCE_MS_MAX = 5_000;

/** Everything about the source that can be known before its log is read. Reads only. */
export async function checkSource(session: Session, options: SourceCheckOptions): Promise<PreflightLine[]> {
  const variables = await readVariables(session);
  const account = await readAccount(session);
  return [
    versionLine('source', session),
    ...logLines(session, variables),
    ...(await filterLines(session, options.tables)),
    retentionLine(session, variables),
    ...sourcePrivilegeLines(session, account, options),
  ];
}

/** Everything about the target that can be known before it is written to. Reads only. */
export async function checkTarget(session: Session, options: TargetCheckOptions): Promise<PreflightLine[]> {
  const variables = await readVariables(session);
  const account = await readAccount(session);
  const exists = await session.rows(
    `SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME=${quoteText(options.controlSchema)}`,
  );
  return [
    versionLine('target', session),
    readOnlyLine(variables, account),
    ...targetPrivilegeLines(session, account, options, exists.length > 0),
  ];
}

/** What must agree between the two servers. */
export async function checkServers(source: Session, target: Session): Promise<PreflightLine[]> {
  const [a, b] = [await readServer(source), await readServer(target)];
  return [
    packetLine(a.variables, b.variables),
    nameCaseLine(a.variables, b.variables),
    clockLine(a.aheadMs, 'source'),
    clockLine(b.aheadMs, 'target'),
  ];
}

const VARIABLES = [
  'binlog_expire_logs_seconds',
  'binlog_format',
  'binlog_row_image',
  'binlog_row_metadata',
  'binlog_row_value_options',
  'expire_logs_days',
  'innodb_read_only',
  'log_bin',
  'lower_case_table_names',
  'max_allowed_packet',
  'read_only',
  'server_id',
  'super_read_only',
];

const VARIABLES_SQL = `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${VARIABLES.map(quoteText).join(',')})`;

async function readVariables(session: Session): Promise<Variables> {
  return variablesOf(await session.rows(VARIABLES_SQL));
}

function variablesOf(rows: readonly (string | null)[][]): Variables {
  return new Map(rows.map(([name, value]) => [(name ?? '').toLowerCase(), value ?? '']));
}

/** The variables, and by how much the server's clock is ahead of ours; asked together, for it may be a continent away. */
async function readServer(session: Session): Promise<{ variables: Variables; aheadMs: number }> {
  const before = Date.now();
  const [time, variables = []] = await session.rowsOfEach(['SELECT UNIX_TIMESTAMP(NOW(3))', VARIABLES_SQL]);
  const aheadMs = Math.round(Number(time?.[0]?.[0]) * 1000 - (before + Date.now()) / 2);
  return { variables: variablesOf(variables), aheadMs };
}

function versionLine(subject: string, session: Session): PreflightLine {
  const oldest = session.isMariadb ? 100500 : 50600;
  const known = session.versionNumber >= oldest;
  return {
    verdict: known ? 'ok' : 'warning',
    subject,
    check: 'version',
    ...asFinding(say(known ? 'version-known' : 'version-old', { version: session.serverVersion })),
  };
}

function logLines(session: Session, variables: Variables): PreflightLine[] {
  if (!isOn(variables.get('log_bin'))) {
    return [
      {
        verdict: 'stop',
        subject: 'source',
        check: 'log_bin',
        ...asFinding(say('log-off')),
        fix: '[mysqld]\nlog_bin=binlog\nbinlog_format=ROW\nserver_id=1   # then restart the server',
      },
    ];
  }
  const lines: PreflightLine[] = [{ verdict: 'ok', subject: 'source', check: 'log_bin', ...asFinding(say('log-on')) }];
  const format = variables.get('binlog_format') ?? 'ROW';
  lines.push(settingLine('binlog_format', format, 'ROW', 'stop', say('why-format')));
  const image = variables.get('binlog_row_image') ?? 'FULL';
  lines.push(settingLine('binlog_row_image', image, 'FULL', 'warning', say('why-image'), ['FULL_NODUP']));
  if (session.isMariadb || session.versionNumber >= 80001) {
    const metadata = variables.get('binlog_row_metadata') ?? 'absent';
    const why = say('why-metadata');
    lines.push(settingLine('binlog_row_metadata', metadata, 'FULL', 'warning', why));
  }
  const partial = variables.get('binlog_row_value_options') ?? '';
  if (partial !== '') {
    const why = say('why-json-steps');
    lines.push(settingLine('binlog_row_value_options', partial, '', 'warning', why));
  }
  if (variables.get('server_id') === '0') {
    const fix = 'SET GLOBAL server_id = 1;';
    lines.push({
      verdict: 'stop',
      subject: 'source',
      check: 'server_id',
      ...asFinding(say('server-id-zero')),
      fix,
    });
  }
  return lines;
}

function settingLine(
  name: string,
  value: string,
  wanted: string,
  verdict: 'warning' | 'stop',
  why: Wording,
  alsoGood: readonly string[] = [],
): PreflightLine {
  const good = [wanted, ...alsoGood].some((text) => text.toUpperCase() === value.toUpperCase());
  if (good)
    return { verdict: 'ok', subject: 'source', check: name, ...asFinding(say('setting-good', { name, value })) };
  const fix = `SET GLOBAL ${name} = '${wanted}';   -- and in the configuration file; sessions already open keep the old value`;
  return {
    verdict,
    subject: 'source',
    check: name,
    ...asFinding(say('setting-bad', { name, value: value === '' ? say('value-empty') : value, why })),
    fix,
  };
}

/** Tables whose changes are never in the log. */
async function filterLines(session: Session, tables: readonly TableName[]): Promise<PreflightLine[]> {
  const filter = await readLogFilter(session);
  if (filter === null) return [];
  const schemas = [...new Set(tables.map(({ schema }) => schema))].filter((schema) => !isLogged(filter, schema));
  if (schemas.length === 0) return [];
  const { setting, fix } = unloggedBy(filter);
  const finding = asFinding(say('log-filtered', { schemas: sayNames(schemas), setting }));
  return [{ verdict: 'stop', subject: 'source', check: setting, ...finding, ...asFix(fix) }];
}

function retentionLine(session: Session, variables: Variables): PreflightLine {
  const seconds = Number(variables.get('binlog_expire_logs_seconds') ?? 0);
  const days = Number(variables.get('expire_logs_days') ?? 0);
  const kept = seconds > 0 ? seconds : Math.round(days * 86_400);
  const line = { subject: 'source', check: 'log retention' };
  if (kept === 0) return { ...line, verdict: 'ok', ...asFinding(say('log-kept-always')) };
  if (kept >= RETENTION_SECONDS_MIN) {
    return { ...line, verdict: 'ok', ...asFinding(say('log-kept', { hours: (kept / 3600).toFixed(0) })) };
  }
  const modern = session.isMariadb ? session.versionNumber >= 100600 : session.versionNumber >= 80001;
  const fix = modern ? 'SET GLOBAL binlog_expire_logs_seconds = 259200;' : 'SET GLOBAL expire_logs_days = 3;';
  const said = say('log-kept-briefly', { hours: (kept / 3600).toFixed(1) });
  return { ...line, verdict: 'warning', ...asFinding(said), fix };
}

function sourcePrivilegeLines(session: Session, account: Account, options: SourceCheckOptions): PreflightLine[] {
  const monitor = session.isMariadb ? 'BINLOG MONITOR' : 'REPLICATION CLIENT';
  const lines: PreflightLine[] = [];
  const missing = ['REPLICATION SLAVE', monitor].filter(
    (privilege) =>
      !hasPrivilege(account, privilege) && !(privilege === monitor && hasPrivilege(account, 'REPLICATION CLIENT')),
  );
  if (missing.length > 0) {
    const fix = grantStatement(account, missing);
    const finding = asFinding(say('log-not-readable', { account: account.name, privileges: missing.join(', ') }));
    lines.push({ verdict: 'stop', subject: 'source', check: 'privileges', ...finding, fix });
  }
  lines.push(...tableLines(account, 'source', ['SELECT'], options.tables, 'catalogue-hides'));
  if (options.heartbeat || options.copy) {
    const wanted = ['CREATE', 'SELECT', 'INSERT', 'UPDATE'];
    const lacking = lackingOf(account, wanted, { schema: options.controlSchema });
    if (lacking.length > 0) {
      const fix = `CREATE DATABASE IF NOT EXISTS ${quoteName(options.controlSchema)};\n${grantStatement(account, lacking, { schema: options.controlSchema })}`;
      const lacks = { account: account.name, privileges: lacking.join(', '), schema: options.controlSchema };
      if (options.copy) {
        const finding = asFinding(say('watermarks-not-writable', lacks));
        lines.push({ verdict: 'stop', subject: 'source', check: 'full copy', ...finding, fix });
      } else {
        const finding = asFinding(say('heartbeat-not-writable', lacks));
        lines.push({ verdict: 'warning', subject: 'source', check: 'heartbeat', ...finding, fix });
      }
    }
  }
  if (lines.length === 0) {
    lines.push({
      verdict: 'ok',
      subject: 'source',
      check: 'privileges',
      ...asFinding(say('privileges-whole', { account: account.name })),
    });
  }
  return lines;
}

function targetPrivilegeLines(
  session: Session,
  account: Account,
  options: TargetCheckOptions,
  exists: boolean,
): PreflightLine[] {
  const created = new Set(options.created?.tables);
  const present = options.tables.filter((table) => !created.has(table));
  const lines = tableLines(account, 'target', ROW_PRIVILEGES, present, 'tables-not-writable');
  if (options.created) lines.push(...creationLines(session, account, options.created));
  const place: Place = { schema: options.controlSchema };
  const lacking = lackingOf(account, ['CREATE', ...ROW_PRIVILEGES], place);
  if (lacking.length > 0) {
    const create = exists ? '' : `CREATE DATABASE ${quoteName(options.controlSchema)};\n`;
    const lacks = { account: account.name, privileges: lacking.join(', '), schema: options.controlSchema };
    const finding = asFinding(say('control-schema-lacks', lacks));
    const fix = create + grantStatement(account, lacking, place);
    lines.push({ verdict: 'stop', subject: 'target', check: 'control schema', ...finding, fix });
  }
  if (lines.length === 0) {
    lines.push({
      verdict: 'ok',
      subject: 'target',
      check: 'privileges',
      ...asFinding(say('privileges-whole', { account: account.name })),
    });
  }
  const schemas = [...new Set(options.tables.map((table) => table.schema)), options.controlSchema];
  const fixed = schemas.flatMap((schema) => {
    const missing = lackingOf(account, options.definitionPrivileges, { schema });
    return missing.length === 0 ? [] : [{ schema, missing }];
  });
  if (fixed.length > 0) {
    const where = fixed.map(({ schema, missing }) => `${schema} (${missing.join(', ')})`).join('; ');
    lines.push({
      verdict: 'warning',
      subject: 'target',
      check: 'definitions',
      ...asFinding(say('definitions-not-changeable', { account: account.name, where })),
      fix: fixed.map(({ schema, missing }) => grantStatement(account, missing, { schema })).join('\n'),
    });
  }
  const unseen = options.tables.filter((table) => !hasPrivilege(account, 'TRIGGER', table));
  if (unseen.length > 0) {
    const schemas = [...new Set(unseen.map((table) => table.schema))];
    const fix = schemas.map((schema) => grantStatement(account, ['TRIGGER'], { schema })).join('\n');
    const finding = asFinding(say('triggers-not-visible', { account: account.name, tables: namesOf(unseen) }));
    lines.push({ verdict: 'warning', subject: 'target', check: 'triggers', ...finding, fix });
  }
  return lines;
}

/**
 * Making a schema takes CREATE on the schema, a table CREATE on the table; a foreign key REFERENCES on its parent, on
 * MySQL alone; adding its indexes later ALTER. A grant on a table that is not there has to name CREATE, whatever else it
 * gives.
 */
function creationLines(
  session: Session,
  account: Account,
  { schemas, tables, parents, altered }: NonNullable<TargetCheckOptions['created']>,
): PreflightLine[] {
  const lines: PreflightLine[] = schemas
    .filter((schema) => !hasPrivilege(account, 'CREATE', { schema }))
    .map((schema) => ({
      verdict: 'stop',
      subject: 'target',
      check: 'privileges',
      ...asFinding(say('schema-not-creatable', { account: account.name, schema })),
      fix: grantStatement(account, ['CREATE'], { schema }),
    }));
  const among = (list: readonly TableName[], { schema, table }: TableName): boolean =>
    list.some((other) => other.schema === schema && other.table === table);
  const wantedFor = (table: TableName): string[] => [
    ...(schemas.includes(table.schema) ? [] : ['CREATE']),
    ...ROW_PRIVILEGES,
    ...(among(parents, table) && !session.isMariadb ? ['REFERENCES'] : []),
    ...(among(altered, table) ? ['ALTER'] : []),
  ];
  const groups = new Map<string, TableName[]>();
  for (const table of tables) {
    const wanted = wantedFor(table).join();
    groups.set(wanted, [...(groups.get(wanted) ?? []), table]);
  }
  for (const [wanted, group] of groups)
    lines.push(...tableLines(account, 'target', wanted.split(','), group, 'tables-not-creatable', ['CREATE']));
  const present = parents.filter((parent) => !among(tables, parent));
  if (!session.isMariadb)
    lines.push(...tableLines(account, 'target', ['REFERENCES'], present, 'parents-not-referable'));
  return lines;
}

function tableLines(
  account: Account,
  subject: string,
  wanted: readonly string[],
  tables: readonly TableName[],
  id: 'catalogue-hides' | 'tables-not-writable' | 'tables-not-creatable' | 'parents-not-referable',
  alsoGranted: readonly string[] = [],
): PreflightLine[] {
  const groups = new Map<string, TableName[]>();
  for (const table of tables) {
    const lacking = lackingOf(account, wanted, table).join(', ');
    if (lacking !== '') groups.set(lacking, [...(groups.get(lacking) ?? []), table]);
  }
  return [...groups].map(([lacking, lackingTables]) => ({
    verdict: 'stop',
    subject,
    check: 'privileges',
    ...asFinding(say(id, { account: account.name, tables: namesOf(lackingTables), privileges: lacking })),
    fix: lackingTables
      .map((table) => grantStatement(account, [...new Set([...alsoGranted, ...lacking.split(', ')])], table))
      .join('\n'),
  }));
}

function lackingOf(account: Account, wanted: readonly string[], place: Place): string[] {
  return wanted.filter((privilege) => !hasPrivilege(account, privilege, place));
}

function namesOf(tables: readonly TableName[]): Wording {
  return sayNames(tables.map(({ schema, table }) => `${schema}.${table}`));
}

function readOnlyLine(variables: Variables, account: Account): PreflightLine {
  const line = { subject: 'target', check: 'read_only' };
  const mode = variables.get('read_only') ?? 'OFF';
  if (isOn(variables.get('super_read_only')) || isOn(variables.get('innodb_read_only'))) {
    return {
      ...line,
      verdict: 'stop',
      ...asFinding(say('read-only-everybody')),
      fix: 'SET GLOBAL super_read_only = OFF;',
    };
  }
  // MariaDB 12 has more values than ON and OFF.
  if (!isOn(mode) && !mode.startsWith('NO_LOCK'))
    return { ...line, verdict: 'ok', ...asFinding(say('target-writable')) };
  const passes = ['READ_ONLY ADMIN', 'CONNECTION_ADMIN', 'SUPER'].some((p) => hasPrivilege(account, p));
  if (passes)
    return { ...line, verdict: 'warning', ...asFinding(say('read-only-passed', { mode, account: account.name })) };
  return { ...line, verdict: 'stop', ...asFinding(say('read-only', { mode })), fix: 'SET GLOBAL read_only = OFF;' };
}

function isOn(value: string | undefined): boolean {
  return value === 'ON' || value === '1';
}

function packetLine(source: Variables, target: Variables): PreflightLine {
  const [a, b] = [Number(source.get('max_allowed_packet')), Number(target.get('max_allowed_packet'))];
  const line = { subject: 'target', check: 'max_allowed_packet' };
  // Binary values travel as hex, twice as long; a row too long for that is parked with a code of its own.
  if (b >= a) return { ...line, verdict: 'ok', ...asFinding(say('packet-fits', { bytes: b })) };
  const wanted = Math.min(2 * a, 1024 ** 3);
  return {
    ...line,
    verdict: 'warning',
    ...asFinding(say('packet-small', { bytes: b, sourceBytes: a })),
    fix: `SET GLOBAL max_allowed_packet = ${wanted};`,
  };
}

function nameCaseLine(source: Variables, target: Variables): PreflightLine {
  const [a, b] = [source.get('lower_case_table_names'), target.get('lower_case_table_names')];
  const line = { subject: 'target', check: 'lower_case_table_names' };
  if (a === b) return { ...line, verdict: 'ok', ...asFinding(say('name-case-same', { value: b ?? '' })) };
  const said = say('name-case-differs', { source: a ?? '', target: b ?? '' });
  return { ...line, verdict: 'warning', ...asFinding(said) };
}

function clockLine(difference: number, subject: string): PreflightLine {
  const line = { subject, check: 'clock' };
  if (Math.abs(difference) <= CLOCK_DIFFERENCE_MS_MAX) {
    return { ...line, verdict: 'ok', ...asFinding(say('clock-agrees')) };
  }
  const said = say(difference > 0 ? 'clock-ahead' : 'clock-behind', { seconds: Math.abs(difference) / 1000 });
  return { ...line, verdict: 'warning', ...asFinding(said) };
}
