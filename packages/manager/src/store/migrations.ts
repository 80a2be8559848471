import { STAGES } from '@otter/core';
import { sql, type ColumnDefinitionBuilder, type CreateTableBuilder, type Kysely, type Migration } from 'kysely';

export type StoreFamily = 'sqlite' | 'mysql';

/**
 * The steps from an empty store to the present one, in the order of their names. A step that has been released is never
 * changed; another is added. Names are written with underscores here: no plug-in translates them.
 */
export function migrations(family: StoreFamily): Record<string, Migration> {
  return {
    '0001-configuration': { up: (db) => new FirstTables(db, family).create() },
    '0002-statistics': { up: (db) => createStatistics(db, family) },
    '0003-verifications': { up: (db) => createVerifications(db, family) },
    '0005-event-marks': {
      up: (db) => db.schema.alterTable('events').addColumn('mark', 'varchar(8)', optional).execute(),
    },
    '0006-table-statistics': { up: (db) => createTableStatistics(db, family) },
    '0007-alarms': { up: (db) => new AlarmTables(db, family).create() },
    '0008-event-messages': { up: addEventMessages },
    '0009-two-way': { up: (db) => addPairs(db, family) },
    '0010-two-way-alarms': { up: addPairRules },
  };
}

/** One column by one: SQLite adds no two at once. */
async function addEventMessages(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('events').addColumn('message_key', 'varchar(64)', optional).execute();
  await db.schema.alterTable('events').addColumn('message_parameters', LONG_TEXT, optional).execute();
}

/** SQLite takes a reference of a new column with the column alone, MySQL not with it. */
async function addPairs(db: Kysely<unknown>, family: StoreFamily): Promise<void> {
  const pipelines = () => db.schema.alterTable('pipelines');
  await pipelines().addColumn('pair', LONG_TEXT, optional).execute();
  await pipelines()
    .addColumn('leading_id', 'integer', (c) => (family === 'sqlite' ? c.references('pipelines.id') : c))
    .execute();
  if (family === 'mysql')
    await pipelines().addForeignKeyConstraint('pipelines_leading', ['leading_id'], 'pipelines', ['id']).execute();
  await db.schema.createIndex('pipelines_pair').unique().on('pipelines').column('leading_id').execute();
}

/** What a person wants to know of two sites that are both written. */
async function addPairRules(db: Kysely<unknown>): Promise<void> {
  const rules = defaultRules([
    { name: 'Rows came round', type: 'echoes', severity: 'critical', for_minutes: 0 },
    { name: 'Conflicts open', type: 'conflicts-open', severity: 'warning', for_minutes: 0 },
  ]);
  const kept = db as Kysely<{ alarm_rules: (typeof rules)[number] }>;
  const taken = await kept.selectFrom('alarm_rules').select('name').execute();
  const free = rules.filter(({ name }) => !taken.some((rule) => rule.name === name));
  if (free.length > 0) await kept.insertInto('alarm_rules').values(free).execute();
}

type Column = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
const required: Column = (column) => column.notNull();
const optional: Column = (column) => column;
/** Up to 16 MB on MySQL, where `text` ends at 64 kB; SQLite takes any name that contains "text". */
const LONG_TEXT = sql`mediumtext`;

class FirstTables {
  readonly #db: Kysely<unknown>;
  readonly #family: StoreFamily;

  constructor(db: Kysely<unknown>, family: StoreFamily) {
    this.#db = db;
    this.#family = family;
  }

  async create(): Promise<void> {
    await this.#configuration();
    await this.#people();
    await this.#records();
  }

