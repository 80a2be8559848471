import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../console/dist', import.meta.url));

/** The folder of the console as it was built; `null` when it was not. */
export function builtConsole(): string | null {
  return existsSync(join(FOLDER, 'index.html')) ? FOLDER : null;
}
