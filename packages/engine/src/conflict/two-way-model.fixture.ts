import { onlyChanged, resolve, type Placed, type Policy, type RuleFlaw } from './conflict-rule.fixture.ts';
import { same, SiteLog, type Entry, type Image, type Mark, type Sites, type Write } from './site-log.fixture.ts';

/** A mistake that is built in, to see it found. */
export type Flaw =
  | RuleFlaw
  | 'mark unchecked'
  | 'mark in memory'
  | 'checkpoint apart'
  | 'seen: end of the log'
  | 'seen: what is stored now'
  | 'seen: forgotten in a crash'
  | 'unseen: end of the log read before'
  | 'unseen: absent rows not locked'
  | 'unseen: rows compared instead'
  | 'unseen: their seen forgotten in a crash'
  | 'time: own stamp'
  | 'time: forgotten in a crash'
  | 'time: equal rows not remembered'
  | 'time: not of the same commit'
  | 'position: first of the batch'
  | 'position: end of the log'
  | 'winner: changed columns only';

export interface World {
  /** Directions, as [from, to] of sites by number. @default both ways between 0 and 1 */
  pipelines?: readonly (readonly [from: number, to: number])[];
  sites?: number;
  policy: Policy;
  /** Local transactions of a site, at most. */
  writesMax: readonly number[];
  crashesMax: number;
  batchMax: number;
  /** The rows there are at the beginning, alike everywhere: one for every key. */
  rows: readonly Image[];
  /** Stamps are 1 up to this. */
  stamps: number;
  /**
   * steady: stamps do not go back at a site, whatever they are at the other. any: they may. hybrid: a stamp is raised
   * above all that its site has written and heard of, and no two are alike; who has seen what is then not asked.
   * @default steady
   */
  clock?: 'steady' | 'any' | 'hybrid';
  /** Columns that one update changes, by number. @default all of them */
  updates?: readonly (readonly number[])[];
  /** Whether rows are taken away and put in. @default true */
  deletes?: boolean;
  /** Values a column may get, or what is counted with it; 0: every write another one. @default 0 */
  values?: number;
  /** What a commit of a pipeline has as its time for third sites. @default original */
  copyStamp?: 'original' | 'commit';
  flaw?: Flaw;
}

/** What a pipeline has in memory. */
interface Memory {
  /** Up to where it has read its source's log, and what the source had seen there. */
  position: number;
  seen: number;
  /** Read and not committed: places in the source's log. */
  batch: readonly { at: number; seen: number }[];
  /** What a flaw needs: a length of a log that it goes by. */
  flawed: number;
  /** A checkpoint that is yet to be stored. */
  pending: Mark | null;
  /** Tells it from others. */
  name: string;
}

interface State {
  logs: readonly SiteLog[];
  memories: readonly Memory[];
  crashes: number;
}

export interface Violation {
  kind: 'unequal' | 'echo' | 'twice' | 'astray' | 'left out' | 'unexplained';
  detail: string;
  /** What was done before, from the beginning: a shortest way there. */
  trace: string[];
}

export interface Exploration {
  states: number;
  /** Those with nothing under way, where both sides were compared. */
  quiet: number;
  violation: Violation | null;
}

/** Looks at every state that can be reached, the nearest first, up to the first that must not be. */
export function explore(world: World, explain: (logs: readonly SiteLog[]) => string | null = () => null): Exploration {
  return new Explorer(world, explain).run();
}

const BOTH_WAYS: World['pipelines'] & {} = [
  [0, 1],
  [1, 0],
];
const SITE_NAMES = 'ABC';

class Explorer {
  readonly #world: World;
  readonly #pipelines: readonly (readonly [from: number, to: number])[];
  readonly #names: readonly string[];
  readonly #edits: readonly Edit[];
  readonly #explain: (logs: readonly SiteLog[]) => string | null;
  readonly #known = new Set<string>();
  readonly #found: { state: State; from: number; action: string }[] = [];
  #violation: Omit<Violation, 'trace'> | null = null;

  constructor(world: World, explain: (logs: readonly SiteLog[]) => string | null) {
    this.#world = world;
    this.#pipelines = world.pipelines ?? BOTH_WAYS;
    this.#names = this.#pipelines.map((sites) => sites.map((site) => SITE_NAMES[site]).join('>'));
    this.#edits = editsOf(world);
    this.#explain = explain;
  }

