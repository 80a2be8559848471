import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OtterError } from '@otter/core';
import { PASSWORD_COST } from './auth/password.ts';
import { SignIn } from './auth/sign-in.ts';
import { storeLocation, type ManagerOptions } from './manager.ts';
import { CredentialStore } from './store/credentials.ts';
import { secretKey } from './store/secret-box.ts';
import { Store } from './store/store.ts';

/**
 * Lets the user `admin` sign in again, also beside a manager that runs. Returns the password that was drawn, null when
 * `adminPassword` is it. Throws USAGE when there is no such manager, STORE_UNUSABLE, STORE_UNREACHABLE.
 */
export async function restoreAdministrator(
  options: Pick<ManagerOptions, 'dataDir' | 'store' | 'secretKey' | 'adminPassword' | 'passwordCost'>,
): Promise<string | null> {
  const { dataDir } = options;
  const location = storeLocation(options);
  // Nothing is made that was not there: it would be the store and the key of another manager.
  if (options.secretKey === null) assertThere(join(dataDir, 'secret.key'));
  if (location.family === 'sqlite') assertThere(location.path);
  const store = await Store.open(location, secretKey(dataDir, options.secretKey), Date.now, false);
  try {
    const signIn = new SignIn(store, new CredentialStore(store), options.passwordCost ?? PASSWORD_COST);
    return await signIn.restoreAdministrator(options.adminPassword);
  } finally {
    await store.close();
  }
}

function assertThere(path: string): void {
  if (!existsSync(path)) throw new OtterError('USAGE', { detail: `there is no ${path}: no manager was started there` });
}
