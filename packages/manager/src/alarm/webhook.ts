import { createHmac } from 'node:crypto';
import type { ReceiverAccess } from '../store/alarm-receivers.ts';
import { headline, messageText } from './alarm-text.ts';
import type { Letter } from './letter.ts';
import type { HttpAnswer, JsonRequest } from './post.ts';

/** What is sent to a receiver that is reached by a URL, in the form its type asks for. */
export function webhookRequest(access: ReceiverAccess, letter: Letter): JsonRequest {
  const { url, headerName, headerValue } = access;
  if (url === null) throw new Error('it has no url');
  const headers: Record<string, string> =
    headerName === null || headerValue === null ? {} : { [headerName.toLowerCase()]: headerValue };
  const text = messageText(letter.news, access.language, letter.link);
  switch (access.type) {
    case 'dingtalk':
      return { url: dingtalkUrl(url, access.signingKey, letter.nowMs), headers, body: robotText(text) };
    case 'wecom':
      return { url, headers, body: robotText(cut(text, WECOM_BYTES_MAX)) };
    case 'feishu':
      return { url, headers, body: feishuBody(text, access.signingKey, letter.nowMs) };
    default:
      return signed({ url, headers, body: plainBody(access, letter, text) }, access.signingKey, letter.nowMs);
  }
}

/** Robots answer 200 to what they refuse, and say so in the body. */
export function isAccepted(type: ReceiverAccess['type'], { status, body }: HttpAnswer): boolean {
  if (status < 200 || status > 299) return false;
  if (type === 'webhook') return true;
  try {
    const { errcode, code, StatusCode } = JSON.parse(body) as Record<string, unknown>;
    return (errcode ?? code ?? StatusCode) === 0;
  } catch {
    return false;
  }
}

const WECOM_BYTES_MAX = 2000;

/** DingTalk and WeCom write a text the same way. */
function robotText(content: string): string {
  return JSON.stringify({ msgtype: 'text', text: { content } });
}

/** DingTalk: HMAC-SHA256 by the secret over `timestamp\nsecret`, in the query. */
function dingtalkUrl(url: string, secret: string | null, nowMs: number): string {
  if (secret === null) return url;
  const sign = createHmac('sha256', secret).update(`${nowMs}\n${secret}`).digest('base64');
  const signedUrl = new URL(url);
  signedUrl.searchParams.set('timestamp', String(nowMs));
  signedUrl.searchParams.set('sign', sign);
  return signedUrl.href;
}

/** Feishu: HMAC-SHA256 of nothing, by the key `timestamp\nsecret`, timestamp in seconds, in the body. */
function feishuBody(text: string, secret: string | null, nowMs: number): string {
  const timestamp = String(Math.floor(nowMs / 1000));
  const sign = secret === null ? null : createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
  return JSON.stringify({
    ...(sign === null ? {} : { timestamp, sign }),
    msg_type: 'text',
    content: { text },
  });
}

/** `text` stands first, where chat programs with a webhook of their own look for it. */
function plainBody({ language }: ReceiverAccess, { news, link, nowMs }: Letter, text: string): string {
  const alarm = news === null ? null : { ...news.alarm, text: news.alarm.text[language] };
  const title = headline(news, language);
  return JSON.stringify({ text, title, event: news?.news ?? 'test', sentAtMs: nowMs, link, alarm });
}

/** `X-Otter-Signature: sha256=…`, HMAC over `timestamp.body`, so that an old message cannot be sent again later. */
function signed(request: JsonRequest, key: string | null, nowMs: number): JsonRequest {
  if (key === null) return request;
  const digest = createHmac('sha256', key).update(`${nowMs}.${request.body}`).digest('hex');
  const headers = { 'x-otter-timestamp': String(nowMs), 'x-otter-signature': `sha256=${digest}` };
  return { ...request, headers: { ...request.headers, ...headers } };
}

/** At most so many bytes, and no half of a character. */
function cut(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text);
  return bytes.length <= bytesMax
    ? text
    : `${bytes
        .subarray(0, bytesMax)
        .toString('utf8')
        .replace(/\uFFFD+$/, '')}…`;
}
