import { quoteText } from '@otter/dialects';
import type { RunningServer } from '@otter/testkit';

const TIMES = 'GMT_CREATE TIMESTAMP NOT NULL DEFAULT NOW(), GMT_MODIFIED TIMESTAMP NOT NULL DEFAULT NOW()';
const KEY = 'ID BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY';
const NAME = 'NAME VARCHAR(200) NOT NULL, DESCRIPTION VARCHAR(200), PARAMETERS TEXT';

/** The tables of a manager database of otter 4.2, with the columns it has; indexes matter to nobody here. */
const TABLES: Record<string, string> = {
  CHANNEL: NAME,
  PIPELINE: `${NAME}, CHANNEL_ID BIGINT NOT NULL`,
  PIPELINE_NODE_RELATION: 'NODE_ID BIGINT NOT NULL, PIPELINE_ID BIGINT NOT NULL, LOCATION VARCHAR(20) NOT NULL',
  NODE: 'NAME VARCHAR(200) NOT NULL, IP VARCHAR(200) NOT NULL, PORT BIGINT NOT NULL, DESCRIPTION VARCHAR(200), PARAMETERS TEXT',
  CANAL: NAME,
  AUTOKEEPER_CLUSTER:
    'CLUSTER_NAME VARCHAR(200) NOT NULL, SERVER_LIST VARCHAR(1024) NOT NULL, DESCRIPTION VARCHAR(200)',
  DATA_MEDIA_SOURCE: 'NAME VARCHAR(200) NOT NULL, TYPE VARCHAR(20) NOT NULL, PROPERTIES VARCHAR(1000) NOT NULL',
  DATA_MEDIA:
    'NAME VARCHAR(200) NOT NULL, NAMESPACE VARCHAR(200) NOT NULL, PROPERTIES VARCHAR(1000) NOT NULL, DATA_MEDIA_SOURCE_ID BIGINT NOT NULL',
  DATA_MEDIA_PAIR:
    'PULLWEIGHT BIGINT, PUSHWEIGHT BIGINT, RESOLVER TEXT, FILTER TEXT, SOURCE_DATA_MEDIA_ID BIGINT, TARGET_DATA_MEDIA_ID BIGINT, PIPELINE_ID BIGINT NOT NULL, COLUMN_PAIR_MODE VARCHAR(20)',
  COLUMN_PAIR: 'SOURCE_COLUMN VARCHAR(200), TARGET_COLUMN VARCHAR(200), DATA_MEDIA_PAIR_ID BIGINT NOT NULL',
  COLUMN_PAIR_GROUP: 'DATA_MEDIA_PAIR_ID BIGINT NOT NULL, COLUMN_PAIR_CONTENT TEXT',
  DATA_MATRIX: 'GROUP_KEY VARCHAR(200), MASTER VARCHAR(200), SLAVE VARCHAR(200), DESCRIPTION VARCHAR(200)',
  ALARM_RULE:
    'MONITOR_NAME VARCHAR(1024), RECEIVER_KEY VARCHAR(1024), STATUS VARCHAR(32), PIPELINE_ID BIGINT NOT NULL, DESCRIPTION VARCHAR(256), MATCH_VALUE VARCHAR(1024), PARAMETERS TEXT',
  SYSTEM_PARAMETER: 'VALUE TEXT',
  USER: 'USERNAME VARCHAR(20) NOT NULL, PASSWORD VARCHAR(20) NOT NULL, AUTHORIZETYPE VARCHAR(20) NOT NULL, DEPARTMENT VARCHAR(20) NOT NULL, REALNAME VARCHAR(20) NOT NULL',
};

type Fields = Record<string, string | number | object | null>;

/** An empty manager database `otter` on this server. */
export async function createOriginal(server: RunningServer): Promise<void> {
  const tables = Object.entries(TABLES).map(
    ([name, columns]) => `CREATE TABLE otter.${name} (${KEY}, ${columns}, ${TIMES})`,
  );
  await server.query(
    ['DROP DATABASE IF EXISTS otter', 'CREATE DATABASE otter CHARACTER SET utf8 COLLATE utf8_bin', ...tables].join(
      '; ',
    ),
  );
}

/** Adds a row; objects go in as JSON, as the original keeps them. */
export async function add(server: RunningServer, table: string, fields: Fields): Promise<void> {
  const value = (field: Fields[string]): string => {
    if (field === null) return 'NULL';
    if (typeof field === 'number') return String(field);
    return quoteText(typeof field === 'string' ? field : JSON.stringify(field));
  };
  const columns = Object.keys(fields).map((name) => `\`${name}\``);
  await server.query(
    `INSERT INTO otter.${table} (${columns.join()}) VALUES (${Object.values(fields).map(value).join()})`,
  );
}

/** As the web form of the original saves a pipeline that nobody changed. */
export const PIPELINE_DEFAULTS = {
  ...{
    arbitrateMode: 'AUTOMATIC',
    batchTimeout: -1,
    ddlSync: true,
    dryRun: false,
    dumpEvent: false,
    dumpSelector: true,
  },
  ...{ dumpSelectorDetail: false, enableCompatibleMissColumn: true, extractPoolSize: 10, fileDetect: false },
  ...{ fileLoadPoolSize: 15, home: false, lbAlgorithm: 'Stick', loadPoolSize: 15, mainstemBatchsize: 6000 },
  ...{
    parallelism: 5,
    pipeChooseType: 'AUTOMATIC',
    selectorMode: 'Canal',
    skipDdlException: false,
    skipFreedom: false,
  },
  ...{ skipLoadException: false, skipNoRow: false, skipSelectException: false, useBatch: true, useExternalIp: false },
  ...{ useFileEncrypt: false, useLocalFileMutliThread: false, useTableTransform: false },
};

/** As it saves a channel. */
export const CHANNEL_DEFAULTS = {
  ...{ channelId: 1, enableRemedy: false, remedyAlgorithm: 'LOOPBACK', remedyDelayThresoldForMedia: 60 },
  ...{ syncConsistency: 'BASE', syncMode: 'FIELD' },
};

/** An EventProcessor or FileResolver that is not there, as it saves one. */
export const NO_EXTENSION = { blank: true, clazzPath: '', extensionDataType: 'CLAZZ', notBlank: false, timestamp: 1 };
