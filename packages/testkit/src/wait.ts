export interface WaitOptions {
  /** Gives up after this long. @default 10000 */
  timeoutMs?: number;
  /** Pause between two looks. @default 15 */
  everyMs?: number;
  /** What is waited for, for the message of the failure. */
  what?: string;
}

/**
 * Looks again and again until the condition gives something other than undefined, null or false, and
 * returns it. A condition that throws is looked at again; its last error is the cause of the failure.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<Exclude<T, undefined | null | false>> {
  const { timeoutMs = 10_000, everyMs = 15, what = 'a condition' } = options;
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== undefined && value !== null && value !== false)
        return value as Exclude<T, undefined | null | false>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`, { cause });
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