  async #configuration(): Promise<void> {
    await this.#versioned('data_sources')
      .addColumn('name', 'varchar(64)', (c) => c.notNull().unique())
      .addColumn('description', LONG_TEXT, required)
      .addColumn('kind', 'varchar(16)', required)
      .addColumn('primary_host', 'varchar(255)', required)
      .addColumn('primary_port', 'integer', required)
      .addColumn('standby_host', 'varchar(255)', optional)
      .addColumn('standby_port', 'integer', optional)
      .addColumn('user_name', 'varchar(80)', required)
      .addColumn('password_sealed', LONG_TEXT, optional)
      .addColumn('tls_mode', 'varchar(16)', required)
      .addColumn('tls_ca', LONG_TEXT, optional)
      .addColumn('tls_cert', LONG_TEXT, optional)
      .addColumn('tls_key_sealed', LONG_TEXT, optional)
      .execute();
    await this.#versioned('channels')
      .addColumn('name', 'varchar(64)', (c) => c.notNull().unique())
      .addColumn('description', LONG_TEXT, required)
      .addColumn('parameters', LONG_TEXT, required)
      .execute();
    await this.#versioned('pipelines')
      .addColumn('channel_id', 'integer', required)
      .addColumn('name', 'varchar(64)', required)
      .addColumn('description', LONG_TEXT, required)
      .addColumn('checkpoint_name', 'varchar(64)', (c) => c.notNull().unique())
      .addColumn('source_id', 'integer', required)
      .addColumn('target_id', 'integer', required)
      .addColumn('parameters', LONG_TEXT, required)
      .addColumn('desired', 'varchar(16)', required)
      .addUniqueConstraint('pipelines_name', ['channel_id', 'name'])
      .addForeignKeyConstraint('pipelines_channel', ['channel_id'], 'channels', ['id'])
      .addForeignKeyConstraint('pipelines_source', ['source_id'], 'data_sources', ['id'])
      .addForeignKeyConstraint('pipelines_target', ['target_id'], 'data_sources', ['id'])
      .execute();
    await this.#numbered('mappings')
      .addColumn('pipeline_id', 'integer', required)
      .addColumn('ordinal', 'integer', required)
      .addColumn('source_pattern', 'varchar(512)', required)
      .addColumn('target_pattern', 'varchar(512)', optional)
      .addColumn('column_choice', LONG_TEXT, required)
      .addUniqueConstraint('mappings_order', ['pipeline_id', 'ordinal'])
      .addForeignKeyConstraint('mappings_pipeline', ['pipeline_id'], 'pipelines', ['id'], (c) => c.onDelete('cascade'))
      .execute();
    await this.#table('system_parameters')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('version', 'integer', required)
      .addColumn('parameters', LONG_TEXT, required)
      .addColumn('key_check', LONG_TEXT, required)
      .execute();
  }

  async #people(): Promise<void> {
    await this.#versioned('users')
      .addColumn('name', 'varchar(64)', (c) => c.notNull().unique())
      .addColumn('role', 'varchar(16)', required)
      .addColumn('password_hash', 'varchar(255)', required)
      .addColumn('disabled', 'integer', required)
      .addColumn('failed_logins', 'integer', required)
      .addColumn('locked_until_ms', 'bigint', required)
      .execute();
    await this.#table('user_channels')
      .addColumn('user_id', 'integer', required)
      .addColumn('channel_id', 'integer', required)
      .addPrimaryKeyConstraint('user_channels_key', ['user_id', 'channel_id'])
      .addForeignKeyConstraint('user_channels_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
      .addForeignKeyConstraint('user_channels_channel', ['channel_id'], 'channels', ['id'], (c) =>
        c.onDelete('cascade'),
      )
      .execute();
    await this.#table('sessions')
      .addColumn('token_hash', 'varchar(64)', (c) => c.primaryKey())
      .addColumn('user_id', 'integer', required)
      .addColumn('created_at_ms', 'bigint', required)
      .addColumn('seen_at_ms', 'bigint', required)
      .addColumn('expires_at_ms', 'bigint', required)
      .addForeignKeyConstraint('sessions_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
      .execute();
    await this.#numbered('api_tokens')
      .addColumn('user_id', 'integer', required)
      .addColumn('name', 'varchar(64)', required)
      .addColumn('token_hash', 'varchar(64)', (c) => c.notNull().unique())
      .addColumn('scopes', LONG_TEXT, required)
      .addColumn('created_at_ms', 'bigint', required)
      .addColumn('expires_at_ms', 'bigint', optional)
      .addUniqueConstraint('api_tokens_name', ['user_id', 'name'])
      .addForeignKeyConstraint('api_tokens_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
      .execute();
  }

  /** Records outlive what they speak of, so they refer to nothing. */
  async #records(): Promise<void> {
    await this.#numbered('audit_entries')
      .addColumn('at_ms', 'bigint', required)
      .addColumn('user_id', 'integer', optional)
      .addColumn('user_name', 'varchar(64)', required)
      .addColumn('via', 'varchar(80)', required)
      .addColumn('action', 'varchar(64)', required)
      .addColumn('object_kind', 'varchar(32)', required)
      .addColumn('object_id', 'integer', optional)
      .addColumn('object_name', 'varchar(160)', required)
      .addColumn('before_state', LONG_TEXT, optional)
      .addColumn('after_state', LONG_TEXT, optional)
      .execute();
    await this.#numbered('events')
      .addColumn('at_ms', 'bigint', required)
      .addColumn('level', 'varchar(8)', required)
      .addColumn('code', 'varchar(64)', optional)
      .addColumn('channel_id', 'integer', optional)
      .addColumn('pipeline_id', 'integer', optional)
      .addColumn('message', LONG_TEXT, required)
      .execute();
    await this.#db.schema.createIndex('events_pipeline').on('events').columns(['pipeline_id', 'id']).execute();
    await this.#table('idempotency_keys')
      .addColumn('user_id', 'integer', required)
      .addColumn('key_text', 'varchar(128)', required)
      .addColumn('request_hash', 'varchar(64)', required)
      .addColumn('status', 'integer', optional)
      .addColumn('answer_sealed', LONG_TEXT, optional)
      .addColumn('created_at_ms', 'bigint', required)
      .addPrimaryKeyConstraint('idempotency_keys_key', ['user_id', 'key_text'])
      .addForeignKeyConstraint('idempotency_keys_user', ['user_id'], 'users', ['id'], (c) => c.onDelete('cascade'))
      .execute();
  }

  #versioned(name: string) {
    return this.#numbered(name)
      .addColumn('version', 'integer', required)
      .addColumn('created_at_ms', 'bigint', required)
      .addColumn('updated_at_ms', 'bigint', required);
  }

  #numbered(name: string) {
    return this.#table(name).addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement());
  }

  #table(name: string): CreateTableBuilder<string> {
    return newTable(this.#db, this.#family, name);
  }
}

