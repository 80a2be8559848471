// Builds the console into packages/console/dist, unless it is there and newer than everything it is made of.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CONSOLE = join(ROOT, 'packages', 'console');

if (!isBuilt()) {
  const vite = join(ROOT, 'node_modules', '.bin', 'vite');
  const { status } = spawnSync(vite, ['build', CONSOLE, '--logLevel', 'warn'], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}

function isBuilt() {
  const page = join(CONSOLE, 'dist', 'index.html');
  if (!existsSync(page)) return false;
  const sources = ['index.html', 'package.json', 'vite.config.ts', 'public', 'src'].map((name) => join(CONSOLE, name));
  const builtAt = statSync(page).mtimeMs;
  return sources.concat(join(ROOT, 'package-lock.json')).every((path) => changedAt(path) <= builtAt);
}

function changedAt(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const inside = readdirSync(path).map((name) => changedAt(join(path, name)));
  return Math.max(stat.mtimeMs, ...inside);
}
