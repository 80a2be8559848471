import type { Plan, PlannedChange } from '@otter/manager';
import type { Language } from '../report/language.ts';

const SIGNS = { create: '+', change: '~', delete: '-' } as const;
const VALUE_LENGTH_MAX = 60;

/** A plan for a person: what changes, and below each what it does. */
export function planLines({ changes }: Plan, missing: readonly string[], language: Language): string[] {
  const notes = missing.map((reference) => `note: ${reference} holds no secret here; what is stored stays`);
  if (changes.length === 0) return ['nothing to do: the manager is as the files say', ...notes];
  const count = (action: PlannedChange['action']): number =>
    changes.filter((change) => change.action === action).length;
  const blocked = changes.filter((change) => change.blocked !== null).length;
  const totals = `${count('create')} to create, ${count('change')} to change, ${count('delete')} to delete`;
  return [
    ...changes.flatMap((change) => changeLines(change, language)),
    ...notes,
    blocked === 0 ? totals : `${totals}; ${blocked} of them cannot be done now`,
  ];
}

function changeLines(change: PlannedChange, language: Language): string[] {
  const { action, kind, name, differences } = change;
  const [effects, blocked] =
    language === 'zh' ? [change.effectsZh, change.blockedZh] : [change.effects, change.blocked];
  return [
    `${SIGNS[action]} ${action} ${kind} ${name}`,
    ...differences.map(({ path, before, after }) =>
      path === 'mappings'
        ? `    mappings: ${lengthOf(before)} → ${lengthOf(after)}`
        : `    ${path}: ${shown(before)} → ${shown(after)}`,
    ),
    ...effects.map((effect) => `    ! ${effect}`),
    ...(blocked === null ? [] : [`    ✗ ${blocked}`]),
  ];
}

function lengthOf(value: unknown): string {
  return Array.isArray(value) ? String(value.length) : '0';
}

/** A secret comes as null on both sides. */
function shown(value: unknown): string {
  if (value === null || value === '') return '–';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > VALUE_LENGTH_MAX ? `${line.slice(0, VALUE_LENGTH_MAX - 1)}…` : line;
}
