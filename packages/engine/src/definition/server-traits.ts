import { say, type Wording } from '@otter/core';
import type { Session } from '@otter/dialects';
import { refuse } from './refusal.ts';

/** What a definition has to be written for, or was written by. */
export interface ServerTraits {
  isMariadb: boolean;
  /** `10.11.6` → 101106. */
  versionNumber: number;
  /** `MariaDB 10.11.6`, for messages. */
  label: string;
  /** Collations the server knows → their charset. */
  collations: ReadonlyMap<string, string>;
}

/** Reads the traits of a server from its catalogue. */
export async function readTraits(session: Session): Promise<ServerTraits> {
  const { isMariadb, versionNumber } = session;
  const rows = await session.rows('SELECT COLLATION_NAME, CHARACTER_SET_NAME FROM information_schema.COLLATIONS');
  // From 10.10 on, MariaDB lists the collations that several charsets share without their charset's name.
  if (isMariadb && versionNumber >= 101000) {
    rows.push(
      ...(await session.rows(
        'SELECT FULL_COLLATION_NAME, CHARACTER_SET_NAME FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY',
      )),
    );
  }
  const collations = new Map<string, string>();
  for (const [name, charset] of rows) {
    if (name && charset) collations.set(name.toLowerCase(), charset.toLowerCase());
  }
  const version = /^[\d.]+/.exec(session.serverVersion)?.[0] ?? session.serverVersion;
  return { isMariadb, versionNumber, label: `${isMariadb ? 'MariaDB' : 'MySQL'} ${version}`, collations };
}

/** A collation of the target in place of one of the source. */
export interface FoundCollation {
  collation: string;
  charset: string;
  /** In what it differs from the source's, half a sentence; `null` when in nothing. */
  difference: Wording | null;
  /** Too different to tell the rows of a unique key apart. */
  isCoarse: boolean;
}

const NEWER = say('collation-newer');
const PADDED = say('collation-padded');
const OLDER = say('collation-older');

/**
 * The collation by that name, or the nearest one the target has. Throws {@link Refusal} when there is none near.
 *
 * MySQL's `utf8mb4_0900_*` are UCA 9.0 without padding; MariaDB's nearest are `uca1400_nopad_*` (UCA 14.0, from 10.10
 * on; from 11.4.5 on it takes MySQL's names as other names for them). Where neither is, `unicode_520_ci` comes nearest.
 * The binary ones are equal: both go by code points and pad nothing.
 * Source: MySQL manual "Unicode Character Sets"; MariaDB knowledge base "Supported Character Sets and Collations".
 */
export function findCollation(name: string, source: ServerTraits, target: ServerTraits): FoundCollation {
  const same = [name, name.replace(/^utf8mb3_/, 'utf8_'), name.replace(/^utf8_/, 'utf8mb3_')];
  const known = same.find((candidate) => target.collations.has(candidate));
  if (known !== undefined) {
    const alias = source.isMariadb !== target.isMariadb && /_0900_(?!bin$)/.test(known);
    return found(known, target, alias ? NEWER : null);
  }
  for (const [candidate, difference] of nearest(name, target)) {
    if (target.collations.has(candidate)) return found(candidate, target, difference);
  }
  return refuse(say('collation-unknown', { server: target.label, collation: name }));
}

function found(collation: string, target: ServerTraits, difference: Wording | null): FoundCollation {
  const charset = target.collations.get(collation) as string;
  return { collation, charset, difference, isCoarse: difference === OLDER };
}

function nearest(name: string, target: ServerTraits): [string, Wording | null][] {
  const [, charset, nopad = '', strength] = /^(utf8mb[34])_uca1400_(nopad_)?(ai_ci|as_ci|as_cs)$/.exec(name) ?? [];
  if (target.isMariadb) {
    if (strength === 'ai_ci') return [[`${charset}_unicode_520_${nopad}ci`, OLDER]];
    const modern = /^utf8mb4_0900_(ai_ci|as_ci|as_cs|bin)$/.exec(name)?.[1];
    if (modern === 'bin') return [['utf8mb4_nopad_bin', null]];
    if (modern === undefined) return [];
    const near: [string, Wording] = [`utf8mb4_uca1400_nopad_${modern}`, NEWER];
    return modern === 'ai_ci' ? [near, ['utf8mb4_unicode_520_nopad_ci', OLDER]] : [near];
  }
  if (name === 'utf8mb4_nopad_bin') return [['utf8mb4_0900_bin', null]];
  if (strength === undefined) return [];
  if (charset === 'utf8mb4') return [[`utf8mb4_0900_${strength}`, nopad === '' ? PADDED : NEWER]];
  return strength === 'ai_ci' && nopad === '' ? [['utf8mb3_unicode_520_ci', OLDER]] : [];
}
