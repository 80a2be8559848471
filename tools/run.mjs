// Entry of the npm scripts: demo, start, test, nightly, lint, check, bench. Plain Node without dependencies, because it runs
// before they are installed.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const USAGE = `usage: node tools/run.mjs COMMAND [ARGUMENT...]

  demo    installs, builds, and runs the demonstration; arguments go to it
  start   installs, builds, and starts the manager; arguments go to it
  test    installs, builds, and runs all tests; arguments go to vitest
  nightly installs, builds, and runs the long tests: hundreds of seeds and kills
  lint    installs, builds, and looks at what needs no run: format, lint, types, imports, unused code
  check   that, and the unit tests
  bench   installs, builds, and runs the benchmarks; arguments go to them
`;

const commands = { demo, start, test, nightly, lint, check, bench };
const [name, ...parameters] = process.argv.slice(2);
const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
if (!command) {
  process.stderr.write(USAGE);
  process.exit(2);
}
process.exit(await command(parameters));

async function demo(parameters) {
  await prepare();
  return run('node', ['--max-semi-space-size=32', 'packages/cli/dist/main.js', 'demo', ...parameters]);
}

async function start(parameters) {
  await prepare();
  return run('node', ['packages/cli/dist/main.js', 'start', ...parameters]);
}

async function bench(parameters) {
  await prepare();
  await must('compiling the benchmarks', bin('tsc'), ['-b', 'bench']);
  return run('node', ['bench/dist/main.js', ...parameters]);
}

async function test(parameters) {
  await prepare();
  // Files or options given choose among all tests; else everything but the long ones runs.
  return vitest(parameters.length > 0 ? parameters : ['--project', 'unit', '--project', 'server']);
}

async function nightly(parameters) {
  await prepare();
  return vitest(['--project', 'nightly', ...parameters]);
}

async function check() {
  const failed = (await lint()) === 0 ? [] : ['lint'];
  if ((await vitest(['--project', 'unit'])) !== 0) failed.push('unit tests');
  process.stdout.write(failed.length === 0 ? 'check passed\n' : `check failed: ${failed.join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
}

async function lint() {
  await prepareDependencies();
  const steps = [
    ['tsc', ['-b']],
    ['prettier', ['--check', '--log-level=warn', '.']],
    ['oxlint', ['--type-aware', '--deny-warnings']],
    ['tsc', ['-p', 'tsconfig.tests.json']],
    ['tsc', ['-p', 'packages/console']],
    ['depcruise', ['--config', '.dependency-cruiser.cjs', 'packages']],
    ['knip', ['--no-progress', '--no-config-hints']],
  ];
  const failed = [];
  for (const [tool, options] of steps) {
    const startedAt = performance.now();
    const { code, output } = await capture(bin(tool), options);
    // A cruise over no module finds no violation either.
    const sawNothing = tool === 'depcruise' && !/\b[1-9]\d* modules/.test(output);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    process.stdout.write(`${code === 0 && !sawNothing ? 'ok  ' : 'FAIL'} ${tool} ${options[0]} (${seconds} s)\n`);
    if (code !== 0 || sawNothing) {
      failed.push(tool);
      process.stdout.write(`${output.trimEnd()}\n`);
    }
  }
  process.stdout.write(failed.length === 0 ? 'lint passed\n' : `lint failed: ${failed.join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
}

/** Runs vitest and ends with one plain line of counts. Nothing having run is a failure. */
async function vitest(parameters) {
  const folder = mkdtempSync(join(tmpdir(), 'otter-report-'));
  const report = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const code = await run(bin('vitest'), ['run', ...reporters, ...parameters]);
    const result = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
    const { numPassedTests: passed = 0, numFailedTests: failed = 0, numPendingTests: skipped = 0 } = result;
    const broken = (result.testResults ?? []).filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    for (const file of broken) process.stdout.write(`${file.name} could not be run\n`);
    const skippedText = skipped > 0 ? `, ${skipped} skipped` : '';
    process.stdout.write(`${passed} passed, ${failed + broken.length} failed${skippedText}\n`);
    if (passed + failed === 0) {
      process.stdout.write('no test ran\n');
      return 1;
    }
    return code === 0 && failed + broken.length > 0 ? 1 : code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function prepare() {
  await prepareDependencies();
  await must('compiling', bin('tsc'), ['-b']);
  await must('building the console', 'node', ['tools/console-build.mjs']);
}

async function prepareDependencies() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    process.stderr.write(`Node 20.19 or later is needed, this is ${process.version}\n`);
    process.exit(1);
  }
  if (!isInstalled()) await install();
}

/** npm writes this file at the end of an install, so it is as new as what is installed. */
function isInstalled() {
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  const lock = join(ROOT, 'package-lock.json');
  if (!existsSync(installed) || !existsSync(bin('tsc'))) return false;
  return !existsSync(lock) || statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
}

async function install() {
  process.stdout.write('installing dependencies …\n');
  const options = ['--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const hasLock = existsSync(join(ROOT, 'package-lock.json'));
  if (hasLock && (await npm(['ci', ...options])) === 0) return;
  const code = await npm(['install', ...options]);
  if (code !== 0) {
    process.stderr.write('the dependencies could not be installed\n');
    process.exit(code);
  }
}

async function npm(parameters) {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js') ? run('node', [script, ...parameters]) : run('npm', parameters);
}

async function must(what, program, parameters) {
  const code = await run(program, parameters);
  if (code === 0) return;
  process.stderr.write(`${what} failed\n`);
  process.exit(code);
}

function bin(tool) {
  return join(ROOT, 'node_modules', '.bin', tool);
}

/** Runs a program with this one's terminal. Signals go on to it: it decides how to end. */
async function run(program, parameters) {
  const child = spawn(program === 'node' ? process.execPath : program, parameters, { cwd: ROOT, stdio: 'inherit' });
  const forward = (signal) => child.kill(signal);
  // A terminal sends SIGINT to the child as well; sent twice it would cut the child's clean end short.
  const ignore = () => undefined;
  process.on('SIGTERM', forward);
  process.on('SIGINT', process.stdin.isTTY ? ignore : forward);
  try {
    return await exitCode(child);
  } finally {
    process.removeListener('SIGTERM', forward);
    process.removeListener('SIGINT', ignore);
    process.removeListener('SIGINT', forward);
  }
}

async function capture(program, parameters) {
  const child = spawn(program, parameters, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk) => (output += chunk);
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return { code: await exitCode(child), output };
}

async function exitCode(child) {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      resolve(127);
    });
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}
