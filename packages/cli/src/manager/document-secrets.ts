import { isAbsolute, join } from 'node:path';
import type { OptionReaders } from '@otter/options';
import type { ReadDocument } from './configuration-folder.ts';

/** Documents with the secrets their references lead to, and the references that lead nowhere. */
interface Resolved {
  documents: unknown[];
  /** `data-source "shop": OTTER_PASSWORD_SHOP` */
  missing: string[];
}

/** Of data sources and users, and of receivers of alarms; each is found by the field with `Env` or `File` behind it. */
const SECRETS = ['password', 'url', 'signingKey', 'headerValue'] as const;

/**
 * Puts secrets where `passwordEnv`, `passwordFile`, `tlsKeyFile` and those of receivers point. What leads nowhere is left
 * open: of an object that exists the stored secret stays, and one that does not is not made.
 */
export function resolveSecrets(read: readonly ReadDocument[], readers: OptionReaders): Resolved {
  const missing: string[] = [];
  const documents = read.map(({ document, folder }) => {
    if (typeof document !== 'object' || document === null || Array.isArray(document)) return document;
    const fields = document as Record<string, unknown>;
    const look = (reference: unknown, find: (name: string) => string | undefined): string | undefined => {
      if (typeof reference !== 'string' || reference === '') return undefined;
      const secret = find(reference);
      if (secret === undefined) missing.push(`${String(fields.kind)} "${String(fields.name)}": ${reference}`);
      else readers.noteSecret(secret, typeof fields.user === 'string' ? fields.user : '');
      return secret;
    };
    const file = (path: string): string | undefined => contents(isAbsolute(path) ? path : join(folder, path), readers);
    const line = (path: string): string | undefined => file(path)?.replace(/\r?\n$/, '');
    const variable = (name: string): string | undefined => readers.env(name);
    const secrets = SECRETS.flatMap((name) => {
      const secret = look(fields[`${name}Env`], variable) ?? look(fields[`${name}File`], line);
      return secret === undefined ? [] : [[name, secret]];
    });
    const key = look(fields.tlsKeyFile, file);
    for (const name of SECRETS) {
      const written = fields[name];
      if (typeof written === 'string') readers.noteSecret(written, '');
    }
    return {
      ...fields,
      ...(Object.fromEntries(secrets) as Record<string, string>),
      ...(key === undefined ? {} : { tls: { ...(fields.tls as object | undefined), key } }),
    };
  });
  return { documents, missing };
}

function contents(path: string, readers: OptionReaders): string | undefined {
  try {
    return readers.readFile(path);
  } catch {
    return undefined;
  }
}
