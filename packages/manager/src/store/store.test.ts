import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { SecretBox, secretKey } from './secret-box.ts';
import { storeSuite } from './store.fixture.ts';
import { Store } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'otter-store-'));
afterAll(() => rmSync(folder, { recursive: true }));
let stores = 0;

storeSuite('SQLite', () => Promise.resolve({ family: 'sqlite', path: join(folder, `${(stores += 1)}.db`) }));

test('a store of a newer version is refused and stays as it is', async () => {
  const path = join(folder, 'newer.db');
  const key = randomBytes(32);
  await (await Store.open({ family: 'sqlite', path }, key)).close();
  const database = new DatabaseSync(path);
  database.exec("INSERT INTO otter_migrations VALUES ('9999-from-the-future', '2099-01-01')");
  database.close();
  await expect(Store.open({ family: 'sqlite', path }, key)).rejects.toMatchObject({
    code: 'STORE_UNUSABLE',
    detail: expect.stringContaining('9999-from-the-future') as unknown,
  });
});

test('a file that is no store is refused', async () => {
  const path = join(folder, 'text.db');
  writeFileSync(path, 'this is not a database, whatever its name says'.repeat(100));
  await expect(Store.open({ family: 'sqlite', path }, randomBytes(32))).rejects.toMatchObject({
    code: 'STORE_UNREACHABLE',
  });
});

describe('the secret key', () => {
  test('is made once, for its owner alone', () => {
    const first = secretKey(folder, null);
    const path = join(folder, 'secret.key');
    expect(first).toHaveLength(32);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o644);
    expect(secretKey(folder, null)).toEqual(first);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(existsSync(`${path}.${process.pid}`)).toBe(false);
    expect(readFileSync(path, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  });

  test('given comes before the file; a bad one is refused without being repeated', () => {
    expect(secretKey(folder, 'ab'.repeat(32)).toString('hex')).toBe('ab'.repeat(32));
    let message = '';
    try {
      secretKey(folder, 'my password');
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('64 hex digits');
    expect(message).not.toContain('my password');
  });
});

describe('a sealed secret', () => {
  const box = new SecretBox(Buffer.alloc(32, 7));

  test('opens with its key for its purpose only, and looks different each time', () => {
    const sealed = box.seal('pässwörd 🔑', 'a');
    expect(box.open(sealed, 'a')).toBe('pässwörd 🔑');
    expect(box.seal('pässwörd 🔑', 'a')).not.toBe(sealed);
    expect(() => box.open(sealed, 'b')).toThrow('does not open');
    expect(() => new SecretBox(Buffer.alloc(32, 8)).open(sealed, 'a')).toThrow('does not open');
  });

  test('does not open when any byte of it was changed or is missing', () => {
    const sealed = box.seal('secret', 'a');
    const bytes = Buffer.from(sealed.slice(3), 'base64');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = changed.readUInt8(at) ^ 1;
      expect(() => box.open(`v1.${changed.toString('base64')}`, 'a')).toThrow();
      expect(() => box.open(`v1.${bytes.subarray(0, at).toString('base64')}`, 'a')).toThrow();
    }
  });
});
