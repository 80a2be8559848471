import type { LogTable, Row, RowsChange, Transaction, Value } from '@otter/core';
import { expect, test } from 'vitest';
import { execute, ModelTable, Violation, writeCommands } from '../testing/model-server.fixture.ts';
import { column, deletes, inserts, key, routeOf, text, transaction, updates } from '../testing/tables.fixture.ts';
import type { RoutedTable } from '../transform/routed-table.ts';
import { BatchPlan, type RowOperation } from './batch-plan.ts';
import { operationStatements, orderedStatements } from './plan-statements.ts';
import { shardOf } from './shard.ts';
import type { Statement } from './statement.ts';
import { split } from './transaction-loader.ts';

/**
 * Random transactions run on a serial model and, reduced by BatchPlan, on a second one that refuses what a server
 * refuses. Replay one case with OTTER_SEED=n; more of them with OTTER_CASES=n.
 */
const SEED = Number(process.env['OTTER_SEED'] ?? 0);
const CASES = Number(process.env['OTTER_CASES'] ?? 1500);

class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed * 2654435761 + 12345;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  chance(p: number): boolean {
    return this.next() < p;
  }

  pick<T>(list: readonly T[]): T {
    const at = this.below(list.length);
    for (const one of list.slice(at, at + 1)) return one;
    throw new Error('there is nothing to pick from');
  }

  shuffle<T>(list: T[]): T[] {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      list.splice(i, 1, ...list.splice(j, 1, ...list.slice(i, i + 1)));
    }
    return list;
  }
}

/** One table of both models, and the routes by which the log may reach it. */
interface World {
  name: string;
  routes: RoutedTable[];
  identity: number[] | null;
  keys: number[][];
  defaults: Row;
  pools: Value[][];
}

const FILLER = Array.from({ length: 29 }, (_, i) => `f${i}`);

function worlds(wide: boolean, merged: boolean): World[] {
  const filler = wide ? FILLER : [];
  const ids = [1, 2, 3, 4, 5, 6];
  const few = [1, 2, 3, null];
  const pairs: World = {
    name: 'pairs',
    routes: [],
    identity: [0],
    keys: [[0], [1], [2]],
    defaults: [null, null, null, 0, ...filler.map(() => 0)],
    pools: [ids, few, few, [0, 1, 2], ...filler.map(() => [0])],
  };
  const pairColumns = [column('id', { nullable: false }), ...['a', 'b', 'v', ...filler].map((name) => column(name))];
  const names = merged ? ['pairs_1', 'pairs_2'] : ['pairs'];
  pairs.routes = names.map((table) =>
    routeOf({
      source: { table, columns: pairColumns },
      target: {
        table: 'pairs',
        columns: pairColumns,
        uniqueKeys: [key('PRIMARY', 'id'), key('a', 'a'), key('b', 'b')],
      },
    }),
  );
  const plain: World = {
    name: 'plain',
    routes: [routeOf({ target: { table: 'plain', columns: [column('x'), column('y')] } })],
    identity: null,
    keys: [],
    defaults: [null, 0],
    pools: [
      [1, 2, null],
      [0, 1],
    ],
  };
  const words: World = {
    name: 'words',
    routes: [],
    identity: [0, 1],
    keys: [[0, 1], [3]],
    defaults: [1, 'a', 0, null],
    pools: [
      [1, 2],
      ['a', 'A', 'b', 'a '],
      [0, 1],
      ['x', 'X', 'x ', 'é', 'e', null],
    ],
  };
  const wordColumns = [
    column('p', { nullable: false }),
    text('q', 'utf8mb4_general_ci', { nullable: false }),
    column('v'),
    text('w'),
  ];
  words.routes = [
    routeOf({
      target: { table: 'words', columns: wordColumns, uniqueKeys: [key('PRIMARY', 'p', 'q'), key('w', 'w')] },
    }),
  ];
  const counts: World = {
    name: 'counts',
    routes: [
      routeOf({
        target: {
          table: 'counts',
          columns: [column('id', { nullable: false }), column('n')],
          uniqueKeys: [key('PRIMARY', 'id')],
        },
      }),
    ],
    identity: [0],
    keys: [[0]],
    defaults: [null, 0],
    pools: [
      [1, 2, 3, 4],
      [0, 1, 2, 3],
    ],
  };
  const all = [pairs, plain, words, counts];
  for (const world of all) for (const route of world.routes) writeCommands(route, world.name);
  return all;
}

function poolOf(world: World, ordinal: number): Value[] {
  return world.pools[ordinal] ?? [];
}

