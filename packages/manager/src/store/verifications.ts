import { messageInChinese, OtterError, say } from '@otter/core';
import type { Selectable } from 'kysely';
import type {
  RepairResult,
  VerificationRequest,
  VerificationStep,
  VerifiedTable,
} from '../tools/verification-tools.ts';
import { pageOf, pageRows, type Page, type PageRequest } from './page.ts';
import type { Actor, Store } from './store.ts';
import type { VerificationRow } from './tables.ts';
import { found } from './version.ts';

export type VerificationState = VerificationRow['state'];

/** States in which something is under way, or will be. */
const ACTIVE: readonly VerificationState[] = ['waiting', 'running', 'repairing', 'undoing'];

/** A comparison of a pipeline's tables, and what became of it. */
export interface Verification {
  id: number;
  pipelineId: number;
  state: VerificationState;
  request: VerificationRequest;
  /** Its name on the target, for `otter verify --resume` and `undo`; null until it has begun. */
  verifyId: string | null;
  /** Tables that are done. */
  tables: VerifiedTable[];
  /** The table under way. */
  step: VerificationStep | null;
  differences: number;
  repair: RepairResult | null;
  error: { code: string; message: string; messageZh: string } | null;
  userName: string;
  createdAtMs: number;
  endedAtMs: number | null;
}

type Progress = Pick<Verification, 'tables' | 'step'>;
type Change = Partial<Pick<Verification, 'state' | 'verifyId' | 'repair' | 'error' | 'endedAtMs'>> & {
  progress?: Progress;
};

/** What a comparison has found, once it is over, and what its repair did. */
export type SettledVerification = Pick<Verification, 'pipelineId' | 'request' | 'tables' | 'repair'>;

/** Those that are looked at for what differs now. */
const SETTLED_MAX = 500;

/** Keeps what is known of verifications, so that they are there, and go on, after a restart. */
export class VerificationStore {
  readonly #store: Store;
  #settledCount = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Throws STATE_CONFLICT while another one of the pipeline is under way. */
  async create(actor: Actor, pipelineId: number, request: VerificationRequest): Promise<Verification> {
    return this.#store.write(async (tx) => {
      const other = await tx
        .selectFrom('verifications')
        .select('id')
        .where('pipelineId', '=', pipelineId)
        .where('state', 'in', ACTIVE)
        .executeTakeFirst();
      if (other !== undefined) {
        throw new OtterError('STATE_CONFLICT', { detail: say('verification-runs', { id: other.id }) });
      }
      const { insertId } = await tx
        .insertInto('verifications')
        .values({
          ...{ pipelineId, state: 'waiting', request: JSON.stringify(request), verifyId: null, repair: null },
          ...{ progress: JSON.stringify({ tables: [], step: null } satisfies Progress), error: null, endedAtMs: null },
          ...{ userName: actor.userName, createdAtMs: this.#store.now() },
        })
        .executeTakeFirstOrThrow();
      const row = await tx
        .selectFrom('verifications')
        .selectAll()
        .where('id', '=', Number(insertId))
        .executeTakeFirstOrThrow();
      return shown(row);
    });
  }

  /** Throws NOT_FOUND. */
  async find(id: number): Promise<Verification> {
    const query = this.#store.read((db) =>
      db.selectFrom('verifications').selectAll().where('id', '=', id).executeTakeFirst(),
    );
    return shown(found(await query, say('verification-numbered', { id })));
  }

  /** Null when there is no such verification. */
  async pipelineOf(id: number): Promise<number | null> {
    const row = await this.#store.read((db) =>
      db.selectFrom('verifications').select('pipelineId').where('id', '=', id).executeTakeFirst(),
    );
    return row?.pipelineId ?? null;
  }

  /** The latest first. */
  async list(pipelineId: number, page: PageRequest): Promise<Page<Verification>> {
    return this.#store.read(async (db) => {
      const query = db.selectFrom('verifications').where('pipelineId', '=', pipelineId);
      const { rows, total } = await pageRows(query, page, 'desc');
      return pageOf(rows, total, page.limit, shown);
    });
  }

  /** What was under way when the process ended. */
  async active(): Promise<Verification[]> {
    const rows = await this.#store.read((db) =>
      db.selectFrom('verifications').selectAll().where('state', 'in', ACTIVE).orderBy('id').execute(),
    );
    return rows.map(shown);
  }

  /** Grows whenever one has ended, or was repaired: what differs has to be looked at again. */
  get settledCount(): number {
    return this.#settledCount;
  }

  /** Comparisons that are over, the latest first. */
  async settled(): Promise<SettledVerification[]> {
    const rows = await this.#store.read((db) =>
      db
        .selectFrom('verifications')
        .selectAll()
        .where('state', 'not in', ['waiting', 'running'])
        .orderBy('id', 'desc')
        .limit(SETTLED_MAX)
        .execute(),
    );
    return rows.map(shown);
  }

  /** From one of the states `from` only. False when it is in none of them, or gone with its pipeline. */
  async change(
    id: number,
    from: readonly VerificationState[],
    { progress, repair, error, ...plain }: Change,
  ): Promise<boolean> {
    const text = (value: object | null | undefined) => (value === null ? null : JSON.stringify(value));
    const set = {
      ...plain,
      ...(progress === undefined ? {} : { progress: JSON.stringify(progress) }),
      ...(repair === undefined ? {} : { repair: text(repair) }),
      ...(error === undefined ? {} : { error: text(error) }),
    };
    const changed = await this.#store.write(async (tx) => {
      const row = await tx.selectFrom('verifications').select('state').where('id', '=', id).executeTakeFirst();
      if (row === undefined || !from.includes(row.state)) return false;
      await tx.updateTable('verifications').set(set).where('id', '=', id).execute();
      return true;
    });
    if (changed && (plain.state !== undefined || repair !== undefined)) this.#settledCount += 1;
    return changed;
  }
}

function shown(row: Selectable<VerificationRow>): Verification {
  const { request, progress, repair, error, ...plain } = row;
  const { tables, step } = JSON.parse(progress) as Progress;
  const done = tables.reduce((sum, { differing, missing, extra }) => sum + differing + missing + extra, 0);
  return {
    ...plain,
    request: JSON.parse(request) as VerificationRequest,
    ...{ tables, step },
    differences: Math.max(done, step?.differences ?? 0),
    repair: repair === null ? null : (JSON.parse(repair) as RepairResult),
    error: error === null ? null : storedError(error),
  };
}

/** One that was kept before there was any Chinese says as much of it as its code does. */
function storedError(text: string): NonNullable<Verification['error']> {
  const error = JSON.parse(text) as { code: string; message: string; messageZh?: string };
  return { ...error, messageZh: error.messageZh ?? messageInChinese(error.code, error.message) };
}
