import { codedError, type ServerAddress } from '@otter/core';
import { openTargetSession, quoteText } from '@otter/dialects';
import type { ConfigurationDocument, Documents } from '@otter/manager';
import type { ImportReport } from './import-report.ts';

const CONNECT_MS_MAX = 5_000;
const START = /^binlog:(.+):(\d+)$/;
/** The event that ends a transaction; a cursor stands before it although it is applied. */
const END = /^(?:Xid|XA_prepare)/i;

/**
 * A cursor of the original names the event that ended the last transaction applied, so a start there would stand inside
 * it. The source's log says where the event ends, which is where the next transaction begins. A server that cannot be
 * asked is reported, and the first start then names the place.
 */
export async function settleStarts(documents: readonly ConfigurationDocument[], report: ImportReport): Promise<void> {
  for (const document of documents) {
    if (document.kind !== 'pipeline') continue;
    const [, file, offset] = START.exec(document.parameters.start ?? '') ?? [];
    if (file === undefined || offset === undefined) continue;
    const object = `pipeline "${document.channel}/${document.name}"`;
    try {
      const next = await placeBehind(sourceOf(document, documents), file, Number(offset));
      if (next === null) continue;
      document.parameters.start = `binlog:${file}:${next}`;
      report.add(object, 'exact', `the transaction at ${offset} is applied: it starts behind it, at ${file}:${next}`);
    } catch (error) {
      const text = `its source could not be asked for the place (${codedError(error).message}); the first start checks it`;
      report.add(object, 'changed', text);
    }
  }
}

function sourceOf({ source }: Documents<'pipeline'>, documents: readonly ConfigurationDocument[]): ServerAddress {
  const found = documents.find((document) => document.kind === 'data-source' && document.name === source);
  const { primary, user, password = '' } = found as Documents<'data-source'>;
  return { ...primary, user, password, tls: 'off', connectTimeoutMs: CONNECT_MS_MAX };
}

/** Where the event at a place ends, when it ends a transaction; null when it does not. */
async function placeBehind(address: ServerAddress, file: string, offset: number): Promise<number | null> {
  const session = await openTargetSession(address, { role: 'preflight' });
  try {
    const rows = await session.rows(`SHOW BINLOG EVENTS IN ${quoteText(file)} FROM ${offset} LIMIT 1`);
    const [, , type, , end, info] = rows[0] ?? [];
    const ends = END.test(type ?? '') || (type === 'Query' && /^(?:COMMIT|ROLLBACK)\b/i.test(info ?? ''));
    return ends ? Number(end) : null;
  } finally {
    await session.close();
  }
}
