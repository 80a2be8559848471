import { MESSAGES } from './messages.ts';

/** One sentence, or a part of one, in every language Otter speaks. */
export interface Wording {
  en: string;
  zh: string;
}

export type MessageId = keyof typeof MESSAGES;

/** What stands in braces in a template. */
type Holes<Template extends string> = Template extends `${string}{${infer Hole}}${infer Rest}`
  ? Hole | Holes<Rest>
  : never;

/** What fills them: a wording is filled in language by language. */
type Fillings<Id extends MessageId> = Record<Holes<(typeof MESSAGES)[Id]['en']>, string | number | Wording>;

/** A message of the table with its holes filled. What is filled in is not looked at for holes again. */
export function say<Id extends MessageId>(
  id: Id,
  ...[fillings]: [Holes<(typeof MESSAGES)[Id]['en']>] extends [never] ? [] : [Fillings<Id>]
): Wording {
  return sayFilled(id, fillings ?? {});
}

/** A message with what fills its holes, to be said when somebody reads it. */
export interface KeptMessage {
  id: string;
  fillings: Readonly<Record<string, string | number | Wording>>;
}

/** What {@link say} would say, to be kept and said later by {@link sayKept}. */
export function keep<Id extends MessageId>(
  id: Id,
  ...[fillings]: [Holes<(typeof MESSAGES)[Id]['en']>] extends [never] ? [] : [Fillings<Id>]
): KeptMessage {
  return { id, fillings: fillings ?? {} };
}

/** A message that was kept; null when this version has none of its name. */
export function sayKept({ id, fillings }: KeptMessage): Wording | null {
  return Object.hasOwn(MESSAGES, id) ? sayFilled(id as MessageId, fillings) : null;
}

/** The messages of which the Chinese side holds a text. */
export function idsSaying(text: string): string[] {
  return Object.entries(MESSAGES).flatMap(([id, { zh }]) => (zh.includes(text) ? [id] : []));
}

function sayFilled(id: MessageId, values: KeptMessage['fillings']): Wording {
  const { en, zh } = MESSAGES[id];
  return { en: filled(en, values, 'en'), zh: filled(zh, values, 'zh') };
}

/** What was not said by Otter, a server's own message or a name: the same in every language. */
export function verbatim(text: string): Wording {
  return { en: text, zh: text };
}

/** Names in one sentence at most. */
const NAMES_MAX = 5;

/** Names one after the other; of many, the first and how many more. */
export function sayNames(names: readonly (string | Wording)[]): Wording {
  const shown = names.slice(0, NAMES_MAX).map((name) => (typeof name === 'string' ? verbatim(name) : name));
  const listed = { en: shown.map(({ en }) => en).join(', '), zh: shown.map(({ zh }) => zh).join('、') };
  const more = names.length - NAMES_MAX;
  return more > 0 ? say('names-more', { names: listed, more }) : listed;
}

const HOLE = /\{(\w+)\}/g;

function filled(
  template: string,
  values: Readonly<Record<string, string | number | Wording>>,
  language: keyof Wording,
): string {
  return template.replace(HOLE, (hole, name: string) => {
    const value = values[name] ?? hole;
    return typeof value === 'object' ? value[language] : String(value);
  });
}
