import { pageOf, pageRows, type Page, type PageRequest } from './page.ts';
import type { Actor, Store, Writer } from './store.ts';

export interface AuditEntry {
  id: number;
  atMs: number;
  userId: number | null;
  userName: string;
  via: string;
  action: string;
  objectKind: string;
  objectId: number | null;
  objectName: string;
  /** Without secrets: what is shown of the object, before and after. */
  before: unknown;
  after: unknown;
}

export interface AuditRecord {
  action: string;
  object: { kind: string; id: number | null; name: string };
  before: object | null;
  after: object | null;
}

/** Writes down who changed what, in the transaction of the change. `before` and `after` are what the API shows. */
export async function audit(tx: Writer, actor: Actor, atMs: number, record: AuditRecord): Promise<void> {
  const text = (state: object | null): string | null => (state === null ? null : JSON.stringify(state));
  await tx
    .insertInto('auditEntries')
    .values({
      atMs,
      userId: actor.userId,
      userName: actor.userName,
      via: actor.via,
      action: record.action,
      objectKind: record.object.kind,
      objectId: record.object.id,
      objectName: record.object.name,
      beforeState: text(record.before),
      afterState: text(record.after),
    })
    .execute();
}

export interface AuditFilter {
  userName?: string | undefined;
  objectKind?: string | undefined;
  objectId?: number | undefined;
}

/** The newest first. */
export async function auditEntries(store: Store, page: PageRequest, filter: AuditFilter): Promise<Page<AuditEntry>> {
  return store.read(async (db) => {
    let query = db.selectFrom('auditEntries');
    if (filter.userName !== undefined) query = query.where('userName', '=', filter.userName);
    if (filter.objectKind !== undefined) query = query.where('objectKind', '=', filter.objectKind);
    if (filter.objectId !== undefined) query = query.where('objectId', '=', filter.objectId);
    const { rows, total } = await pageRows(query, page, 'desc');
    const state = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
    return pageOf(rows, total, page.limit, ({ beforeState, afterState, ...row }) => ({
      ...row,
      before: state(beforeState),
      after: state(afterState),
    }));
  });
}
