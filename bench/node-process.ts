// Runs the pipelines given as JSON in the first argument in one node until SIGTERM, and prints the id of each as soon
// as it runs.
import { tmpdir } from 'node:os';
import { WorkerPipelines, type PipelineRun } from '@otter/node';

const runs = JSON.parse(process.argv[2] ?? '[]') as PipelineRun[];
const node = new WorkerPipelines({
  readFile: () => '',
  env: () => undefined,
  temporaryDirectory: tmpdir(),
  name: 'bench',
});
node.subscribe((report) => {
  if (report.kind !== 'state') return;
  if (report.state === 'running') process.stdout.write(`${report.id}\n`);
  if (report.state !== 'failed') return;
  process.stderr.write(`${report.id} failed: ${report.error?.message}\n`);
  process.exit(1);
});
process.on('SIGTERM', () => void node.close().then(() => process.exit()));
for (const run of runs) await node.start(run);
