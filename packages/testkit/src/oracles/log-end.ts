import type { RunningServer } from '../server.ts';

/** Bytes by which a server's binary log grows through `work`. Throws when a new file was begun meanwhile. */
export async function logGrowth(server: RunningServer, work: () => Promise<unknown>): Promise<number> {
  const before = await logEnd(server);
  await work();
  const after = await logEnd(server);
  if (after.file !== before.file) throw new Error(`the log went on from ${before.file} to ${after.file}`);
  return after.offset - before.offset;
}

/** Where a server's binary log ends. */
export interface LogEnd {
  file: string;
  offset: number;
}

export async function logEnd(server: RunningServer): Promise<LogEnd> {
  const [row] = await server.query(server.kind === 'mysql-9.7' ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS');
  return { file: String(row?.['File']), offset: Number(row?.['Position']) };
}
