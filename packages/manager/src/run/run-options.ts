import type { Mapping } from '../model/mapping.ts';
import type { EffectiveParameter } from '../model/parameters.ts';
import { pairName, type Pair } from '../model/two-way.ts';
import type { DataSourceAccess } from '../store/data-sources.ts';

/** Everything a run of one pipeline is made of. */
export interface PipelineConfiguration {
  pipelineId: number;
  pipelineName: string;
  channelId: number;
  channelName: string;
  checkpointName: string;
  /** Which direction of a pair it is; null of a pipeline of one way. */
  pair: (Pair & { direction: 'out' | 'back' }) | null;
  parameters: Record<string, EffectiveParameter>;
  source: DataSourceAccess;
  target: DataSourceAccess;
  mappings: readonly Mapping[];
}

/**
 * The options of `otter sync` for a pipeline, by the names of its YAML file. `pemPath` gives the path of a file that
 * holds a PEM text: a server URL names files.
 */
export function runOptions(
  configuration: PipelineConfiguration,
  pemPath: (pem: string) => string,
): Record<string, unknown> {
  const { mappings, parameters, pair, checkpointName } = configuration;
  const [from, to] = [serverUrl(configuration.source, pemPath), serverUrl(configuration.target, pemPath)];
  const renamed = mappings.filter((mapping) => mapping.target !== null);
  const columns = mappings.map(columnsText).filter((text) => text !== null);
  return {
    // Both directions have the options of their pair, and say which of the two they are.
    ...(pair?.direction === 'back' ? { from: to, to: from } : { from, to }),
    name: pair === null ? checkpointName : pairName(checkpointName),
    ...(pair === null ? {} : pairOptions(pair)),
    tables: mappings.map((mapping) => mapping.source),
    ...(renamed.length === 0 ? {} : { map: renamed.map((mapping) => `${mapping.source}:${mapping.target}`) }),
    ...(columns.length === 0 ? {} : { columns }),
    ...Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value])),
  };
}

function pairOptions({ direction, conflicts, rules, ask }: NonNullable<PipelineConfiguration['pair']>) {
  return {
    ...{ 'two-way': direction, conflicts },
    ...(rules.length === 0 ? {} : { 'conflict-rule': rules }),
    ...(ask.length === 0 ? {} : { 'conflicts-ask': ask }),
  };
}

/** `mysql://user:password@host:port/?tls=…` with everything percent-encoded that a URL could take for its own. */
function serverUrl(access: DataSourceAccess, pemPath: (pem: string) => string): string {
  const { host, port, user, password, tls } = access;
  const account = [user, ...(password === '' ? [] : [password])].map(encodeURIComponent).join(':');
  const query = new URLSearchParams();
  if (tls.mode !== 'off') query.set('tls', tls.mode);
  if (tls.mode.startsWith('verify') && tls.ca !== null) query.set('tls-ca', pemPath(tls.ca));
  if (tls.mode !== 'off' && tls.cert !== null) query.set('tls-cert', pemPath(tls.cert));
  if (tls.mode !== 'off' && tls.key !== null) query.set('tls-key', pemPath(tls.key));
  const parameters = query.size === 0 ? '' : `?${query.toString()}`;
  return `mysql://${account}@${host.includes(':') ? `[${host}]` : host}:${port}/${parameters}`;
}

/** `shop.t(id,title=name)`; null when all columns travel under their own names. */
function columnsText({ source, columns }: Mapping): string | null {
  const { mode, names, rename } = columns;
  const renamed = new Map(rename.map((pair) => [pair.source.toLowerCase(), pair]));
  const plain = mode === 'include' ? names.filter((name) => !renamed.has(name.toLowerCase())) : [];
  const items = [
    ...plain.map(quoted),
    ...(mode === 'exclude' ? names.map((name) => `-${quoted(name)}`) : []),
    ...rename.map((pair) => `${quoted(pair.source)}=${quoted(pair.target)}`),
  ];
  return items.length === 0 ? null : `${source}(${items.join(',')})`;
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