  run(): Exploration {
    const { sites = 2, rows } = this.#world;
    const log = SiteLog.begin(rows);
    const memory = remembered({ position: 0, seen: 0, batch: [], flawed: 0, pending: null });
    const memories = this.#pipelines.map(() => memory);
    this.#reach({ logs: Array.from({ length: sites }, () => log), memories, crashes: 0 }, -1, () => 'begin');
    let quiet = 0;
    for (let at = 0; at < this.#found.length; at++) {
      const { state } = this.#found[at]!;
      if (this.#isQuiet(state)) {
        quiet += 1;
        this.#checkQuiet(state);
      }
      if (this.#violation === null) this.#step(state, at);
      if (this.#violation !== null) {
        return { states: at + 1, quiet, violation: { ...this.#violation, trace: this.#traceOf(at) } };
      }
      // Only what led here is needed any more.
      this.#found[at]!.state = null as unknown as State;
    }
    return { states: this.#found.length, quiet, violation: null };
  }

  #step(state: State, at: number): void {
    for (const site of state.logs.keys()) this.#writeLocally(state, at, site);
    for (const pipeline of this.#pipelines.keys()) {
      this.#read(state, at, pipeline);
      this.#commit(state, at, pipeline);
      this.#crash(state, at, pipeline);
    }
  }

  #reach(state: State, from: number, action: () => string): void {
    let name = `${state.crashes}`;
    for (const { id } of state.logs) name += ` ${id}`;
    for (const memory of state.memories) name += ` ${memory.name}`;
    if (this.#known.has(name)) return;
    this.#known.add(name);
    this.#found.push({ state, from, action: action() });
  }

  #traceOf(at: number): string[] {
    const trace: string[] = [];
    for (let i = at; i > 0; i = this.#found[i]!.from) trace.unshift(this.#found[i]!.action);
    return trace;
  }

  // --- what an application does

  #writeLocally(state: State, at: number, site: number): void {
    const { writesMax, stamps, clock = 'steady', rows } = this.#world;
    const log = state.logs[site]!;
    const count = log.entries.filter(({ mark }) => mark === null).length;
    if (count === writesMax[site]!) return;
    const heard = Math.max(1, ...log.entries.map(({ stamp }) => stamp));
    const value = 10 * (site + 1) + count + 1;
    for (const keys of rows.length === 1 ? [[0]] : [[0], [1], [0, 1]]) {
      for (const become of this.#edits) {
        const writes = keys.map((key) => ({ key, before: log.rows[key]!, after: become(log.rows[key]!, value, site) }));
        if (writes.some(({ before, after }) => same(before, after))) continue;
        for (let given = clock === 'steady' ? heard : 1; given <= stamps; given++) {
          const stamp = clock === 'hybrid' ? Math.max(given, Math.trunc(heard) + 1) + (9 - site) / 10 : given;
          const entry = { stamp, writes, mark: null, been: 1 << site, decided: [] };
          const next = { ...state, logs: state.logs.with(site, log.append(entry)) };
          this.#reach(next, at, () => `${SITE_NAMES[site]} writes ${writes.map(textOf).join(', ')} @${stamp}`);
        }
      }
    }
  }

  // --- what a pipeline does

  /** Reads up to one more transaction into the batch. */
  #read(state: State, at: number, pipeline: number): void {
    const { flaw, batchMax } = this.#world;
    const [from, to] = this.#pipelines[pipeline]!;
    const { entries, length } = state.logs[from]!;
    let { position, seen, batch, flawed } = state.memories[pipeline]!;
    if (position === length || batch.length === batchMax || state.memories[pipeline]!.pending) return;
    const first = batch[0] && entries[batch[0].at - 1];
    while (position < length) {
      const entry = entries[position]!;
      if (this.#hasBeen(entry, to, from, pipeline, state)) {
        if (entry.mark!.pipeline === this.#counterpart(pipeline)) seen = entry.mark!.position;
        position += 1;
        continue;
      }
      // One commit has one mark.
      if (first && viaOf(first) !== viaOf(entry)) break;
      position += 1;
      if (entry.writes.length === 0) continue;
      // What it takes for the end of the target's log, until it commits.
      if (batch.length === 0 && isAboutEnd(flaw)) flawed = state.logs[to]!.length;
      const read = flaw === 'seen: end of the log' ? state.logs[to]!.length : seen;
      batch = [...batch, { at: position, seen: read }];
      break;
    }
    const memory = remembered({ position, seen, batch, flawed, pending: null });
    this.#reach(
      { ...state, memories: state.memories.with(pipeline, memory) },
      at,
      () => `${this.#names[pipeline]} reads`,
    );
  }

  /** Whether a transaction in the log is known to come from this site. */
  #hasBeen(entry: Entry, site: number, from: number, pipeline: number, state: State): boolean {
    const { flaw } = this.#world;
    if (flaw === 'mark unchecked' || !entry.mark) return false;
    if (flaw === 'mark in memory' && state.logs[from]!.entries.indexOf(entry) < state.memories[pipeline]!.flawed)
      return false;
    return (entry.mark.via & (1 << site)) !== 0;
  }

