import { createHash } from 'node:crypto';
import { assert, failpoint, OtterError, say, type Wording } from '@otter/core';
import { catalogRows, quoteTable, WRITER_SQL_MODE, type Session } from '@otter/dialects';
import { CarefulApplier } from '../load/careful-applier.ts';
import type { LoadContext } from '../load/load-context.ts';
import { SpilledApplier } from '../load/spilled-applier.ts';
import { rollBack } from '../load/statement.ts';
import type { Site } from '../origin/commit-mark.ts';
import { markedStatement } from '../origin/statement-mark.ts';
import { identityOf, type SelectedTransaction } from '../select/selected-transaction.ts';
import type { DdlStep } from './ddl-translation.ts';
import { sqlModeText } from './sql-mode.ts';

/** What the log says when one was applied. */
export const DDL_APPLIED = 'definition changed';

/**
 * Applies a transaction that changes definitions, alone: everything before it is committed, nothing behind it has been
 * read. Its statements are run one by one, each behind an intent (see {@link DdlJournal}), then its rows and the
 * position in one commit. Tables that were created without some of their indexes get these before the intent is
 * written, so that the statement meets the definition it was written for, and nothing else changes it. A statement the target refuses parks the tables it is about (DDL_FAILED).
 *
 * Run again after a crash, a statement whose tables' definitions are not what they were has been run. Statements that
 * may leave definitions as they were and still have moved rows are told apart by a witness: an empty table of ours that
 * the same RENAME, which is atomic, renames too. Where that cannot be, EXCHANGE PARTITION, nobody knows, and a person
 * has to look (DDL_UNCERTAIN).
 */
export class DdlApplier {
  readonly #context: LoadContext;
  readonly #careful: CarefulApplier;

  constructor(context: LoadContext) {
    this.#context = context;
    this.#careful = new CarefulApplier(context);
  }

