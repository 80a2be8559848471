import type { Channel, DataSource, Mapping, Pair, Parameters, ServerTable } from '../../api/objects.ts';
import { quotedName } from '../../format/sync-text.ts';

/** What has been chosen so far. */
export interface Draft {
  source: DataSource | null;
  target: DataSource | null;
  mappings: Mapping[];
  parameters: Parameters;
  /** Set when both sides are written, and kept equal both ways. */
  twoWay: Pair | null;
  /** The channel it joins; null: a new one. */
  channel: Channel | null;
}

/** A draft whose ends are chosen. */
export type ChosenDraft = Draft & { source: DataSource; target: DataSource };

/** Without the lines that hold nothing yet. */
export function filled<M extends { source: string }>(mappings: readonly M[]): M[] {
  return mappings.filter(({ source }) => source !== '');
}

/** The pattern of this table alone. */
export function patternOf({ schema, table }: Pick<ServerTable, 'schema' | 'table'>): string {
  return `${quotedName(schema)}.${quotedName(table)}`;
}
