import { OtterError } from '@otter/core';
import type { Command } from 'commander';
import type { CommandContext } from '../commands/command-context.ts';
import { pause } from '../stop-request.ts';
import { padLine, lineText, span } from '../view/line.ts';
import { addManagerFlags, writeEvent, writeLines, type ManagerCommand } from './manager-command.ts';

const PAGE = 500;
/** How long `stop` waits for the last commits. */
const DRAIN_MS_MAX = 120_000;
const DRAIN_LOOK_MS = 200;

interface Channel {
  id: number;
  name: string;
}

interface ChannelStatus {
  channelId: number;
  pipelines: PipelineState[];
}

interface PipelineState {
  name: string;
  desired: 'running' | 'stopped';
  state: string;
  error: { code: string; message: string } | null;
  status: { lagMs?: number | null } | null;
  equalAsOf: string | null;
  equalExcept: { stopped: string[]; copying: number };
}

/** Declares `otter channel list|status|start|stop`. */
export function addChannelCommand(program: Command, context: CommandContext): void {
  const channel = program.command('channel').description('channels of a manager: look at them, start and stop them');
  const list = channel.command('list').description('every channel and what it does');
  const listFrom = addManagerFlags(list, context);
  list.action(async () => {
    const command = listFrom();
    for (const each of await channels(command.client)) await show(command, each);
  });
  const actions = {
    status: 'what the pipelines of channels do',
    start: 'start the pipelines of channels; what waits after a failure tries at once',
    stop: 'stop the pipelines of channels, and wait for their last commits',
  } as const;
  for (const [name, description] of Object.entries(actions) as [keyof typeof actions, string][]) {
    const action = channel.command(name).description(description).argument('<name...>', 'channels');
    const on = addManagerFlags(action, context);
    action.action(async (names: string[]) => {
      const command = on();
      const known = await channels(command.client);
      const chosen = names.map((each) => channelOf(known, each));
      for (const each of chosen) {
        if (name !== 'status') await command.client.post(`/channels/${each.id}/${name}`);
        if (name === 'stop') await drained(command, each);
        await show(command, each);
      }
    });
  }
}

async function channels(client: ManagerCommand['client']): Promise<Channel[]> {
  const all: Channel[] = [];
  let after: number | null = null;
  do {
    const query: string = after === null ? '' : `&after=${after}`;
    const page: { items: Channel[]; next: number | null } = await client.get(`/channels?limit=${PAGE}${query}`);
    all.push(...page.items);
    after = page.next;
  } while (after !== null);
  return all;
}

function channelOf(known: readonly Channel[], name: string): Channel {
  const found = known.find((channel) => channel.name === name);
  if (found !== undefined) return found;
  const names = known.map((channel) => `"${channel.name}"`).join(', ');
  throw new OtterError('NOT_FOUND', {
    detail: `channel "${name}"; there ${names === '' ? 'is none' : `are ${names}`}`,
  });
}

async function drained({ client, context }: ManagerCommand, { id }: Channel): Promise<void> {
  const until = context.surroundings.now() + DRAIN_MS_MAX;
  while (context.surroundings.now() < until) {
    const { pipelines } = await client.get<ChannelStatus>(`/channels/${id}/status`);
    if (pipelines.every(({ state }) => state === 'stopped')) return;
    await pause(DRAIN_LOOK_MS, context.stop.signal);
  }
}

async function show({ client, values, context }: ManagerCommand, { id, name }: Channel): Promise<void> {
  const { pipelines } = await client.get<ChannelStatus>(`/channels/${id}/status`);
  if (values.json) writeEvent(context, 'channel', { name, pipelines });
  else writeLines(context, [name, ...(pipelines.length === 0 ? ['  no pipeline'] : pipelines.map(pipelineLine))]);
}

function pipelineLine({ name, state, desired, error, status, ...equality }: PipelineState): string {
  const lagMs = status?.lagMs ?? null;
  const lag = lagMs === null || state !== 'running' ? '' : `  ${(lagMs / 1000).toFixed(1)} s behind`;
  const wanted = desired === 'running' && state === 'stopped' ? ' (should run)' : '';
  const failure = error === null ? '' : `  ${error.code}: ${error.message}`;
  return `  ${lineText(padLine([span(name)], 24), false)} ${state}${wanted}${lag}${equalText(equality)}${failure}`;
}

function equalText({ equalAsOf, equalExcept: { stopped, copying } }: Pick<PipelineState, 'equalAsOf' | 'equalExcept'>) {
  if (equalAsOf === null) return '';
  const left = [...stopped.map((table) => `${table} (stopped)`), ...(copying === 0 ? [] : [`${copying} being copied`])];
  return `  equal as of ${equalAsOf}${left.length === 0 ? '' : ` except ${left.join(', ')}`}`;
}
