import { noteLog } from '@otter/core';
import { restoreAdministrator, type Manager, type ManagerOptions } from '@otter/manager';
import type { CommandContext } from '../commands/command-context.ts';
import { EXIT } from '../exit-code.ts';
import { untilAborted } from '../stop-request.ts';
import { startLocalManager } from './local-manager.ts';
import { nodeName } from './node-name.ts';
import type { AdminPasswordValues, StartValues } from './start-command.ts';

/** `otter start`: manager and node until a signal. Returns the exit code. */
export async function runStart(values: StartValues, context: CommandContext): Promise<number> {
  const { surroundings, redactor, stop } = context;
  const dataDir = values['data-dir'];
  const local = await startLocalManager(
    {
      ...{ dataDir, listen: values.listen, publicUrl: values['public-url'] ?? null },
      ...storeOf(values),
      nodeName: values['node-name'] ?? nodeName(dataDir),
      secretKey: values['secret-key-file'] ?? null,
      adminPassword: values['admin-password-file'] ?? null,
      log: noteLog((level, text) => {
        if (level !== 'info') surroundings.stderr.write(`${level}: ${redactor.clean(text)}\n`);
      }),
    },
    context,
  );
  try {
    announce(local.manager, values, context);
    const lost = await Promise.race([untilAborted(stop.signal), local.manager.lost]);
    if (lost !== undefined) throw lost;
  } finally {
    await local.close();
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
