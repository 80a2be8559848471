import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports systems hand out for outgoing connections, so that no client takes one between stop and restart. */
const PORT_FIRST = 12_000;
const PORT_LAST = 32_000;
const ATTEMPTS_MAX = 200;

/** A TCP port of 127.0.0.1 nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const port = randomInt(PORT_FIRST, PORT_LAST);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port found in ${ATTEMPTS_MAX} attempts`);
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
