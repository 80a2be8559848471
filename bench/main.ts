import { fileURLToPath } from 'node:url';
import { cleanUpAtEnd } from './cleanup.ts';
import { machineFacts } from './machine.ts';
import { parseCommandLine, USAGE, type BenchOptions, type CommandLine, type ScenarioName } from './options.ts';
import { resultText, writeResult, type Findings, type Result } from './result.ts';
import { bulkBacklog, hotBacklog, oltpBacklog, runCatchup } from './scenarios/catchup.ts';
import { runCopy } from './scenarios/copy.ts';
import { runCopyProbe } from './scenarios/copy-probe.ts';
import { runDecode } from './scenarios/decode.ts';
import { runFar } from './scenarios/far.ts';
import { runIdle } from './scenarios/idle.ts';
import { runLatency } from './scenarios/latency.ts';
import { runMemory } from './scenarios/memory.ts';
import { runManager } from './scenarios/manager.ts';
import { runPipelines } from './scenarios/pipelines.ts';
import { runTwoWay } from './scenarios/two-way.ts';
import { runVerify } from './scenarios/verify.ts';

const RESULTS = fileURLToPath(new URL('../results', import.meta.url));

const RUNNERS: Record<ScenarioName, (options: BenchOptions) => Promise<Findings>> = {
  decode: runDecode,
  'catchup-oltp': async (options) => runCatchup(oltpBacklog(options), options),
  'catchup-bulk': async (options) => runCatchup(bulkBacklog(options), options),
  'catchup-hot': async (options) => runCatchup(hotBacklog(options), options),
  'two-way': runTwoWay,
  copy: runCopy,
  'copy-probe': runCopyProbe,
  verify: runVerify,
  latency: runLatency,
  far: runFar,
  memory: runMemory,
  idle: runIdle,
  pipelines: runPipelines,
  manager: runManager,
};

async function measure(scenario: ScenarioName, options: BenchOptions): Promise<Result> {
  const machine = await machineFacts();
  const found = await RUNNERS[scenario](options);
  const { quick, runs } = options;
  return { scenario, date: new Date().toISOString(), quick, runs, machine, ...found };
}

async function main({ scenarios, options, json, out }: CommandLine): Promise<number> {
  let failures = 0;
  for (const scenario of scenarios) {
    process.stderr.write(`measuring ${scenario} …\n`);
    try {
      const result = await measure(scenario, options);
      const people = json ? process.stderr : process.stdout;
      people.write(`\n${resultText(result)}`);
      if (out !== null) people.write(`  kept in ${writeResult(result, out)}\n`);
      people.write('\n');
      if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
    } catch (error) {
      failures += 1;
      process.stderr.write(
        `\n${scenario} FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n\n`,
      );
    }
  }
  return failures === 0 ? 0 : 1;
}

function commandLine(): CommandLine {
  try {
    const parsed = parseCommandLine(process.argv.slice(2), RESULTS);
    if (parsed.scenarios.length > 0) return parsed;
    process.stderr.write(USAGE);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
  }
  process.exit(2);
}

cleanUpAtEnd();
const exitCode = await main(commandLine());
// A connection of the test kit that is still open must not keep the process.
process.exit(exitCode);
