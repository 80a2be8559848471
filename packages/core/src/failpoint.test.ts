import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { armFailpoint, failpoint, FAILPOINTS } from './failpoint.ts';

const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
beforeEach(() => kill.mockClear());
afterEach(() => armFailpoint(undefined));

test('an unarmed failpoint never kills', () => {
  for (const spec of [undefined, '']) {
    armFailpoint(spec);
    for (const name of FAILPOINTS) failpoint(name);
  }
  expect(kill).not.toHaveBeenCalled();
});

test('an armed one kills this process, without a chance to tidy up, and no other does', () => {
  armFailpoint('batch.executed');
  failpoint('batch.begun');
  expect(kill).not.toHaveBeenCalled();
  failpoint('batch.executed');
  expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGKILL');
});

test('name:n waits for the n-th pass', () => {
  armFailpoint('batch.committed:3');
  failpoint('batch.committed');
  failpoint('batch.committed');
  expect(kill).not.toHaveBeenCalled();
  failpoint('batch.committed');
  expect(kill).toHaveBeenCalledTimes(1);
});

test.each(['batch.comitted', 'batch.committed:x', 'batch.committed:0', ':2'])(
  '%s would never fire and is refused',
  (spec) => {
    expect(() => armFailpoint(spec)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  },
);
