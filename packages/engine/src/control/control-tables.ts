import { createHash } from 'node:crypto';
import { quoteName, quoteTable, quoteText, type Session } from '@otter/dialects';

/** Text as a literal, or NULL. */
export function quoteOptional(text: string | null): string {
  return text === null ? 'NULL' : quoteText(text);
}

/**
 * Our own tables. `otter_checkpoint`, `otter_error`, `otter_copy`, `otter_gate`, `otter_setting`, `otter_ddl`, `otter_schema`,
 * `otter_index`, `otter_conflict`, the `otter_verify` tables and `otter_repair` live in the target, `otter_heartbeat` and `otter_watermark` in the source, all in
 * the control schema (`retl` by default, as the original calls it).
 */
export class ControlTables {
  readonly schema: string;
  readonly checkpoint: string;
  readonly error: string;
  readonly copy: string;
  readonly gate: string;
  readonly ddl: string;
  readonly definitions: string;
  readonly setting: string;
  readonly index: string;
  readonly conflict: string;
  readonly heartbeat: string;
  readonly watermark: string;
  readonly verify: string;
  readonly verifyDifference: string;
  readonly repair: string;

  constructor(schema: string) {
    this.schema = schema;
    this.checkpoint = `${quoteName(schema)}.otter_checkpoint`;
    this.error = `${quoteName(schema)}.otter_error`;
    this.definitions = `${quoteName(schema)}.otter_schema`;
    this.ddl = `${quoteName(schema)}.otter_ddl`;
    this.copy = `${quoteName(schema)}.otter_copy`;
    this.gate = `${quoteName(schema)}.otter_gate`;
    this.setting = `${quoteName(schema)}.otter_setting`;
    this.index = `${quoteName(schema)}.otter_index`;
    this.conflict = `${quoteName(schema)}.otter_conflict`;
    this.heartbeat = `${quoteName(schema)}.otter_heartbeat`;
    this.watermark = `${quoteName(schema)}.otter_watermark`;
    this.verify = `${quoteName(schema)}.otter_verify`;
    this.verifyDifference = `${quoteName(schema)}.otter_verify_difference`;
    this.repair = `${quoteName(schema)}.otter_repair`;
  }

  /** The statements that make what the target needs; printed by `--check` for accounts that may not run them. */
  targetDefinitions(): string[] {
    return [...this.#progressDefinitions(), ...this.#schemaDefinitions(), this.#conflictDefinition()];
  }

  #conflictDefinition(): string {
    const text = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
    return `CREATE TABLE IF NOT EXISTS ${this.conflict} (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  pipeline VARCHAR(64) ${text} NOT NULL,
  table_name VARCHAR(160) ${text} NOT NULL,
  row_key TEXT ${text} NOT NULL,
  key_hash CHAR(32) CHARACTER SET ascii NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii NOT NULL,
  outcome VARCHAR(16) CHARACTER SET ascii NOT NULL,
  rule VARCHAR(16) CHARACTER SET ascii NOT NULL,
  incoming_at BIGINT UNSIGNED NOT NULL,
  local_at BIGINT UNSIGNED NULL,
  source_file VARCHAR(255) ${text} NOT NULL,
  source_offset BIGINT UNSIGNED NOT NULL,
  row_before LONGTEXT ${text} NULL,
  row_after LONGTEXT ${text} NULL,
  row_local LONGTEXT ${text} NULL,
  decided_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  ${[...CONFLICT_INBOX_COLUMNS, ...CONFLICT_RULE_COLUMNS].join(',\n  ')},
  PRIMARY KEY (id),
  KEY pipeline_id (pipeline, id),
  ${CONFLICT_INBOX_KEYS.join(',\n  ')}
) ENGINE=InnoDB`;
  }

