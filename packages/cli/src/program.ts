import { codedError, OtterError, Redactor } from '@otter/core';
import { COLUMN_SYNTAX, CONFLICT_RULE_SYNTAX, redactingReaders, syncOptionTable } from '@otter/options';
import { Command, CommanderError } from 'commander';
import { addAdviseCommand } from './commands/advise-command.ts';
import { addFileFlag, commandOptions, type CommandContext } from './commands/command-context.ts';
import { addConflictsCommand } from './commands/conflicts-command.ts';
import { addCopyCommand } from './commands/copy-command.ts';
import { addCutoverCommand } from './commands/cutover-command.ts';
import { addErrorsCommand } from './commands/errors-command.ts';
import { addPositionCommand } from './commands/position-command.ts';
import { runSync } from './commands/sync-command.ts';
import { addVerifyCommand } from './commands/verify-command.ts';
import type { EnginePort } from './engine-port.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { addImportCommand } from './import-otter/import-command.ts';
import { KEEPER_COMMAND } from './keeper-command.ts';
import { addChannelCommand } from './manager/channel-command.ts';
import { addConfigurationCommands } from './manager/configuration-commands.ts';
import {
  addAdminPasswordCommand,
  addStartCommand,
  type AdminPasswordValues,
  type StartValues,
} from './manager/start-command.ts';
import { addFlags } from './option-flags.ts';
import { errorFacts, errorText } from './report/error-report.ts';
import { languageOf, type Language } from './report/language.ts';
import { StopRequest } from './stop-request.ts';
import type { Surroundings } from './surroundings.ts';

/** What the program needs besides its process. */
export interface ProgramPorts {
  engine: EnginePort;
  version: string;
  /** `otter demo`; returns the exit code. */
  demo(options: { keep: boolean }, context: CommandContext): Promise<number>;
  /** `otter start`; returns the exit code. */
  start(values: StartValues, context: CommandContext): Promise<number>;
  /** `otter admin-password`; returns the exit code. */
  setAdminPassword(values: AdminPasswordValues, context: CommandContext): Promise<number>;
  /** Holds the servers of `otter demo --keep` until it is told to end. */
  keepServers(context: CommandContext): Promise<number>;
}

const EXAMPLES = `
URL: mysql://user:password@host:port/ (also mariadb://), percent-encoded, with parameters
  socket=PATH, tls=off|on|verify-ca|verify-full, tls-ca=, tls-cert=, tls-key=FILE, connect-timeout=SECONDS,
  password-env=NAME or password-file=PATH instead of a password in the URL

${COLUMN_SYNTAX}

${CONFLICT_RULE_SYNTAX}

Every option may also stand in the file of -c (keys as the flags, without dashes in front) and in the
environment; a flag wins over the environment, the environment over the file. --no-SWITCH turns a switch off.
A stored checkpoint wins over --start unless --restart is given.

Examples:
  otter sync --from mysql://repl:…@db1/ --to mysql://otter:…@db2/ --tables 'shop.*' --check
  otter sync --from 'mysql://repl@db1/?password-env=PW1' --to 'mysql://otter@db2/?password-file=pw2' \\
             --tables 'shop.tb_item,shop.order_[00-31]' --map 'shop.order_[00-31]:archive.orders'
  otter sync -c shop.yaml --until-caught-up --json

Exit codes: 0 done or stopped by a signal, 1 stopped by an error, 2 usage or preflight`;

