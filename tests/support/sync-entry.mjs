// Runs one pipeline in a process of its own, for tests that kill it: the options as JSON in the first argument, a line
// of JSON on stdout for the error, SIGTERM to stop. Works on the compiled packages, as the command line does.
import { armFailpoint, parseTablePatterns } from '../../packages/core/dist/index.js';
import { Pipeline } from '../../packages/engine/dist/index.js';

const options = JSON.parse(process.argv[2]);
armFailpoint(process.env.OTTER_FAILPOINT);
const note = (level) => (facts, message) => process.stderr.write(`${level} ${message} ${JSON.stringify(facts)}\n`);
const log = { debug() {}, info: note('info'), warn: note('warn'), error: note('error') };
const pipeline = new Pipeline({ ...options, tables: parseTablePatterns(options.tables) }, { log });
const stopping = new AbortController();
process.on('SIGTERM', () => stopping.abort());
try {
  await pipeline.run(stopping.signal);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ code: error.code, message: error.message })}\n`);
  process.exitCode = 1;
}
process.exit();
