import { matchesTable, OtterError, parseTablePattern, refuseUnequalRanges } from '@otter/core';
import { passwordVariable, type ConfigurationDocument, type Documents } from '@otter/manager';
import type { OriginalCursor } from './cursor-file.ts';
import { ImportReport } from './import-report.ts';
import { ObjectNames, plainText } from './object-names.ts';
import type { Original, OriginalPair } from './original-database.ts';
import { breadthOf, patternOf, targetPatternOf } from './original-name.ts';
import { OriginalServers, textOf, type ServerDocument } from './original-servers.ts';
import { reportSettings } from './original-settings.ts';

type Mapping = Documents<'pipeline'>['mappings'][number];

/** The configuration of an original as ours, and what became of each part. Documents hold the passwords. */
export interface Translation {
  documents: ConfigurationDocument[];
  report: ImportReport;
}

/** Translates everything; what cannot be said here is left out and reported. Nothing is started by it. */
export function translate(original: Original, cursors: readonly OriginalCursor[] = []): Translation {
  const report = new ImportReport();
  const servers = new OriginalServers(original, report);
  const channels = new ChannelTranslation(original, cursors, servers, report).documents();
  const system = systemDocument(original, report);
  const users = userDocuments(original, report);
  reportTheRest(original, report);
  return { documents: [...system, ...servers.documents, ...channels, ...users], report };
}

class ChannelTranslation {
  readonly #original: Original;
  readonly #cursors: readonly OriginalCursor[];
  readonly #servers: OriginalServers;
  readonly #report: ImportReport;
  readonly #names = new ObjectNames();

  constructor(original: Original, cursors: readonly OriginalCursor[], servers: OriginalServers, report: ImportReport) {
    this.#original = original;
    this.#cursors = cursors;
    this.#servers = servers;
    this.#report = report;
  }

  documents(): ConfigurationDocument[] {
    return this.#original.channels.flatMap((channel) => this.#channel(channel));
  }

