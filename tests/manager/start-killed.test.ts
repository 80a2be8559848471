/**
 * Goal: a manager that is killed runs again what ran, within ten seconds, and nothing is lost or repeated. Fifty kills are
 * in the nightly test.
 */
import { test } from 'vitest';
import { killManager } from '../support/manager-kills.ts';

test('three channels, killed four times under load', async () => {
  await killManager({ kills: 4, seed: 1 });
});
