import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { consoleContract } from './console-contract.ts';
import { commandPage, errorPage, managerOptionPage, optionPage } from './reference-pages.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Every Markdown file of the repository that is committed or about to be. */
function documents(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: ROOT });
  return listed
    .toString()
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(ROOT, path)));
}

/** Targets of links that lead to a file of the repository, without their fragments. */
function links(text: string): string[] {
  const prose = text.replaceAll(/```[\s\S]*?```/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => (match[1] ?? '').split('#')[0] ?? '')
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}

test('no link leads nowhere', () => {
  const paths = documents();
  expect(paths).toContain('ARCHITECTURE.md');
  const broken: string[] = [];
  let followed = 0;
  for (const path of paths) {
    for (const target of links(readFileSync(join(ROOT, path), 'utf8'))) {
      followed += 1;
      if (!existsSync(join(ROOT, dirname(path), target))) broken.push(`${path}: ${target}`);
    }
  }
  expect(broken).toEqual([]);
  expect(followed).toBeGreaterThan(100);
});

test('the page of error codes is current', async () => {
  await expect(await errorPage()).toMatchFileSnapshot('../docs/guide/errors.md');
});

test('the page of options is current', async () => {
  await expect(await optionPage()).toMatchFileSnapshot('../docs/guide/options.md');
});

test('the page of commands is current', async () => {
  await expect(await commandPage()).toMatchFileSnapshot('../docs/guide/commands.md');
});

test('the page of options of the manager is current', async () => {
  await expect(await managerOptionPage()).toMatchFileSnapshot('../docs/guide/manager-options.md');
});

test('the types of the console are those of the API', async () => {
  await expect(await consoleContract()).toMatchFileSnapshot('../packages/console/src/api/contract.ts');
});
