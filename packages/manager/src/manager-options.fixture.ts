import { silentLog } from '@otter/core';
import type { ManagerOptions } from './manager.ts';
import { FakeHost } from './run/fake-host.fixture.ts';
import { FakeConflicts } from './tools/fake-conflicts.fixture.ts';
import { FakeTools } from './tools/fake-tools.fixture.ts';
import { FakeVerifications } from './tools/fake-verifications.fixture.ts';

/** A manager on a free port that runs nothing and reaches no server. */
export function fakeManagerOptions(dataDir: string): ManagerOptions & { host: FakeHost } {
  return {
    ...{
      dataDir,
      secretKey: null,
      adminPassword: null,
      version: '1.2.3',
      nodeName: 'node',
      consoleDir: null,
      log: silentLog,
    },
    ...{ host: new FakeHost(), tools: new FakeTools(), verificationTools: new FakeVerifications() },
    conflictTools: new FakeConflicts(),
    listen: { host: '127.0.0.1', port: 0 },
    probe: { probe: () => Promise.resolve({ version: null, checks: [] }) },
    serverTables: { list: () => Promise.resolve({ tables: [], isCut: false }), columns: () => Promise.resolve(null) },
    check: { check: () => Promise.resolve([]) },
    passwordCost: { logN: 4 },
  };
}
