import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OtterError } from '@otter/core';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 'v1.';

/** Seals secrets for the store, AES-256-GCM with a nonce of its own for each: `v1.` and base64 of nonce, tag, text. */
export class SecretBox {
  readonly #key: Buffer;

  /** `key` are 32 bytes. */
  constructor(key: Buffer) {
    if (key.length !== KEY_BYTES) throw unusable(`the secret key has ${key.length} bytes instead of ${KEY_BYTES}`);
    this.#key = key;
  }

  /** `purpose` says what the secret is; a text sealed for one purpose does not open as another. */
  seal(text: string, purpose: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce).setAAD(Buffer.from(purpose));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return FORMAT + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** Throws STORE_UNUSABLE when the text was changed or sealed with another key or for another purpose. */
  open(sealed: string, purpose: string): string {
    const bytes = Buffer.from(sealed.startsWith(FORMAT) ? sealed.slice(FORMAT.length) : '', 'base64');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) throw unusable(`what is stored as ${purpose} is not a sealed secret`);
    try {
      const decipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(Buffer.from(purpose))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch (cause) {
      throw unusable(`${purpose} does not open with this secret key`, cause);
    }
  }
}

/**
 * The key of a data folder: `secret.key`, 64 hex digits, made with mode 0600 when it is not there. `given`, from a
 * variable, comes before the file. Throws STORE_UNUSABLE when it cannot be read.
 */
export function secretKey(dataDir: string, given: string | null): Buffer {
  if (given !== null) return keyOf(given, 'the secret key given');
  const path = join(dataDir, 'secret.key');
  if (!existsSync(path)) makeKey(path);
  // A backup that was put back may have widened it.
  chmodSync(path, 0o600);
  return keyOf(readFileSync(path, 'utf8'), path);
}

/** Under another name first: neither a crash nor a second process leaves half a key or two. */
function makeKey(path: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(KEY_BYTES).toString('hex')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}

function keyOf(text: string, what: string): Buffer {
  if (!/^[0-9a-fA-F]{64}$/.test(text.trim())) throw unusable(`${what} is not 64 hex digits`);
  return Buffer.from(text.trim(), 'hex');
}

function unusable(detail: string, cause?: unknown): OtterError {
  return new OtterError('STORE_UNUSABLE', { detail, cause });
}
