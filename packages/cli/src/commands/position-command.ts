import { OtterError, positionText } from '@otter/core';
import type { Command } from 'commander';
import type { StoredCheckpoint } from '@otter/engine';
import { parseStoredPosition } from '@otter/options';
import {
  addAdministrationFlags,
  administer,
  onePipeline,
  somePipelines,
  writeJson,
  writeLines,
  type Administration,
} from './administration.ts';
import type { CommandContext } from './command-context.ts';

/** Declares `otter position show|set`. */
export function addPositionCommand(program: Command, context: CommandContext): void {
  const position = program.command('position').description('show or set where a pipeline goes on reading');
  const show = position.command('show').description('print the checkpoint of one pipeline, or of all');
  addAdministrationFlags(show, context.options);
  show.action(() => administer(show, context, showPosition));
  const set = position
    .command('set')
    .description('let a stopped pipeline go on from another place')
    .argument('<position...>', 'gtid:SET, binlog:FILE:POS, or one of each');
  addAdministrationFlags(set, context.options);
  set.action((texts: string[]) => administer(set, context, (administration) => setPosition(texts, administration)));
}

async function showPosition(administration: Administration): Promise<void> {
  const names = await somePipelines(administration);
  if (names.length === 0 && !administration.values.json) {
    writeLines(administration, ['no pipeline has a checkpoint in this target']);
  }
  for (const name of names) {
    const checkpoint = await administration.control.position(name);
    if (checkpoint === null) throw new OtterError('USAGE', { detail: await missing(name, administration) });
    if (administration.values.json) writeJson(administration, checkpoint);
    else writeLines(administration, checkpointLines(checkpoint));
  }
}

async function missing(name: string, { control }: Administration): Promise<string> {
  const others = await control.pipelines();
  const known = others.length === 0 ? 'the target holds no checkpoint' : `the target holds ${others.join(', ')}`;
  return `the pipeline "${name}" has no checkpoint; ${known}`;
}

function checkpointLines(checkpoint: StoredCheckpoint): string[] {
  const positions = new Set(checkpoint.workers.map(({ position }) => positionText(position)));
  const prepared = checkpoint.workers.flatMap(({ position }) => position.prepared ?? []);
  const [only] = positions;
  return [
    checkpoint.pipeline,
    // Workers are usually at one place; when they are not, each goes on from its own.
    ...(positions.size === 1 && only !== undefined
      ? [`  position  ${only}`]
      : checkpoint.workers.map(({ worker, position }) => `  position  ${positionText(position)}, worker ${worker}`)),
    ...(checkpoint.source === '' ? [] : [`  source    ${checkpoint.source}`]),
    `  epoch     ${checkpoint.epoch}`,
    `  updated   ${checkpoint.updatedAt}`,
    ...new Set(prepared.map((xa) => `  prepared  XA ${xa.xid} at ${xa.file}:${xa.offset}`)),
  ];
}

async function setPosition(texts: readonly string[], administration: Administration): Promise<void> {
  const position = parseStoredPosition(texts);
  const name = await onePipeline(administration);
  await administration.control.setPosition(name, position);
  if (administration.values.json) writeJson(administration, { pipeline: name, position });
  else writeLines(administration, [`${name}: position set to ${storedText(position)}`]);
}

function storedText(position: { file: string; offset: number; gtid: string }): string {
  const coordinates = position.file === '' ? [] : [`${position.file}:${position.offset}`];
  return [...coordinates, ...(position.gtid === '' ? [] : [position.gtid])].join(' ');
}
