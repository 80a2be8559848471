import type { AdviceLine, AdviceOptions, TwoWayAdvice } from '@otter/engine';
import { expect, test } from 'vitest';
import { FakeEngine, FakeSurroundings, run } from '../surroundings.fixture.ts';

const ARGV = ['advise', '--from', 'mysql://u:secret@a/', '--to', 'mysql://u:secret@b/', '--tables', 'd.*'];

const LINE: AdviceLine = {
  ...{ subject: 'B d.t', side: 'B', table: 'd.t', verdict: 'warning', check: 'unique keys' },
  ...{ finding: 'It clashes with secret.', findingZh: '会冲突。', fix: 'ALTER TABLE d.t DROP INDEX k;' },
};

/** An engine that finds what a test says. */
class AdvisingEngine extends FakeEngine {
  asked: AdviceOptions | null = null;
  readonly #advice: TwoWayAdvice;

  constructor(advice: TwoWayAdvice) {
    super();
    this.#advice = advice;
  }

  override async advise(options: AdviceOptions): Promise<TwoWayAdvice> {
    this.asked = options;
    return this.#advice;
  }
}

async function advised(flags: string[], verdict: AdviceLine['verdict'] = 'warning') {
  const engine = new AdvisingEngine({ lines: [{ ...LINE, verdict }], score: 87 });
  const surroundings = new FakeSurroundings([...ARGV, ...flags]);
  const code = await run(surroundings, engine);
  return { code, surroundings, engine };
}

test('only what is refused is no success', async () => {
  for (const [verdict, code] of [
    ['ok', 0],
    ['warning', 0],
    ['stop', 1],
  ] as const) {
    expect([verdict, (await advised([], verdict)).code]).toEqual([verdict, code]);
    const { surroundings } = await advised(['--json'], verdict);
    expect(surroundings.jsonLines()).toMatchObject([{ event: 'advice', verdict, score: 87, lines: [{ side: 'B' }] }]);
  }
});

test('a person reads findings, fixes and the score in their language, and no password', async () => {
  const english = (await advised([])).surroundings.stdout.text;
  expect(english).toContain('fix: ALTER TABLE d.t DROP INDEX k;');
  expect(english).toContain('Two-way score: 87 of 100');
  expect(english).not.toContain('secret');
  const chinese = (await advised(['--lang', 'zh'])).surroundings.stdout.text;
  expect(chinese).toContain('会冲突。');
  expect(chinese).toContain('双向就绪度：87/100');
});

test('clocks matter where the newest change is to win', async () => {
  expect((await advised([])).engine.asked).toMatchObject({ newest: true, controlSchema: 'retl' });
  expect((await advised(['--conflicts', 'from'])).engine.asked).toMatchObject({ newest: false });
  const { code, engine } = await advised(['--conflicts', 'somebody']);
  expect([code, engine.asked]).toEqual([2, null]);
});