async function createStatistics(db: Kysely<unknown>, family: StoreFamily): Promise<void> {
  let table = newTable(db, family, 'statistics')
    .addColumn('resolution_ms', 'integer', required)
    .addColumn('pipeline_id', 'integer', required)
    .addColumn('at_ms', 'bigint', required)
    .addColumn('lag_ms', 'bigint', optional)
    .addColumn('lag_read_ms', 'bigint', optional);
  const sums = ['inserted', 'updated', 'deleted', 'bytes', 'transactions', 'commits', 'retries'];
  for (const name of [...sums, ...STAGES.map((stage) => `${stage}_ms`)]) {
    table = table.addColumn(name, 'bigint', required);
  }
  await table
    .addPrimaryKeyConstraint('statistics_key', ['resolution_ms', 'pipeline_id', 'at_ms'])
    .addForeignKeyConstraint('statistics_pipeline', ['pipeline_id'], 'pipelines', ['id'], (c) => c.onDelete('cascade'))
    .execute();
  await db.schema.createIndex('statistics_time').on('statistics').columns(['resolution_ms', 'at_ms']).execute();
}

async function createVerifications(db: Kysely<unknown>, family: StoreFamily): Promise<void> {
  await newTable(db, family, 'verifications')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('pipeline_id', 'integer', required)
    .addColumn('state', 'varchar(16)', required)
    .addColumn('request', LONG_TEXT, required)
    .addColumn('verify_id', 'varchar(32)', optional)
    .addColumn('progress', LONG_TEXT, required)
    .addColumn('repair', LONG_TEXT, optional)
    .addColumn('error', LONG_TEXT, optional)
    .addColumn('user_name', 'varchar(64)', required)
    .addColumn('created_at_ms', 'bigint', required)
    .addColumn('ended_at_ms', 'bigint', optional)
    .addForeignKeyConstraint('verifications_pipeline', ['pipeline_id'], 'pipelines', ['id'], (c) =>
      c.onDelete('cascade'),
    )
    .execute();
}

