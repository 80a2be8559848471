// Writes the figures of the newest result of each scenario into docs/performance.md:
//   node bench/dist/report.js [FOLDER OF RESULTS]
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SCENARIOS } from './options.ts';
import { tableOf, verdictText, type Result } from './result.ts';

const RESULTS = fileURLToPath(new URL('../results', import.meta.url));
const DOCUMENT = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));
const BEGIN = '<!-- figures: written by bench/report.ts -->';
const END = '<!-- end of the figures -->';

/** The newest result of each scenario, in the order of the scenarios; those with small sizes do not count. */
function newestResults(folder: string): Result[] {
  const results = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Result)
    .filter((result) => !result.quick)
    .toSorted((a, b) => (a.date < b.date ? 1 : -1));
  return SCENARIOS.flatMap((scenario) => results.find((result) => result.scenario === scenario) ?? []);
}

/** A Markdown table as prettier lays it out. */
function markdownTable(raw: readonly string[][]): string {
  // A name like `dump | client` would be two cells.
  const cells = raw.map((row) => row.map((cell) => cell.replaceAll('|', String.raw`\|`)));
  const head = cells[0] ?? [];
  const widths = head.map((_, i) => Math.max(3, ...cells.map((row) => (row[i] ?? '').length)));
  const pad = (cell: string, i: number): string =>
    i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0);
  const line = (row: readonly string[]): string => `| ${row.map(pad).join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? '-'.repeat(widths[i] ?? 0) : `${'-'.repeat((widths[i] ?? 0) - 1)}:`));
  return [line(head), `| ${rule.join(' | ')} |`, ...cells.slice(1).map(line)].join('\n');
}

function section(result: Result): string {
  const { machine, settings } = result;
  const said = Object.entries(settings).map(([name, value]) => `${name} ${String(value)}`);
  const runs = result.runs === 1 ? 'one run' : `median of ${result.runs} runs (range)`;
  // A column no line has anything in says nothing.
  const columns = result.columns.filter((column) => result.lines.some((line) => line.values[column.key] !== undefined));
  return [
    `### ${result.scenario}`,
    '',
    `${result.title}; ${runs}, ${result.date.slice(0, 10)}, load before ${machine.loadBefore}.`,
    `${said.join(', ')}.`,
    '',
    markdownTable(tableOf({ ...result, columns })),
    '',
    ...result.verdicts.map((each) => `- ${verdictText(each)}`),
    `- ${result.proof}.`,
    '',
  ].join('\n');
}

function machineText({ machine }: Result): string {
  const { cores, cpu, memoryGb, system, node, server } = machine;
  return `Machine: ${cores} cores of ${cpu}, ${memoryGb} GB, ${system}, Node ${node}, ${server}.`;
}

/** The verdicts alone, between the marks of a README. */
function fillSummary(path: string): void {
  const text = readFileSync(path, 'utf8');
  const [begin, end] = ['<!-- figures:begin -->', '<!-- figures:end -->'];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has lost the marks between which the figures stand`);
  const lines = results.map(({ scenario, verdicts }) => {
    const texts = verdicts.map(verdictText).filter((text) => !text.includes('start of the process'));
    return `- \`${scenario}\`: ${texts.join('; ')}`;
  });
  writeFileSync(
    path,
    `${text.slice(0, from + begin.length)}\n\n${machines}\n\n${lines.join('\n')}\n\n${text.slice(to)}`,
  );
}

const results = newestResults(process.argv[2] ?? RESULTS);
const machines = [...new Set(results.map(machineText))].join('\n');
const text = readFileSync(DOCUMENT, 'utf8');
const begin = text.indexOf(BEGIN);
const end = text.indexOf(END);
if (begin < 0 || end < begin) throw new Error(`${DOCUMENT} has lost the marks between which the figures stand`);
const figures = [machines, '', ...results.map(section)].join('\n').trim();
writeFileSync(DOCUMENT, `${text.slice(0, begin + BEGIN.length)}\n\n${figures}\n\n${text.slice(end)}`);
for (const name of ['README.md', 'README.zh-CN.md'])
  fillSummary(fileURLToPath(new URL(`../../${name}`, import.meta.url)));
process.stdout.write(`${results.length} of ${SCENARIOS.length} scenarios have figures in docs/performance.md\n`);
