import type { OtterError } from '@otter/core';

/** What the process tells its caller; scripts and service managers depend on these numbers. */
export const EXIT = {
  done: 0,
  /** Stopped by an error; starting again may help once its cause is gone. */
  error: 1,
  /** The command, its configuration or the preflight: starting again unchanged will not help. */
  usage: 2,
  /** `otter plan`: the manager is not as the files say. */
  differs: 3,
  /** A second signal: ended without waiting for the commit in flight. */
  interrupted: 130,
} as const;

/** The exit code an error stands for. */
export function exitCodeOf(error: OtterError): number {
  return error.scope === 'usage' ? EXIT.usage : EXIT.error;
}