  #channel(channel: Original['channels'][number]): ConfigurationDocument[] {
    const object = `channel "${channel.name}"`;
    const name = this.#names.take(channel.name);
    const own = this.#original.pipelines.filter(({ channelId }) => channelId === channel.id);
    this.#report.add(object, 'exact', name === channel.name ? 'name, description' : `is now called "${name}"`);
    reportSettings(this.#report, 'channel', object, channel.parameters);
    const names = new ObjectNames();
    const each = own.map((pipeline) => this.#pipeline(pipeline, name, names));
    const pair = own.length > 1 ? this.#pair(own, each.flat(), object) : null;
    const pipelines = pair === null ? each.flat() : [pair];
    return [{ kind: 'channel', name, description: plainText(channel.description), parameters: {} }, ...pipelines];
  }

  /**
   * Two pipelines of one set of tables against each other are one pair here, which begins anew; null where they are none.
   * The priority site's leads, else that which carries changes of definition.
   */
  #pair(
    own: readonly Original['pipelines'][number][],
    documents: readonly Documents<'pipeline'>[],
    object: string,
  ): Documents<'pipeline'> | null {
    const home = own.findIndex(({ parameters }) => parameters.home === true);
    const carries = own.findIndex(({ parameters }) => parameters.ddlSync !== false);
    const leader = Math.max(home === -1 ? carries : home, 0);
    const [leading, following] = [documents[leader], documents[1 - leader]];
    if (documents.length !== 2 || !leading || !following || !isMirrored(leading, following)) {
      const text =
        'it goes both ways, and its pipelines are not of one set of tables under the same names: they refuse to start against each other';
      this.#report.add(object, 'left-out', text);
      return null;
    }
    const conflicts = home === -1 ? 'newest' : 'from';
    const stays = home === -1 ? 'of two changes of a row the later one stays' : `what ${leading.source} has wins`;
    this.#report.add(
      object,
      'changed',
      `it goes both ways: "${leading.name}" leads a pair, ${stays}; stop the original, let both sides be equal, then start it: no position counts, none is needed`,
    );
    const { ddl } = leading.parameters;
    return { ...leading, parameters: ddl === undefined ? {} : { ddl }, twoWay: { conflicts, rules: [], ask: [] } };
  }

  /** One for each server it reads and each it writes to; a table with two targets makes another. */
  #pipeline(pipeline: Original['pipelines'][number], channel: string, names: ObjectNames): Documents<'pipeline'>[] {
    const object = `pipeline "${channel}/${pipeline.name}"`;
    reportSettings(this.#report, 'pipeline', object, pipeline.parameters);
    const canalName = textOf(pipeline.parameters.destinationName);
    const canal = this.#original.canals.find(({ name }) => name === canalName);
    const pairs = this.#original.pairs.filter(({ pipelineId }) => pipelineId === pipeline.id);
    if (canal === undefined) {
      this.#report.add(object, 'left-out', `the whole pipeline: there is no canal "${canalName}" to read from`);
      return [];
    }
    reportSettings(this.#report, 'canal', `canal "${canalName}"`, canal.parameters);
    const sources = this.#servers.ofCanal(canal, this.#sourceOf(pairs[0]));
    if (sources === null) {
      this.#report.add(object, 'left-out', 'the whole pipeline: its canal cannot be read from here');
      return [];
    }
    const layers = this.#layers(pairs, object);
    const documents = sources.flatMap((source) =>
      layers.map(({ target, mappings }) => {
        const name = names.take(pipeline.name);
        return { source, target, mappings, name };
      }),
    );
    if (documents.length > sources.length) {
      const text = `it becomes ${documents.length} pipelines: each has one target, and a table one place in it`;
      this.#report.add(object, 'changed', text);
    }
    return documents.map((part, index) => this.#document(part, pipeline, { channel, index, canal, object }));
  }

  #document(
    part: { source: ServerDocument; target: ServerDocument | null; mappings: Mapping[]; name: string },
    pipeline: Original['pipelines'][number],
    place: { channel: string; index: number; canal: Original['canals'][number]; object: string },
  ): Documents<'pipeline'> {
    const { source, mappings, name } = part;
    const { channel, index, canal, object } = place;
    const ddlSync = pipeline.parameters.ddlSync !== false;
    if (index === 0) {
      this.#report.add(
        object,
        'exact',
        `${mappings.length} mappings, name${name === pipeline.name ? '' : ` as "${name}"`}`,
      );
      this.#report.add(
        object,
        ddlSync ? 'changed' : 'exact',
        ddlSync
          ? 'ddlSync: changes of definition are applied, but a DROP waits for a person; say `ddl: apply` to drop as well'
          : 'ddlSync=false: changes of definition are ignored (`ddl: ignore`)',
      );
    }
    return {
      ...{ kind: 'pipeline', channel, name, description: plainText(pipeline.description), mappings },
      source: source.name,
      target: (part.target ?? source).name,
      checkpointName: `otter-${pipeline.id}${index === 0 ? '' : `-${index + 1}`}`,
      parameters: {
        ...this.#start(pipeline, canal, source, `pipeline "${channel}/${name}"`),
        ...(ddlSync ? {} : { ddl: 'ignore' }),
        ...(pipeline.parameters.skipFreedom === true ? { 'free-gate': 'off' as const } : {}),
      },
    };
  }

  /** Where it goes on: the log from the cursor that was given; else a full copy, which refuses tables that hold rows. */
  #start(
    pipeline: Original['pipelines'][number],
    canal: Original['canals'][number],
    source: ServerDocument,
    object: string,
  ): Documents<'pipeline'>['parameters'] {
    const cursor = this.#cursor(pipeline, canal, source, object);
    if (cursor === null) return { mode: 'full+incremental' };
    const byGtid = cursor.gtid !== '' && canal.parameters.gtidEnable === true;
    const start = byGtid ? `gtid:${cursor.gtid}` : `binlog:${cursor.journalName}:${cursor.position}`;
    this.#report.add(object, 'exact', `goes on at ${start}, without a copy`);
    return { mode: 'incremental', start };
  }

  /** Null when none was given, or one of another server, where a file and an offset mean something else; reported. */
  #cursor(
    pipeline: Original['pipelines'][number],
    canal: Original['canals'][number],
    { primary }: ServerDocument,
    object: string,
  ): OriginalCursor | null {
    const own = this.#cursors.filter((each) => each.canal === canal.name && each.clientId === pipeline.id);
    const fitting = own.find(({ host, port }) => host === null || (host === primary.host && port === primary.port));
    if (fitting !== undefined) return fitting;
    const [other] = own;
    const why =
      other === undefined
        ? 'its position is in ZooKeeper: give it with --positions'
        : `the position given is one of ${other.host}:${other.port}, and it reads from ${primary.host}:${primary.port}`;
    const text = `${why}; as it is, the first start copies the tables, and refuses those that hold rows until \`if-not-empty\` says what to do`;
    this.#report.add(object, 'left-out', text);
    return null;
  }

  #sourceOf(pair: OriginalPair | undefined): ServerDocument | undefined {
    const media = this.#original.media.find(({ id }) => id === pair?.sourceMediaId);
    return media === undefined ? undefined : this.#servers.bySource.get(media.sourceId);
  }

  /** Mappings by target server; what a table's first place is, then its second, … */
  #layers(pairs: readonly OriginalPair[], object: string): { target: ServerDocument | null; mappings: Mapping[] }[] {
    const layers: { target: ServerDocument | null; mappings: Mapping[] }[] = [];
    for (const pair of this.#bySpecificity(pairs)) {
      const translated = this.#mapping(pair, object);
      if (translated === null) continue;
      const { target, mapping } = translated;
      const taken = (layer: (typeof layers)[number]): boolean =>
        layer.mappings.some(({ source }) => source.toLowerCase() === mapping.source.toLowerCase());
      const layer = layers.find((each) => each.target === target && !taken(each));
      if (layer === undefined) layers.push({ target, mappings: [mapping] });
      else layer.mappings.push(mapping);
    }
    for (const { mappings } of layers) this.#reportOverlaps(mappings, object);
    return layers.length === 0 ? [{ target: null, mappings: [] }] : layers;
  }

  /** There, the first mapping that matches a table decides alone; here, a view of each that matches holds. */
  #reportOverlaps(mappings: readonly Mapping[], object: string): void {
    const viewed = mappings.filter(({ columns }) => columns.mode !== 'all');
    for (const { source } of mappings) {
      const { schema, table } = parseTablePattern(source);
      if (schema.form !== 'exact' || table.form !== 'exact') continue;
      const wider = viewed.filter(
        (each) => each.source !== source && matchesTable(parseTablePattern(each.source), schema.text, table.text),
      );
      for (const each of wider)
        this.#report.add(object, 'changed', `${source}: the columns of ${each.source} hold for it as well`);
    }
  }

  #bySpecificity(pairs: readonly OriginalPair[]): OriginalPair[] {
    const breadth = ({ sourceMediaId }: OriginalPair): number => {
      const media = this.#original.media.find(({ id }) => id === sourceMediaId);
      return media === undefined ? 0 : breadthOf(media.namespace) + breadthOf(media.name);
    };
    return [...pairs].sort((a, b) => breadth(a) - breadth(b) || a.id - b.id);
  }

  #mapping(pair: OriginalPair, object: string): { target: ServerDocument; mapping: Mapping } | null {
    const leaveOut = (text: string): null => {
      this.#report.add(object, 'left-out', `mapping ${pair.id}: ${text}`);
      return null;
    };
    const source = this.#original.media.find(({ id }) => id === pair.sourceMediaId);
    const goal = this.#original.media.find(({ id }) => id === pair.targetMediaId);
    if (source === undefined || goal === undefined) return leaveOut('a table of it is missing');
    const label = `${source.namespace}.${source.name}`;
    const target = this.#servers.bySource.get(goal.sourceId);
    if (target === undefined) return leaveOut(`${label}: its target is no server that can be written to here`);
    if (hasCode(pair.filter)) {
      return leaveOut(
        `${label}: its EventProcessor is code in Java; without it rows would arrive that it kept back or changed`,
      );
    }
    if (hasCode(pair.resolver))
      this.#report.add(object, 'left-out', `${label}: its FileResolver; rows travel, files do not`);
    try {
      const from = patternOf(source.namespace, source.name);
      const to = targetPatternOf(goal.namespace, goal.name);
      if (to !== null) refuseUnequalRanges(parseTablePattern(from), parseTablePattern(to));
      const mapping = { source: from, target: to === from ? null : to, columns: columnsOf(pair) };
      this.#reportPair(pair, label, object);
      return { target, mapping };
    } catch (error) {
      if (!OtterError.is(error)) throw error;
      return leaveOut(`${label}: ${error.detail}`);
    }
  }

  #reportPair({ pushWeight, groups, columns }: OriginalPair, label: string, object: string): void {
    if (pushWeight !== 5) {
      const text = `${label}: weight ${pushWeight}: rows are written in the order of the source's transactions`;
      this.#report.add(object, 'needless', text);
    }
    if (groups > 0) {
      const text = `${label}: column group: a row is written as the source has it, never a part of it`;
      this.#report.add(object, 'needless', text);
    }
    if (columns.length > 0) this.#report.add(object, 'exact', `${label}: ${columns.length} columns of its view`);
  }
}

