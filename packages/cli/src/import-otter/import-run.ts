import { openTargetSession } from '@otter/dialects';
import {
  checkedDocuments,
  documentsText,
  plainDocument,
  readDocuments,
  type ConfigurationDocument,
} from '@otter/manager';
import type { CommandContext } from '../commands/command-context.ts';
import { applyDocuments } from '../manager/configuration-commands.ts';
import { writeConfiguration } from '../manager/configuration-folder.ts';
import { ManagerClient } from '../manager/manager-client.ts';
import { writeEvent, writeLines } from '../manager/manager-command.ts';
import { managerToken } from '../manager/manager-options.ts';
import type { StoreAddress } from '../manager/start-options.ts';
import type { OriginalCursor } from './cursor-file.ts';
import { settleStarts } from './cursor-place.ts';
import { reportLines } from './import-report.ts';
import { readOriginal, type Original } from './original-database.ts';
import { translate } from './translation.ts';

/** Flags that stand for themselves, without a variable. */
export interface ImportFlags {
  out?: string;
  apply?: boolean;
  yes?: boolean;
}

interface ImportValues {
  db: StoreAddress;
  positions: OriginalCursor[] | undefined;
  manager: string;
  'token-file': string | undefined;
  json: boolean;
}

/** `otter import-otter`. Throws IMPORT_REFUSED, and what reaching the database and the manager throws. */
export async function runImport(values: ImportValues, flags: ImportFlags, context: CommandContext): Promise<void> {
  const { db, positions = [], json } = values;
  // Before anything is read: a missing token would come late.
  const token = flags.apply === true ? managerToken(values['token-file'], context) : null;
  const session = await openTargetSession(db.address, { role: 'control' });
  let original: Original;
  try {
    original = await readOriginal(session, db.database);
  } finally {
    await session.close();
  }
  const { documents, report } = translate(original, positions);
  for (const document of documents) {
    if (document.kind === 'data-source' && document.password !== undefined) {
      context.readers.noteSecret(document.password, document.user);
    }
  }
  await settleStarts(documents, report);
  if (json) for (const finding of report.findings) writeEvent(context, 'import', finding);
  else writeLines(context, reportLines(report));
  checkedDocuments(documents);
  if (flags.out !== undefined) {
    const plain = documents.map((document) => plainDocument(withoutPassword(document)));
    const files = writeConfiguration(flags.out, plain, { documentsText, readDocuments });
    if (json) writeEvent(context, 'exported', { dir: flags.out, files });
    else writeLines(context, [`${plain.length} documents in ${files.length} files of ${flags.out}`]);
  }
  if (token !== null) {
    const client = new ManagerClient(values.manager, token, context.stop.signal);
    await applyDocuments({ client, json, context }, { documents, missing: [], prune: false }, flags.yes === true);
  }
}

function withoutPassword(document: ConfigurationDocument): ConfigurationDocument {
  return document.kind === 'data-source' ? { ...document, password: undefined } : document;
}
