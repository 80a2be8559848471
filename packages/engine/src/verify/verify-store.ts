import { randomBytes } from 'node:crypto';
import { OtterError } from '@otter/core';
import { quoteText, type Session } from '@otter/dialects';
import { ensureTables, type ControlTables } from '../control/control-tables.ts';
import type { KeyBound } from '../keyrange/key-range.ts';
import type { TableResult } from './verify-options.ts';
import type { DifferenceReport } from './report.ts';
import type { Suspect } from './row-ranges.ts';

/** How far a verification is. */
export interface StoredProgress {
  /** Tables that are done. */
  tables: TableResult[];
  /** The table under way, and the key up to which it was looked at. */
  current: { result: TableResult; after: KeyBound | null } | null;
}

/** A difference as it is kept: enough to find the row again, and what was reported. */
export interface StoredDifference {
  suspect: Suspect | null;
  report: DifferenceReport;
}

export type VerifyState = 'running' | 'done';

/** `seq`: in the order they were found, from 0 on. */
export type NumberedDifference = DifferenceReport & { seq: number };

/** Statements of one INSERT: below every packet limit. */
const STORED_ROWS_MAX = 100;

/** One verification as a list shows it. */
export interface VerifySummary {
  id: string;
  /** UTC, as the server prints it. */
  since: string;
  state: VerifyState;
  /** As after `--tables`. */
  tables: string[];
  differences: number;
  /** Rows a repair wrote and an undo can put back. */
  repaired: number;
  /** Rows an undo put back. */
  undone: number;
}

/** Verifications a list shows. */
const LISTED_MAX = 100;

/** Keeps verifications in the target's control schema, so that they go on after an interruption. */
export class VerifyStore {
  readonly #session: Session;
  readonly #tables: ControlTables;

  constructor(session: Session, tables: ControlTables) {
    this.#session = session;
    this.#tables = tables;
  }

  /** Makes the tables when they are not there. Throws ACCESS_DENIED. */
  async prepare(): Promise<void> {
    const { verify, verifyDifference } = this.#tables;
    await ensureTables(this.#session, [verify, verifyDifference], this.#tables.verifyDefinitions());
  }

  /** Begins a verification and names it. */
  async begin(settings: string): Promise<string> {
    const id = `v${Date.now().toString(36)}${randomBytes(2).toString('hex')}`;
    const progress = JSON.stringify({ tables: [], current: null } satisfies StoredProgress);
    await this.#session.query(
      `INSERT INTO ${this.#tables.verify} (id,state,settings,progress,updated_at) VALUES (${quoteText(id)},'running',${quoteText(settings)},${quoteText(progress)},UTC_TIMESTAMP())`,
    );
    return id;
  }

  /** What was stored. Throws USAGE when there is no such verification, or it was about something else. */
  async resume(id: string, settings: string): Promise<StoredProgress> {
    const [row] = await this.#session.rows(
      `SELECT settings,progress FROM ${this.#tables.verify} WHERE id=${quoteText(id)}`,
    );
    if (row === undefined) throw unknown(id);
    if (row[0] !== settings) {
      throw new OtterError('USAGE', {
        detail: `verification ${id} was begun with other tables, mappings, columns or servers; give the same ones to go on with it`,
      });
    }
    return JSON.parse(row[1] ?? '') as StoredProgress;
  }

  async save(id: string, state: VerifyState, progress: StoredProgress): Promise<void> {
    await this.#session.query(
      `UPDATE ${this.#tables.verify} SET state='${state}',progress=${quoteText(JSON.stringify(progress))},updated_at=UTC_TIMESTAMP() WHERE id=${quoteText(id)}`,
    );
  }

  /** Adds differences from number `seq` on; those already there under the same number are replaced. */
  async add(id: string, seq: number, differences: readonly StoredDifference[]): Promise<void> {
    for (let i = 0; i < differences.length; i += STORED_ROWS_MAX) {
      const rows = differences.slice(i, i + STORED_ROWS_MAX).map(({ suspect, report }, k) => {
        const texts = [id, report.table, report.kind, JSON.stringify(suspect), JSON.stringify(report)].map(quoteText);
        return `(${texts[0]},${seq + i + k},${texts.slice(1).join(',')})`;
      });
      await this.#session.query(
        `REPLACE INTO ${this.#tables.verifyDifference} (verify_id,seq,table_name,kind,place,report) VALUES ${rows.join(',')}`,
      );
    }
  }

  /** Forgets the differences from number `seq` on: they will be found again. */
  async truncate(id: string, seq: number): Promise<void> {
    await this.#session.query(
      `DELETE FROM ${this.#tables.verifyDifference} WHERE verify_id=${quoteText(id)} AND seq>=${seq}`,
    );
  }

  /** Differences of one source table, in the order they were found. */
  async differences(id: string, table: string): Promise<StoredDifference[]> {
    const rows = await this.#session.rows(
      `SELECT place,report FROM ${this.#tables.verifyDifference} WHERE verify_id=${quoteText(id)} AND table_name=${quoteText(table)} ORDER BY seq`,
    );
    return rows.map(([place, report]) => ({
      suspect: JSON.parse(place ?? 'null') as Suspect | null,
      report: JSON.parse(report ?? '') as DifferenceReport,
    }));
  }

  /** Differences as they are shown, from behind number `after` on, of one source table or of all. */
  async page(
    id: string,
    { table, after, limit }: { table: string | null; after: number; limit: number },
  ): Promise<NumberedDifference[]> {
    const ofTable = table === null ? '' : ` AND table_name=${quoteText(table)}`;
    const rows = await this.#session.rows(
      `SELECT seq,report FROM ${this.#tables.verifyDifference} WHERE verify_id=${quoteText(id)} AND seq>${after}${ofTable} ORDER BY seq LIMIT ${limit}`,
    );
    return rows.map(([seq, report]) => ({ seq: Number(seq), ...(JSON.parse(report ?? '') as DifferenceReport) }));
  }

  /** Throws USAGE when there is no such verification. */
  async require(id: string): Promise<void> {
    const [row] = await this.#session.rows(`SELECT 1 FROM ${this.#tables.verify} WHERE id=${quoteText(id)}`);
    if (row === undefined) throw unknown(id);
  }

  /** The latest first, a hundred at most. Needs the table of repairs too. */
  async list(): Promise<VerifySummary[]> {
    const { verify, verifyDifference, repair } = this.#tables;
    const count = (table: string, where = ''): string =>
      `(SELECT COUNT(*) FROM ${table} c WHERE c.verify_id=v.id${where})`;
    const rows = await this.#session.rows(
      `SELECT id,created_at,state,settings,${count(verifyDifference)},${count(repair, " AND c.state='written'")},${count(repair, " AND c.state='undone'")} FROM ${verify} v ORDER BY created_at DESC,id DESC LIMIT ${LISTED_MAX}`,
    );
    return rows.map(([id, since, state, settings, differences, repaired, undone]) => ({
      id: id ?? '',
      since: since ?? '',
      state: state as VerifyState,
      tables: (JSON.parse(settings ?? '{}') as { tables?: string[] }).tables ?? [],
      differences: Number(differences),
      repaired: Number(repaired),
      undone: Number(undone),
    }));
  }
}

function unknown(id: string): OtterError {
  return new OtterError('USAGE', { detail: `there is no verification ${id}; \`otter verify list\` shows them` });
}
