import type { PreflightLine } from '@otter/dialects';
import { lineIn, type Language } from '../report/language.ts';
import { span, type Line, type Style } from './line.ts';
import { cutMiddle, textWidth, wrapText } from './text-width.ts';

const VERDICTS: Record<PreflightLine['verdict'], { text: string; style: Style }> = {
  ok: { text: 'ok', style: 'green' },
  warning: { text: 'warning', style: 'yellow' },
  stop: { text: 'stop', style: 'red' },
};
const SUBJECT_WIDTH_MAX = 36;
const FINDING_WIDTH_MIN = 24;

/** The preflight as a table, each cure under its finding, and a sentence of summary. */
export function preflightView(lines: readonly PreflightLine[], columns: number, language: Language): Line[] {
  const subjectWidth = Math.min(SUBJECT_WIDTH_MAX, Math.max(7, ...lines.map((l) => textWidth(l.subject))));
  const checkWidth = Math.min(28, Math.max(5, ...lines.map((l) => textWidth(l.check))));
  const indent = 2 + 9 + subjectWidth + 2 + checkWidth + 2;
  const findingWidth = Math.max(FINDING_WIDTH_MIN, columns - indent);
  return [
    [
      span(
        `  ${'VERDICT'.padEnd(9)}${'SUBJECT'.padEnd(subjectWidth + 2)}${'CHECK'.padEnd(checkWidth + 2)}FINDING`,
        'dim',
      ),
    ],
    ...lines.flatMap((line) => preflightLines(line, { subjectWidth, checkWidth, indent, findingWidth }, language)),
    [],
    summary(lines),
  ];
}

interface Widths {
  subjectWidth: number;
  checkWidth: number;
  indent: number;
  findingWidth: number;
}

function preflightLines(line: PreflightLine, widths: Widths, language: Language): Line[] {
  const { finding, fix } = lineIn(line, language);
  const verdict = VERDICTS[line.verdict];
  const [first = '', ...more] = finding.split('\n').flatMap((part) => wrapText(part, widths.findingWidth));
  const cell = (text: string, width: number): string => {
    const cut = cutMiddle(text, width);
    return cut + ' '.repeat(width - textWidth(cut) + 2);
  };
  return [
    [
      span(`  ${verdict.text.padEnd(9)}`, verdict.style),
      span(cell(line.subject, widths.subjectWidth)),
      span(cell(line.check, widths.checkWidth)),
      span(first),
    ],
    ...more.map((text) => [span(' '.repeat(widths.indent) + text)]),
    // Never wrapped: it must survive being copied into a client.
    ...(fix ?? '')
      .split('\n')
      .filter((text) => text !== '')
      .map((text, i) => [span(`           ${i === 0 ? 'fix: ' : '     '}`, 'dim'), span(text, 'cyan')]),
  ];
}

function summary(lines: readonly PreflightLine[]): Line {
  const count = (verdict: PreflightLine['verdict']): number => lines.filter((l) => l.verdict === verdict).length;
  const stops = count('stop');
  const counts = `${count('ok')} ok, ${count('warning')} ${count('warning') === 1 ? 'warning' : 'warnings'}, ${stops} ${stops === 1 ? 'stop' : 'stops'}`;
  return stops > 0 ? [span('  Not ready: ', 'red'), span(counts)] : [span('  Ready: ', 'green'), span(counts)];
}
