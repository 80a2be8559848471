import { readFileSync } from 'node:fs';

/** Ticks a second in /proc; the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** CPU seconds a running process has used, user and system together. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in parentheses and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory of a process now, in MB. */
export function residentMegabytes(pid: number): number {
  return memoryMegabytes(pid, 'VmRSS');
}

/** Highest resident memory a process ever had, in MB. */
export function peakMegabytes(pid: number | 'self'): number {
  return memoryMegabytes(pid, 'VmHWM');
}

function memoryMegabytes(pid: number | 'self', field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024;
}
