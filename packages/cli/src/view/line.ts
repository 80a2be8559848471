import { cutEnd, cutMiddle, printable, textWidth } from './text-width.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'title';

/** A piece of text in one style. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** One line of a view. Styles exist only beside texts, so cutting can never leave one open. */
export type Line = readonly Span[];

const SGR: Record<Style, string> = {
  bold: '1',
  dim: '2',
  red: '31',
  green: '32',
  yellow: '33',
  blue: '34',
  magenta: '35',
  cyan: '36',
  title: '1;36',
};

/** A piece of printable text. */
export function span(text: string, style?: Style): Span {
  return style === undefined ? { text: printable(text) } : { text: printable(text), style };
}

export function lineWidth(line: Line): number {
  return line.reduce((width, part) => width + textWidth(part.text), 0);
}

/** At most `width` cells, with an ellipsis where the rest is missing. */
export function cutLine(line: Line, width: number): Line {
  if (lineWidth(line) <= width) return line;
  const kept: Span[] = [];
  let room = width;
  for (const part of line) {
    const partWidth = textWidth(part.text);
    if (partWidth < room) {
      kept.push(part);
      room -= partWidth;
      continue;
    }
    kept.push({ ...part, text: cutEnd(`${part.text}  `, room) });
    break;
  }
  return kept;
}

/** Exactly `width` cells: cut or filled with spaces at the right, or at the left for numbers. */
export function padLine(line: Line, width: number, align: 'left' | 'right' = 'left'): Line {
  const cut = cutLine(line, width);
  const space = { text: ' '.repeat(Math.max(0, width - lineWidth(cut))) };
  return align === 'left' ? [...cut, space] : [space, ...cut];
}

/** `left` and `right` at both ends of `width` cells; the left one gives way. */
export function spread(left: Line, right: Line, width: number): Line {
  const rightWidth = Math.min(lineWidth(right), width);
  return [...padLine(left, width - rightWidth), ...cutLine(right, width)];
}

/** Two blocks of lines beside each other, `gap` between them. */
export function beside(left: readonly Line[], right: readonly Line[], leftWidth: number, gap: Span): Line[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => [
    ...padLine(left[i] ?? [], leftWidth),
    gap,
    ...(right[i] ?? []),
  ]);
}

/** A column of a table. */
export interface TableColumn {
  title: string;
  align?: 'left' | 'right';
  /** Long cells are cut in the middle, and only in such columns. */
  flexible?: boolean;
}

/** A table with its title line, never wider than `width`. */
export function tableLines(columns: readonly TableColumn[], rows: readonly (readonly Span[])[], width: number): Line[] {
  const gap = 2;
  const widths = columns.map((column, i) =>
    Math.max(textWidth(column.title), ...rows.map((row) => textWidth(row[i]?.text ?? ''))),
  );
  let excess = widths.reduce((sum, w) => sum + w + gap, -gap) - width;
  while (excess > 0) {
    const widest = columns
      .map((column, i) => ({ i, flexible: column.flexible === true, cells: widths[i] as number }))
      .filter((c) => c.flexible && c.cells > 8)
      .sort((a, b) => b.cells - a.cells)[0];
    if (widest === undefined) break;
    widths[widest.i] = widest.cells - 1;
    excess -= 1;
  }
  const line = (cells: readonly Span[]): Line =>
    cutLine(
      columns.flatMap((column, i) => {
        const cell = cells[i] ?? { text: '' };
        const cellWidth = widths[i] as number;
        const fitted = { ...cell, text: cutMiddle(cell.text, cellWidth) };
        return [...padLine([fitted], cellWidth, column.align), { text: i < columns.length - 1 ? ' '.repeat(gap) : '' }];
      }),
      width,
    );
  return [line(columns.map((column) => span(column.title, 'dim'))), ...rows.map(line)];
}

/** The text for a terminal; every styled piece is closed where it ends. */
export function lineText(line: Line, colour: boolean): string {
  return line
    .map((part) =>
      part.style === undefined || !colour ? part.text : `\u001b[${SGR[part.style]}m${part.text}\u001b[0m`,
    )
    .join('');
}
