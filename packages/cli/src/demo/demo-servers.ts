import { OtterError, type ServerAddress } from '@otter/core';
import { startServer } from '@otter/testkit';
import { KEEPER_COMMAND } from '../keeper-command.ts';
import { untilAborted } from '../stop-request.ts';
import type { Surroundings } from '../surroundings.ts';

/** The two servers of the demonstration, wherever they live. */
export interface DemoServers {
  source: ServerAddress;
  target: ServerAddress;
  /** Ends both and removes their data. */
  stop(): Promise<void>;
  /** The process to end instead when they were left running; null when they end with this process. */
  keeperId: number | null;
}

/** Two throw-away servers that end with this process. */
export async function ownServers(): Promise<DemoServers> {
  // Started side by side; when one fails the other must not be left.
  const started = await Promise.allSettled([start(), start()]);
  const running = started.flatMap((s) => (s.status === 'fulfilled' ? [s.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((server) => server.stop()));
  };
  const [source, target] = running;
  if (source === undefined || target === undefined) {
    await stop();
    const failure = started.find((s): s is PromiseRejectedResult => s.status === 'rejected');
    throw failure?.reason instanceof Error ? failure.reason : new Error('a server did not start');
  }
  return { source: source.address, target: target.address, stop, keeperId: null };
}

function start() {
  return startServer({ kind: 'mariadb-10.11' });
}

/** Two servers held by a process of their own, which ends them when it is ended itself. */
export async function keptServers(surroundings: Surroundings): Promise<DemoServers> {
  const keeper = await surroundings.startDetached([KEEPER_COMMAND]);
  const end = (): void => keeper.end();
  try {
    const { source, target } = JSON.parse(keeper.firstLine) as { source: ServerAddress; target: ServerAddress };
    return { source, target, keeperId: keeper.processId, stop: async () => end() };
  } catch (cause) {
    end();
    throw new OtterError('INTERNAL', { detail: `the servers did not start: ${keeper.firstLine}`, cause });
  }
}

/** The keeper's work: start, say where, wait, stop. */
export async function keepServers(surroundings: Surroundings, signal: AbortSignal): Promise<void> {
  const servers = await ownServers();
  try {
    surroundings.stdout.write(`${JSON.stringify({ source: servers.source, target: servers.target })}\n`);
    // The timer keeps the process alive: the servers themselves do not.
    const timer = setInterval(() => {}, 60_000);
    await untilAborted(signal);
    clearInterval(timer);
  } finally {
    await servers.stop();
  }
}
