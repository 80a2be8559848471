import { startManager, type Manager, type ManagerOptions } from '@otter/manager';
import { WorkerPipelines } from '@otter/node';
import type { CommandContext } from '../commands/command-context.ts';
import { builtConsole } from './console-folder.ts';
import { serverPorts } from './server-ports.ts';

/** What a manager of this program is told by whoever starts it; the rest follows from the program. */
export type LocalManagerOptions = Pick<
  ManagerOptions,
  'dataDir' | 'store' | 'secretKey' | 'adminPassword' | 'listen' | 'publicUrl' | 'log'
> & { nodeName: string };

/** A manager and a node in this process. */
export interface LocalManager {
  manager: Manager;
  node: WorkerPipelines;
  /** Drains every pipeline. */
  close(): Promise<void>;
}

/** Starts both. Throws as `startManager` does. */
export async function startLocalManager(options: LocalManagerOptions, context: CommandContext): Promise<LocalManager> {
  const { nodeName, ...rest } = options;
  const { readers, version } = context;
  const { temporaryDirectory } = context.surroundings;
  const node = new WorkerPipelines({ ...readers, temporaryDirectory, name: nodeName });
  try {
    const manager = await startManager({
      ...{ ...rest, nodeName, host: node, version, consoleDir: builtConsole() },
      ...serverPorts(readers, temporaryDirectory),
    });
    return {
      ...{ manager, node },
      async close() {
        try {
          await manager.close();
        } finally {
          await node.close();
        }
      },
    };
  } catch (error) {
    await node.close();
    throw error;
  }
}
