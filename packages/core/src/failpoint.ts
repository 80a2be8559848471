/**
 * Named places where a test may kill the process, so that every crash the design speaks of can be
 * made to happen in turn (design §8c). Armed by `OTTER_FAILPOINT=name` or `name:n` (the n-th pass);
 * an unarmed failpoint costs one comparison.
 */
export const FAILPOINTS = [
  'checkpoint.acquired',
  'batch.begun',
  'batch.executed',
  'batch.waited',
  'batch.before-commit',
  'batch.committed',
  'spilled.begun',
  'spilled.halfway',
  'spilled.before-commit',
  'table.parked',
  'table.catching-up',
  'table.rejoined',
] as const;

export type FailpointName = (typeof FAILPOINTS)[number];

let armed: string | null = null;
let passesLeft = 0;

/** Arms one failpoint from its text form; `undefined` disarms. */
export function armFailpoint(spec: string | undefined): void {
  const [name, passes] = (spec ?? '').split(':');
  armed = name || null;
  passesLeft = Number(passes ?? 1);
}

/** Kills this process with SIGKILL when `name` is armed and its turn has come. */
export function failpoint(name: FailpointName): void {
  if (armed === null || armed !== name) return;
  passesLeft -= 1;
  if (passesLeft <= 0) process.kill(process.pid, 'SIGKILL');
}
