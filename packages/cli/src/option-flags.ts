import { Option, type Command } from 'commander';
import { environmentName, type OptionDeclaration, type OptionTable } from '@otter/options';

/** Adds the flags of some options to a command, with the help that follows from their declarations. */
export function addFlags(command: Command, table: OptionTable): void {
  for (const [name, declaration] of Object.entries(table)) {
    command.addOption(flagOf(name, declaration));
    // Needed to overrule a variable or a file; a help line each would only be noise.
    if (declaration.form === 'switch') command.addOption(new Option(`--no-${name}`).hideHelp());
  }
}

/** The texts given as flags, by option name. */
export function flagsOf(command: Command, table: OptionTable): Record<string, unknown> {
  const flags: Record<string, unknown> = {};
  for (const [name, declaration] of Object.entries(table)) {
    const attribute = flagOf(name, declaration).attributeName();
    if (command.getOptionValueSource(attribute) === 'cli') flags[name] = command.getOptionValue(attribute) as unknown;
  }
  return flags;
}

function flagOf(name: string, declaration: OptionDeclaration<unknown>): Option {
  const value = declaration.form === 'switch' ? '' : ` <${declaration.placeholder ?? 'VALUE'}>`;
  const short = declaration.short === undefined ? '' : `-${declaration.short}, `;
  const option = new Option(`${short}--${name}${value}`, `${declaration.description} ${remarks(name, declaration)}`);
  if (declaration.form === 'list') {
    option.argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);
  }
  return option;
}

function remarks(name: string, declaration: OptionDeclaration<unknown>): string {
  const fallback = declaration.defaultText === undefined ? '' : `default: ${declaration.defaultText}; `;
  return `(${declaration.required === true ? 'required; ' : ''}${fallback}env: ${environmentName(name)})`;
}