  #counterpart(pipeline: number): number {
    const [from, to] = this.#pipelines[pipeline]!;
    return this.#pipelines.findIndex(([a, b]) => a === to && b === from);
  }

  #commit(state: State, at: number, pipeline: number): void {
    const { flaw, copyStamp = 'original', stamps } = this.#world;
    const [from, to] = this.#pipelines[pipeline]!;
    const memory = state.memories[pipeline]!;
    const target = state.logs[to]!;
    const put = (entry: Entry, after: Memory, action: () => string): void =>
      this.#reach(
        { ...state, logs: state.logs.with(to, target.append(entry)), memories: state.memories.with(pipeline, after) },
        at,
        () => `${this.#names[pipeline]} ${action()}`,
      );
    if (memory.pending) {
      const entry = { stamp: 0, writes: [], mark: memory.pending, been: 0, decided: [] };
      return put(entry, remembered({ ...memory, pending: null }), () => 'stores its position');
    }
    if (memory.batch.length === 0) return;
    const source = state.logs[from]!;
    const items = memory.batch.map((item) => ({ ...item, entry: source.entries[item.at - 1]! }));
    this.#checkOnce(items, target, pipeline);
    if (this.#violation) return;
    const writes = this.#merge(state, pipeline, items);
    const position = this.#positionOf(items, source);
    const via = viaOf(items[0]!.entry) | (1 << from);
    const mark: Mark = { pipeline, position, seen: items.at(-1)!.seen, via };
    const been = items.reduce((sites, { entry }) => sites | entry.been, 1 << to);
    const after = remembered({ ...memory, batch: [], flawed: isAboutEnd(flaw) ? 0 : memory.flawed });
    const decided = items.map((item) => item.at);
    const original = Math.max(...items.map(({ entry }) => entry.stamp));
    const earliest = copyStamp === 'original' ? original : Math.max(1, ...target.entries.map(({ stamp }) => stamp));
    const latest = copyStamp === 'original' ? original : stamps;
    const action = (): string => `commits ${decided.join(' and ')}`;
    for (let stamp = earliest; stamp <= latest; stamp++) {
      if (flaw === 'checkpoint apart') {
        const stale = target.checkpoints[pipeline] ?? { pipeline, position: 0, seen: 0 };
        put({ stamp, writes, mark: { ...stale, via }, been, decided }, remembered({ ...after, pending: mark }), action);
      } else put({ stamp, writes, mark, been, decided }, after, action);
    }
  }

  #positionOf(items: readonly { at: number }[], source: SiteLog): number {
    const { flaw } = this.#world;
    if (flaw === 'position: end of the log') return source.length;
    return items.at(flaw === 'position: first of the batch' ? 0 : -1)!.at;
  }

  /** All memory is gone; it goes on from its checkpoint. */
  #crash(state: State, at: number, pipeline: number): void {
    const { flaw, crashesMax } = this.#world;
    if (state.crashes === crashesMax) return;
    const [from, to] = this.#pipelines[pipeline]!;
    const { position = 0, seen = 0 } = state.logs[to]!.checkpoints[pipeline] ?? {};
    const memory = { position, seen, batch: [], flawed: 0, pending: null };
    if (flaw === 'seen: forgotten in a crash') memory.seen = 0;
    if (flaw === 'mark in memory') memory.flawed = state.logs[from]!.length;
    if (flaw === 'time: forgotten in a crash') memory.flawed = position;
    if (flaw === 'unseen: their seen forgotten in a crash') memory.flawed = seen;
    const memories = state.memories.with(pipeline, remembered(memory));
    this.#reach({ ...state, memories, crashes: state.crashes + 1 }, at, () => `${this.#names[pipeline]} crashes`);
  }

  // --- what becomes of the rows

  #merge(state: State, pipeline: number, items: readonly { at: number; seen: number; entry: Entry }[]): Write[] {
    const target = state.logs[this.#pipelines[pipeline]![1]]!;
    const rows = [...target.rows];
    for (const { at, seen, entry } of items) {
      for (const write of entry.writes) {
        const change = { at, seen, stamp: entry.stamp, write };
        rows[write.key] = this.#meet(state, pipeline, change, rows[write.key]!, items[0]!.at);
      }
    }
    return [...rows.keys()]
      .map((key) => ({ key, before: target.rows[key]!, after: rows[key]! }))
      .filter(({ before, after }) => !same(before, after));
  }

  /** Asks the rule, of what the two logs say; or of what a flaw takes them for. */
  #meet(state: State, pipeline: number, change: Placed, current: Image, first: number): Image {
    const { flaw, policy, clock } = this.#world;
    const [from, to] = this.#pipelines[pipeline]!;
    const [source, target] = [state.logs[from]!, state.logs[to]!];
    const { write } = change;
    if (clock === 'hybrid') {
      const last = writesOf(target, write.key, 0, pipeline).at(-1);
      return last === undefined || change.stamp > last.stamp ? write.after : current;
    }
    const { flawed } = state.memories[pipeline]!;
    const own = writesOf(source, write.key, 1 << to, this.#counterpart(pipeline));
    const since = flaw === 'time: own stamp' ? change.at - 1 : flaw === 'time: forgotten in a crash' ? flawed : 0;
    const isKnown = ({ at }: Placed): boolean =>
      at > since && at <= change.at && (flaw !== 'time: not of the same commit' || at < first || at === change.at);
    const unseen = this.#unseen(state, pipeline, change, current);
    const after = resolve(
      policy,
      { isTurned: from > to, flaw },
      {
        change,
        current,
        unseen,
        own: own.filter((place) => isKnown(place) && !this.#isForgotten(place, change, target)),
      },
    );
    // Rows are compared by nobody, and yet: what is not a conflict finds the row as it was where the change was made.
    if (flaw === undefined && this.#pipelines === BOTH_WAYS && unseen.length === 0 && !same(current, write.before)) {
      this.#violation = { kind: 'astray', detail: `${this.#names[pipeline]} ${change.at} finds ${show(current)}` };
    }
    const isCut = flaw === 'winner: changed columns only' && after === write.after;
    return isCut ? onlyChanged(current, write.before, after) : after;
  }

  #unseen(state: State, pipeline: number, change: Placed, current: Image): Placed[] {
    const { flaw } = this.#world;
    const [from, to] = this.#pipelines[pipeline]!;
    const target = state.logs[to]!;
    const { flawed } = state.memories[pipeline]!;
    const { key, before, after } = change.write;
    let { seen } = change;
    let end = target.length;
    if (flaw === 'unseen: rows compared instead' && same(current, before)) return [];
    if (flaw === 'seen: what is stored now') {
      seen = state.logs[from]!.checkpoints[this.#counterpart(pipeline)]?.position ?? 0;
    }
    if (flaw === 'unseen: end of the log read before') end = flawed;
    if (flaw === 'unseen: absent rows not locked' && after === null && target.at(flawed).rows[key] === null)
      end = flawed;
    const unseen = writesOf(target, key, 1 << from, pipeline).filter(({ at }) => at > seen && at <= end);
    if (flaw !== 'unseen: their seen forgotten in a crash' || flawed === 0) return unseen;
    // Read again from `flawed` on: until the next checkpoint in it nothing is known of what was applied before.
    const old = target.at(flawed).checkpoints[pipeline];
    return unseen.map((it) => (target.at(it.at - 1).checkpoints[pipeline] === old ? { ...it, seen: 0 } : it));
  }

  /** The flaw leaves no trace of a change that found the row as it would have made it. */
  #isForgotten(place: Placed, change: Placed, target: SiteLog): boolean {
    if (this.#world.flaw !== 'time: equal rows not remembered' || place.at === change.at) return false;
    const at = target.entries.findIndex(({ decided, mark }) => mark !== null && decided.includes(place.at));
    return same(target.at(at).rows[place.write.key]!, place.write.after);
  }

  // --- what must be true

  #checkOnce(items: readonly { at: number; entry: Entry }[], target: SiteLog, pipeline: number): void {
    const to = this.#pipelines[pipeline]![1];
    for (const { at, entry } of items) {
      const what = `${this.#names[pipeline]} commits ${at}`;
      if ((entry.been & (1 << to)) !== 0) this.#violation = { kind: 'echo', detail: what };
      const isAgain = target.entries.some(({ mark, decided }) => mark?.pipeline === pipeline && decided.includes(at));
      if (isAgain) this.#violation = { kind: 'twice', detail: what };
    }
  }

  #isQuiet({ logs, memories }: State): boolean {
    return memories.every(
      ({ position, batch, pending }, i) =>
        position === logs[this.#pipelines[i]![0]]!.length && batch.length === 0 && pending === null,
    );
  }

  #checkQuiet({ logs }: State): void {
    for (const [pipeline, [from, to]] of this.#pipelines.entries()) {
      const copies = logs[to]!.entries.filter(({ mark }) => mark?.pipeline === pipeline);
      const left = logs[from]!.entries.findIndex(
        ({ mark }, i) => mark === null && !copies.some(({ decided }) => decided.includes(i + 1)),
      );
      if (left !== -1) this.#violation = { kind: 'left out', detail: `${this.#names[pipeline]} ${left + 1}` };
    }
    const [first, ...others] = logs.map(({ rows }) => rows.map((row) => show(row)).join(' '));
    const unexplained = this.#explain(logs);
    if (this.#violation !== null) return;
    if (others.some((rows) => rows !== first)) {
      this.#violation = { kind: 'unequal', detail: [first, ...others].join(' / ') };
    } else if (unexplained !== null) this.#violation = { kind: 'unexplained', detail: unexplained };
  }
}

