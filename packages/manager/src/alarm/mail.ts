import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import type { ReceiverAccess } from '../store/alarm-receivers.ts';
import { headline, messageText } from './alarm-text.ts';
import type { Letter } from './letter.ts';
import { isForbiddenHost } from './forbidden-hosts.ts';

const SUBJECT_LENGTH_MAX = 200;

/** Sends one e-mail, and returns what the server said to it. Throws what it failed of. */
export async function sendMail(access: ReceiverAccess, letter: Letter, signal: AbortSignal): Promise<string> {
  const { mail, password, language } = access;
  if (mail === null) throw new Error('it has no mail server');
  // The address that was looked at is the one connected to; the certificate is that of the name.
  const { address } = await lookup(mail.host);
  if (isForbiddenHost(address)) throw new Error(`${mail.host} is a link-local or metadata address`);
  const transport = createTransport({
    ...{ host: address, port: mail.port, disableFileAccess: true, disableUrlAccess: true },
    ...{ secure: mail.tls === 'on', requireTLS: mail.tls === 'starttls', ignoreTLS: mail.tls === 'off' },
    tls: isIP(mail.host) === 0 ? { servername: mail.host } : {},
    ...(mail.user === null ? {} : { auth: { user: mail.user, pass: password ?? '' } }),
    ...{ connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 10_000 },
  });
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('cut off')), { once: true });
  });
  try {
    const subject = `Otter ${headline(letter.news, language)}`.slice(0, SUBJECT_LENGTH_MAX);
    const text = messageText(letter.news, language, letter.link);
    const sent = transport.sendMail({ from: mail.from, to: mail.to, subject, text });
    const { response } = await Promise.race([sent, aborted]);
    return response;
  } finally {
    transport.close();
  }
}
