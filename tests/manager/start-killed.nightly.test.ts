/** Goal: as `start-killed`, fifty times. */
import { test } from 'vitest';
import { killManager } from '../support/manager-kills.ts';

test('three channels, killed fifty times under load', async () => {
  await killManager({ kills: 50, seed: 2 });
});