  #progressDefinitions(): string[] {
    return [
      `CREATE DATABASE IF NOT EXISTS ${quoteName(this.schema)} DEFAULT CHARACTER SET utf8mb4`,
      `CREATE TABLE IF NOT EXISTS ${this.checkpoint} (
  pipeline VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  worker INT UNSIGNED NOT NULL,
  epoch BIGINT UNSIGNED NOT NULL,
  position MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  source VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (pipeline, worker)
) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS ${this.error} (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  pipeline VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  table_name VARCHAR(400) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii NOT NULL,
  code VARCHAR(64) CHARACTER SET ascii NOT NULL,
  message TEXT CHARACTER SET utf8mb4 NOT NULL,
  position MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  scope MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  statement_text MEDIUMTEXT CHARACTER SET utf8mb4 NULL,
  row_key TEXT CHARACTER SET utf8mb4 NULL,
  row_before MEDIUMTEXT CHARACTER SET utf8mb4 NULL,
  row_after MEDIUMTEXT CHARACTER SET utf8mb4 NULL,
  note TEXT CHARACTER SET utf8mb4 NULL,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  resolved_at TIMESTAMP NULL DEFAULT NULL,
  PRIMARY KEY (id),
  KEY pipeline_state (pipeline, state)
) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS ${this.copy} (
  pipeline VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  table_name VARCHAR(160) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii NOT NULL,
  replace_rows TINYINT NOT NULL DEFAULT 0,
  rest MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  rows_copied BIGINT UNSIGNED NOT NULL DEFAULT 0,
  bytes_copied BIGINT UNSIGNED NOT NULL DEFAULT 0,
  rows_estimated BIGINT UNSIGNED NOT NULL DEFAULT 0,
  updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  ${COPY_REQUEST_COLUMNS.join(',\n  ')},
  PRIMARY KEY (pipeline, table_name)
) ENGINE=InnoDB`,
    ];
  }

  #schemaDefinitions(): string[] {
    return [
      `CREATE TABLE IF NOT EXISTS ${this.definitions} (
  pipeline VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  role VARCHAR(16) CHARACTER SET ascii NOT NULL,
  table_name VARCHAR(160) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  definition LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (pipeline, role, table_name)
) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS ${this.ddl} (
  pipeline VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  worker INT UNSIGNED NOT NULL,
  transaction_id VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  step INT UNSIGNED NOT NULL,
  before_digest CHAR(64) CHARACTER SET ascii NOT NULL,
  statement_text MEDIUMTEXT CHARACTER SET utf8mb4 NOT NULL,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (pipeline, worker)
) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS ${this.setting} (
  pipeline VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  name VARCHAR(32) CHARACTER SET ascii NOT NULL,
  value MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (pipeline, name)
) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS ${this.gate} (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  pipeline VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  table_name VARCHAR(160) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  row_keys MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  KEY pipeline (pipeline)
) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS ${this.index} (
  table_name VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  indexes MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (table_name)
) ENGINE=InnoDB`,
    ];
  }

  /** Names, before and after, of the table that tells whether a RENAME was run; its name holds no user's text. */
  ddlWitness(pipeline: string, worker: number): { before: string; after: string } {
    const digest = createHash('sha256').update(pipeline).digest('hex').slice(0, 16);
    const name = `otter_ddl_${digest}_${worker}`;
    return { before: quoteTable(this.schema, `${name}_before`), after: quoteTable(this.schema, `${name}_after`) };
  }

  /** What gives tables of earlier versions the columns they lack: `alter`, where `probe` fails. */
  upgrades(): { probe: string; alter: string }[] {
    const columns = (names: readonly string[]): string[] => names.map((column) => `ADD COLUMN ${column}`);
    return [
      {
        probe: `SELECT kind,code FROM ${this.copy} LIMIT 0`,
        alter: `ALTER TABLE ${this.copy} ${columns(COPY_REQUEST_COLUMNS).join(', ')}`,
      },
      {
        probe: `SELECT state FROM ${this.conflict} LIMIT 0`,
        alter: `ALTER TABLE ${this.conflict} ${[...columns(CONFLICT_INBOX_COLUMNS), ...CONFLICT_INBOX_KEYS.map((key) => `ADD ${key}`)].join(', ')}`,
      },
      {
        probe: `SELECT row_left FROM ${this.conflict} LIMIT 0`,
        alter: `ALTER TABLE ${this.conflict} ${columns(CONFLICT_RULE_COLUMNS).join(', ')}`,
      },
    ];
  }

  /** What `otter verify` needs in the target to go on after an interruption. */
  verifyDefinitions(): string[] {
    const text = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
    return [
      `CREATE DATABASE IF NOT EXISTS ${quoteName(this.schema)} DEFAULT CHARACTER SET utf8mb4`,
      `CREATE TABLE IF NOT EXISTS ${this.verify} (
  id VARCHAR(32) ${text} NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii NOT NULL,
  settings MEDIUMTEXT ${text} NOT NULL,
  progress LONGTEXT ${text} NOT NULL,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at DATETIME NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS ${this.verifyDifference} (
  verify_id VARCHAR(32) ${text} NOT NULL,
  seq INT UNSIGNED NOT NULL,
  table_name VARCHAR(400) ${text} NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii NOT NULL,
  place MEDIUMTEXT ${text} NOT NULL,
  report LONGTEXT ${text} NOT NULL,
  PRIMARY KEY (verify_id, seq)
) ENGINE=InnoDB`,
    ];
  }

  /** What a repair needs in the target to be taken back. */
  repairDefinitions(): string[] {
    const text = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
    return [
      `CREATE TABLE IF NOT EXISTS ${this.repair} (
  verify_id VARCHAR(32) ${text} NOT NULL,
  seq INT UNSIGNED NOT NULL,
  table_name VARCHAR(400) ${text} NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii NOT NULL,
  row_key MEDIUMTEXT ${text} NOT NULL,
  place MEDIUMTEXT ${text} NOT NULL,
  row_before LONGTEXT ${text} NULL,
  after_digest CHAR(64) CHARACTER SET ascii NULL,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (verify_id, seq)
) ENGINE=InnoDB`,
    ];
  }

  sourceDefinitions(): string[] {
    return [
      `CREATE DATABASE IF NOT EXISTS ${quoteName(this.schema)} DEFAULT CHARACTER SET utf8mb4`,
      `CREATE TABLE IF NOT EXISTS ${this.heartbeat} (
  pipeline VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  sent_at_ms BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (pipeline)
) ENGINE=InnoDB`,
      `CREATE TABLE IF NOT EXISTS ${this.watermark} (
  pipeline VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  lane INT UNSIGNED NOT NULL,
  mark VARCHAR(64) CHARACTER SET ascii NOT NULL,
  PRIMARY KEY (pipeline, lane)
) ENGINE=InnoDB`,
    ];
  }
}

