import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** How dear a guess is: scrypt's N is 2^`logN`, with r = 8 and p = 1. 15 takes 32 MB and some 80 ms. */
export interface PasswordCost {
  logN: number;
}

export const PASSWORD_COST: PasswordCost = { logN: 15 };

const BLOCK_SIZE = 8;
const HASH_BYTES = 32;
const SALT_BYTES = 16;
/** A hash that asks for more than this was not written by us. */
const LOG_N_MAX = 20;

/** `scrypt$LOGN$SALT$HASH`, base64url; a dearer cost later leaves old hashes readable. */
export async function hashPassword(password: string, cost: PasswordCost): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, cost.logN);
  return `scrypt$${cost.logN}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

/** Takes as long whether the password is right or not. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, logN, salt, hash] = stored.split('$');
  if (scheme !== 'scrypt' || salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, 'base64url');
  if (expected.length !== HASH_BYTES || !/^[1-9]\d?$/.test(logN ?? '') || Number(logN) > LOG_N_MAX) return false;
  const actual = await derive(password, Buffer.from(salt, 'base64url'), Number(logN));
  return timingSafeEqual(actual, expected);
}

async function derive(password: string, salt: Buffer, logN: number): Promise<Buffer> {
  const N = 2 ** logN;
  // Node refuses what needs more than 32 MB unless it is told; the table of N blocks is nearly all of it.
  const maxmem = 128 * N * BLOCK_SIZE + 1024 * 1024;
  // The same character typed on two keyboards may have two encodings.
  const text = password.normalize('NFC');
  return new Promise((resolve, reject) => {
    scrypt(text, salt, HASH_BYTES, { N, r: BLOCK_SIZE, p: 1, maxmem }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
