// Runs pipelines of one node in a process of its own, for a test that kills it: the runs as JSON in the first argument,
// a line of JSON on stdout for each report of a state, SIGTERM to stop. Works on the compiled packages.
import { tmpdir } from 'node:os';
import { WorkerPipelines } from '../../packages/node/dist/index.js';

const runs = JSON.parse(process.argv[2]);
const node = new WorkerPipelines({
  readFile: () => '',
  env: () => undefined,
  temporaryDirectory: tmpdir(),
  name: 'node',
});
node.subscribe((report) => {
  if (report.kind === 'state') process.stdout.write(`${JSON.stringify(report)}\n`);
});
process.on('SIGTERM', () => void node.close().then(() => process.exit()));
await Promise.all(runs.map((run) => node.start(run)));
