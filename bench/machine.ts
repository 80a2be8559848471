import { cpus, loadavg, release, totalmem } from 'node:os';
import { ensureMariadb } from '@otter/testkit';

/** What the figures were measured on. */
export interface MachineFacts {
  cpu: string;
  cores: number;
  memoryGb: number;
  system: string;
  node: string;
  server: string;
  /** Load of the last minute when the scenario began: well above 0 means that others were at work. */
  loadBefore: number;
}

export async function machineFacts(): Promise<MachineFacts> {
  const binaries = await ensureMariadb();
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    node: process.versions.node,
    server: `MariaDB ${binaries.version}`,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}
