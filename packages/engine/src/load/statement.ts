import { OtterError, say } from '@otter/core';
import { runLenient, WRITER_SQL_MODE, type Session, type StatementResult } from '@otter/dialects';
import type { RoutedTable } from '../transform/routed-table.ts';

/** One statement and what it must do. */
export interface Statement {
  sql: string;
  route: RoutedTable;
  /** Rows inserted, matched or deleted; a different count is an error. */
  rows: number;
  /** Fewer are fine: of a table that is being copied, a row may not be there yet. */
  atMost?: boolean;
  /** More are fine: of a table that is copied again, rows that were in the way are counted too. */
  atLeast?: boolean;
  /** Foreign keys act while it runs: the rows it deletes or re-keys have children on the target. */
  cascades?: boolean;
  /** Values in it that only a session without strictness takes. */
  lenientValues?: number;
  /** Content of the file it loads. */
  load?: Buffer;
  /** A question among them, in the packet of its neighbours: gets what was found. */
  answered?: (result: StatementResult) => void;
}

/** The target has not inserted exactly the rows of a bulk load; the table's rows go as SQL text from here on. */
export class LoadRefusal extends OtterError {
  constructor(statement: Statement, detail: string, cause?: OtterError) {
    super('ROW_REFUSED', { detail: `${statement.route.targetName}: ${detail}`, cause });
  }
}

/** Room for the command byte and, on old servers, a header. */
const PACKET_OVERHEAD = 64;

/**
 * Sends statements joined into packets and checks what each of them did. `first` are statements without
 * rows (BEGIN) that go ahead in the same packet. Throws the server's error as a coded one, ROW_MISSING
 * where fewer rows were found than must be there, ROW_REFUSED where a lenient statement bent more than it
 * may, {@link LoadRefusal} where a bulk load did not insert every row as it is, ROW_TOO_LARGE before sending what the target cannot take.
 */
export async function runStatements(
  session: Session,
  first: readonly string[],
  statements: readonly Statement[],
  packetBytes: number,
): Promise<void> {
  let parts = first.slice();
  let skipped = parts.length;
  let length = 0;
  let start = 0;
  const send = async (end: number): Promise<void> => {
    if (parts.length > 0) {
      const packet = parts.join(';');
      refuseOversize(packet, session, statements[start]);
      const results = await session.query(packet);
      for (let i = start; i < end; i++) checkRows(results[skipped + i - start], statements[i] as Statement);
    }
    parts = [];
    skipped = 0;
    length = 0;
    start = end;
  };
  for (let i = 0; i < statements.length; i++) {
    const statement = statements[i] as Statement;
    const special = statement.cascades === true || statement.load || (statement.lenientValues ?? 0) > 0;
    if (special || (i > start && length + statement.sql.length > packetBytes)) await send(i);
    if (special) {
      await runSpecial(session, statement);
      start = i + 1;
    } else {
      parts.push(statement.sql);
      length += statement.sql.length;
    }
  }
  await send(statements.length);
}

/** A statement that goes by itself: it loads a file, or needs other session settings. */
async function runSpecial(session: Session, statement: Statement): Promise<void> {
  if (statement.load) {
    await runLoad(session, statement, statement.load);
    return;
  }
  refuseOversize(statement.sql, session, statement);
  if (statement.cascades) await session.query('SET foreign_key_checks=1');
  const result =
    (statement.lenientValues ?? 0) > 0
      ? await runLenient(session, statement.sql, statement.lenientValues ?? 0)
      : (await session.query(statement.sql))[0];
  checkRows(result, statement);
  if (statement.cascades) await session.query('SET foreign_key_checks=0');
}

/** LOCAL makes warnings of what INSERT refuses: whatever is not exactly the rows is an error here. */
async function runLoad(session: Session, statement: Statement, content: Buffer): Promise<void> {
  try {
    const { affectedRows, warnings, info } = await session.load(statement.sql, content);
    if (affectedRows === statement.rows && warnings === 0) return;
    throw new LoadRefusal(statement, `of ${statement.rows} rows: ${info}`);
  } catch (error) {
    if (!OtterError.is(error) || session.lost || error.scope === 'retry') throw error;
    statement.route.bulkLoad = null;
    throw error instanceof LoadRefusal ? error : new LoadRefusal(statement, error.detail, error);
  }
}

function refuseOversize(packet: string, session: Session, statement: Statement | undefined): void {
  const limit = session.maxAllowedPacket - PACKET_OVERHEAD;
  // A UTF-16 unit is at most three bytes of UTF-8.
  if (packet.length * 3 <= limit) return;
  const bytes = Buffer.byteLength(packet);
  if (bytes <= limit) return;
  throw new OtterError('ROW_TOO_LARGE', {
    detail: say('packet-needed', {
      table: statement?.route.targetName ?? say('a-row'),
      bytes,
      max: session.maxAllowedPacket,
    }),
  });
}

function checkRows(result: StatementResult | undefined, statement: Statement): void {
  if (statement.answered && result) {
    statement.answered(result);
    return;
  }
  if (result?.affectedRows === statement.rows) return;
  if (statement.atLeast && (result?.affectedRows ?? 0) > statement.rows) return;
  if (statement.atMost && (result?.affectedRows ?? Infinity) < statement.rows) return;
  throw new OtterError('ROW_MISSING', {
    detail: say('rows-found', {
      table: statement.route.targetName,
      found: result?.affectedRows ?? 0,
      wanted: statement.rows,
    }),
  });
}

/** Takes back the open transaction, or its part since a savepoint, and whatever a failed statement left switched. */
export async function rollBack(session: Session, savepoint?: string): Promise<void> {
  const to = savepoint === undefined ? '' : ` TO SAVEPOINT ${savepoint}`;
  await session.query(`ROLLBACK${to};SET sql_mode='${WRITER_SQL_MODE}',foreign_key_checks=0`);
}