  async apply(session: Session, item: SelectedTransaction): Promise<void> {
    const { routes, ddl: journal } = this.#context;
    const { transaction, ddl: barrier } = item;
    assert(barrier, 'the transaction changes no definition');
    const alongside = barrier.steps.length > 0 ? [journal.clearSql()] : [];
    const parking: string[] = [];
    for (const [i, step] of barrier.steps.entries()) parking.push(...(await this.#step(session, item, step, i)));
    alongside.push(...(parking.length > 0 ? parking : barrier.alongside));
    await routes.refresh(session, barrier.tables);
    if (transaction.spilled === null) {
      await routes.resolve(
        session,
        transaction.changes.map((change) => change.table),
      );
      await this.#careful.applyOne(session, item, alongside);
    } else await new SpilledApplier(this.#context).apply(session, item, alongside);
    if (barrier.steps.some((step) => step.repeat === 'swaps')) await this.#dropWitness(session);
    barrier.settled.resolve();
  }

  /** Runs one statement; returns what parks the tables it could not be run for, for the commit. */
  async #step(session: Session, item: SelectedTransaction, step: DdlStep, index: number): Promise<string[]> {
    const { parked, log } = this.#context;
    const out = step.tables.filter((table) => parked.isParked(table));
    if (out.length > 0) {
      if (out.length === step.tables.length) return [];
      const reason = say('concerns-parked', { tables: out.join(', ') });
      return this.#park(
        step,
        'DDL_SEEN',
        say('statement-uncertain', { statement: step.statement.slice(0, 200), reason }),
      );
    }
    try {
      await this.#context.indexes.finish(step);
      if (!(await this.#runOnce(session, item, step, index))) return [];
      log.info({ tables: step.tables, kind: step.kind }, DDL_APPLIED);
      return [];
    } catch (error) {
      if (!OtterError.is(error) || session.lost || error.scope === 'retry' || error.code === 'OWNER_CHANGED')
        throw error;
      await rollBack(session);
      if (step.tables.length === 0) {
        log.warn({ code: error.code, detail: error.said, statement: step.sql }, 'statement refused by the target');
        return [];
      }
      const code = error.code === 'DDL_UNCERTAIN' || error.code === 'DDL_SEEN' ? error.code : 'DDL_FAILED';
      return this.#park(step, code, say('about', { what: step.sql.slice(0, 200), detail: error.said }));
    }
  }

  #park(step: DdlStep, code: 'DDL_SEEN' | 'DDL_FAILED' | 'DDL_UNCERTAIN', why: Wording): string[] {
    const { parked } = this.#context;
    return step.tables.flatMap((table) => {
      if (parked.isParked(table)) return [];
      const detail = say('about', { what: table, detail: why });
      const about = { table, code, detail, statement: step.statement, change: 0 };
      return [parked.park(this.#careful.record({ ...about, key: null, before: null, after: null }))];
    });
  }

  /** `false`: an earlier process has run it. */
  async #runOnce(session: Session, item: SelectedTransaction, step: DdlStep, index: number): Promise<boolean> {
    const { ddl: journal } = this.#context;
    const id = identityOf(item.transaction);
    const via = this.#context.commits.viaOf([item]);
    const intent = await journal.read(session);
    const sql = markedStatement(step.sql, via);
    const isRepeat = intent?.transaction === id && intent.step === index && intent.sql === sql;
    if (intent?.transaction === id && intent.step > index) return false;
    const before = await digest(session, step);
    if (isRepeat && (await this.#wasRun(session, step, intent.before, before))) return false;
    if (!isRepeat) {
      for (const question of step.refusals ?? []) {
        const [row] = await catalogRows(session, () => true, question.sql);
        if (row)
          throw new OtterError('DDL_SEEN', { detail: say('not-repeatable', { reason: question.reasonOf(row) }) });
      }
      if (step.repeat === 'swaps') await this.#setWitness(session, step);
      await journal.intend(session, { transaction: id, step: index, before, sql });
    }
    failpoint('ddl.intended');
    await this.#execute(session, step, { before, via });
    failpoint('ddl.executed');
    return true;
  }

  async #wasRun(session: Session, step: DdlStep, then: string, now: string): Promise<boolean> {
    if (step.repeat === 'safe') return false;
    if (then !== now) return true;
    if (step.repeat === 'by-definition') return false;
    const { witness } = this.#context.ddl;
    if (await exists(session, witness.after)) return true;
    if (await exists(session, witness.before)) return false;
    throw new OtterError('DDL_UNCERTAIN', {
      detail: say('ended-while-run'),
    });
  }

  async #execute(
    session: Session,
    step: DdlStep,
    { before, via }: { before: string; via: readonly Site[] },
  ): Promise<void> {
    const { witness } = this.#context.ddl;
    const sql = step.kind === 'rename' ? `${step.sql}, ${witness.before} TO ${witness.after}` : step.sql;
    const mode = step.sqlMode === null ? WRITER_SQL_MODE : sqlModeText(step.sqlMode);
    try {
      await session.query(`SET SESSION sql_mode='${mode}'`);
      await session.query(markedStatement(sql, via));
    } catch (error) {
      if (!OtterError.is(error) || session.lost) throw error;
      const errno = error.context['errno'];
      if (typeof errno === 'number' && step.already.includes(errno)) return;
      // An earlier process may have sent it, and the server gone on with it meanwhile.
      if (step.repeat === 'by-definition' && (await digest(session, step)) !== before) return;
      throw error;
    } finally {
      if (!session.lost) await session.query(`SET SESSION sql_mode='${WRITER_SQL_MODE}'`);
    }
  }

  /** Made before the intent is, so that with an intent either name of it stands, or it could not be taken along. */
  async #setWitness(session: Session, step: DdlStep): Promise<void> {
    const { before } = this.#context.ddl.witness;
    await this.#dropWitness(session);
    if (step.kind === 'rename') await session.query(`CREATE TABLE ${before} (nothing INT) ENGINE=InnoDB`);
  }

  async #dropWitness(session: Session): Promise<void> {
    const { before, after } = this.#context.ddl.witness;
    await session.query(`DROP TABLE IF EXISTS ${before}, ${after}`);
  }
}

async function digest(session: Session, step: DdlStep): Promise<string> {
  const hash = createHash('sha256');
  for (const { schema, table } of step.targets) {
    hash.update(`${schema}\u0000${table}\u0000${await definition(session, quoteTable(schema, table))}\u0000`);
  }
  return hash.digest('hex');
}

/** As the server prints it, without the counter that every insert moves; '' for a table that is not there. */
async function definition(session: Session, name: string): Promise<string> {
  try {
    const [row] = await session.rows(`SHOW CREATE TABLE ${name}`);
    return (row?.[1] ?? '').replace(/ AUTO_INCREMENT=\d+/, '');
  } catch (error) {
    if (OtterError.is(error) && (error.context['errno'] === NO_SUCH_TABLE || error.context['errno'] === NO_SUCH_SCHEMA))
      return '';
    throw error;
  }
}

const NO_SUCH_TABLE = 1146;
const NO_SUCH_SCHEMA = 1049;

async function exists(session: Session, name: string): Promise<boolean> {
  return (await definition(session, name)) !== '';
}
