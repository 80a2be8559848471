import { stringify } from 'yaml';
import type { DataSource, Mapping, Pair, Parameters } from '../api/objects.ts';
import { connectionText } from './connection.ts';

/** What the guided sync has gathered: the same as the options of `otter sync`. */
export interface SyncDraft {
  name: string;
  source: DataSource;
  target: DataSource;
  mappings: readonly Mapping[];
  parameters: Parameters;
  twoWay: Pair | null;
}

/** A name as it stands in a pattern: in backquotes when it would mean something else bare. */
export function quotedName(name: string): string {
  return /^[A-Za-z0-9_$\u0080-\uffff]+$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}

function options({ name, source, target, mappings, parameters, twoWay }: SyncDraft): Record<string, unknown> {
  const url = ({ primary, user }: DataSource): string => `${connectionText({ ...primary, user })}/`;
  const renamed = mappings.filter((mapping) => mapping.target !== null && mapping.target !== undefined);
  const columns = mappings.map(columnsText).filter((text) => text !== null);
  return {
    from: url(source),
    to: url(target),
    name,
    tables: mappings.map((mapping) => mapping.source),
    ...(renamed.length === 0 ? {} : { map: renamed.map((mapping) => `${mapping.source}:${mapping.target ?? ''}`) }),
    ...(columns.length === 0 ? {} : { columns }),
    ...(twoWay === null ? {} : pairOptions(twoWay)),
    ...parameters,
  };
}

function pairOptions({ conflicts, rules, ask }: Pair): Record<string, unknown> {
  return {
    ...{ 'two-way': true, conflicts },
    ...(rules.length === 0 ? {} : { 'conflict-rule': rules }),
    ...(ask.length === 0 ? {} : { 'conflicts-ask': ask }),
  };
}

function columnsText({ source, columns }: Mapping): string | null {
  const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
  const items = [
    ...(columns?.mode === 'exclude' ? (columns.names ?? []).map((name) => `-${quoted(name)}`) : []),
    ...(columns?.rename ?? []).map((pair) => `${quoted(pair.source)}=${quoted(pair.target)}`),
  ];
  return items.length === 0 ? null : `${source}(${items.join(',')})`;
}

/** The file of `otter sync -c`; the passwords come from the environment. */
export function syncYaml(draft: SyncDraft): string {
  return stringify(options(draft), { lineWidth: 0 });
}

/** The command that does the same. */
export function syncCommand(draft: SyncDraft): string {
  const shell = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
  const { tables, ...rest } = options(draft);
  const flags = Object.entries({ ...rest, tables: (tables as string[]).join(',') }).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) =>
      each === true ? `--${name}` : `--${name} ${shell(String(each))}`,
    ),
  );
  return `otter sync ${flags.join(' \\\n  ')}`;
}
