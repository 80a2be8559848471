import { idsSaying, messageInChinese, sayKept, type KeptMessage } from '@otter/core';
import { sql, type Selectable } from 'kysely';
import { contains, pageOf, pageRows, type Page, type PageRequest } from './page.ts';
import type { EventMark, EventRow } from './tables.ts';
import type { Store } from './store.ts';

/** Something that happened, to a pipeline or to the manager itself. */
export type SystemEvent = Omit<EventRow, 'id' | 'mark' | 'messageKey' | 'messageParameters'> & {
  /** What the message says, to be said in other languages. @default the message alone */
  said?: KeptMessage;
  /** @default `error` for an error, else null */
  mark?: EventMark | null;
};

/** Kept at most; the oldest go first. */
const EVENTS_MAX = 100_000;
const MESSAGE_LENGTH_MAX = 4000;
/** What fills a message, as JSON; of a longer one the English message is kept alone. */
const PARAMETERS_LENGTH_MAX = 16_000;

/** An event as it is read. */
export type ToldEvent = Omit<EventRow, 'id' | 'messageKey' | 'messageParameters'> & {
  id: number;
  /** The message in Chinese; of one that was stored before, only as far as its code is. */
  messageZh: string;
};

export interface EventFilter {
  level?: EventRow['level'] | undefined;
  pipelineId?: number | undefined;
  channelId?: number | undefined;
  code?: string | undefined;
  /** Only what is a mark in the charts. */
  marks?: boolean | undefined;
  /** In the message or the code. */
  search?: string | undefined;
  fromMs?: number | undefined;
  /** Not included. */
  toMs?: number | undefined;
}

/** A message as an event holds it: in English, and kept for other languages. */
export function asMessage(said: KeptMessage): { message: string; said: KeptMessage } {
  return { message: sayKept(said)?.en ?? said.id, said };
}

/** Writes events in their order, in one statement. */
export async function appendEvents(store: Store, events: readonly SystemEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(({ said, ...event }) => ({
    ...event,
    ...keptColumns(said),
    message: event.message.slice(0, MESSAGE_LENGTH_MAX),
    mark: event.mark ?? (event.level === 'error' ? ('error' as const) : null),
  }));
  await store.write((tx) => tx.insertInto('events').values(rows).execute());
}

/** Deletes what is beyond {@link EVENTS_MAX}. */
export async function pruneEvents(store: Store): Promise<void> {
  await store.write(async (tx) => {
    const last = await tx.selectFrom('events').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
    if (last !== undefined)
      await tx
        .deleteFrom('events')
        .where('id', '<=', last.id - EVENTS_MAX)
        .execute();
  });
}

/** The newest first. */
export async function events(store: Store, page: PageRequest, filter: EventFilter): Promise<Page<ToldEvent>> {
  return store.read(async (db) => {
    let query = db.selectFrom('events');
    if (filter.level !== undefined) query = query.where('level', '=', filter.level);
    if (filter.pipelineId !== undefined) query = query.where('pipelineId', '=', filter.pipelineId);
    if (filter.channelId !== undefined) query = query.where('channelId', '=', filter.channelId);
    if (filter.marks === true) query = query.where('mark', 'is not', null);
    if (filter.code !== undefined) query = query.where('code', '=', filter.code);
    if (filter.fromMs !== undefined) query = query.where('atMs', '>=', filter.fromMs);
    if (filter.toMs !== undefined) query = query.where('atMs', '<', filter.toMs);
    const { search } = filter;
    if (search !== undefined) {
      query = query.where((e) =>
        e.or([
          contains(sql.ref('message'), search),
          contains(sql`coalesce(code, '')`, search),
          // In Chinese: the words of the message, or what fills it. What is ASCII stands in the English message too.
          ...(ASCII.test(search)
            ? []
            : [
                e('messageKey', 'in', ['', ...idsSaying(search)]),
                contains(sql`coalesce(message_parameters, '')`, search),
              ]),
        ]),
      );
    }
    const { rows, total } = await pageRows(query, page, 'desc');
    return pageOf(rows, total, page.limit, toldEvent);
  });
}

const ASCII = /^[\x20-\x7e]*$/;

function keptColumns(said: KeptMessage | undefined): Pick<EventRow, 'messageKey' | 'messageParameters'> {
  const messageParameters = said === undefined ? '' : JSON.stringify(said.fillings);
  if (said === undefined || messageParameters.length > PARAMETERS_LENGTH_MAX) {
    return { messageKey: null, messageParameters: null };
  }
  return { messageKey: said.id, messageParameters };
}

function toldEvent({ messageKey: id, messageParameters, ...row }: Selectable<EventRow>): ToldEvent {
  const fillings = JSON.parse(messageParameters ?? '{}') as KeptMessage['fillings'];
  const said = id === null ? null : sayKept({ id, fillings });
  return { ...row, messageZh: said?.zh ?? messageInChinese(row.code ?? '', row.message) };
}
