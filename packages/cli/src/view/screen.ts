import type { Output } from '../surroundings.ts';
import { cutLine, lineText, type Line } from './line.ts';

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
// Terminals that know synchronised output show a frame only when it is whole; the others ignore it.
const FRAME_BEGIN = '\u001b[?2026h\u001b[H';
const FRAME_END = '\u001b[J\u001b[?2026l';
const FILE_COLUMNS = 120;

/** Repaints a terminal in place on its alternate screen; what was there before comes back on `close`. */
export class Screen {
  readonly #output: Output;
  readonly #colour: boolean;
  #open = false;
  #shown = '';

  constructor(output: Output, colour: boolean) {
    this.#output = output;
    this.#colour = colour;
  }

  /** The room for a view. The last column stays free: erasing to the end of a full line would eat its last cell. */
  get size(): { columns: number; rows: number } {
    return { columns: Math.max(1, this.#output.columns - 1), rows: Math.max(1, this.#output.rows) };
  }

  paint(lines: readonly Line[]): void {
    const { columns, rows } = this.size;
    // No line break after the last row: it would scroll the screen.
    const text = lines
      .slice(0, rows)
      .map((line) => `${lineText(cutLine(line, columns), this.#colour)}\u001b[K`)
      .join('\r\n');
    const frame = `${columns}×${rows}\n${text}`;
    if (this.#open && frame === this.#shown) return;
    if (!this.#open) this.#output.write(ENTER);
    this.#open = true;
    this.#shown = frame;
    this.#output.write(FRAME_BEGIN + text + FRAME_END);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#output.write(LEAVE);
  }
}

/** Columns of a table: the terminal's, or what a file is read with. */
export function columnsOf(output: Output): number {
  return output.isTerminal ? output.columns : FILE_COLUMNS;
}

/** Colours on a terminal that can show them, unless https://no-color.org asks for none. */
export function wantsColour(output: Output, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env.NO_COLOR) return false;
  return output.isTerminal && env.TERM !== 'dumb';
}
