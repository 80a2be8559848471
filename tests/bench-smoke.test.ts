import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

// Small sizes: this shows that the benchmark measures what it says, not how fast anything is.

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface SmokeResult {
  quick: boolean;
  lines: { name: string; role: string; values: Record<string, { median: number }> }[];
  proof: string;
}

it('catchup-oltp compares native replicas and both of our modes, with equal checksums', () => {
  const built = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'bench', 'packages/cli'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(built.stdout + built.stderr).toBe('');
  const run = spawnSync(
    process.execPath,
    [
      'bench/dist/main.js',
      'catchup-oltp',
      '--quick',
      '--transactions',
      '500',
      '--appliers',
      '0',
      '--generator',
      'js',
      '--json',
    ],
    { cwd: ROOT, encoding: 'utf8' },
  );
  expect(run.status, run.stderr).toBe(0);
  const result = JSON.parse(run.stdout) as SmokeResult;
  expect(result.quick).toBe(true);
  expect(result.proof).toContain('equal to the source after each of 3 runs');
  expect(result.lines.map((line) => line.role)).toEqual(['control', 'ours', 'ours']);
  for (const { name, values } of result.lines) expect(values['ratio']?.median, name).toBeGreaterThan(0);
}, 120_000);
