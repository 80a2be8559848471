import { OtterError, say, type Row } from '@otter/core';
import {
  compileRowSelect,
  quoteText,
  readCascades,
  readTables,
  type RowSelect,
  type Session,
  type TargetTable,
} from '@otter/dialects';
import type { ControlTables } from '../control/control-tables.ts';
import { insertStatement, updateStatement } from '../load/plan-statements.ts';
import { rollBack, runStatements, type Statement } from '../load/statement.ts';
import { readImage } from '../transform/image-text.ts';
import { RoutedTable } from '../transform/routed-table.ts';
import type { Outcome, Winner } from './conflict-policy.ts';
import { findConflict, settleSql, TO_SEE_SQL, type ConflictRecord, type Verdict } from './conflict-store.ts';
import { bereavedSql, Kinship } from './kinship.ts';

/** What was decided about a row, how a person wants it instead, and who. */
export interface Overruling {
  id: number;
  verdict: Verdict;
  by: string;
  /** Over whatever has become of the row since. @default false */
  force?: boolean;
}

/**
 * Writes what was chosen over what was decided, as an application would: the change travels to the other side like any
 * other. The record is settled in the same commit. Nothing else is written: a unique value that another row holds refuses.
 * Throws CONFLICT_MISSING, CONFLICT_SETTLED, CONFLICT_ROW_CHANGED, CONFLICT_NOT_WRITABLE, and what the server says.
 */
export async function overrule(session: Session, tables: ControlTables, order: Overruling): Promise<ConflictRecord> {
  const { table } = await requireConflict(session, tables, order.id);
  const family = await readFamily(session, table);
  if (!family.has(table)) throw new OtterError('TABLE_MISSING', { detail: table });
  return await settle(session, tables, order, async (record) => {
    const row = new DecidedRow(family, session, record);
    await row.lock();
    if (order.force !== true) await row.requireUnchanged();
    await row.write(order.verdict);
    return order.verdict;
  });
}

/** A table, and those whose rows the server would change by itself where a row of it goes. */
async function readFamily(session: Session, table: string): Promise<ReadonlyMap<string, TargetTable>> {
  const cascades = await readCascades(session);
  const acted = cascades.filter(({ parentSchema, parentTable }) => `${parentSchema}.${parentTable}` === table);
  const names = new Set([table, ...acted.map((child) => `${child.schema}.${child.table}`)]);
  const tables = await readTables(session, (schema, name) => names.has(`${schema}.${name}`));
  return new Map(tables.map((one) => [`${one.schema}.${one.table}`, one]));
}

/** Settles a record: what was decided stays. Throws CONFLICT_MISSING, CONFLICT_SETTLED. */
export async function confirm(
  session: Session,
  tables: ControlTables,
  order: Omit<Overruling, 'verdict'>,
): Promise<ConflictRecord> {
  return await settle(session, tables, order, async () => null);
}

/** Locks the record, does `work`, and settles it with earlier ones of the same row, all in one commit. */
async function settle(
  session: Session,
  tables: ControlTables,
  { id, by }: Omit<Overruling, 'verdict'>,
  work: (record: ConflictRecord) => Promise<Verdict | null>,
): Promise<ConflictRecord> {
  // Foreign keys are looked at as for any application.
  await session.query('BEGIN;SET foreign_key_checks=1');
  try {
    const record = await requireConflict(session, tables, id, true);
    const chosen = await work(record);
    await session.query(
      [settleSql(tables, `id=${record.id}`, by, chosen), settleSql(tables, rowOf(record, `id<${record.id}`), by)].join(
        ';',
      ),
    );
    await session.query('COMMIT;SET foreign_key_checks=0');
  } catch (error) {
    if (!session.lost) await rollBack(session);
    throw error;
  }
  return (await findConflict(session, tables, id)) as ConflictRecord;
}

/**
 * Settles what a pipeline has recorded of a row: where two sites are written each records the conflict, and a person looks
 * at one of them. Returns how many records that were.
 */
export async function settleRow(
  session: Session,
  tables: ControlTables,
  row: Pick<ConflictRecord, 'pipeline' | 'table' | 'keyHash'>,
  by: string,
): Promise<number> {
  const [result] = await session.query(settleSql(tables, rowOf(row, TO_SEE_SQL), by));
  return result?.affectedRows ?? 0;
}

function rowOf(
  { pipeline, table, keyHash }: Pick<ConflictRecord, 'pipeline' | 'table' | 'keyHash'>,
  and: string,
): string {
  return `pipeline=${quoteText(pipeline)} AND table_name=${quoteText(table)} AND key_hash=${quoteText(keyHash)} AND ${and}`;
}

async function requireConflict(
  session: Session,
  tables: ControlTables,
  id: number,
  isLocked = false,
): Promise<ConflictRecord> {
  const record = await findConflict(session, tables, id, isLocked);
  if (record === null) throw new OtterError('CONFLICT_MISSING', { detail: say('conflict-none', { id }) });
  if (record.state === 'settled') {
    const [by, at] = [record.settledBy ?? '—', record.settledAt ?? '—'];
    throw new OtterError('CONFLICT_SETTLED', { detail: say('conflict-settled', { id, by, at }) });
  }
  return record;
}

