import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OtterError } from './errors.ts';
import { addressText, parseServerUrl, type AddressSecrets } from './server-address.ts';

const secrets: AddressSecrets = {
  readFile(path) {
    if (path === '/missing') throw new Error('ENOENT: no such file');
    return path === '/password' ? 'from file\r\n' : `PEM of ${path}`;
  },
  env: (name) => (name === 'SECRET' ? 'from env' : undefined),
};

function refusal(text: string): OtterError {
  try {
    parseServerUrl(text, secrets);
  } catch (error) {
    if (OtterError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const COMMON = { host: 'db', port: 3306, user: 'me', password: '', tls: 'off', connectTimeoutMs: 10_000 };

test.each([
  ['mysql://me@db', COMMON],
  ['mariadb://me@db/', COMMON],
  ['mysql://me:pw@db:3307/', { ...COMMON, password: 'pw', port: 3307 }],
  ['mysql://me:@db/', COMMON],
  ['mysql://a%40b:p%3A%2F%3F%23%25%40@db/', { ...COMMON, user: 'a@b', password: 'p:/?#%@' }],
  ['mysql://%E5%BC%A0:%F0%9F%98%80@db/', { ...COMMON, user: '张', password: '😀' }],
  ['mysql://me:a:b@db/', { ...COMMON, password: 'a:b' }],
  ['mysql://me@[::1]:3307/', { ...COMMON, host: '::1', port: 3307 }],
  ['mysql://me@[2001:db8::1]/', { ...COMMON, host: '2001:db8::1' }],
  ['mysql://me@127.0.0.1/shop', { ...COMMON, host: '127.0.0.1' }],
  ['mysql://me@db/?socket=/run/my.sock', { ...COMMON, socketPath: '/run/my.sock' }],
  ['mysql://me@db/?connect-timeout=2.5', { ...COMMON, connectTimeoutMs: 2500 }],
  ['mysql://me@db/?password-env=SECRET', { ...COMMON, password: 'from env' }],
  ['mysql://me@db/?password-file=/password', { ...COMMON, password: 'from file' }],
  ['mysql://me:pw@db/?password-env=SECRET', { ...COMMON, password: 'pw' }],
  ['mysql://me@db/?tls=off', COMMON],
  ['mysql://me@db/?tls=on', { ...COMMON, tls: 'on' }],
  ['mysql://me@db/?tls=verify-ca', { ...COMMON, tls: 'verify-ca' }],
  ['mysql://me@db/?tls=verify-full', { ...COMMON, tls: 'verify-full' }],
  ['mysql://me@db/?ssl-mode=DISABLED', COMMON],
  ['mysql://me@db/?ssl-mode=REQUIRED', { ...COMMON, tls: 'on' }],
  ['mysql://me@db/?ssl-mode=VERIFY_CA', { ...COMMON, tls: 'verify-ca' }],
  ['mysql://me@db/?ssl-mode=VERIFY_IDENTITY', { ...COMMON, tls: 'verify-full' }],
  ['mysql://me@db/?tls-ca=/ca', { ...COMMON, tls: 'verify-ca', tlsCa: 'PEM of /ca' }],
  [
    'mysql://me@db/?tls=verify-full&tls-ca=/ca&tls-cert=/c&tls-key=/k',
    { ...COMMON, tls: 'verify-full', tlsCa: 'PEM of /ca', tlsCert: 'PEM of /c', tlsKey: 'PEM of /k' },
  ],
])('%s', (text, expected) => {
  expect(parseServerUrl(text, secrets)).toEqual(expected);
});

describe('what cannot be used is refused with its reason', () => {
  test.each([
    ['', /not a URL/],
    ['db:3306', /scheme/],
    ['http://me@db/', /scheme "http:/],
    ['postgres://me@db/', /scheme/],
    ['mysql://db/', /names no user/],
    ['mysql://:pw@db/', /names no user/],
    ['mysql://me@db:99999/', /not a URL/],
    ['mysql://me@db:x/', /not a URL/],
    ['mysql://me@[::1/', /not a URL/],
    ['mysql://me:%zz@db/', /percent sign/],
    ['mysql://%@db/', /percent sign/],
    ['mysql://me@db/?tls=maybe', /tls=maybe is not known/],
    ['mysql://me@db/?sslmode=on', /"sslmode" is not known; known are socket, tls/],
    ['mysql://me@db/?tls-ca=/missing', /"\/missing" of tls-ca cannot be read: ENOENT/],
    ['mysql://me@db/?password-file=/missing', /password-file cannot be read/],
    ['mysql://me@db/?password-env=NONE', /NONE of password-env is not set/],
    ['mysql://me@db/?connect-timeout=0', /above 0/],
    ['mysql://me@db/?connect-timeout=-1', /above 0/],
    ['mysql://me@db/?connect-timeout=soon', /above 0/],
    ['mysql://me@db/?connect-timeout=', /above 0/],
    ['mysql://me@db/?connect-timeout=Infinity', /above 0/],
  ])('%s', (text, reason) => {
    const error = refusal(text);
    expect(error.code).toBe('USAGE');
    expect(error.detail).toMatch(reason);
  });
});

describe('the password is never repeated', () => {
  const SECRET = 'S3cr3tWord';
  const broken = [
    'http://me:P@db/',
    'mysql://me:P@db:x/',
    'mysql://me:P%@db/',
    'mysql://:P@db/',
    'mysql://me:P@db/?tls=no',
    'mysql://me:P@db/?nope=1',
  ];
  test.each([
    ...broken.map((text) => text.replace('P', SECRET)),
    `mysql://me:${SECRET}@db/?tls-ca=/missing`,
    `mysql://me:12?${SECRET}@db/`,
    `mysql://me@corp:12?${SECRET}@db/`,
    `mysql://me@corp:12?tls=${SECRET}@db/`,
    `mysql://me@corp:12#${SECRET}@db/`,
    `mysql://me@corp:12/${SECRET}@db/`,
    `mysql://me@corp:${SECRET}@db:x/`,
    `mysql://me:${SECRET}#x@db/`,
    `mysql://me:${SECRET}/x@db/`,
    `mysql://me:${SECRET}?x@db/`,
  ])('%s', (text) => {
    const error = refusal(text);
    const told = JSON.stringify([error.message, error.detail, error.context, String(error.stack), String(error.cause)]);
    expect(told).not.toContain(SECRET);
  });

  test('not even one with characters that mean something in a URL', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[@/?#%:&=0-9[\]]{0,4}$/),
        fc.stringMatching(/^[@/?#%:&=0-9[\]]{0,4}$/),
        (before, after) => {
          try {
            parseServerUrl(`mysql://me:${before}${SECRET}${after}@db/?nope=1`, secrets);
          } catch (error) {
            if (!OtterError.is(error)) throw error;
            expect(`${error.message} ${JSON.stringify(error.context)} ${String(error.cause)}`).not.toContain(SECRET);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('an address is shown without it', () => {
    expect(addressText(parseServerUrl('mysql://me:pw@db:3307/', secrets))).toBe('me@db:3307');
    expect(addressText(parseServerUrl('mysql://me:pw@db/?socket=/s', secrets))).toBe('me@/s');
  });
});

test('a password of any characters comes through when it is percent-encoded', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((s) => !/\p{Cs}/u.test(s));
  fc.assert(
    fc.property(text, text, (user, password) => {
      const url = `mysql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@db/`;
      expect(parseServerUrl(url, secrets)).toMatchObject({ user, password, host: 'db' });
    }),
  );
});