/** What an application makes of a row; the same row where that cannot be. */
type Edit = (row: Image, value: number, site: number) => Image;

function editsOf({ values = 0, policy, rows, updates, deletes = true }: World): Edit[] {
  const columns = [...rows.find((row) => row !== null)!.keys()];
  const counted = policy.rule.kind === 'counter' ? policy.rule.columns : [];
  const written = (column: number, old: number, value: number, site: number): number =>
    counted.includes(String(column)) ? old + (values === 0 ? 10 ** site : value) : value;
  const edits: Edit[] = deletes ? [() => null] : [];
  for (const given of values === 0 ? [null] : Array.from({ length: values }, (_, i) => i + 1)) {
    edits.push((row, value, site) => row ?? columns.map((column) => written(column, 0, given ?? value, site)));
    for (const some of updates ?? [columns]) {
      edits.push(
        (row, value, site) =>
          row?.map((old, i) => (some.includes(i) ? written(i, old, given ?? value, site) : old)) ?? null,
      );
    }
  }
  return edits;
}

function remembered(memory: Omit<Memory, 'name'>): Memory {
  const { position, seen, batch, flawed, pending } = memory;
  let name = `${position},${seen},${flawed},${pending?.position ?? ''}`;
  for (const item of batch) name += `,${item.at}.${item.seen}`;
  return { ...memory, name };
}

function isAboutEnd(flaw: Flaw | undefined): boolean {
  return flaw === 'unseen: end of the log read before' || flaw === 'unseen: absent rows not locked';
}

function viaOf({ mark }: Entry): Sites {
  return mark?.via ?? 0;
}

/** Writes to a row that do not come from `origin`; `applied`: the pipeline that brings what comes from there. */
export function writesOf(log: SiteLog, key: number, origin: Sites, applied: number): Placed[] {
  return log.entries.flatMap((entry, i) => {
    if ((viaOf(entry) & origin) !== 0) return [];
    const seen = log.at(i).checkpoints[applied]?.position ?? 0;
    return entry.writes
      .filter((write) => write.key === key)
      .map((write) => ({ at: i + 1, stamp: entry.stamp, write, seen }));
  });
}

function show(row: Image): string {
  return row === null ? '-' : row.join('.');
}

function textOf({ key, before, after }: Write): string {
  return `${key}: ${show(before)} to ${show(after)}`;
}
