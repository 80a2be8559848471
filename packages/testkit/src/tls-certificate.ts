import { createSign, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An authority made for one test, and a certificate it signed for 127.0.0.1 and localhost. */
export interface ServerCertificate {
  /** PEM of the authority. */
  ca: string;
  certificate: string;
  key: string;
  write(folder: string): void;
  /** Server options that name the files written. */
  options(folder: string): Record<string, string>;
}

/** Node can read X.509 but not make it; the DER below is RFC 5280's Certificate with the fewest fields that do. */
export function serverCertificate(): ServerCertificate {
  const authority = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const server = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ca = certificate(
    'otter test authority',
    authority.publicKey,
    'otter test authority',
    authority.privateKey,
    true,
  );
  const own = certificate('localhost', server.publicKey, 'otter test authority', authority.privateKey, false);
  const key = server.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const files: [string, string][] = [
    ['ca.pem', ca],
    ['cert.pem', own],
    ['key.pem', key],
  ];
  return {
    ca,
    certificate: own,
    key,
    write: (folder) => files.forEach(([name, text]) => writeFileSync(join(folder, name), text)),
    options: (folder) => ({
      'ssl-ca': join(folder, 'ca.pem'),
      'ssl-cert': join(folder, 'cert.pem'),
      'ssl-key': join(folder, 'key.pem'),
    }),
  };
}

function certificate(subject: string, key: KeyObject, issuer: string, signer: KeyObject, isAuthority: boolean): string {
  const sha256WithRsa = sequence(oid(1, 2, 840, 113549, 1, 1, 11), der(0x05, Buffer.alloc(0)));
  const body = sequence(
    der(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    sha256WithRsa,
    name(issuer),
    sequence(time('20200101000000Z'), time('20991231235959Z')),
    name(subject),
    key.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(isAuthority ? basicConstraints() : alternativeNames())),
  );
  const signature = createSign('sha256').update(body).sign(signer);
  const whole = sequence(body, sha256WithRsa, der(0x03, Buffer.concat([Buffer.of(0), signature])));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function basicConstraints(): Buffer {
  const authority = sequence(der(0x01, Buffer.of(0xff)));
  return sequence(oid(2, 5, 29, 19), der(0x01, Buffer.of(0xff)), der(0x04, authority));
}

function alternativeNames(): Buffer {
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.of(127, 0, 0, 1)));
  return sequence(oid(2, 5, 29, 17), der(0x04, names));
}

function name(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid(2, 5, 4, 3), der(0x0c, Buffer.from(commonName)))));
}

function time(text: string): Buffer {
  return der(0x18, Buffer.from(text));
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function oid(first: number, second: number, ...rest: number[]): Buffer {
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const digits = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return der(0x06, Buffer.from(bytes));
}

function der(tag: number, content: Buffer): Buffer {
  const size = content.length;
  if (size < 0x80) return Buffer.concat([Buffer.of(tag, size), content]);
  if (size < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, size), content]);
  return Buffer.concat([Buffer.of(tag, 0x82, size >> 8, size & 0xff), content]);
}
