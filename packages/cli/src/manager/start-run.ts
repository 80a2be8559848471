import { noteLog } from '@otter/core';
import { startManager, type Manager } from '@otter/manager';
import { WorkerPipelines } from '@otter/node';
import type { CommandContext } from '../commands/command-context.ts';
import { EXIT } from '../exit-code.ts';
import { EngineTools } from './engine-tools.ts';
import { nodeName } from './node-name.ts';
import { serverProbe } from './server-probe.ts';
import type { StartValues } from './start-command.ts';
import { VerificationThreads } from './verification-thread.ts';

/** `otter start`: manager and node until a signal. Returns the exit code. */
export async function runStart(values: StartValues, context: CommandContext): Promise<number> {
  const { surroundings, stop } = context;
  const { temporaryDirectory } = surroundings;
  const dataDir = values['data-dir'];
  const name = values['node-name'] ?? nodeName(dataDir);
  const host = new WorkerPipelines({ ...context.readers, temporaryDirectory, name });
  const ports = { ...context.readers, temporaryDirectory };
  const tools = new EngineTools(ports);
  const verificationTools = new VerificationThreads(ports);
  try {
    const manager = await startManager({
      ...{
        dataDir,
        host,
        tools,
        verificationTools,
        probe: serverProbe,
        listen: values.listen,
        publicUrl: values['public-url'] ?? null,
      },
      ...(values.store === undefined ? {} : { store: { family: 'mysql', ...values.store } }),
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