/** Runs one command line. Returns the exit code; never throws, never prints a stack or a password. */
export async function runProgram(surroundings: Surroundings, ports: ProgramPorts): Promise<number> {
  const redactor = new Redactor();
  for (const text of [...surroundings.argv, surroundings.env.OTTER_FROM ?? '', surroundings.env.OTTER_TO ?? '']) {
    // `--from=mysql://…` holds its URL behind the flag.
    redactor.learn(text.replace(/^--[a-z-]+=/, ''));
  }
  const readers = redactingReaders(
    { readFile: (path) => surroundings.readFile(path), env: (name) => surroundings.env[name] },
    redactor,
  );
  const context: CommandContext = {
    surroundings,
    engine: ports.engine,
    version: ports.version,
    redactor,
    stop: new StopRequest(surroundings),
    readers,
    options: syncOptionTable(readers),
    debug: Boolean(surroundings.env.OTTER_DEBUG) && surroundings.env.OTTER_DEBUG !== '0',
    language: languageFlag(surroundings) ?? languageOf(surroundings.env),
  };
  let exitCode: number = EXIT.done;
  const errorOutput: string[] = [];
  const program = commands(context, ports, (code) => (exitCode = code), errorOutput);
  try {
    await program.parseAsync([...surroundings.argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return failed(error, context, errorOutput);
  } finally {
    context.stop.close();
  }
}

function commands(
  context: CommandContext,
  ports: ProgramPorts,
  exit: (code: number) => void,
  errorOutput: string[],
): Command {
  const { stdout } = context.surroundings;
  const program = new Command('otter')
    .description('keeps MySQL and MariaDB tables equal by reading the binary log')
    .version(ports.version, '-V, --version')
    .exitOverride()
    // Options belong to the command they stand behind: `verify undo ID --to URL` is not one of `verify`.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => errorOutput.push(text),
      outputError: () => {},
      getOutHelpWidth: () => (stdout.isTerminal ? stdout.columns : 100),
    })
    .addHelpText('after', '\nStart with: otter demo, or: otter help sync');
  const sync = program.command('sync').description('keep tables of the target equal to tables of the source');
  addFlags(sync, context.options);
  addFileFlag(sync);
  sync.addHelpText('after', EXAMPLES);
  sync.action(async () => exit(await runSync(commandOptions(sync, context.options, context), context)));
  addPositionCommand(program, context);
  addErrorsCommand(program, context);
  addConflictsCommand(program, context);
  addCopyCommand(program, context);
  addVerifyCommand(program, context, exit);
  addAdviseCommand(program, context, exit);
  addCutoverCommand(program, context, exit);
  addStartCommand(program, context, async (values) => exit(await ports.start(values, context)));
  addAdminPasswordCommand(program, context, async (values) => exit(await ports.setAdminPassword(values, context)));
  addChannelCommand(program, context);
  addConfigurationCommands(program, context, exit);
  addImportCommand(program, context);
  program
    .command('demo')
    .description('two throw-away servers, a small shop, a writer and the sync, live')
    .option('--keep', 'leave the servers running at the end and print how to reach and stop them')
    .action(async (options: { keep?: boolean }) => exit(await ports.demo({ keep: options.keep === true }, context)));
  program.command(KEEPER_COMMAND, { hidden: true }).action(async () => exit(await ports.keepServers(context)));
  program
    .command('version')
    .description('print the version')
    .action(() => stdout.write(`otter ${ports.version} (Node ${process.version})\n`));
  return program;
}

function failed(error: unknown, context: CommandContext, errorOutput: readonly string[]): number {
  const { surroundings, redactor, language, debug } = context;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    // A command without its subcommand: the help says more than a message could.
    if (error.code === 'commander.help') {
      surroundings.stderr.write(errorOutput.join(''));
      return EXIT.usage;
    }
  }
  const coded = error instanceof CommanderError ? usageOf(error) : codedError(error);
  surroundings.stderr.write(redactor.clean(errorText(coded, language, debug)));
  if (wantsJson(surroundings)) {
    const facts = redactor.cleanAll(errorFacts(coded, language));
    const time = new Date(surroundings.now()).toISOString();
    surroundings.stdout.write(`${JSON.stringify({ time, event: 'error', ...facts })}\n`);
  }
  return exitCodeOf(coded);
}

function usageOf(error: CommanderError): OtterError {
  return new OtterError('USAGE', { detail: error.message.replace(/^error: /, '') });
}

/** Whether JSON was asked for, known even when the options themselves could not be read. */
function wantsJson({ argv, env }: Surroundings): boolean {
  return argv.includes('--json') || /^(1|true|yes|on)$/i.test(env.OTTER_JSON ?? '');
}

function languageFlag({ argv }: Surroundings): Language | null {
  const at = argv.indexOf('--lang');
  const value = at >= 0 ? argv[at + 1] : argv.find((a) => a.startsWith('--lang='))?.slice('--lang='.length);
  return value === 'en' || value === 'zh' ? value : null;
}