/** The row a record is about, in the transaction that settles it. */
class DecidedRow {
  readonly #session: Session;
  readonly #record: ConflictRecord;
  readonly #route: RoutedTable;
  readonly #select: RowSelect;
  readonly #kinship: Kinship;
  #present: Row | null = null;

  constructor(family: ReadonlyMap<string, TargetTable>, session: Session, record: ConflictRecord) {
    const target = family.get(record.table) as TargetTable;
    this.#kinship = new Kinship(family);
    this.#session = session;
    this.#record = record;
    this.#route = RoutedTable.ontoItself(target, session.isMariadb);
    this.#select = compileRowSelect(target);
  }

  /** Reads the row as it is now, and keeps it so. */
  async lock(): Promise<void> {
    this.#present = await this.#read();
  }

  async #read(): Promise<Row | null> {
    const where = this.#route.writer.exists(this.#key).replace(/^SELECT 1/, '');
    let found: Row | null = null;
    await this.#session.each(`SELECT ${this.#select.expressions.join(',')}${where} FOR UPDATE`, (cells) => {
      found = this.#select.read(cells);
      return true;
    });
    return found;
  }

  /** An image that has the key: whichever is there. */
  get #key(): Row {
    const { after, before, local } = this.#record;
    const row = this.#image(after ?? before ?? local);
    if (row === null) throw new OtterError('INTERNAL', { detail: `conflict ${this.#record.id} holds no image` });
    this.#route.requireAddress(row);
    return row;
  }

  #image(text: string | null): Row | null {
    return text === null ? null : readImage(this.#select.columns, text);
  }

  #imageOf(side: Outcome): Row | null {
    const { after, local, left } = this.#record;
    return this.#image({ incoming: after, local, both: left }[side]);
  }

  /** Throws CONFLICT_ROW_CHANGED unless the row is as the decision left it. */
  async requireUnchanged(): Promise<void> {
    const { id, table, outcome } = this.#record;
    if (await this.#is(this.#imageOf(outcome))) return;
    throw new OtterError('CONFLICT_ROW_CHANGED', {
      detail: say(this.#present === null ? 'conflict-row-gone' : 'conflict-row-changed', { id, table }),
    });
  }

  /** Whether the row is now as an image says, column by column as far as the image goes. */
  async #is(image: Row | null): Promise<boolean> {
    if (image === null) return (await this.#read()) === null;
    const sql = `${this.#route.writer.countEqual([image])} FOR UPDATE`;
    return (await this.#session.rows(sql))[0]?.[0] === '1';
  }

  /** Makes the row what the verdict says, and looks whether it has become that. */
  async write(verdict: Verdict): Promise<void> {
    const chosen = 'keep' in verdict ? this.#whole(verdict.keep) : this.#merged(verdict.columns);
    await this.#requireChildless(chosen);
    await runStatements(this.#session, [], this.#statements(chosen), this.#session.maxAllowedPacket);
    if (await this.#is(chosen)) return;
    throw new OtterError('ROW_REFUSED', {
      detail: say('conflict-not-kept', { table: this.#record.table }),
    });
  }

  /** Where foreign keys act, children of a row that goes would go with it. */
  async #requireChildless(chosen: Row | null): Promise<void> {
    const before = this.#present;
    const after = chosen?.map((value, ordinal) => (value === undefined ? before?.[ordinal] : value)) ?? null;
    for (const sql of bereavedSql({ route: this.#route, before, after }, this.#kinship).children)
      if ((await this.#session.rows(sql)).length > 0) throw this.#refusal('conflict-children');
  }

  #statements(chosen: Row | null): Statement[] {
    const [route, present] = [this.#route, this.#present];
    if (chosen === null) {
      return present === null ? [] : [{ sql: route.writer.delete([present]), route, rows: 1 }];
    }
    if (present === null) return [insertStatement(route, chosen)];
    const positions = route.changedColumns(present, chosen);
    return positions.length === 0 ? [] : [updateStatement(route, present, chosen, positions)];
  }

  #whole(side: Winner): Row | null {
    // What was left out here stands at the other side, and no change of this one would take it away there.
    if (this.#record.kind === 'unique' && side === 'local') throw this.#refusal('conflict-unique-local');
    return this.#imageOf(side);
  }

  /** The key and the columns that are named. */
  #merged(columns: Readonly<Record<string, Winner>>): Row {
    const images = { incoming: this.#imageOf('incoming'), local: this.#imageOf('local') };
    const { incoming, local } = images;
    if (incoming === null || local === null || this.#present === null) throw this.#refusal('conflict-merge-needs-rows');
    const names = this.#select.columns.map(({ name }) => name);
    const merged: Row = names.map((_, ordinal) =>
      this.#route.identity?.includes(ordinal) ? local[ordinal] : undefined,
    );
    for (const [column, side] of Object.entries(columns)) {
      const ordinal = names.indexOf(column);
      const value = images[side]?.[ordinal];
      if (value === undefined || merged[ordinal] !== undefined) throw this.#refusal('conflict-merge-column', column);
      merged[ordinal] = value;
    }
    return merged;
  }

  #refusal(
    why: 'conflict-children' | 'conflict-unique-local' | 'conflict-merge-needs-rows' | 'conflict-merge-column',
    column = '',
  ): OtterError {
    const { id, table } = this.#record;
    return new OtterError('CONFLICT_NOT_WRITABLE', { detail: say(why, { id, table, column }) });
  }
}
