import { OtterError, say } from '@otter/core';
import type { Plan } from '@otter/manager';
import type { Command } from 'commander';
import type { CommandContext } from '../commands/command-context.ts';
import { EXIT } from '../exit-code.ts';
import {
  readConfiguration,
  writeConfiguration,
  type DocumentSyntax,
  type PlainDocument,
} from './configuration-folder.ts';
import { resolveSecrets } from './document-secrets.ts';
import type { ManagerClient } from './manager-client.ts';
import { addManagerFlags, writeEvent, writeLines, type ManagerCommand } from './manager-command.ts';
import { planLines } from './plan-view.ts';

const DOCUMENTS = `
A file holds documents of YAML or JSON, one for each object, which name each other. Secrets are not in them:
passwordEnv: NAME, passwordFile: PATH and tlsKeyFile: PATH say where they are found on this machine.`;

const PLAN_CODES = `
Exit codes: 0 nothing to do, 1 stopped by an error, 2 usage, 3 the manager is not as the files say`;

/** A manager, and how to speak to whoever asks. */
interface Asking {
  client: ManagerClient;
  json: boolean;
  context: CommandContext;
}

interface Request {
  documents: unknown[];
  missing: string[];
  prune: boolean;
}

/** Declares `otter export`, `otter plan` and `otter apply`. */
export function addConfigurationCommands(
  program: Command,
  context: CommandContext,
  exit: (code: number) => void,
): void {
  const exporting = program.command('export').description("write a manager's configuration down, without secrets");
  exporting.option('--dir <FOLDER>', 'into files of this folder (default: to the output)');
  exporting.option('--channel <NAME>', 'one channel, with its pipelines and their data sources');
  const exportFrom = addManagerFlags(exporting, context);
  exporting.action(async (options: { dir?: string; channel?: string }) => runExport(exportFrom(), options));

  const planning = program.command('plan').description('what it takes to make a manager as some files say');
  addFileOption(planning);
  planning.option('--prune', PRUNE);
  planning.option('--drift', 'compare everything: what no file names is a difference as well');
  const planOn = addManagerFlags(planning, context);
  planning.addHelpText('after', DOCUMENTS + PLAN_CODES);
  planning.action(async (options: { file: string[]; prune?: boolean; drift?: boolean }) => {
    const prune = options.prune === true || options.drift === true;
    exit(await runPlan(planOn(), options.file, prune));
  });

  const applying = program.command('apply').description('make a manager as some files say, whole or not at all');
  addFileOption(applying);
  applying.option('--prune', PRUNE);
  applying.option('--yes', 'do not ask');
  const applyOn = addManagerFlags(applying, context);
  applying.addHelpText('after', DOCUMENTS);
  applying.action(async (options: { file: string[]; prune?: boolean; yes?: boolean }) => {
    const { client, values } = applyOn();
    const request = await requestOf(context, options.file, options.prune === true);
    await applyDocuments({ client, json: values.json, context }, request, options.yes === true);
  });
}

const PRUNE = 'delete data sources, channels and pipelines that no file names';

function addFileOption(command: Command): void {
  command.requiredOption('-f, --file <PATH...>', 'files, or folders of *.yaml, *.yml and *.json');
}

/** Shows what would be done, asks unless `yes`, and does exactly that. Throws STATE_CONFLICT, VERSION_MISMATCH, USAGE. */
export async function applyDocuments(command: Asking, request: Request, yes: boolean): Promise<void> {
  const { client, json, context } = command;
  const { documents, prune } = request;
  const plan = await client.post<Plan>('/configuration/plan', { documents, prune });
  showPlan(command, plan, request.missing);
  if (plan.changes.length === 0) return;
  const blocked = plan.changes.find((change) => change.blocked !== null);
  if (blocked !== undefined) {
    const { kind, name, blocked: en, blockedZh: zh } = blocked;
    const why = { en: en ?? '', zh: zh ?? '' };
    throw new OtterError('STATE_CONFLICT', { detail: say('documents-blocked', { kind, name, why }) });
  }
  if (!yes && !(await confirmed(context))) return;
  const { fingerprint } = plan;
  const done = await client.post<Plan>('/configuration/apply', { documents, prune, fingerprint });
  if (json) writeEvent(context, 'applied', { changes: done.changes.length });
  else writeLines(context, [`applied: ${done.changes.length} changes`]);
}

async function confirmed({ surroundings }: CommandContext): Promise<boolean> {
  if (!surroundings.isInteractive) {
    throw new OtterError('USAGE', { detail: 'nobody can be asked here; look at `otter plan`, then apply with --yes' });
  }
  const answer = await surroundings.ask('Apply this? [yes/no] ');
  if (answer?.trim().toLowerCase() === 'yes') return true;
  surroundings.stderr.write('nothing was changed\n');
  return false;
}

async function runPlan(command: ManagerCommand, files: readonly string[], prune: boolean): Promise<number> {
  const { documents, missing } = await requestOf(command.context, files, prune);
  const plan = await command.client.post<Plan>('/configuration/plan', { documents, prune });
  showPlan({ json: command.values.json, context: command.context }, plan, missing);
  return plan.changes.length === 0 ? EXIT.done : EXIT.differs;
}

function showPlan({ json, context }: Pick<Asking, 'json' | 'context'>, plan: Plan, missing: readonly string[]): void {
  if (json) writeEvent(context, 'plan', { ...plan, missingSecrets: missing });
  else writeLines(context, planLines(plan, missing, context.language));
}

async function requestOf({ readers }: CommandContext, files: readonly string[], prune: boolean): Promise<Request> {
  return { ...resolveSecrets(readConfiguration(files, await documentSyntax()), readers), prune };
}

/** Loaded only when asked for: the manager brings a web server and a store along. */
async function documentSyntax(): Promise<DocumentSyntax> {
  return import('@otter/manager');
}

async function runExport(
  { client, values, context }: ManagerCommand,
  { dir, channel }: { dir?: string; channel?: string },
): Promise<void> {
  const query = channel === undefined ? '' : `?channel=${encodeURIComponent(channel)}`;
  const { documents } = await client.get<{ documents: PlainDocument[] }>(`/configuration${query}`);
  if (dir === undefined) {
    if (values.json) for (const document of documents) writeEvent(context, 'document', { document });
    else context.surroundings.stdout.write((await documentSyntax()).documentsText(documents));
    return;
  }
  const files = writeConfiguration(dir, documents, await documentSyntax());
  if (values.json) writeEvent(context, 'exported', { dir, files });
  else writeLines(context, [`${documents.length} documents in ${files.length} files of ${dir}`]);
}
