import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MESSAGES, noteInChinese } from '../packages/core/src/messages.ts';

const PACKAGES = join(import.meta.dirname, '../packages');

/** Sources of every package, without tests, by path. */
function sources(): [string, string][] {
  return readdirSync(PACKAGES).flatMap((name) =>
    readdirSync(join(PACKAGES, name, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !/\.(?:test|fixture)\.ts$/.test(path) && path !== 'messages.ts')
      .map((path): [string, string] => [`${name}/${path}`, readFileSync(join(PACKAGES, name, 'src', path), 'utf8')]),
  );
}

test('every message is said somewhere', () => {
  const text = sources()
    .map(([, source]) => source)
    .join('\n');
  // `${side}-said`: whatever ends like that, or begins.
  const ends = [...text.matchAll(/say\(`\$\{\w+\}([a-z-]+)`/g)].map(([, end = '']) => end);
  const starts = [...text.matchAll(/say\(`([a-z-]+)\$\{\w+\}`/g)].map(([, start = '']) => start);
  const unsaid = Object.keys(MESSAGES).filter(
    (id) =>
      !text.includes(`'${id}'`) &&
      !ends.some((end) => id.endsWith(end)) &&
      !starts.some((start) => id.startsWith(start)),
  );
  expect(unsaid).toEqual([]);
});

test('no finding of the preflight is written beside the table', () => {
  const makers = sources().filter(([, source]) => source.includes('asFinding('));
  expect(makers.length).toBeGreaterThan(3);
  for (const [path, source] of makers) {
    expect([path, source.match(/finding(?:Zh)?: *['"`]|findingZh: *\w+\(/g)]).toEqual([path, null]);
  }
});

test('nothing the manager refuses is written beside the table', () => {
  const rules = sources().filter(([path, source]) => path.startsWith('manager/') && source.includes('rule(say('));
  expect(rules.length).toBeGreaterThan(5);
  // Mistakes of ours, and what is said on a command line, stay English.
  const beside = /\berror: *['"`].*|OtterError\('(?!INTERNAL|USAGE|LISTEN_FAILED)\w+', \{ detail: ['"`].*/g;
  const found = sources().filter(([path, source]) => path.startsWith('manager/') && source.match(beside) !== null);
  expect(found.map(([path]) => path)).toEqual([]);
});

test('every note of the engine is told in Chinese', () => {
  const calls = sources().flatMap(([path, source]) =>
    /^(?:engine|binlog|dialects)\//.test(path)
      ? [...source.matchAll(/log\??\.(?:info|warn|error)\(([^]*?)\);/g)].map(([, inside = '']) => inside)
      : [],
  );
  const notes = calls.flatMap((inside) =>
    [...inside.slice(inside.lastIndexOf('}')).matchAll(/(['"])(.+?)\1/g)].map(([, , note = '']) => note),
  );
  expect(notes.length).toBeGreaterThan(25);
  expect(notes.filter((note) => noteInChinese(note) === note)).toEqual([]);
});