/** Whether two pipelines bring the same tables, whole and under their own names, from one to the other and back. */
function isMirrored(one: Documents<'pipeline'>, other: Documents<'pipeline'>): boolean {
  const tablesOf = ({ mappings }: Documents<'pipeline'>): string | null =>
    mappings.every(({ target, columns }) => target === null && columns.mode === 'all')
      ? mappings
          .map(({ source }) => source)
          .toSorted()
          .join('\n')
      : null;
  const tables = tablesOf(one);
  const areOpposite = one.source === other.target && one.target === other.source && one.source !== one.target;
  return areOpposite && tables !== null && tables !== '' && tables === tablesOf(other);
}

/** Throws USAGE when the view cannot be said here. */
function columnsOf({ columnMode, columns }: OriginalPair): Mapping['columns'] {
  if (columns.length === 0) return { mode: 'all', names: [], rename: [] };
  const names = [...new Set(columns.map(({ source }) => source))];
  if (columnMode === 'EXCLUDE') return { mode: 'exclude', names, rename: [] };
  if (names.length < columns.length) throw new OtterError('USAGE', { detail: 'a column goes to two of the target' });
  const rename = columns.filter(({ source, target }) => source.toLowerCase() !== target.toLowerCase());
  if (rename.length === columns.length) {
    throw new OtterError('USAGE', { detail: 'each column of its view is renamed; at least one has to keep its name' });
  }
  return { mode: 'include', names, rename };
}

