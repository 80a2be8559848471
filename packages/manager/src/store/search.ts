import { ERRORS } from '@otter/core';
import { sql } from 'kysely';
import { contains } from './page.ts';
import type { Store } from './store.ts';

/** Something whose name holds what was looked for, and where it is. */
export interface SearchHit {
  kind: 'channel' | 'pipeline' | 'data-source' | 'table' | 'user' | 'error-code';
  /** Null for a code. Of a table that of the pipeline. */
  id: number | null;
  name: string;
  /** The channel of a pipeline, the pipeline of a table, what a code means. */
  detail: string;
  channelId: number | null;
}

/** Looks for a text in the names of everything, a few of each kind. Users are only for those who may see them. */
export async function search(
  store: Store,
  text: string,
  { limit, withUsers }: { limit: number; withUsers: boolean },
): Promise<SearchHit[]> {
  const named = contains(sql.ref('name'), text);
  return store.read(async (db) => {
    const channels = await db
      .selectFrom('channels')
      .select(['id', 'name', 'description'])
      .where(named)
      .orderBy('name')
      .limit(limit)
      .execute();
    const pipelines = await db
      .selectFrom('pipelines')
      .innerJoin('channels', 'channels.id', 'pipelines.channelId')
      .select(['pipelines.id', 'pipelines.name', 'channels.name as channel', 'channelId'])
      .where(contains(sql.ref('pipelines.name'), text))
      .orderBy('pipelines.name')
      .limit(limit)
      .execute();
    const sources = await db
      .selectFrom('dataSources')
      .select(['id', 'name', 'primaryHost', 'primaryPort'])
      .where(named)
      .orderBy('name')
      .limit(limit)
      .execute();
    const mappings = await db
      .selectFrom('mappings')
      .innerJoin('pipelines', 'pipelines.id', 'mappings.pipelineId')
      .select(['pipelineId', 'channelId', 'pipelines.name as pipeline', 'sourcePattern'])
      .where((e) => e.or([contains(sql.ref('sourcePattern'), text), contains(sql`coalesce(target_pattern, '')`, text)]))
      .orderBy('sourcePattern')
      .limit(limit)
      .execute();
    const users = withUsers
      ? await db.selectFrom('users').select(['id', 'name', 'role']).where(named).orderBy('name').limit(limit).execute()
      : [];
    return [
      ...channels.map(({ id, name, description }) => hit('channel', id, name, description, id)),
      ...pipelines.map(({ id, name, channel, channelId }) => hit('pipeline', id, name, channel, channelId)),
      ...sources.map(({ id, name, primaryHost, primaryPort }) =>
        hit('data-source', id, name, `${primaryHost}:${primaryPort}`, null),
      ),
      ...mappings.map(({ pipelineId, channelId, pipeline, sourcePattern }) =>
        hit('table', pipelineId, sourcePattern, pipeline, channelId),
      ),
      ...users.map(({ id, name, role }) => hit('user', id, name, role, null)),
      ...codes(text, limit),
    ];
  });
}

function codes(text: string, limit: number): SearchHit[] {
  const wanted = text.toLowerCase().replaceAll(' ', '_');
  return Object.entries(ERRORS)
    .filter(
      ([code, { summary }]) =>
        code.toLowerCase().includes(wanted) || summary.toLowerCase().includes(text.toLowerCase()),
    )
    .slice(0, limit)
    .map(([code, { summary }]) => hit('error-code', null, code, summary, null));
}

function hit(
  kind: SearchHit['kind'],
  id: number | null,
  name: string,
  detail: string,
  channelId: number | null,
): SearchHit {
  return { kind, id, name, detail, channelId };
}
