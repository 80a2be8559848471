import { accessSync } from 'node:fs';
import { join } from 'node:path';
import { commandOutput } from './command.ts';
import { cacheDir, hostSuite, INSTALL_DIR } from './install.ts';

/** The environment in which a program's clock is ahead by so many seconds, or behind; installs libfaketime when it is not there. */
export async function clockEnvironment(offsetSeconds: number): Promise<NodeJS.ProcessEnv> {
  const folder = join(cacheDir(), 'libfaketime');
  await commandOutput(['bash', join(INSTALL_DIR, 'debian-folder.sh'), hostSuite(), folder, 'libfaketime']);
  const found = await commandOutput(['find', join(folder, 'root'), '-name', 'libfaketimeMT.so.1']);
  const library = found.trim().split('\n')[0] ?? '';
  accessSync(library);
  const sign = offsetSeconds < 0 ? '' : '+';
  return {
    LD_PRELOAD: library,
    FAKETIME: `${sign}${offsetSeconds}s`,
    // Waiting goes by the monotonic clock, which is left alone. The library's repair of such waits for an old C library
    // ends them at once in MySQL, which then does nothing else with both processors.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    FAKETIME_FORCE_MONOTONIC_FIX: '0',
  };
}
