import { expect, test } from 'vitest';
import { Gate } from './gate.ts';

test('an open gate is no promise: nobody has to wait a turn', () => {
  expect(new Gate().whenOpen()).toBeNull();
});

test('everybody waits until it is opened again', async () => {
  const gate = new Gate();
  const release = gate.close();
  let passed = 0;
  const waiting = [1, 2].map(async () => {
    await gate.whenOpen();
    passed += 1;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(passed).toBe(0);
  release();
  await Promise.all(waiting);
  expect(passed).toBe(2);
  expect(gate.whenOpen()).toBeNull();
});

test('a release of a former closing does not open the present one', () => {
  const gate = new Gate();
  const first = gate.close();
  first();
  const second = gate.close();
  first();
  expect(gate.whenOpen()).not.toBeNull();
  second();
  expect(gate.whenOpen()).toBeNull();
});

test('whoever waits ends with the failure the gate is left with', async () => {
  const gate = new Gate();
  const release = gate.close();
  const waiting = gate.whenOpen();
  release(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
});
