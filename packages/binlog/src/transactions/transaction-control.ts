/** What a QUERY event has to say about its transaction; everything else is a statement. */
export type TransactionControl =
  | { verb: 'begin' | 'commit' | 'rollback' | 'ignore' | 'xa-end' }
  | { verb: 'savepoint' | 'rollback-to' | 'release'; name: string }
  | { verb: 'xa-start' | 'xa-commit' | 'xa-rollback'; xid: string; onePhase: boolean };

const BEGIN: TransactionControl = { verb: 'begin' };
const COMMIT: TransactionControl = { verb: 'commit' };
const ROLLBACK: TransactionControl = { verb: 'rollback' };
const IGNORE: TransactionControl = { verb: 'ignore' };
const XA_END: TransactionControl = { verb: 'xa-end' };

const COMMENTS = /^(?:\s+|\/\*(?!M?!)[\s\S]*?\*\/|(?:#|--\s)[^\n]*\n)+/;
const NAME = '(`(?:[^`]|``)+`|"(?:[^"]|"")+"|[^\\s;`"]+)';
const SAVEPOINT = new RegExp(`^SAVEPOINT\\s+${NAME}\\s*;?\\s*$`, 'i');
const ROLLBACK_TO = new RegExp(`^ROLLBACK\\s+(?:WORK\\s+)?TO\\s+(?:SAVEPOINT\\s+)?${NAME}\\s*;?\\s*$`, 'i');
const RELEASE = new RegExp(`^RELEASE\\s+SAVEPOINT\\s+${NAME}\\s*;?\\s*$`, 'i');
const PLAIN = /^(BEGIN|START\s+TRANSACTION|COMMIT|ROLLBACK)(?:\s+WORK)?\s*;?\s*$/i;
const XA = /^XA\s+(START|BEGIN|END|PREPARE|COMMIT|ROLLBACK)\s+(.*?)(\s+ONE\s+PHASE)?\s*;?\s*$/is;
/** First letters of the verbs above, both cases, and what a comment may begin with. */
const FIRST = new Set('BbCcRrSsXx#/- \t\r\n');

/**
 * Recognises transaction control in the text of a QUERY event, `null` for any other statement. The servers write
 * BEGIN and COMMIT literally; savepoints come as the user wrote them.
 */
export function transactionControl(sql: string): TransactionControl | null {
  switch (sql) {
    case 'BEGIN':
      return BEGIN;
    case 'COMMIT':
      return COMMIT;
    case 'ROLLBACK':
      return ROLLBACK;
  }
  if (!FIRST.has(sql[0] ?? '#')) return null;
  // What MariaDB writes over an event that the replica asked it to leave out (sql/log_event.cc, dummy_event).
  if (sql.startsWith('# Dum')) return IGNORE;
  const text = sql.replace(COMMENTS, '');
  const plain = PLAIN.exec(text);
  if (plain) return plainControl(plain[1] as string);
  const savepoint = SAVEPOINT.exec(text);
  if (savepoint) return { verb: 'savepoint', name: savepointName(savepoint[1] as string) };
  const rollbackTo = ROLLBACK_TO.exec(text);
  if (rollbackTo) return { verb: 'rollback-to', name: savepointName(rollbackTo[1] as string) };
  const release = RELEASE.exec(text);
  if (release) return { verb: 'release', name: savepointName(release[1] as string) };
  const xa = XA.exec(text);
  return xa ? xaControl(xa[1] as string, xa[2] as string, xa[3] !== undefined) : null;
}

function plainControl(verb: string): TransactionControl {
  const upper = verb.toUpperCase();
  if (upper === 'COMMIT') return COMMIT;
  return upper === 'ROLLBACK' ? ROLLBACK : BEGIN;
}

function xaControl(verb: string, xidText: string, onePhase: boolean): TransactionControl | null {
  const xid = canonicalXid(xidText);
  switch (verb.toUpperCase()) {
    case 'START':
    case 'BEGIN':
      return { verb: 'xa-start', xid, onePhase };
    case 'END':
      return XA_END;
    case 'COMMIT':
      return { verb: 'xa-commit', xid, onePhase };
    case 'ROLLBACK':
      return { verb: 'xa-rollback', xid, onePhase };
    default:
      return null;
  }
}

/** Savepoint names know no case on either server. */
function savepointName(quoted: string): string {
  const quote = quoted[0];
  const bare = quote === '`' || quote === '"' ? quoted.slice(1, -1).replaceAll(quote + quote, quote) : quoted;
  return bare.toLowerCase();
}

/** One spelling for an XID, as both servers write it into the log: `X'6774',X'6271',1`. */
function canonicalXid(text: string): string {
  return text.replace(/\s+/g, '').replace(/x'([0-9a-f]*)'/gi, (_, hex: string) => `X'${hex.toLowerCase()}'`);
}
