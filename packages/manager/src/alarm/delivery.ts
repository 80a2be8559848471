import { Redactor } from '@otter/core';
import type { ReceiverAccess } from '../store/alarm-receivers.ts';
import type { Letter } from './letter.ts';
import { sendMail } from './mail.ts';
import { isAccepted, webhookRequest } from './webhook.ts';
import { postJson } from './post.ts';

/** What a receiver said to a message, without any secret of ours. */
export interface Delivery {
  ok: boolean;
  answer: string;
  tookMs: number;
}

const TIMEOUT_MS = 10_000;
const ANSWER_LENGTH_MAX = 500;
/** A part of a URL as long as this is a key, not a word. */
const KEY_LENGTH_MIN = 16;

/** Sends one message, within {@link TIMEOUT_MS}. Never throws: what went wrong is the answer. */
export async function send(access: ReceiverAccess, letter: Letter, signal: AbortSignal): Promise<Delivery> {
  const startedAtMs = performance.now();
  const redactor = redactorOf(access);
  const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const done = (ok: boolean, text: string): Delivery => ({
    ok,
    answer: redactor
      .clean(text)
      .replaceAll(/[\p{Cc}\p{Cs}]+/gu, ' ')
      .slice(0, ANSWER_LENGTH_MAX),
    tookMs: Math.round(performance.now() - startedAtMs),
  });
  try {
    if (access.type === 'email') return done(true, await sendMail(access, letter, limited));
    const answer = await postJson(webhookRequest(access, letter), limited);
    return done(isAccepted(access.type, answer), `HTTP ${answer.status} ${answer.body}`.trim());
  } catch (error) {
    const isLate = limited.aborted && !signal.aborted;
    return done(false, isLate ? `no answer within ${TIMEOUT_MS / 1000} s` : (error as Error).message);
  }
}

function redactorOf({ url, signingKey, headerValue, password }: ReceiverAccess): Redactor {
  const redactor = new Redactor();
  for (const secret of [signingKey, headerValue, password]) if (secret !== null) redactor.add(secret);
  if (url === null) return redactor;
  const { pathname, searchParams, password: own } = new URL(url);
  redactor.add(url);
  redactor.add(decodeURIComponent(own));
  for (const value of searchParams.values()) redactor.add(value);
  for (const part of pathname.split('/')) if (part.length >= KEY_LENGTH_MIN) redactor.add(part);
  return redactor;
}
