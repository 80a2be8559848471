import type { ErrorCode } from '@otter/core';
import type {
  DifferenceReport,
  RepairOutcome,
  RepairPlan,
  TableResult,
  VerifyListener,
  VerifyResult,
  WriteKind,
} from '@otter/engine';
import { countText } from '../view/figures.ts';
import type { CommandContext } from './command-context.ts';

/** What `otter verify` has to say, in the order it is said. */
export interface VerifyOutput extends VerifyListener {
  end(result: VerifyResult): void;
  plan(plans: readonly RepairPlan[]): void;
  /** The plan was confirmed; rows are written from here on. */
  repairBegins(id: string): void;
  repaired(report: DifferenceReport, kind: WriteKind): void;
  /** A row was left as it is. */
  kept(report: DifferenceReport, code: ErrorCode, reason: string): void;
  repairEnds(id: string, outcome: RepairOutcome): void;
}

/** One JSON object a line: each difference, each table, then a summary. */
export class JsonLines implements VerifyOutput {
  readonly #context: CommandContext;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  progress(): void {}

  difference(report: DifferenceReport): void {
    this.#write({ event: 'difference', ...report });
  }

  table(result: TableResult): void {
    this.#write({ event: 'table', ...result });
  }

  note(text: string): void {
    this.#write({ event: 'note', text });
  }

  end({ id, tables, stopped }: VerifyResult): void {
    const equal = tables.filter(({ verdict }) => verdict === 'equal').length;
    this.#write({ event: 'summary', id, tables: tables.length, equal, stopped });
  }

  plan(plans: readonly RepairPlan[]): void {
    for (const plan of plans) this.#write({ event: 'plan', ...plan });
  }

  repairBegins(): void {}

  repaired({ table, target, key }: DifferenceReport, kind: WriteKind): void {
    this.#write({ event: 'repaired', table, target, kind, key });
  }

  kept({ table, target, key }: DifferenceReport, code: ErrorCode, reason: string): void {
    this.#write({ event: 'kept', table, target, key, code, reason });
  }

  repairEnds(id: string, outcome: RepairOutcome): void {
    this.#write({ event: 'repair', id, ...outcome });
  }

  #write(facts: object): void {
    const { redactor, surroundings } = this.#context;
    surroundings.stdout.write(`${JSON.stringify(redactor.cleanAll(facts))}\n`);
  }
}

/** A line for each difference and each table, for a person. */
export class PlainLines implements VerifyOutput {
  readonly #context: CommandContext;
  readonly #isSample: boolean;

  constructor(context: CommandContext, options: { isSample: boolean }) {
    this.#context = context;
    this.#isSample = options.isSample;
  }

  progress(): void {}

  difference({ table, kind, key, columns, copies }: DifferenceReport): void {
    const what = {
      missing: 'is not on the target',
      extra: 'is only on the target',
      different: columns.map(columnText).join('; '),
    }[kind];
    const many = copies === undefined ? '' : ` (${copies.source} times on the source, ${copies.target} on the target)`;
    this.#line(`  ${table} ${keyText(key)}: ${what}${many}`);
  }

  table(result: TableResult): void {
    const { table, target, verdict, rows, differing, missing, extra, unsettled, complete, code, reason } = result;
    const name = table === target ? table : `${table} → ${target}`;
    if (verdict === 'refused') {
      this.#line(`not compared  ${name}: ${code ?? ''} ${reason ?? ''}`);
      return;
    }
    const counts = [
      `${countText(rows)} rows`,
      ...(differing > 0 ? [`${countText(differing)} different`] : []),
      ...(missing > 0 ? [`${countText(missing)} missing on the target`] : []),
      ...(extra > 0 ? [`${countText(extra)} only on the target`] : []),
      ...(unsettled > 0 ? [`${countText(unsettled)} changed at every look`] : []),
      ...(complete ? [] : [this.#isSample ? 'a sample' : 'not looked at to its end']),
    ];
    this.#line(`${verdict.padEnd(12)}  ${name}: ${counts.join(', ')}`);
  }

  note(text: string): void {
    const { surroundings, redactor } = this.#context;
    surroundings.stderr.write(redactor.clean(`${text}\n`));
  }

  end({ id, tables, stopped }: VerifyResult): void {
    if (stopped) {
      this.#line(`stopped before the end${id === null ? '' : `; --resume ${id} goes on`}`);
      return;
    }
    const equal = tables.filter(({ verdict }) => verdict === 'equal').length;
    const verdict = equal === tables.length ? 'EQUAL' : 'DIFFERENT';
    this.#line(`${verdict}: ${equal} of ${tables.length} tables are equal`);
  }

  plan(plans: readonly RepairPlan[]): void {
    for (const { table, target, inserts, updates, deletes, rows, triggers, refused } of plans) {
      const name = table === target ? table : `${table} → ${target}`;
      if (refused !== null) {
        this.#line(`cannot repair ${name}: ${refused.code} ${refused.reason}`);
        continue;
      }
      const counts = [
        ...(inserts > 0 ? [`insert ${countText(inserts)}`] : []),
        ...(updates > 0 ? [`update ${countText(updates)}`] : []),
        ...(deletes > 0 ? [`delete ${countText(deletes)}`] : []),
      ];
      this.#line(`to do on ${target}: ${counts.join(', ')}`);
      for (const { kind, key } of rows) this.#line(`  ${PLANNED[kind]} ${keyText(key)}`);
      const more = inserts + updates + deletes - rows.length;
      if (more > 0) this.#line(`  and ${countText(more)} more`);
      if (triggers.length > 0) this.#line(`  triggers there fire for every row written: ${triggers.join(', ')}`);
    }
  }

  repairBegins(id: string): void {
    this.#line(`repairing; to take it back: otter verify undo ${id}`);
  }

  repaired(): void {}

  kept({ table, key }: DifferenceReport, code: ErrorCode, reason: string): void {
    this.#line(`  left as it is: ${table} ${keyText(key)}: ${code} ${reason}`);
  }

  repairEnds(_id: string, { end, inserted, updated, deleted, equal, kept, repaired }: RepairOutcome): void {
    if (end === 'declined') {
      this.#line('nothing was written');
      return;
    }
    const counts = [
      `${countText(inserted)} inserted`,
      `${countText(updated)} updated`,
      `${countText(deleted)} deleted`,
      ...(equal > 0 ? [`${countText(equal)} had become equal`] : []),
      ...(kept > 0 ? [`${countText(kept)} left as they are`] : []),
    ];
    this.#line(`repaired      ${counts.join(', ')}${end === 'stopped' ? '; stopped before the end' : ''}`);
    if (repaired.length > 0) this.#line(`equal now     ${repaired.join(', ')}`);
  }

  #line(text: string): void {
    const { surroundings, redactor } = this.#context;
    surroundings.stdout.write(redactor.clean(`${text}\n`));
  }
}

const PLANNED = { missing: 'insert', different: 'update', extra: 'delete' } as const;

/** `id="7", site="de"` */
export function keyText(key: DifferenceReport['key']): string {
  return Object.entries(key)
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .join(', ');
}

function columnText({ name, source, target }: DifferenceReport['columns'][number]): string {
  if (source === undefined && target === undefined) return name;
  return `${name} ${valueText(source)} ≠ ${valueText(target)}`;
}

function valueText(value: string | null | undefined): string {
  return value === null || value === undefined ? 'NULL' : JSON.stringify(value);
}
