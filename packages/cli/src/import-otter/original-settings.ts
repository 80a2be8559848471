import type { ImportReport, ImportVerdict } from './import-report.ts';
import type { Parameters } from './original-database.ts';

/** What a setting of the original is here. */
interface Setting {
  name: string;
  /** Nothing is said of a setting that has one of these values, or none. */
  quiet: readonly unknown[];
  verdict: ImportVerdict;
  text: string;
}

const CHANNEL: readonly Setting[] = [
  {
    name: 'syncMode',
    quiet: ['FIELD', 'F'],
    verdict: 'changed',
    text: 'an update whose row is missing on the target is not turned into an insert: it stops the table with ROW_MISSING',
  },
  {
    name: 'syncConsistency',
    quiet: ['BASE', 'B'],
    verdict: 'needless',
    text: 'rows are taken from the log, whole and in order; nothing is asked of the source again',
  },
  {
    name: 'enableRemedy',
    quiet: [false],
    verdict: 'needless',
    text: 'conflicts of a pair are decided alike on both sides, so there is nothing to repair',
  },
];

const SIZING =
  'batches are as large as what is ready and as memory allows; `workers` is the number of connections to the target';
const LOGS = 'what a pipeline does is in its statistics and events';
const FILES = 'files do not travel';
const NODES = 'one node runs the whole pipeline';

const PIPELINE: readonly Setting[] = [
  {
    name: 'dryRun',
    quiet: [false],
    verdict: 'left-out',
    text: 'it only counted, and would write here: do not start it; `otter sync --dry-run` shows the statements',
  },
  {
    name: 'skipLoadException',
    quiet: [false],
    verdict: 'left-out',
    text: 'no row is skipped: one that fails stops its table, and `otter errors` retries or skips it on record',
  },
  {
    name: 'skipSelectException',
    quiet: [false],
    verdict: 'left-out',
    text: 'a table whose definition is not known stops',
  },
  {
    name: 'skipDdlException',
    quiet: [false],
    verdict: 'left-out',
    text: 'a change of definition that fails stops its table',
  },
  {
    name: 'enableCompatibleMissColumn',
    quiet: [false],
    verdict: 'changed',
    text: 'a column the target lacks stops the table; leave it out with columns',
  },
  {
    name: 'home',
    quiet: [false],
    verdict: 'changed',
    text: 'of a pair its source wins every conflict (`conflicts: from`); of one direction alone it means nothing',
  },
  {
    name: 'channelInfo',
    quiet: [''],
    verdict: 'left-out',
    text: 'marks of several channels are needless here; beside channels that stay with the original, set otter-marks',
  },
  { name: 'selectorMode', quiet: ['Canal'], verdict: 'changed', text: 'the log is read as a replica reads it' },
  {
    name: 'useTableTransform',
    quiet: [false],
    verdict: 'exact',
    text: 'columns are always matched by the definitions of both sides',
  },
  { name: 'skipNoRow', quiet: [false], verdict: 'needless', text: 'the source is not asked for rows again' },
  {
    name: 'skipFreedom',
    quiet: [false],
    verdict: 'exact',
    text: 'rows of retl_buffer are passed over (`free-gate: off`)',
  },
  { name: 'parallelism', quiet: [3, 5], verdict: 'needless', text: SIZING },
  { name: 'mainstemBatchsize', quiet: [6000, 100_000], verdict: 'needless', text: SIZING },
  { name: 'batchTimeout', quiet: [-1], verdict: 'needless', text: SIZING },
  { name: 'loadBatchsize', quiet: [50], verdict: 'needless', text: SIZING },
  { name: 'useBatch', quiet: [true], verdict: 'needless', text: SIZING },
  { name: 'extractPoolSize', quiet: [5, 10], verdict: 'needless', text: SIZING },
  { name: 'loadPoolSize', quiet: [5, 15], verdict: 'needless', text: SIZING },
  { name: 'lbAlgorithm', quiet: ['Stick', 'Random', 'RoundRbin'], verdict: 'needless', text: NODES },
  { name: 'arbitrateMode', quiet: ['AUTOMATIC', 'ZOOKEEPER'], verdict: 'needless', text: NODES },
  { name: 'pipeChooseType', quiet: ['AUTOMATIC'], verdict: 'needless', text: NODES },
  { name: 'useExternalIp', quiet: [false], verdict: 'needless', text: NODES },
  { name: 'fileDetect', quiet: [false], verdict: 'left-out', text: FILES },
  { name: 'useFileEncrypt', quiet: [false], verdict: 'left-out', text: FILES },
  { name: 'dumpEvent', quiet: [false], verdict: 'needless', text: LOGS },
  { name: 'dumpSelectorDetail', quiet: [false], verdict: 'needless', text: LOGS },
];

const CANAL: readonly Setting[] = [
  {
    name: 'blackFilter',
    quiet: [''],
    verdict: 'left-out',
    text: 'there is no list of tables not to read: name those that shall travel',
  },
  {
    name: 'heartbeatHaEnable',
    quiet: [false],
    verdict: 'changed',
    text: 'primary and standby change places when a person says so',
  },
  { name: 'tsdbEnable', quiet: [false], verdict: 'exact', text: 'definitions have a history, kept on the target' },
  { name: 'rdsInstanceId', quiet: [''], verdict: 'left-out', text: 'logs are not fetched from the backups of a cloud' },
];

/** Says of each setting that matters what it is here. */
export function reportSettings(
  report: ImportReport,
  kind: 'channel' | 'pipeline' | 'canal',
  object: string,
  parameters: Parameters,
): void {
  for (const { name, quiet, verdict, text } of { channel: CHANNEL, pipeline: PIPELINE, canal: CANAL }[kind]) {
    const value = parameters[name];
    if (value === undefined || value === null || quiet.includes(value)) continue;
    report.add(object, verdict, `${name}=${String(value)}: ${text}`);
  }
}
