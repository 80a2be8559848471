import { say } from '@otter/core';
import {
  asFinding,
  asFix,
  checkSource,
  checkTarget,
  type PreflightLine,
  type Session,
  type TableName,
} from '@otter/dialects';
import { serverIdentity } from '../origin/server-identity.ts';
import { serverLine, type AdviceLine, type Side } from './advice.ts';
import type { Numbering } from './number-advice.ts';

/** Lines of the one-way preflight that are worth reading where nothing is wrong. */
const SHOWN_WHEN_OK: ReadonlySet<string> = new Set(['log_bin', 'binlog_format', 'binlog_row_image', 'privileges']);

/** Whether one side can be read and written to: its log, and what the account may. */
export async function serverLines(
  side: Side,
  session: Session,
  options: { tables: readonly TableName[]; controlSchema: string },
): Promise<AdviceLine[]> {
  const reading = await checkSource(session, { ...options, heartbeat: false, copy: false });
  const writing = await checkTarget(session, { ...options, definitionPrivileges: [] });
  const wrong = [...reading, ...writing.filter(({ check }) => check !== 'version')].filter(
    ({ verdict }) => verdict !== 'ok',
  );
  const right = reading.filter(
    ({ verdict, check }) => verdict === 'ok' && SHOWN_WHEN_OK.has(check) && !wrong.some((line) => line.check === check),
  );
  return [...right, ...wrong].map((line) => serverLine(side, line.check === 'binlog_row_image' ? whole(line) : line));
}

/** One way, an image that lacks columns stops a table when they are missed; a conflict is not told at all without them. */
function whole(line: PreflightLine): PreflightLine {
  if (line.verdict === 'ok') return line;
  const said = say('two-way-image', { finding: { en: line.finding, zh: line.findingZh } });
  return { ...line, verdict: 'stop', ...asFinding(said) };
}

/** Throws SOURCE_UNREACHABLE and the like. */
export async function readNumbering(session: Session): Promise<Numbering> {
  const [[increment, offset] = []] = await session.rows(
    'SELECT @@global.auto_increment_increment, @@global.auto_increment_offset',
  );
  return { increment: Number(increment), offset: Number(offset) };
}

/** Whether the two servers can be told apart in the marks of commits. */
export async function identityLine(a: Session, b: Session): Promise<AdviceLine> {
  const [identity, other] = [await serverIdentity(a), await serverIdentity(b)];
  const line = { subject: 'A, B', side: null, table: null, check: 'identity' };
  if (identity !== other) return { ...line, verdict: 'ok', ...asFinding(say('two-way-identities')) };
  const finding = asFinding(say('two-way-identity', { identity }));
  if (!b.isMariadb) return { ...line, side: 'B', verdict: 'stop', ...finding, ...asFix(say('fix-two-way-uuid')) };
  const serverId = Number(/#(\d+)$/.exec(identity)?.[1] ?? 0) + 1;
  const fix = `SET GLOBAL server_id = ${serverId};   -- any number that no other server has; and in the configuration file`;
  return { ...line, side: 'B', verdict: 'stop', ...finding, fix };
}
