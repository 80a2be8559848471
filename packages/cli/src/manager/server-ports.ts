import type { OptionReaders } from '@otter/options';
import type { ManagerOptions } from '@otter/manager';
import { ConflictRecords } from './conflict-records.ts';
import { EngineTools } from './engine-tools.ts';
import { pipelineCheck } from './pipeline-check.ts';
import { serverProbe } from './server-probe.ts';
import { serverTables } from './server-tables.ts';
import { VerificationThreads } from './verification-thread.ts';

/** Everything by which a manager asks sources and targets. `temporaryDirectory` is for large transactions of the log. */
export function serverPorts(
  readers: OptionReaders,
  temporaryDirectory: string,
): Pick<ManagerOptions, 'probe' | 'serverTables' | 'check' | 'tools' | 'conflictTools' | 'verificationTools'> {
  const ports = { ...readers, temporaryDirectory };
  return {
    probe: serverProbe,
    serverTables,
    check: pipelineCheck(ports),
    tools: new EngineTools(ports),
    conflictTools: new ConflictRecords(ports),
    verificationTools: new VerificationThreads(ports),
  };
}