type Tables = Map<string, { model: ModelTable; identity: readonly number[] | null }>;

function emptyTables(all: readonly World[]): Tables {
  return new Map(all.map((w) => [w.name, { model: new ModelTable(w.name, w.keys, w.defaults), identity: w.identity }]));
}

/** Writes the log that the serial model's changes would leave. */
class Source {
  readonly #random: Random;
  readonly #tables: Tables;
  #changes: RowsChange[] = [];
  #minimal = false;

  constructor(random: Random, tables: Tables) {
    this.#random = random;
    this.#tables = tables;
  }

  transaction(all: readonly World[], minimal: boolean): Transaction {
    this.#changes = [];
    this.#minimal = minimal;
    for (let n = 1 + this.#random.below(5); n > 0; n--) this.#statement(this.#random.pick(all));
    return transaction(this.#changes);
  }

  #statement(world: World): void {
    const { model } = this.#tables.get(world.name) as { model: ModelTable };
    const route = this.#random.pick(world.routes);
    const target = this.#random.below(10);
    if (target < 3) this.#insert(world, model, route, 1 + this.#random.below(3));
    else if (target < 4) this.#replace(world, model, route);
    else if (target < 5) this.#reinsert(world, model, route);
    else if (target < 6) this.#delete(world, model, route);
    else if (target < 7) this.#shift(world, model, route);
    else if (target < 8) this.#handOver(world, model, route);
    else this.#update(world, model, route);
  }

  #newRow(world: World): Row {
    return world.pools.map((pool, i) => {
      const needed = world.identity?.includes(i) ?? false;
      const left = this.#minimal && !needed && this.#random.chance(0.3);
      return left ? undefined : this.#random.pick(pool);
    });
  }

