import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@otter/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConsoleFiles } from './console-files.ts';
import type { App } from './contract.ts';
import { createServer } from './server.ts';
import { createWorld, type World } from './world.fixture.ts';

let folder: string;
let world: World;
let app: App;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'otter-console-'));
  mkdirSync(join(folder, 'dist', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'dist', 'index.html'), '<!doctype html><title>Otter</title>');
  writeFileSync(join(folder, 'dist', 'assets', 'a-1b2c.js'), 'let a=1;'.repeat(100));
  writeFileSync(join(folder, 'secret.html'), 'secret');
  world = await createWorld();
  app = await createServer({ ...world.services, console: new ConsoleFiles(join(folder, 'dist')) }, silentLog);
});

afterEach(async () => {
  await app.close();
  await world.close();
  rmSync(folder, { recursive: true });
});

test('its page answers at every path that is no file, no matter who asks', async () => {
  for (const url of ['/', '/channels/1', '/index.html', '/apiary', '/%e4%b8%ad']) {
    const page = await app.inject({ method: 'GET', url });
    expect([url, page.statusCode, page.headers['content-type']]).toEqual([url, 200, 'text/html; charset=utf-8']);
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect(page.headers['cache-control']).toBe('no-cache');
    expect(page.headers['x-content-type-options']).toBe('nosniff');
  }
});

test('a file with a digest in its name is kept for good, and packed for whoever can unpack it', async () => {
  const url = '/assets/a-1b2c.js';
  const plain = await app.inject({ method: 'GET', url });
  expect([plain.statusCode, plain.body.length]).toEqual([200, 800]);
  expect(plain.headers['cache-control']).toContain('immutable');
  const packed = await app.inject({ method: 'GET', url, headers: { 'accept-encoding': 'gzip, br' } });
  expect(packed.headers['content-encoding']).toBe('gzip');
  expect(packed.rawPayload.length).toBeLessThan(100);
  expect((await app.inject({ method: 'GET', url: '/assets/gone.js' })).statusCode).toBe(404);
});

test('leads nowhere else, and leaves the interface alone', async () => {
  for (const url of ['/../secret.html', '/assets/../../secret.html', '/%2e%2e/secret.html', '/..%2fsecret.html']) {
    expect((await app.inject({ method: 'GET', url })).body).not.toContain('secret');
  }
  for (const [method, url] of [
    ['GET', '/api/v1/nothing'],
    ['GET', '/api'],
    ['POST', '/channels'],
    ['GET', '/metrics/x'],
  ] as const) {
    // prettier-ignore
    const answer = await app.inject({ method, url });
    expect([url, answer.statusCode, answer.headers['content-type']]).toEqual([url, 404, 'application/problem+json']);
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  }
});
