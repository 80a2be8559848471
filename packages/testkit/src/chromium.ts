import { findProgram, runCommand } from './command.ts';

const PACKAGES = ['chromium', 'fonts-wqy-microhei'];

/** Path of Debian's Chromium, installed with a Chinese font where it is missing. Throws with what to do when it cannot be. */
export async function ensureChromium(): Promise<string> {
  const present = findProgram('chromium');
  if (present) return present;
  const advice = `Chromium is needed and not installed: apt-get install --no-install-recommends ${PACKAGES.join(' ')}`;
  if (process.getuid?.() !== 0 || !findProgram('apt-get')) throw new Error(advice);
  process.stderr.write('installing Chromium with apt-get (about 30 s) …\n');
  for (const command of [
    ['apt-get', 'update', '-q'],
    ['apt-get', 'install', '-qy', '--no-install-recommends', ...PACKAGES],
  ]) {
    await runCommand(command, { showErrors: true });
  }
  const found = findProgram('chromium');
  if (!found) throw new Error(advice);
  return found;
}