/** What `otter copy` says of a table, and what became of it. */
const COPY_REQUEST_COLUMNS: readonly string[] = [
  "kind VARCHAR(8) CHARACTER SET ascii NOT NULL DEFAULT 'first'",
  'predicate TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL',
  'code VARCHAR(64) CHARACTER SET ascii NULL',
  'message TEXT CHARACTER SET utf8mb4 NULL',
];

/**
 * What became of a conflict since it was decided. Those of before this could be told cannot be overruled: their images may
 * not be exact.
 */
const CONFLICT_INBOX_COLUMNS: readonly string[] = [
  "state VARCHAR(16) CHARACTER SET ascii NOT NULL DEFAULT 'settled'",
  'chosen TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL',
  'settled_by VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL',
  'settled_at TIMESTAMP NULL DEFAULT NULL',
];
const CONFLICT_INBOX_KEYS: readonly string[] = ['KEY pipeline_state (pipeline, state)', 'KEY key_hash (key_hash)'];

/** What became of a row of which both have something, and what the rule of its table has to know of the change. */
const CONFLICT_RULE_COLUMNS: readonly string[] = [
  'row_left LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL',
  'source_value DECIMAL(30,0) NULL',
  'source_columns TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL',
];

/** Makes what is missing. An account that may not CREATE is fine when everything is there already. */
export async function ensureTables(
  session: Session,
  probes: readonly string[],
  definitions: readonly string[],
): Promise<void> {
  try {
    await session.query(probes.map(probeSql).join(';'));
  } catch {
    for (const definition of definitions) await session.query(definition);
  }
}

/** Fails where the table is not there. */
export function probeSql(table: string): string {
  return `SELECT 1 FROM ${table} LIMIT 0`;
}
