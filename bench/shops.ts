import { waitFor, type RunningServer } from '@otter/testkit';
import { cpuSeconds, residentMegabytes } from './process-usage.ts';

/** One table in a schema of its own for each of many pipelines: `shop_0.item` and so on. */
export async function createShops(servers: readonly RunningServer[], count: number): Promise<void> {
  for (const server of servers)
    for (let i = 0; i < count; i++)
      await server.query(`CREATE DATABASE shop_${i}; CREATE TABLE shop_${i}.item (id INT PRIMARY KEY, n INT)`);
}

/** Throws unless every pipeline still brings what is written: else waiting would have been cheap for nothing. */
export async function shopsMustFlow(
  { source, target }: { source: RunningServer; target: RunningServer },
  count: number,
  id: number,
): Promise<void> {
  for (let i = 0; i < count; i++) await source.query(`INSERT INTO shop_${i}.item VALUES (${id},${i})`);
  for (let i = 0; i < count; i++) {
    await waitFor(async () => (await target.query(`SELECT n FROM shop_${i}.item WHERE id=${id}`)).length === 1, {
      what: `the row of pipeline ${i}`,
    });
  }
}

/** What a process costs while nothing happens: CPU in percent of one core, and resident MB. */
export async function idleCost(pid: number, seconds: number): Promise<{ cpu: number; resident: number }> {
  const [before, beganAt] = [cpuSeconds(pid), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const cpu = (100_000 * (cpuSeconds(pid) - before)) / (performance.now() - beganAt);
  return { cpu, resident: residentMegabytes(pid) };
}
