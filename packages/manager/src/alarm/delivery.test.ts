// Goal: each kind of receiver gets the form and the signature its makers ask for, what it says is shown without our
// secrets, and nothing is sent to where a cloud keeps its credentials. Method: receivers on sockets of 127.0.0.1.
import { createHmac } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Alarm } from '../model/alarm.ts';
import { alarmReceiverInputSchema } from '../model/alarm-receiver.ts';
import type { ReceiverAccess } from '../store/alarm-receivers.ts';
import { factsText } from './alarm-text.ts';
import { send, type Delivery } from './delivery.ts';
import { isForbiddenHost } from './forbidden-hosts.ts';
import { guardedLookup } from './post.ts';

const NOW_MS = 1_800_000_000_123;
const KEY = 'SEC-signing-key';
const facts = { lagMs: null, thresholdSeconds: null, code: null, count: null, tables: ['shop.订单'] };
const alarm: Alarm = {
  ...{ id: 1, ruleId: 1, ruleName: '表', type: 'table-stopped', severity: 'critical', facts },
  ...{ channelId: 1, channelName: '商城', pipelineId: 2, pipelineName: 'p', text: factsText('table-stopped', facts) },
  ...{ raisedAtMs: NOW_MS, clearedAtMs: null, silence: null },
};
const NOTHING = { url: null, signingKey: null, headerValue: null, password: null, headerName: null, mail: null };

interface Arrival {
  url: URL;
  headers: IncomingMessage['headers'];
  text: string;
  body: Record<string, unknown>;
}

const LETTER = { news: { news: 'raised' as const, alarm }, link: null, nowMs: NOW_MS };

const NO_ARRIVAL: Arrival = { url: new URL('http://x'), headers: {}, text: '', body: {} };

