import { OtterError } from '@otter/core';
import { declareOptions, textOption, type SyncOptionTable } from '@otter/options';
import type { CommandContext } from '../commands/command-context.ts';

const URL_DEFAULT = 'http://127.0.0.1:8080';

/** Where the manager is and who asks: of every command that speaks to one. */
export function managerOptionTable({ json, lang }: SyncOptionTable) {
  return {
    ...declareOptions({
      manager: {
        form: 'value',
        placeholder: 'URL',
        schema: textOption(parseManagerUrl).default(URL_DEFAULT),
        defaultText: URL_DEFAULT,
        description: 'where the manager answers',
      },
      'token-file': {
        form: 'value',
        placeholder: 'FILE',
        schema: textOption(String).optional(),
        defaultText: 'the token in OTTER_TOKEN',
        description: 'file that holds an API token, readable by its owner alone',
      },
    }),
    json,
    lang,
  };
}

function parseManagerUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || `${url.search}${url.hash}` !== '') {
    throw new OtterError('USAGE', { detail: `"${text}" is no address of a manager; write ${URL_DEFAULT}` });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** The token to speak with, from its file, else from OTTER_TOKEN. Throws TOKEN_MISSING, USAGE. */
export function managerToken(path: string | undefined, { surroundings, readers }: CommandContext): string {
  const token = (path === undefined ? (surroundings.env.OTTER_TOKEN ?? '') : tokenOf(path, surroundings)).trim();
  if (token === '') throw new OtterError('TOKEN_MISSING', { detail: 'neither OTTER_TOKEN nor --token-file gives one' });
  readers.noteSecret(token, '');
  return token;
}

function tokenOf(path: string, surroundings: CommandContext['surroundings']): string {
  let exposed: boolean;
  let text: string;
  try {
    exposed = surroundings.isExposed(path);
    text = surroundings.readFile(path);
  } catch (cause) {
    throw new OtterError('USAGE', { detail: `the file "${path}" cannot be read: ${(cause as Error).message}` });
  }
  if (exposed) {
    throw new OtterError('USAGE', { detail: `others may read the token in "${path}"; run chmod 600 on it` });
  }
  return text;
}