  /** As one event when the columns named agree, as they do within one statement. */
  #insert(world: World, model: ModelTable, route: RoutedTable, count: number): void {
    const first = this.#newRow(world);
    const rows: Row[] = [];
    for (let i = 0; i < count; i++) {
      const row = first.map((value, o) => (value === undefined ? undefined : this.#random.pick(poolOf(world, o))));
      if (this.#try(() => model.insert(row))) rows.push(row);
    }
    if (rows.length > 0) this.#changes.push(inserts(route, ...rows.map((row) => this.#whole(world, row))));
  }

  /** In FULL images even a column the statement leaves out is there, with its default. */
  #whole(world: World, row: Row): Row {
    return this.#minimal ? row : row.map((value, i) => (value === undefined ? world.defaults[i] : value));
  }

  #replace(world: World, model: ModelTable, route: RoutedTable): void {
    const row = this.#whole(world, this.#newRow(world));
    for (const clash of model.clashes(row)) {
      model.delete(clash);
      this.#changes.push(deletes(this.#random.pick(world.routes), this.#beforeImage(world, clash)));
    }
    if (this.#try(() => model.insert(row))) this.#changes.push(inserts(route, row));
  }

  #reinsert(world: World, model: ModelTable, route: RoutedTable): void {
    if (model.rows.length === 0) return;
    const old = this.#random.pick(model.rows);
    const row = old.map((value, i) => (world.identity?.includes(i) ? value : this.#random.pick(poolOf(world, i))));
    model.delete(old);
    this.#changes.push(deletes(route, this.#beforeImage(world, old)));
    if (this.#try(() => model.insert(row))) this.#changes.push(inserts(route, row));
  }

  #delete(world: World, model: ModelTable, route: RoutedTable): void {
    const rows = this.#random.shuffle([...model.rows]).slice(0, 1 + this.#random.below(2));
    for (const row of rows) model.delete(row);
    if (rows.length > 0) this.#changes.push(deletes(route, ...rows.map((row) => this.#beforeImage(world, row))));
  }

  /** `UPDATE … SET c = c + 1 ORDER BY c DESC`: 3→4, 2→3, 1→2. */
  #shift(world: World, model: ModelTable, route: RoutedTable): void {
    const ordinal = this.#random.below(Math.min(3, world.pools.length));
    const numeric = model.rows.filter((row) => typeof row[ordinal] === 'number');
    numeric.sort((x, y) => (y[ordinal] as number) - (x[ordinal] as number));
    const pairs: [Row, Row][] = [];
    for (const row of numeric) {
      const next: Row = row.map((value, i) => (i === ordinal ? (value as number) + 1 : undefined));
      this.#changeRow(world, model, row, next, pairs);
    }
    if (pairs.length > 0) this.#changes.push(updates(route, ...pairs));
  }

  /** One row gives a unique value up and another takes it, with or without another change in between. */
  #handOver(world: World, model: ModelTable, route: RoutedTable): void {
    const ordinal = world.pools.length === 2 ? 1 : this.#random.pick([1, 3]);
    const [from, to] = this.#random.shuffle([...model.rows]);
    if (!from || !to || from[ordinal] === null) return;
    const value = from[ordinal];
    const set = (v: Value): Row => from.map((_, i) => (i === ordinal ? v : undefined));
    const first: [Row, Row][] = [];
    const second: [Row, Row][] = [];
    const given = this.#random.pick(poolOf(world, ordinal));
    if (!this.#changeRow(world, model, from, set(given), first)) return;
    this.#changes.push(updates(route, ...first));
    if (this.#changeRow(world, model, to, set(value), second)) {
      this.#changes.push(updates(this.#random.pick(world.routes), ...second));
    }
  }

  #update(world: World, model: ModelTable, route: RoutedTable): void {
    if (model.rows.length === 0) return;
    const columns = world.pools.map(() => this.#random.chance(1 / Math.min(world.pools.length, 4)));
    const pairs: [Row, Row][] = [];
    for (const row of this.#random.shuffle([...model.rows]).slice(0, 1 + this.#random.below(3))) {
      const next = row.map((_, i) => (columns[i] ? this.#random.pick(poolOf(world, i)) : undefined));
      this.#changeRow(world, model, row, next, pairs);
    }
    if (pairs.length > 0) this.#changes.push(updates(route, ...pairs));
  }

  #changeRow(world: World, model: ModelTable, row: Row, next: Row, pairs: [Row, Row][]): boolean {
    let stored: Row = row;
    if (!this.#try(() => (stored = model.update(row, next)))) return false;
    if (stored.every((value, i) => value === row[i])) return false;
    // MINIMAL: the after image names what the statement set, the same columns for every row of the event.
    pairs.push([this.#beforeImage(world, row), this.#minimal ? next.slice() : stored]);
    return true;
  }

  /** MINIMAL: only the key, or everything where there is none. */
  #beforeImage(world: World, row: Row): Row {
    const { identity } = world;
    if (!this.#minimal || identity === null) return row;
    return row.map((value, i) => (identity.includes(i) ? value : undefined));
  }

  #try(action: () => void): boolean {
    try {
      action();
      return true;
    } catch (error) {
      if (error instanceof Violation) return false;
      throw error;
    }
  }
}

interface Case {
  random: Random;
  all: World[];
  log: Transaction[];
  expected: Tables;
  routes: (change: RowsChange) => RoutedTable;
}

function makeCase(seed: number): Case {
  const random = new Random(seed);
  const all = worlds(random.chance(0.15), random.chance(0.3));
  const expected = emptyTables(all);
  const source = new Source(random, expected);
  const byTable = new Map<LogTable, RoutedTable>(all.flatMap((w) => w.routes.map((r) => [r.logTable, r] as const)));
  const minimalShare = random.pick([0, 0, 0.5, 1]);
  const busy = random.chance(0.5) ? all : random.shuffle([...all]).slice(0, 1 + random.below(2));
  const log = Array.from({ length: 3 + random.below(10) }, () => source.transaction(busy, random.chance(minimalShare)));
  return { random, all, log, expected, routes: (change) => byTable.get(change.table) as RoutedTable };
}

function batches(log: readonly Transaction[], random: Random): Transaction[][] {
  const all: Transaction[][] = [];
  for (let i = 0; i < log.length;) {
    const size = 1 + random.below(5);
    all.push(log.slice(i, i + size));
    i += size;
  }
  return all;
}

function run(statement: Statement, tables: Tables, random: Random): void {
  const found = execute(statement.sql, tables, (list) => random.shuffle(list));
  if (found !== statement.rows) throw new Violation(`${found} rows found, ${statement.rows} expected`);
}

/** Runs every seed; the first that fails is named, with its log. */
function forEverySeed(what: string, body: (one: Case) => Tables): void {
  const seeds = SEED > 0 ? [SEED] : Array.from({ length: CASES }, (_, i) => i + 1);
  for (const seed of seeds) {
    const one = makeCase(seed);
    let problem = '';
    try {
      const tables = body(one);
      for (const [name, { model }] of one.expected) {
        const [is, must] = [(tables.get(name) as { model: ModelTable }).model.content(), model.content()];
        if (JSON.stringify(is) !== JSON.stringify(must))
          problem += `${name} holds ${is.join(' ')}, not ${must.join(' ')}\n`;
      }
    } catch (error) {
      problem = (error as Error).stack ?? String(error);
    }
    if (problem === '') continue;
    const log = one.log.map((t) =>
      t.changes.map((c) => `${c.kind} ${c.table.table} ${show(c.before)} → ${show(c.after)}`),
    );
    expect.fail(`${what}: OTTER_SEED=${seed}\n${problem}\n${log.map((l) => l.join('\n')).join('\n---\n')}`);
  }
}

function show(rows: readonly Row[]): string {
  return rows
    .map(
      (row) =>
        `(${row
          .slice(0, 5)
          .map((v) => (v === undefined ? '·' : JSON.stringify(v)))
          .join(',')})`,
    )
    .join('');
}

test('batches applied one after another end in the state of the serial order and never break a unique key', () => {
  forEverySeed('one by one', ({ random, all, log, routes }) => {
    const tables = emptyTables(all);
    for (const batch of batches(log, random)) {
      const plan = BatchPlan.of(batch, routes);
      const independent = [...plan.tables.values()].flatMap((table) => {
        expect(table.ordered && table.operations.size > 0).toBe(false);
        return table.ordered ? [] : operationStatements(table, table.operations.values(), 200);
      });
      // Every statement may go before every other one: they concern different rows and unique values.
      for (const statement of random.shuffle(independent)) run(statement, tables, random);
      for (const changes of plan.ordered.values()) {
        for (const statement of orderedStatements(changes, 200)) run(statement, tables, random);
      }
    }
    return tables;
  });
});

/** One batch under way: what it may run at once, what has to wait for the earlier ones. */
interface FlightModel {
  plan: BatchPlan;
  now: Statement[];
  later: Statement[] | null;
  before: FlightModel[];
  committed: boolean;
}

test('batches side by side, in any interleaving their split allows, end in the state of the serial order', () => {
  forEverySeed('side by side', ({ random, all, log, routes }) => {
    const tables = emptyTables(all);
    const waiting = batches(log, random);
    const workers = 2 + random.below(3);
    const flights: FlightModel[] = [];
    while (waiting.length > 0 || flights.length > 0) {
      if (waiting.length > 0 && flights.length < workers && random.chance(0.5)) {
        const batch = waiting.shift() as Transaction[];
        const plan = BatchPlan.of(batch, routes);
        const pending = flights.slice();
        const { now, later } = split(plan, pending, 200);
        plan.forgetRows(batch);
        flights.push({ plan, now, later, before: pending, committed: false });
        continue;
      }
      if (flights.length === 0) continue;
      const flight = random.pick(flights);
      const statement = flight.now.shift();
      if (statement) run(statement, tables, random);
      else if (flight.before.every((other) => other.committed)) {
        if (flight.later !== null && flight.later.length > 0) {
          flight.now = flight.later;
          flight.later = null;
        } else {
          flight.committed = true;
          flights.splice(flights.indexOf(flight), 1);
        }
      }
    }
    return tables;
  });
});

test('a range divided among shards, in any interleaving of the shards, ends in the state of the serial order', () => {
  forEverySeed('shards', ({ random, all, log, routes }) => {
    const tables = emptyTables(all);
    for (const range of batches(log, random)) {
      const plan = BatchPlan.of(range, routes);
      const shards = 1 + random.below(4);
      const queues: Statement[][] = Array.from({ length: shards }, () => []);
      for (const table of plan.tables.values()) {
        if (table.ordered) continue;
        const parts: RowOperation[][] = queues.map(() => []);
        for (const operation of table.operations.values()) parts[shardOf(operation.key, shards)]?.push(operation);
        parts.forEach((part, shard) => queues[shard]?.push(...operationStatements(table, part, 200)));
      }
      for (const [group, changes] of plan.ordered)
        queues[shardOf(group, shards)]?.push(...orderedStatements(changes, 200));
      for (let open = queues.filter((q) => q.length > 0); open.length > 0; open = queues.filter((q) => q.length > 0)) {
        run(random.pick(open).shift() as Statement, tables, random);
      }
    }
    return tables;
  });
});

test('most changes of a busy log are merged, so the other tests of this file look at something', () => {
  let merged = 0;
  let ordered = 0;
  let cancelled = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const { random, log, routes } = makeCase(seed);
    for (const batch of batches(log, random)) {
      for (const table of BatchPlan.of(batch, routes).tables.values()) {
        if (table.ordered) ordered += table.rows;
        else {
          cancelled += [...table.operations.values()].filter((operation) => operation.kind === 'none').length;
          merged += table.rows;
        }
      }
    }
  }
  expect(merged).toBeGreaterThan(ordered / 10);
  expect(cancelled).toBeGreaterThan(10);
});
