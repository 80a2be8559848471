import type { RepairListener, RepairOutcome, RepairPlan, VerifyResult } from '@otter/engine';
import { expect, test } from 'vitest';
import { FakeEngine, FakeSurroundings, run } from '../surroundings.fixture.ts';

const ARGV = ['verify', '--from', 'mysql://u@a/', '--to', 'mysql://u@b/', '--tables', 'd.t', '--repair'];

const RESULT: VerifyResult = {
  id: 'v1',
  stopped: false,
  tables: [
    {
      ...{ table: 'd.t', target: 'd.t', verdict: 'differs', complete: true },
      ...{ rows: 10, differing: 1, missing: 0, extra: 0, unsettled: 0 },
    },
  ],
};

const PLAN: RepairPlan = {
  ...{ table: 'd.t', target: 'd.t', inserts: 0, updates: 30, deletes: 0, triggers: ['audit'], refused: null },
  rows: [{ kind: 'different', key: { id: '7' } }],
};

const OUTCOME: RepairOutcome = {
  ...{ end: 'done', inserted: 0, updated: 30, deleted: 0, equal: 0, kept: 0, repaired: ['d.t'] },
};

/** An engine that finds differences and says whether it was allowed to write. */
class RepairingEngine extends FakeEngine {
  plan: RepairPlan = PLAN;
  confirmed: boolean | null = null;

  override createVerification() {
    return { run: async (): Promise<VerifyResult> => RESULT };
  }

  override createRepair(_options: unknown, id: string, listener: RepairListener) {
    expect(id).toBe('v1');
    return {
      run: async (): Promise<RepairOutcome> => {
        this.confirmed = await listener.confirm([this.plan]);
        return this.confirmed ? OUTCOME : { ...OUTCOME, end: 'declined', updated: 0, repaired: [] };
      },
    };
  }
}

async function answered(answer: string | null, flags: string[] = [], engine = new RepairingEngine()) {
  const surroundings = new FakeSurroundings([...ARGV, ...flags]);
  surroundings.answer = answer;
  const code = await run(surroundings, engine);
  return { code, surroundings, confirmed: engine.confirmed };
}

test.each(['y', 'yes', ' Y '])('"%s" is a yes', async (answer) => {
  const { code, surroundings, confirmed } = await answered(answer);
  expect({ code, confirmed }).toEqual({ code: 0, confirmed: true });
  expect(surroundings.questions).toHaveLength(1);
  const { text } = surroundings.stdout;
  expect(text).toContain('to do on d.t: update 30\n  update id="7"\n  and 29 more\n');
  expect(text).toContain('triggers there fire for every row written: audit');
  expect(text).toContain('otter verify undo v1');
  expect(text).toContain('repaired      0 inserted, 30 updated, 0 deleted\nequal now     d.t\n');
});

test.each(['', 'n', 'no', 'yesterday'])('"%s" is a no', async (answer) => {
  const { code, surroundings, confirmed } = await answered(answer);
  expect({ code, confirmed }).toEqual({ code: 1, confirmed: false });
  expect(surroundings.stdout.text).toContain('nothing was written');
});

test('--yes asks nobody, with a terminal and without', async () => {
  for (const answer of ['n', null]) {
    const { code, surroundings, confirmed } = await answered(answer, ['--yes']);
    expect({ code, confirmed, questions: surroundings.questions }).toEqual({ code: 0, confirmed: true, questions: [] });
  }
});

test('without a terminal and without --yes nothing begins', async () => {
  const { code, surroundings, confirmed } = await answered(null);
  expect({ code, confirmed }).toEqual({ code: 2, confirmed: null });
  expect(surroundings.stdout.text).toBe('');
  expect(surroundings.stderr.text).toContain('--yes');
});

test('nothing is asked when nothing could be written', async () => {
  const engine = new RepairingEngine();
  engine.plan = { ...PLAN, refused: { code: 'REPAIR_REFUSED', reason: 'no key' } };
  const { code, surroundings } = await answered('y', [], engine);
  expect({ code, questions: surroundings.questions }).toEqual({ code: 1, questions: [] });
  expect(surroundings.stdout.text).toContain('cannot repair d.t: REPAIR_REFUSED no key\nnothing was written');
});
