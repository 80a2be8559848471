import { say, sayNames } from '@otter/core';
import { asFinding } from '@otter/dialects';
import { serverLine, type AdviceLine, type Side, type TablePair } from './advice.ts';

/** How a server numbers new rows: `offset`, and then every `increment`. */
export interface Numbering {
  increment: number;
  offset: number;
}

const SIDES: readonly Side[] = ['A', 'B'];

/**
 * Whether both sides ever give one number. An offset beyond the increment is no promise: servers ignore it, each in its
 * own way (MySQL manual "auto_increment_offset"; MySQL 9.7 and MariaDB 10.11 number 1, 3, 5 with an offset of 5 in steps
 * of 2).
 */
export function numbersMeet(a: Numbering, b: Numbering): boolean {
  if (a.offset > a.increment || b.offset > b.increment) return true;
  return (a.offset - b.offset) % greatestDivisor(a.increment, b.increment) === 0;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** Numberings that never meet, as near to the present ones as can be: a side that already goes in steps is kept. */
export function numbersApart(a: Numbering, b: Numbering): Record<Side, Numbering> {
  const goesInSteps = ({ increment, offset }: Numbering): boolean => increment > 1 && offset <= increment;
  const [kept, other]: [Side, Side] = goesInSteps(a) || !goesInSteps(b) ? ['A', 'B'] : ['B', 'A'];
  const present = kept === 'A' ? a : b;
  const keeps = goesInSteps(present) ? present : { increment: 2, offset: 1 };
  const moves = { increment: keeps.increment, offset: keeps.offset === 1 ? 2 : 1 };
  return { [kept]: keeps, [other]: moves } as Record<Side, Numbering>;
}

/** What is to be said of the numbers both sides give to new rows of the tables. */
export function numberLines(pairs: readonly TablePair[], a: Numbering, b: Numbering): AdviceLine[] {
  const names = pairs.filter((pair) => isNumbered(pair)).map(({ name }) => name);
  if (names.length === 0) return [];
  const check = 'auto_increment';
  if (!numbersMeet(a, b)) {
    const finding = asFinding(say('two-way-numbers-apart'));
    return SIDES.map((side) => serverLine(side, { verdict: 'ok', check, ...finding }));
  }
  const present: Record<Side, Numbering> = { A: a, B: b };
  const apart = numbersApart(a, b);
  return SIDES.flatMap((side) => {
    const [mine, better] = [present[side], apart[side]];
    if (mine.increment === better.increment && mine.offset === better.offset) return [];
    const other = side === 'A' ? 'B' : 'A';
    const said = say('two-way-numbers', {
      ...{ tables: sayNames(names), increment: mine.increment, offset: mine.offset, other },
      ...{ otherIncrement: present[other].increment, otherOffset: present[other].offset },
    });
    const fix = `SET GLOBAL auto_increment_increment = ${better.increment}, GLOBAL auto_increment_offset = ${better.offset};   -- and in the configuration file; sessions already open keep the old values`;
    return [serverLine(side, { verdict: 'warning', check, ...asFinding(said), fix })];
  });
}

/** Whether both sides number its new rows. */
function isNumbered({ a, b }: TablePair): boolean {
  return [a, b].every(({ table }) => table.columns.some(({ autoIncrement }) => autoIncrement));
}
