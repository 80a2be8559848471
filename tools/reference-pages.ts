import { ERRORS } from '@otter/core';
import { format } from 'prettier';
import { adminPasswordOptionTable, startOptionTable } from '../packages/cli/src/manager/start-options.ts';
import { FakeSurroundings, run } from '../packages/cli/src/surroundings.fixture.ts';
import { environmentName, type OptionTable } from '../packages/options/src/option-table.ts';
import { syncOptionTable } from '../packages/options/src/sync-option-table.ts';

const NOTE = (source: string): string =>
  `<!-- Generated from ${source} by tools/reference-pages.ts; \`npx vitest run --project unit tools -u\` writes it anew. -->`;

const NO_READERS = { readFile: () => '', env: () => undefined, noteSecret: () => undefined };

const SCOPES: Record<(typeof ERRORS)[keyof typeof ERRORS]['scope'], string> = {
  retry:
    'passes by itself: a running pipeline waits and tries again, with longer and longer pauses up to 15 s; before it runs, in the preflight, it ends with exit code 1',
  table: 'one table is parked, the others go on',
  pipeline: 'the pipeline ends with exit code 1 and waits for a person',
  usage: 'nothing is started: exit code 2',
  request: 'the manager refuses one request; nothing was changed',
};

/** `docs/guide/errors.md`: every coded error with its cause and its cure. */
export async function errorPage(): Promise<string> {
  const paragraphs = [
    NOTE('packages/core/src/errors.ts'),
    '# Error codes',
    'Every error Otter reports has one of these codes. What it does about an error depends on the scope of its code:',
    Object.entries(SCOPES)
      .map(([scope, text]) => `- **${scope}**: ${text}`)
      .join('\n'),
    'Codes of scope `table` end in a parked table: see [parked tables](parked-tables.md).',
  ];
  for (const scope of Object.keys(SCOPES)) {
    paragraphs.push(`## ${scope}`);
    for (const [code, entry] of Object.entries(ERRORS)) {
      if (entry.scope !== scope) continue;
      paragraphs.push(
        `### ${code}`,
        `${entry.summary}.`,
        `**What to do:** ${entry.advice}`,
        `**处理办法：** ${entry.adviceZh}`,
      );
    }
  }
  return markdown(paragraphs);
}

/** `docs/guide/options.md`: every option of `otter sync`. */
export async function optionPage(): Promise<string> {
  const paragraphs = [
    NOTE('packages/options/src/sync-option-table.ts'),
    '# Options of `otter sync`',
    'Each may stand on the command line, in the environment, or in the YAML file of `-c` under its name without dashes. A flag wins over the environment, the environment over the file, the file over the default. An empty variable counts as not set. `--no-NAME` turns a switch off. An unknown key of the file is refused.',
    tableOf(syncOptionTable(NO_READERS)),
    'And `-c, --config FILE.yaml` (`OTTER_CONFIG`), which cannot stand in the file itself. `OTTER_DEBUG=1` adds stacks to errors and notes to the plain output.',
    'How the values are written: [tables, mappings and columns](tables-and-mappings.md), [positions](positions.md), [servers and TLS](tls.md).',
  ];
  return markdown(paragraphs);
}

/** Commands with a page of help each; those of `otter sync` have a page of their own. */
const COMMANDS = [
  ...[
    'start',
    'admin-password',
    'channel list',
    'channel status',
    'channel start',
    'channel stop',
    'export',
    'plan',
    'apply',
  ],
  ...[
    'import-otter',
    'copy start',
    'copy list',
    'copy rate',
    'copy cancel',
    'verify',
    'advise',
    'cutover',
    'position show',
  ],
  ...['position set', 'errors list', 'errors retry', 'errors skip', 'errors replace'],
  ...['conflicts list', 'conflicts keep', 'conflicts confirm', 'demo'],
];

/** `docs/guide/commands.md`: what every command says of itself. */
export async function commandPage(): Promise<string> {
  const paragraphs = [
    NOTE('the commands themselves'),
    '# Commands',
    'What `otter COMMAND --help` says. `otter sync` has [a page of its own](options.md).',
  ];
  for (const command of COMMANDS) {
    const surroundings = new FakeSurroundings([...command.split(' '), '--help']);
    if ((await run(surroundings)) !== 0) throw new Error(`otter ${command} has no help: ${surroundings.stderr.text}`);
    paragraphs.push(`## otter ${command}`, `\`\`\`text\n${surroundings.stdout.text.trim()}\n\`\`\``);
  }
  return markdown(paragraphs);
}

/** `docs/guide/manager-options.md`: every option of `otter start`. */
export async function managerOptionPage(): Promise<string> {
  const sync = syncOptionTable(NO_READERS);
  return markdown([
    NOTE('packages/cli/src/manager/start-options.ts'),
    '# Options of `otter start`',
    'Each may stand on the command line, in the environment, or in the YAML file of `-c`, by the rules of [`otter sync`](options.md). What they are for: [the manager](manager.md).',
    tableOf(startOptionTable(sync, NO_READERS)),
    '## `otter admin-password`',
    'Lets the user `admin` sign in again.',
    tableOf(adminPasswordOptionTable(sync, NO_READERS)),
  ]);
}

function tableOf(table: OptionTable): string {
  const rows = Object.entries(table).map(([name, declaration]) => {
    const value = declaration.form === 'switch' ? '' : ` ${declaration.placeholder ?? 'VALUE'}`;
    const fallback = declaration.required
      ? 'required'
      : (declaration.defaultText ?? (declaration.form === 'switch' ? 'off' : ''));
    const cells = [`\`--${name}${value}\``, `\`${environmentName(name)}\``, fallback, declaration.description];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  return `| option | variable | default | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

async function markdown(paragraphs: readonly string[]): Promise<string> {
  return format(paragraphs.join('\n\n'), { parser: 'markdown', printWidth: 120 });
}
