import { dataTemplate, ensureMariadb } from '@otter/testkit';

/** Installs MariaDB where it is missing and prepares its empty data folder, before the workers compete for it. */
export default async function setup(): Promise<void> {
  await dataTemplate(await ensureMariadb());
}