async function createTableStatistics(db: Kysely<unknown>, family: StoreFamily): Promise<void> {
  await newTable(db, family, 'pipeline_tables')
    .addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement())
    .addColumn('pipeline_id', 'integer', required)
    // A schema and a table of 64 characters each, and the dot.
    .addColumn('name', 'varchar(160)', required)
    .addUniqueConstraint('pipeline_tables_name', ['pipeline_id', 'name'])
    .addForeignKeyConstraint('pipeline_tables_pipeline', ['pipeline_id'], 'pipelines', ['id'], (c) =>
      c.onDelete('cascade'),
    )
    .execute();
  const table = newTable(db, family, 'table_statistics')
    .addColumn('table_id', 'integer', required)
    .addColumn('resolution_ms', 'integer', required)
    .addColumn('at_ms', 'bigint', required)
    .addColumn('inserted', 'bigint', required)
    .addColumn('updated', 'bigint', required)
    .addColumn('deleted', 'bigint', required)
    .addPrimaryKeyConstraint('table_statistics_key', ['table_id', 'resolution_ms', 'at_ms'])
    .addForeignKeyConstraint('table_statistics_table', ['table_id'], 'pipeline_tables', ['id'], (c) =>
      c.onDelete('cascade'),
    );
  // By its key, as InnoDB keeps it anyway: there are millions of rows, and each would be kept twice.
  await (family === 'sqlite' ? table.modifyEnd(sql`without rowid`) : table).execute();
}

class AlarmTables {
  readonly #db: Kysely<unknown>;
  readonly #family: StoreFamily;

  constructor(db: Kysely<unknown>, family: StoreFamily) {
    this.#db = db;
    this.#family = family;
  }

  async create(): Promise<void> {
    await this.#configuration();
    await this.#records();
    await this.#defaultRules();
  }

  async #configuration(): Promise<void> {
    await this.#versioned('alarm_receivers')
      .addColumn('type', 'varchar(16)', required)
      .addColumn('language', 'varchar(8)', required)
      .addColumn('origin', 'varchar(512)', optional)
      .addColumn('header_name', 'varchar(100)', optional)
      .addColumn('mail', LONG_TEXT, optional)
      .addColumn('secrets_sealed', LONG_TEXT, required)
      .execute();
    await this.#versioned('alarm_rules')
      .addColumn('type', 'varchar(32)', required)
      .addColumn('severity', 'varchar(16)', required)
      .addColumn('enabled', 'integer', required)
      .addColumn('threshold_seconds', 'integer', required)
      .addColumn('for_minutes', 'integer', required)
      .addColumn('repeat_minutes', 'integer', required)
      .addColumn('channel_id', 'integer', optional)
      .addColumn('pipeline_id', 'integer', optional)
      .addColumn('tells_all', 'integer', required)
      .addForeignKeyConstraint('alarm_rules_channel', ['channel_id'], 'channels', ['id'], (c) => c.onDelete('cascade'))
      .addForeignKeyConstraint('alarm_rules_pipeline', ['pipeline_id'], 'pipelines', ['id'], (c) =>
        c.onDelete('cascade'),
      )
      .execute();
    await newTable(this.#db, this.#family, 'alarm_rule_receivers')
      .addColumn('rule_id', 'integer', required)
      .addColumn('receiver_id', 'integer', required)
      .addPrimaryKeyConstraint('alarm_rule_receivers_key', ['rule_id', 'receiver_id'])
      .addForeignKeyConstraint('alarm_rule_receivers_rule', ['rule_id'], 'alarm_rules', ['id'], (c) =>
        c.onDelete('cascade'),
      )
      .addForeignKeyConstraint('alarm_rule_receivers_receiver', ['receiver_id'], 'alarm_receivers', ['id'])
      .execute();
  }

