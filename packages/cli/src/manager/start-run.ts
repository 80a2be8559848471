import { noteLog } from '@otter/core';
import { startManager, type Manager } from '@otter/manager';
import { WorkerPipelines } from '@otter/node';
import type { CommandContext } from '../commands/command-context.ts';
import { EXIT } from '../exit-code.ts';
import { builtConsole } from './console-folder.ts';
import { nodeName } from './node-name.ts';
import { serverPorts } from './server-ports.ts';
import type { StartValues } from './start-command.ts';

/** `otter start`: manager and node until a signal. Returns the exit code. */
export async function runStart(values: StartValues, context: CommandContext): Promise<number> {
  const { surroundings, stop } = context;
  const { temporaryDirectory } = surroundings;
  const dataDir = values['data-dir'];
  const name = values['node-name'] ?? nodeName(dataDir);
  const host = new WorkerPipelines({ ...context.readers, temporaryDirectory, name });
  try {
    const manager = await startManager({
      ...{ dataDir, host, listen: values.listen, version: context.version },
      ...serverPorts(context.readers, temporaryDirectory),
      consoleDir: builtConsole(),
      publicUrl: values['public-url'] ?? null,
      ...(values.store === undefined ? {} : { store: { family: 'mysql' as const, ...values.store } }),
      secretKey: values['secret-key-file'] ?? null,
      adminPassword: values['admin-password-file'] ?? null,
      log: noteLog((level, text) => {
        if (level !== 'info') surroundings.stderr.write(`${level}: ${context.redactor.clean(text)}\n`);
      }),
    });
    announce(manager, values, context);
    try {
      await stopped(stop.signal);
    } finally {
      await manager.close();
    }
  } finally {
    await host.close();
  }
  return EXIT.done;
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
