import { OtterError } from './errors.ts';

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
  'table.created',
  'copy.answering',
  'copy.beginning',
  'copy.chunk-read',
  'gate.stored',
  'gate.rows-read',
  'index.building',
  'index.built',
  'ddl.intended',
  'ddl.executed',
  'repair.written',
  'repair.committed',
  'undo.written',
] as const;

export type FailpointName = (typeof FAILPOINTS)[number];

let armed: string | null = null;
let passesLeft = 0;

/** Arms one failpoint from its text form; `undefined` disarms. */
export function armFailpoint(spec: string | undefined): void {
  armed = null;
  if (spec === undefined || spec === '') return;
  const [name = '', passes = '1'] = spec.split(':');
  const known: readonly string[] = FAILPOINTS;
  // One that never fires would make a crash test pass without a crash.
  if (!known.includes(name) || !/^[1-9]\d*$/.test(passes)) {
    throw new OtterError('USAGE', {
      detail: `"${spec}" is not NAME or NAME:PASS of a failpoint; known are ${FAILPOINTS.join(', ')}`,
    });
  }
  armed = name;
  passesLeft = Number(passes);
}

/** Kills this process with SIGKILL when `name` is armed and its turn has come. */
export function failpoint(name: FailpointName): void {
  if (armed === null || armed !== name) return;
  passesLeft -= 1;
  if (passesLeft <= 0) process.kill(process.pid, 'SIGKILL');
}
