// Loaded into our child processes by `node --import`: at the end it writes what the process used to the file named by
// OTTER_BENCH_USAGE, and it takes the process along when the benchmark that started it is gone.
import { writeFileSync } from 'node:fs';
import { peakMegabytes } from './process-usage.ts';

/** What a child process used in its whole life. */
export interface ChildUsage {
  cpuSeconds: number;
  peakMegabytes: number;
}

const path = process.env['OTTER_BENCH_USAGE'];
if (path !== undefined) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    const usage: ChildUsage = {
      cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
      peakMegabytes: peakMegabytes('self'),
    };
    writeFileSync(path, JSON.stringify(usage));
  });
  process.stdin.on('close', () => process.kill(process.pid, 'SIGKILL'));
  process.stdin.resume();
  process.stdin.unref();
}
