// Goal: the page that compares with the original leaves out no row of a group it claims to cover, and promises nothing
// without a test. Method: its tables are read as they stand.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PAGE = fileURLToPath(new URL('../docs/otter-parity.md', import.meta.url));
/** Rows of the groups that are covered whole. */
const COVERED = { C: 35, W: 22 };
const MARKS = ['works', 'better', 'not carried', 'not yet'];

interface Row {
  id: string;
  mark: string;
  here: string;
  tests: string[];
}

const rows: Row[] = [...readFileSync(PAGE, 'utf8').matchAll(/^\| (OT-[A-Z]-\d\d) *\|([^|]*)\|([^|]*)\|(.*)\|$/gm)].map(
  ([, id = '', , mark = '', here = '']) => {
    const links = [...here.matchAll(/\]\((\S+\.test\.ts)\)/g)].map(([, path = '']) => join(dirname(PAGE), path));
    return { id, mark: mark.trim(), here: here.trim(), tests: links };
  },
);

test('every row of the covered groups stands there once', () => {
  const wanted = Object.entries(COVERED).flatMap(([group, count]) =>
    Array.from({ length: count }, (_, at) => `OT-${group}-${String(at + 1).padStart(2, '0')}`),
  );
  const ids = rows.map(({ id }) => id);
  expect(wanted.filter((id) => !ids.includes(id))).toEqual([]);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

test('what works names a test that exists, and what does not says why', () => {
  expect(rows.length).toBeGreaterThan(57);
  for (const { id, mark, here, tests } of rows) {
    expect(MARKS, id).toContain(mark);
    if (mark === 'works' || mark === 'better') expect(tests, id).not.toEqual([]);
    if (mark !== 'works') expect(here.replaceAll(/\[[^\]]*\]\([^)]*\)|[,;\s]/g, '').length, id).toBeGreaterThan(4);
    for (const path of tests) expect(existsSync(path), `${id}: ${path}`).toBe(true);
  }
});