/** Sends to a receiver that answers so; returns what it got first, what is said of it, and how often it was asked. */
async function sent(
  access: Partial<ReceiverAccess>,
  answer = '{}',
  status = 200,
): Promise<[Arrival, Delivery, number]> {
  const got: Arrival[] = [];
  const server = createHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const url = new URL(request.url ?? '', 'http://x');
      got.push({ url, headers: request.headers, text, body: JSON.parse(text) as Arrival['body'] });
      response.writeHead(status, { location: '/elsewhere' }).end(answer);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/robot/0123456789abcdef01?access_token=top-secret-token`;
  const full: ReceiverAccess = { ...NOTHING, id: 1, name: 'r', type: 'webhook', language: 'zh', url, ...access };
  const delivery = await send(full, LETTER, new AbortController().signal);
  return [got.at(0) ?? NO_ARRIVAL, delivery, got.length];
}

const sha256 = (key: string, text: string) => createHmac('sha256', key).update(text);

test('a webhook gets JSON, its header, and a signature over moment and body', async () => {
  const [{ headers, body, text }, delivery] = await sent({
    ...{ language: 'en', signingKey: KEY, headerName: 'Authorization', headerValue: 'Bearer of-something' },
  });
  expect(delivery).toMatchObject({ ok: true, answer: 'HTTP 200 {}' });
  expect(headers).toMatchObject({ authorization: 'Bearer of-something', 'x-otter-timestamp': String(NOW_MS) });
  expect(headers['x-otter-signature']).toBe(`sha256=${sha256(KEY, `${NOW_MS}.${text}`).digest('hex')}`);
  expect(body).toMatchObject({ event: 'raised', alarm: { id: 1, severity: 'critical', facts } });
  expect(body.title).toBe('[critical] raised: 商城/p: one table stopped: shop.订单');
});

test('the robots of DingTalk, WeCom and Feishu are spoken to as they ask, in Chinese', async () => {
  const [ding] = await sent({ type: 'dingtalk', signingKey: KEY }, '{"errcode":0}');
  expect(ding.url.searchParams.get('access_token')).toBe('top-secret-token');
  expect(ding.url.searchParams.get('sign')).toBe(sha256(KEY, `${NOW_MS}\n${KEY}`).digest('base64'));
  expect(ding.body).toMatchObject({
    msgtype: 'text',
    text: { content: expect.stringContaining('【严重】告警：商城/p：1 张表停止同步') as unknown },
  });
  const [wecom] = await sent({ type: 'wecom' }, '{"errcode":0}');
  expect(wecom.body).toMatchObject({ msgtype: 'text' });
  const [feishu] = await sent({ type: 'feishu', signingKey: KEY }, '{"code":0}');
  const timestamp = String(Math.floor(NOW_MS / 1000));
  const sign = sha256(`${timestamp}\n${KEY}`, '').digest('base64');
  expect(feishu.body).toMatchObject({ timestamp, sign, msg_type: 'text' });
});

test('a robot that answers 200 and refuses has refused; what it says is shown without our secrets', async () => {
  const said = '{"errcode":310000,"errmsg":"sign top-secret-token 0123456789abcdef01 SEC-signing-key\\u0000"}';
  const [, delivery] = await sent({ type: 'dingtalk', signingKey: KEY }, `${said}\n\u001b[31m`);
  expect(delivery.ok).toBe(false);
  expect(delivery.answer).toContain('310000');
  expect(delivery.answer).not.toMatch(/top-secret|0123456789|SEC-|\p{Cc}/u);
  expect((await sent({ type: 'wecom' }, 'hello'))[1].ok).toBe(false);
  expect((await sent({ type: 'dingtalk' }, '{"errcode":310000}'))[1].ok).toBe(false);
  expect((await sent({ type: 'feishu' }, '{"code":9499}'))[1].ok).toBe(false);
});

test('a redirection is not followed', async () => {
  const [, delivery, times] = await sent({}, '', 302);
  expect(times).toBe(1);
  expect(delivery).toMatchObject({ ok: false, answer: 'HTTP 302' });
});

test('nothing is sent to link-local and metadata addresses, however they are written', async () => {
  const hosts = [
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '[::ffff:169.254.169.254]',
    '[fe80::1]',
    '100.100.100.200',
  ];
  for (const host of hosts) {
    const url = `http://${host}/latest/meta-data`;
    const input = alarmReceiverInputSchema.safeParse({ name: 'x', type: 'webhook', url });
    expect([host, input.success]).toEqual([host, false]);
    // Cut off before it begins: were the address not refused, nothing would be sent there by this test either.
    const access: ReceiverAccess = { ...NOTHING, id: 1, name: 'r', type: 'webhook', language: 'en', url };
    const delivery = await send(access, LETTER, AbortSignal.abort());
    expect(delivery).toMatchObject({ ok: false, answer: expect.stringContaining('nothing is sent') as unknown });
  }
  expect(isForbiddenHost('127.0.0.1')).toBe(false);
  // A name that leads there: looked at when it is connected to.
  const error = await new Promise((resolve) => {
    guardedLookup('169.254.169.254', { all: true }, resolve);
  });
  expect(String(error)).toContain('nothing is sent');
  const found = await new Promise((resolve) => {
    guardedLookup('127.0.0.1', {}, (_, address) => resolve(address));
  });
  expect(found).toBe('127.0.0.1');
});

test('an e-mail reaches its server, with a subject of one line', async () => {
  const lines: string[] = [];
  const server = createServer((socket) => {
    let isData = false;
    socket.write('220 mx\r\n');
    socket.on('data', (data) => {
      for (const line of data
        .toString()
        .split('\r\n')
        .filter((each) => each !== '')) {
        lines.push(line);
        if (isData && line !== '.') continue;
        isData = line.startsWith('DATA');
        socket.write(isData ? '354 go on\r\n' : line.startsWith('EHLO') ? '250 mx\r\n' : '250 queued as 42\r\n');
        if (line === 'QUIT') socket.end();
      }
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const mail = {
    host: '127.0.0.1',
    port,
    tls: 'off' as const,
    user: null,
    from: 'otter@x.org',
    to: ['a@x.org', 'b@x.org'],
  };
  const [, delivery] = await sent({ type: 'email', language: 'en', url: null, mail });
  expect(delivery).toMatchObject({ ok: true, answer: '250 queued as 42' });
  expect(lines).toContain('RCPT TO:<b@x.org>');
  expect(lines.filter((line) => line.startsWith('Subject:'))).toHaveLength(1);
});
