import type { Session } from '@otter/dialects';

/** What a server is told from others by: the same as its log's reader knows it by ({@link SourceFacts.identity}). */
export async function serverIdentity(session: Session): Promise<string> {
  const rows = await session.rows(
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('server_uuid','server_uid','server_id')",
  );
  const value = (name: string): string => rows.find((row) => row[0] === name)?.[1] ?? '';
  return value('server_uuid') || `${value('server_uid')}#${value('server_id')}`;
}