  /** An alarm outlives its rule and its pipeline, so it refers to neither. */
  async #records(): Promise<void> {
    await this.#numbered('alarms')
      .addColumn('rule_id', 'integer', required)
      .addColumn('rule_name', 'varchar(64)', required)
      .addColumn('type', 'varchar(32)', required)
      .addColumn('severity', 'varchar(16)', required)
      .addColumn('channel_id', 'integer', required)
      .addColumn('channel_name', 'varchar(64)', required)
      .addColumn('pipeline_id', 'integer', required)
      .addColumn('pipeline_name', 'varchar(64)', required)
      .addColumn('facts', LONG_TEXT, required)
      .addColumn('receiver_ids', LONG_TEXT, required)
      .addColumn('silence', LONG_TEXT, optional)
      .addColumn('raised_at_ms', 'bigint', required)
      .addColumn('told_at_ms', 'bigint', required)
      .addColumn('cleared_at_ms', 'bigint', optional)
      .execute();
    await this.#db.schema.createIndex('alarms_cleared').on('alarms').columns(['cleared_at_ms', 'id']).execute();
    await this.#numbered('alarm_messages')
      .addColumn('alarm_id', 'integer', required)
      .addColumn('receiver_id', 'integer', required)
      .addColumn('news', 'varchar(16)', required)
      .addColumn('state', 'varchar(16)', required)
      .addColumn('attempts', 'integer', required)
      .addColumn('next_at_ms', 'bigint', required)
      .addColumn('answer', LONG_TEXT, optional)
      .addColumn('at_ms', 'bigint', required)
      .addForeignKeyConstraint('alarm_messages_alarm', ['alarm_id'], 'alarms', ['id'], (c) => c.onDelete('cascade'))
      .addForeignKeyConstraint('alarm_messages_receiver', ['receiver_id'], 'alarm_receivers', ['id'], (c) =>
        c.onDelete('cascade'),
      )
      .execute();
    await this.#db.schema.createIndex('alarm_messages_state').on('alarm_messages').columns(['state', 'id']).execute();
  }

  /** What a person wants to know who has not said anything yet. */
  async #defaultRules(): Promise<void> {
    const rules = defaultRules([
      { name: 'Table stopped', type: 'table-stopped', severity: 'critical', for_minutes: 0 },
      { name: 'Pipeline failed', type: 'pipeline-failed', severity: 'critical', for_minutes: 2 },
      { name: 'Delay', type: 'delay', severity: 'warning', for_minutes: 5 },
      { name: 'No report', type: 'no-report', severity: 'critical', for_minutes: 5 },
      { name: 'Rows differ', type: 'rows-differ', severity: 'warning', for_minutes: 0 },
    ]);
    const db = this.#db as Kysely<{ alarm_rules: (typeof rules)[number] }>;
    await db.insertInto('alarm_rules').values(rules).execute();
  }

  #versioned(name: string) {
    return this.#numbered(name)
      .addColumn('version', 'integer', required)
      .addColumn('created_at_ms', 'bigint', required)
      .addColumn('updated_at_ms', 'bigint', required)
      .addColumn('name', 'varchar(64)', (c) => c.notNull().unique())
      .addColumn('description', LONG_TEXT, required);
  }

  #numbered(name: string) {
    return newTable(this.#db, this.#family, name).addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement());
  }
}

/** Rules as they are there from the first start: everywhere, and everybody is told. */
function defaultRules(rules: readonly { name: string; type: string; severity: string; for_minutes: number }[]) {
  const atMs = Date.now();
  return rules.map((rule) => ({
    ...rule,
    ...{ version: 1, created_at_ms: atMs, updated_at_ms: atMs, description: '', enabled: 1 },
    ...{ threshold_seconds: 60, repeat_minutes: 60, channel_id: null, pipeline_id: null, tells_all: 1 },
  }));
}

function newTable(db: Kysely<unknown>, family: StoreFamily, name: string): CreateTableBuilder<string> {
  const table = db.schema.createTable(name);
  // Names compare by their bytes on both, and a table stays what it is whatever the server's defaults are.
  return family === 'mysql'
    ? table.modifyEnd(sql`engine=InnoDB default character set utf8mb4 collate utf8mb4_bin`)
    : table;
}
