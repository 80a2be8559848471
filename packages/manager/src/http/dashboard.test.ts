import { readFileSync } from 'node:fs';
import { noTime } from '@otter/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, type World } from './world.fixture.ts';

const PATH = new URL('../../../../docs/grafana/otter.json', import.meta.url);

interface Dashboard {
  panels: { title: string; targets: { expr: string }[] }[];
  templating: { list: { name: string; query: string }[] };
}

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(async () => world.close());

/** What a manager tells of a pipeline that does everything. */
async function samples(): Promise<string[]> {
  const { live } = world.services;
  const { pipeline, shop } = world.ids;
  const status = {
    ...{ lagMs: 5, lagReadMs: 2, transactionsRead: 1, transactionsApplied: 1, rowsRead: 1, rowsApplied: 1 },
    ...{ rowsFiltered: 0, rowsParked: 0, rowsSkipped: 0, echoes: 0, bytesRead: 9, commits: 1, retries: 0, parked: [] },
    ...{ changes: { inserted: 1, updated: 2, deleted: 3 }, stages: { ...noTime(), sql: 1500 } },
    copy: { rows: 5, estimatedRows: 10 },
  };
  live.update({ ...live.find(pipeline, shop, 0), state: 'running', status, statusAtMs: 1 });
  const { body } = await world.as('VIEWER', { method: 'GET', url: '/metrics' });
  return body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test('every metric of the Grafana dashboard is there, with the labels it is asked by', async () => {
  const told = await samples();
  const { panels, templating } = JSON.parse(readFileSync(PATH, 'utf8')) as Dashboard;
  const asked = [
    ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...templating.list.map(({ query }) => query),
  ];
  const used = new Map<string, Set<string>>();
  for (const text of asked) {
    for (const [, name = '', selector = ''] of text.matchAll(/(otter_\w+)(?:\{([^}]*)\})?/g)) {
      const labels = used.get(name) ?? new Set();
      for (const [, label = ''] of selector.matchAll(/(\w+)=/g)) labels.add(label);
      used.set(name, labels);
    }
    for (const [, names = ''] of text.matchAll(/sum by \((\w+)\)/g))
      used.get(/otter_\w+/.exec(text)?.[0] ?? '')?.add(names);
  }
  expect(used.size).toBeGreaterThan(10);
  for (const [name, labels] of used) {
    const lines = told.filter((line) => line.startsWith(`${name}{`));
    expect(lines, name).not.toEqual([]);
    for (const label of labels) expect(lines[0], `${name} by ${label}`).toContain(`${label}="`);
  }
});

test('stages and kinds are told by name, in seconds and rows', async () => {
  const told = (await samples()).map((line) => line.replace(/channel_id="\d+",pipeline_id="\d+",?/, ''));
  expect(told).toContain('otter_stage_seconds{stage="sql"} 1.5');
  expect(told).toContain('otter_rows_changed{kind="deleted"} 3');
  expect(told).toContain('otter_lag_read_seconds{} 0.002');
});
