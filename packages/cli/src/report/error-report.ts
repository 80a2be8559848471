import { ERRORS, type OtterError } from '@otter/core';
import { adviceLabel, adviceOf, type Language } from './language.ts';

/**
 * An error for a person: code and sentence, what this occurrence is about, what to do.
 * `debug` adds the stack and the causes, for reports to us.
 */
export function errorText(error: OtterError, language: Language, debug = false): string {
  const { summary, summaryZh } = ERRORS[error.code];
  const said = language === 'zh' ? [summaryZh, error.detailZh] : [summary, error.detail];
  const lines = [`otter: ${error.code}: ${said[0]}`, ...indented(said[1] ?? '')];
  for (const [name, value] of Object.entries(error.context)) lines.push(...indented(`${name}: ${value}`));
  lines.push(`  ${adviceLabel(language)}: ${adviceOf(error.code, language)}`);
  if (debug) lines.push('', ...stacks(error));
  return `${lines.join('\n')}\n`;
}

/** The same for a machine. */
export function errorFacts(error: OtterError, language: Language): Record<string, unknown> {
  return {
    code: error.code,
    message: error.message,
    detail: error.detail,
    advice: adviceOf(error.code, language),
    ...(Object.keys(error.context).length > 0 ? { context: error.context } : {}),
  };
}

function indented(text: string): string[] {
  return text.split('\n').map((line) => `  ${line}`);
}

function stacks(error: unknown): string[] {
  const lines: string[] = [];
  for (let cause = error; cause instanceof Error && lines.length < 200; cause = cause.cause) {
    lines.push(...(cause.stack ?? cause.message).split('\n'));
  }
  return lines;
}
