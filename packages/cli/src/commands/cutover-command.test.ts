import type { CutoverFinding, CutoverOptions, CutoverPorts, CutoverResult } from '@otter/engine';
import { expect, test } from 'vitest';
import { FakeEngine, FakeSurroundings, run } from '../surroundings.fixture.ts';

const ARGV = ['cutover', '--from', 'mysql://u:secret@a/', '--to', 'mysql://u@b/', '--tables', 'd.t', '--name', 'shop'];

const LAG: CutoverFinding = { check: 'lag', verdict: 'go', finding: 'The target has caught up.' };
const ROWS: CutoverFinding = { check: 'rows', verdict: 'no-go', finding: 'Not equal: d.t (1 rows).' };

class CuttingEngine extends FakeEngine {
  seen: CutoverOptions | null = null;
  result: CutoverResult = { go: true, findings: [LAG], reverse: null };

  override createCutover(options: CutoverOptions, ports: CutoverPorts) {
    this.seen = options;
    return {
      run: async (): Promise<CutoverResult> => {
        for (const finding of this.result.findings) ports.onFinding(finding);
        return this.result;
      },
    };
  }
}

async function cutOver(engine: CuttingEngine, ...flags: string[]) {
  const surroundings = new FakeSurroundings([...ARGV, ...flags]);
  return { code: await run(surroundings, engine), text: surroundings.stdout.text };
}

test('go: the findings, where to point the applications, and the way back', async () => {
  const engine = new CuttingEngine();
  engine.result.reverse = { file: 'bin.000002', offset: 77, gtid: '' };
  const { code, text } = await cutOver(engine, '--read-only', '--reverse', '--quiet', '9', '--wait', '60');
  expect(code).toBe(0);
  expect(engine.seen).toMatchObject({ readOnly: true, reverse: true, quietMs: 9000, waitMsMax: 60_000 });
  expect(engine.seen?.sync.name).toBe('shop');
  expect(text).toContain(' ok   lag           The target has caught up.\nGO. Point the applications at ');
  expect(text).toContain('--start binlog:bin.000002:77');
  expect(text).not.toContain('secret');
});

test('no-go ends with 1, as lines of JSON when asked for', async () => {
  const engine = new CuttingEngine();
  engine.result = { go: false, findings: [LAG, ROWS], reverse: null };
  expect((await cutOver(engine)).text).toContain(
    'NO-GO rows          Not equal: d.t (1 rows).\nNO-GO. Nothing was changed',
  );
  const { code, text } = await cutOver(engine, '--json');
  expect(code).toBe(1);
  expect(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  ).toEqual([
    { event: 'finding', ...LAG },
    { event: 'finding', ...ROWS },
    { event: 'verdict', go: false, reverse: null },
  ]);
});

test.each([
  ['--quiet', '0'],
  ['--wait', 'long'],
])('%s %s is refused', async (...flags) => {
  expect((await cutOver(new CuttingEngine(), ...flags)).code).toBe(2);
});
