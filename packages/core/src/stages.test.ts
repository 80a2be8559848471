import { describe, expect, test } from 'vitest';
import { bottleneckOf, noTime, type StageTotals } from './stages.ts';

const after = (totals: Partial<StageTotals>, lagMs: number | null = 60_000) =>
  bottleneckOf({ ...noTime(), ...totals }, lagMs);

describe('why a pipeline is slow', () => {
  test('nothing measured says nothing', () => {
    expect(after({}).code).toBe('unknown');
    expect(after({ idle: 5000 }).code).toBe('unknown');
  });

  test('a reader that waits for the source while nothing is behind keeps up', () => {
    expect(after({ source: 900, parse: 100, idle: 1800, sql: 100 }, 20)).toEqual({ code: 'keeps-up', share: 0.9 });
    expect(after({ source: 900, parse: 100 }, null).code).toBe('keeps-up');
  });

  test('behind, and the reader waits for the source: the source or the line is slow', () => {
    expect(after({ source: 900, parse: 100, idle: 1900, sql: 100 })).toEqual({ code: 'source', share: 0.9 });
  });

  test('behind, and the reader decodes all the time', () => {
    expect(after({ source: 50, parse: 900, queue: 50 })).toEqual({ code: 'parse', share: 0.9 });
  });

  test.each(['worker', 'dependency', 'sql', 'commit'] as const)('the reader waits for room: it is %s', (stage) => {
    const writing = { worker: 100, dependency: 100, sql: 100, commit: 100, [stage]: 700 };
    expect(after({ parse: 300, queue: 700, ...writing })).toEqual({ code: stage, share: 0.7 });
    // Also while the lag is still small: it will grow.
    expect(after({ parse: 300, queue: 700, ...writing }, 100).code).toBe(stage);
  });
});
