import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineFacts } from './machine.ts';
import { spreadOf, type Spread } from './statistics.ts';

/** One column of a scenario's table. */
export interface Column {
  key: string;
  label: string;
  /** Digits after the point. */
  digits: number;
}

/** One row of a scenario's table: the control or a mode of ours. */
export interface Line {
  name: string;
  role: 'control' | 'ours';
  values: Record<string, Spread>;
}

/** A figure somebody set a goal for. */
export interface Verdict {
  what: string;
  value: number;
  unit: string;
  goal: { atLeast: number } | { atMost: number } | null;
  met: boolean | null;
}

/** Everything one run of a scenario found. */
export interface Result {
  scenario: string;
  title: string;
  /** ISO, when it ended. */
  date: string;
  quick: boolean;
  runs: number;
  machine: MachineFacts;
  settings: Record<string, string | number | boolean>;
  columns: Column[];
  lines: Line[];
  verdicts: Verdict[];
  /** What was compared to believe the figures. */
  proof: string;
}

/** What a scenario itself has to say; the rest is the same for all. */
export type Findings = Pick<Result, 'title' | 'settings' | 'columns' | 'lines' | 'verdicts' | 'proof'>;

/** Measurements of one line, one entry a run. */
export class Measurements {
  readonly name: string;
  readonly role: Line['role'];
  readonly #runs: Record<string, number>[] = [];

  constructor(name: string, role: Line['role']) {
    this.name = name;
    this.role = role;
  }

  add(values: Record<string, number>): void {
    this.#runs.push(values);
  }

  spread(key: string): Spread {
    return spreadOf(this.#runs.map((run) => run[key]).filter((value) => value !== undefined));
  }

  median(key: string): number {
    return this.spread(key).median;
  }

  line(): Line {
    const keys = new Set(this.#runs.flatMap((run) => Object.keys(run)));
    const values = Object.fromEntries([...keys].map((key) => [key, this.spread(key)]));
    return { name: this.name, role: this.role, values };
  }
}

export function verdict(what: string, value: number, unit: string, goal: Verdict['goal'] = null): Verdict {
  if (!Number.isFinite(value)) throw new Error(`${what} is ${value}: something was not measured`);
  const met = goal === null ? null : 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
  return { what, value, unit, goal, met };
}

export function verdictText({ what, value, unit, goal, met }: Verdict): string {
  const figure = `${what}: ${figureText(value, 2)}${unit}`;
  if (goal === null) return figure;
  const bound = 'atLeast' in goal ? `at least ${goal.atLeast}` : `at most ${goal.atMost}`;
  return `${figure} (goal: ${bound}${unit}, ${met ? 'met' : 'NOT met'})`;
}

export function figureText(value: number, digits: number): string {
  const shown = Math.abs(value) >= 1_000 ? 0 : digits;
  return value.toLocaleString('en-US', { minimumFractionDigits: shown, maximumFractionDigits: shown });
}

/** `median`, or `median (min–max)` where there were several runs. */
export function spreadText(spread: Spread | undefined, digits: number, runs: number): string {
  if (spread === undefined) return '';
  const { median, min, max } = spread;
  if (runs === 1) return figureText(median, digits);
  return `${figureText(median, digits)} (${figureText(min, digits)}–${figureText(max, digits)})`;
}

/** The table, as cells. */
export function tableOf({ columns, lines, runs }: Pick<Result, 'columns' | 'lines' | 'runs'>): string[][] {
  const head = ['', ...columns.map((column) => column.label)];
  const rows = lines.map((line) => [
    line.role === 'control' ? `${line.name} (control)` : line.name,
    ...columns.map((column) => spreadText(line.values[column.key], column.digits, runs)),
  ]);
  return [head, ...rows];
}

/** What a person reads on the terminal. */
export function resultText(result: Result): string {
  const cells = tableOf(result);
  const widths = (cells[0] as string[]).map((_, i) => Math.max(...cells.map((row) => (row[i] ?? '').length)));
  const rows = cells.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
  );
  const settings = Object.entries(result.settings).map(([name, value]) => `${name} ${String(value)}`);
  const { machine } = result;
  const lines = [
    `${result.scenario}: ${result.title}${result.quick ? ' (quick: sizes too small to mean anything)' : ''}`,
    `  ${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB, Node ${machine.node}, ${machine.server}; load ${machine.loadBefore}`,
    `  ${settings.join(', ')}; ${result.runs === 1 ? 'one run' : `median of ${result.runs} runs (range)`}`,
    '',
    ...rows.map((row) => `  ${row.trimEnd()}`),
    '',
    ...result.verdicts.map((each) => `  ${verdictText(each)}`),
    `  ${result.proof}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Keeps the result in `folder` and returns the path. */
export function writeResult(result: Result, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${result.scenario}-${result.date.slice(0, 19).replaceAll(':', '-')}.json`);
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  return path;
}