function hasCode(extension: Original['system']): boolean {
  return textOf(extension.clazzPath).trim() !== '' || textOf(extension.sourceText).trim() !== '';
}

function systemDocument({ system }: Original, report: ImportReport): ConfigurationDocument[] {
  const schema = textOf(system.systemSchema);
  if (schema === '' || schema === 'retl') return [];
  if (!/^[A-Za-z0-9_$]{1,64}$/.test(schema)) {
    report.add('system parameters', 'left-out', `systemSchema=${schema}: no name for a control schema`);
    return [];
  }
  report.add('system parameters', 'exact', `systemSchema=${schema} is the control schema`);
  return [{ kind: 'system', parameters: { 'control-schema': schema } }];
}

/** Their passwords are kept as a digest nobody can undo, so they come without one and cannot sign in yet. */
function userDocuments({ users }: Original, report: ImportReport): ConfigurationDocument[] {
  const names = new ObjectNames();
  names.take('admin');
  return users.flatMap(({ name, role }): ConfigurationDocument[] => {
    const object = `user "${name}"`;
    if (name.toLowerCase() === 'admin') {
      report.add(object, 'needless', 'a manager makes its own at the first start');
      return [];
    }
    const own = names.take(name);
    const ours = role === 'ADMIN' ? 'ADMIN' : role === 'OPERATOR' ? 'OPERATOR' : 'VIEWER';
    report.add(
      object,
      'changed',
      `role ${ours}, disabled: set a password and enable it${ours === 'OPERATOR' ? ', and grant it channels' : ''}`,
    );
    const document = { kind: 'user', name: own, role: ours, disabled: true, channels: [] } as const;
    return [{ ...document, channels: [...document.channels], passwordEnv: passwordVariable('user', own) }];
  });
}

function reportTheRest({ nodes, clusters, alarmRules, system }: Original, report: ImportReport): void {
  if (nodes > 0) report.add(`${nodes} nodes`, 'needless', 'the node that runs pipelines is part of `otter start`');
  if (clusters > 0) report.add(`${clusters} ZooKeeper clusters`, 'needless', 'nothing here needs ZooKeeper');
  if (alarmRules > 0)
    report.add(
      `${alarmRules} alarm rules`,
      'left-out',
      'rules are there from the first start; see Alarms in the console',
    );
  const receivers = Object.keys((system.alarmReceiver as object | undefined) ?? {}).length;
  if (receivers > 0)
    report.add('system parameters', 'left-out', `${receivers} groups of alarm receivers: make receivers under Alarms`);
}
