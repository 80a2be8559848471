import { checkInChinese, codedError } from '@otter/core';
import { checkSource, checkTarget, openTargetSession, type PreflightLine, type Session } from '@otter/dialects';
import { SYNC_DEFAULTS } from '@otter/engine';
import type { DataSourceAccess, DataSourceProbe, ProbeCheck, ProbeResult } from '@otter/manager';
import { textsOf } from '../report/language.ts';
import { serverAddress } from './server-address.ts';

/** Looks at a MySQL or MariaDB server: whether it answers, what it is, and whether it could be a source or a target. */
export const serverProbe: DataSourceProbe = {
  async probe(access: DataSourceAccess): Promise<ProbeResult> {
    let session: Session | undefined;
    try {
      session = await openTargetSession(serverAddress(access), { role: 'preflight' });
      return await look(session);
    } catch (error) {
      const { message: text, messageZh: textZh, advice: fix, adviceZh: fixZh } = codedError(error);
      return {
        version: null,
        checks: [{ ...REACHABLE, verdict: 'stop', text, textZh, fix, fixZh }],
      };
    } finally {
      await session?.close();
    }
  },
};

const REACHABLE = { name: 'reachable', nameZh: checkInChinese('reachable') };

async function look(session: Session): Promise<ProbeResult> {
  const { controlSchema } = SYNC_DEFAULTS;
  const [row] = await session.rows('SELECT VERSION()');
  const version = row?.[0] ?? null;
  const asSource = await checkSource(session, { tables: [], controlSchema, heartbeat: false, copy: false });
  const asTarget = await checkTarget(session, { tables: [], controlSchema, definitionPrivileges: [] });
  const { address } = session;
  const reached: ProbeCheck = {
    ...{ ...REACHABLE, verdict: 'ok', text: address, textZh: address },
    ...{ fix: null, fixZh: null },
  };
  return { version, checks: [reached, ...asSource.map(roleCheck), ...asTarget.map(roleCheck)] };
}

/** What would stop a source is nothing against a target, and the other way round. */
function roleCheck(line: PreflightLine): ProbeCheck {
  const { verdict, subject, check } = line;
  const softened = verdict === 'stop' ? 'warning' : verdict;
  const name = `as ${subject}: ${check}`;
  const nameZh = `作为${subject === 'source' ? '源端' : '目标端'}：${checkInChinese(check)}`;
  return { name, nameZh, verdict: softened, ...textsOf(line) };
}
