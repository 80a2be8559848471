import { parseArgs } from 'node:util';

export const SCENARIOS = [
  'decode',
  'catchup-oltp',
  'catchup-bulk',
  'catchup-hot',
  'two-way',
  'copy',
  'copy-probe',
  'verify',
  'latency',
  'far',
  'memory',
  'idle',
  'pipelines',
  'manager',
] as const;
export type ScenarioName = (typeof SCENARIOS)[number];

/** How a scenario is to be run. `undefined` leaves a size to the scenario, which has one for `quick` too. */
export interface BenchOptions {
  /** Small sizes: shows that everything works, proves nothing. */
  quick: boolean;
  runs: number;
  transactions: number | undefined;
  rows: number | undefined;
  megabytes: number | undefined;
  seconds: number | undefined;
  /** Transactions a second of `latency`. */
  rate: number;
  /** Connections of ours that write; the command's own default when absent. */
  workers: number | undefined;
  /** Parallel appliers of the native replicas in catch-up. */
  appliers: number[];
  generator: 'sysbench' | 'js';
  /** Whether the targets write a binary log of what they apply. */
  targetLog: boolean;
  /** Print a CPU profile of our process. */
  profile: boolean;
}

export interface CommandLine {
  scenarios: ScenarioName[];
  options: BenchOptions;
  json: boolean;
  /** Folder of the results, null to keep none. */
  out: string | null;
}

export const USAGE = `usage: npm run bench -- SCENARIO... [OPTIONS]

Scenarios, each with its control measured in the same run:
  decode         decoding a log, against mariadb-binlog -v
  catchup-oltp   sysbench oltp_write_only transactions, against native replicas
  catchup-bulk   rows inserted by statements of 1,000 rows, the same
  catchup-hot    transactions updating 100 rows, the same
  two-way        both sides written and carried both ways, against one way with as much
  copy           rows that are there already, against mariadb-dump | mariadb
  copy-probe     a load on the source beside a copy, with it and without it in turn
  verify         two equal tables, against pt-table-checksum
  latency        commit on the source to visible on the target, against a native replica
  far            a backlog over a link of 100 ms there and back, against a native replica
  memory         one huge transaction: peak memory of our process
  idle           CPU of our process while nothing happens
  pipelines      CPU and memory of a node with fifty pipelines while nothing happens, against one with one
  manager        a manager with 200 channels of which fifty run: CPU, memory, listing them
  all            all of them

  --quick              small sizes, to see that it works
  --runs N             measure N times, report the median and the range (1)
  --transactions N     transactions of catchup-oltp, catchup-hot, decode (100000), far, at each site of two-way (20000)
  --rows N             rows of catchup-bulk (1000000), copy (10000000), copy-probe (3000000), verify (2000000), the bulk half of decode (400000)
  --megabytes N        size of the transaction of memory (2048)
  --seconds N          length of latency, idle, pipelines and manager (30), of one turn of copy-probe (10)
  --rate N             transactions a second of latency (1000)
  --workers N          connections that write to the target, ours (the command's default)
  --appliers LIST      parallel appliers of the native replicas (0,2,4)
  --generator NAME     sysbench, or js for the same statements without it (sysbench where it is or can be installed)
  --no-target-log      targets write no binary log, neither the control's nor ours
  --profile            print where our process spends its CPU time
  --json               print one JSON object a scenario, and nothing else on standard output
  --out FOLDER         where results are kept (bench/results; with --quick nowhere)
`;

const VALUES = ['runs', 'transactions', 'rows', 'megabytes', 'seconds', 'rate', 'workers'] as const;

/** Reads the command line. Throws a plain error for what it does not understand. */
export function parseCommandLine(parameters: string[], resultsFolder: string): CommandLine {
  const { values, positionals } = parseArgs({
    args: parameters,
    allowPositionals: true,
    options: {
      ...Object.fromEntries(VALUES.map((name) => [name, { type: 'string' as const }])),
      quick: { type: 'boolean', default: false },
      appliers: { type: 'string', default: '0,2,4' },
      generator: { type: 'string', default: 'sysbench' },
      'no-target-log': { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  });
  const texts: Record<string, unknown> = values;
  const count = (name: (typeof VALUES)[number]): number | undefined => {
    const text = texts[name];
    return typeof text === 'string' ? positive(name, text) : undefined;
  };
  const { generator, out } = values;
  if (generator !== 'sysbench' && generator !== 'js')
    throw new Error(`--generator is sysbench or js, not ${generator}`);
  return {
    scenarios: positionals.includes('all') ? [...SCENARIOS] : positionals.map(scenarioName),
    options: {
      quick: values.quick,
      runs: count('runs') ?? 1,
      transactions: count('transactions'),
      rows: count('rows'),
      megabytes: count('megabytes'),
      seconds: count('seconds'),
      rate: count('rate') ?? 1_000,
      workers: count('workers'),
      appliers: values.appliers.split(',').map((text) => (text === '0' ? 0 : positive('appliers', text))),
      generator,
      targetLog: !values['no-target-log'],
      profile: values.profile,
    },
    json: values.json,
    out: out ?? (values.quick ? null : resultsFolder),
  };
}

function scenarioName(text: string): ScenarioName {
  const name = SCENARIOS.find((known) => known === text);
  if (name === undefined) throw new Error(`there is no scenario "${text}"`);
  return name;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} is a whole number above 0, not "${text}"`);
  return value;
}
