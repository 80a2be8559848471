import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Certificates and keys as files, for their owner alone and only while the manager runs: a server URL names files. */
export class PemFiles {
  readonly #folder: string;
  readonly #written = new Set<string>();

  /** Empties `folder`: a process that was killed may have left files there. */
  constructor(folder: string) {
    this.#folder = folder;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** The same path for the same text. */
  path(pem: string): string {
    const path = join(this.#folder, `${createHash('sha256').update(pem).digest('hex').slice(0, 32)}.pem`);
    if (!this.#written.has(path)) writeFileSync(path, pem, { mode: 0o600 });
    this.#written.add(path);
    return path;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
