import { noteLog } from '@otter/core';
import { restoreAdministrator, startManager, type Manager, type ManagerOptions } from '@otter/manager';
import { WorkerPipelines } from '@otter/node';
import type { CommandContext } from '../commands/command-context.ts';
import { EXIT } from '../exit-code.ts';
import { builtConsole } from './console-folder.ts';
import { nodeName } from './node-name.ts';
import { pipelineCheck } from './pipeline-check.ts';
import { serverProbe } from './server-probe.ts';
import { serverTables } from './server-tables.ts';
import type { AdminPasswordValues, StartValues } from './start-command.ts';

/** `otter start`: manager and node until a signal. Returns the exit code. */
export async function runStart(values: StartValues, context: CommandContext): Promise<number> {
  const { surroundings, stop } = context;
  const { temporaryDirectory } = surroundings;
  const dataDir = values['data-dir'];
  const name = values['node-name'] ?? nodeName(dataDir);
  const host = new WorkerPipelines({ ...context.readers, temporaryDirectory, name });
  try {
    const manager = await startManager({
      ...{ dataDir, host, probe: serverProbe, serverTables, listen: values.listen, version: context.version },
      check: pipelineCheck(context.readers, temporaryDirectory),
      consoleDir: builtConsole(),
      publicUrl: values['public-url'] ?? null,
      ...storeOf(values),
      secretKey: values['secret-key-file'] ?? null,
      adminPassword: values['admin-password-file'] ?? null,
      log: noteLog((level, text) => {
        if (level !== 'info') surroundings.stderr.write(`${level}: ${context.redactor.clean(text)}\n`);
      }),
    });
    announce(manager, values, context);
    try {
      const lost = await Promise.race([stopped(stop.signal), manager.lost]);
      if (lost !== undefined) throw lost;
    } finally {
      await manager.close();
    }
  } finally {
    await host.close();
  }
  return EXIT.done;
}

/** `otter admin-password`: the user `admin` can sign in again. Returns the exit code. */
export async function runAdminPassword(values: AdminPasswordValues, { surroundings }: CommandContext): Promise<number> {
  const drawn = await restoreAdministrator({
    dataDir: values['data-dir'],
    ...storeOf(values),
    secretKey: values['secret-key-file'] ?? null,
    adminPassword: values['admin-password-file'] ?? null,
  });
  const time = new Date(surroundings.now()).toISOString();
  const password = drawn === null ? {} : { password: drawn };
  surroundings.stdout.write(
    values.json
      ? `${JSON.stringify({ time, event: 'admin-password', admin: 'admin', ...password })}\n`
      : `User admin can sign in${drawn === null ? ' with the password of the file' : `, password ${drawn}`}; its sessions have ended.\n`,
  );
  return EXIT.done;
}

function storeOf({ store }: Pick<StartValues, 'store'>): Pick<ManagerOptions, 'store'> {
  return store === undefined ? {} : { store: { family: 'mysql', ...store } };
}

function announce({ url, drawnPassword }: Manager, values: StartValues, { surroundings }: CommandContext): void {
  const { stdout } = surroundings;
  const publicUrl = values['public-url'] ?? url;
  if (values.json) {
    const time = new Date(surroundings.now()).toISOString();
    const drawn = drawnPassword === null ? {} : { admin: 'admin', password: drawnPassword };
    stdout.write(`${JSON.stringify({ time, event: 'ready', url: publicUrl, listening: url, ...drawn })}\n`);
    return;
  }
  const { store } = values;
  const place = store === undefined ? '' : `, configuration in ${store.database} on ${store.address.host}`;
  stdout.write(`Otter is ready: ${publicUrl}\n  data folder ${values['data-dir']}${place}\n`);
  if (drawnPassword !== null) {
    stdout.write(
      `  first sign-in: user admin, password ${drawnPassword}\n  It is not shown again; change it once you are in.\n`,
    );
  }
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
