import { codedError, ERRORS } from '@otter/core';
import { checkSource, checkTarget, openTargetSession, type PreflightLine, type Session } from '@otter/dialects';
import { SYNC_DEFAULTS } from '@otter/engine';
import type { DataSourceAccess, DataSourceProbe, ProbeCheck, ProbeResult } from '@otter/manager';
import { serverAddress } from './server-address.ts';

/** Looks at a MySQL or MariaDB server: whether it answers, what it is, and whether it could be a source or a target. */
export const serverProbe: DataSourceProbe = {
  async probe(access: DataSourceAccess): Promise<ProbeResult> {
    let session: Session | undefined;
    try {
      session = await openTargetSession(serverAddress(access), { role: 'preflight' });
      return await look(session);
    } catch (error) {
      const { code, message } = codedError(error);
      return {
        version: null,
        checks: [{ name: 'reachable', verdict: 'stop', text: message, fix: ERRORS[code].advice }],
      };
    } finally {
      await session?.close();
    }
  },
};

async function look(session: Session): Promise<ProbeResult> {
  const { controlSchema } = SYNC_DEFAULTS;
  const [row] = await session.rows('SELECT VERSION()');
  const version = row?.[0] ?? null;
  const asSource = await checkSource(session, { tables: [], controlSchema, heartbeat: false, copy: false });
  const asTarget = await checkTarget(session, { tables: [], controlSchema, definitionPrivileges: [] });
  const reached: ProbeCheck = { name: 'reachable', verdict: 'ok', text: session.address, fix: null };
  return { version, checks: [reached, ...asSource.map(roleCheck), ...asTarget.map(roleCheck)] };
}

/** What would stop a source is nothing against a target, and the other way round. */
function roleCheck({ verdict, subject, check, finding, fix }: PreflightLine): ProbeCheck {
  const softened = verdict === 'stop' ? 'warning' : verdict;
  return { name: `as ${subject}: ${check}`, verdict: softened, text: finding, fix: fix ?? null };
}
