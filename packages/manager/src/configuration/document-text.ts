import { OtterError } from '@otter/core';
import { parseAllDocuments, stringify } from 'yaml';
import type { z } from 'zod';
import { documentsSchema, type ConfigurationDocument } from './document.ts';

const ISSUES_SHOWN_MAX = 5;

/** Documents, as `plainDocument` gives them, as YAML, one behind the other. */
export function documentsText(documents: readonly object[]): string {
  return documents.map((document) => stringify(document, { lineWidth: 0 })).join('---\n');
}

/**
 * What a YAML text holds, not yet checked; JSON is YAML too. A document may be a list of documents. Throws
 * REQUEST_INVALID with the line.
 */
export function readDocuments(text: string): unknown[] {
  const parsed = parseAllDocuments(text, { prettyErrors: true });
  return ('empty' in parsed ? [] : parsed).flatMap((document) => {
    const [problem] = document.errors;
    // Only its first line: the rest quotes the text, which may hold a password.
    if (problem) throw invalid(problem.message.split('\n')[0]?.replace(/:$/, '') ?? 'not YAML', problem);
    let value: unknown;
    try {
      value = document.toJS();
    } catch (cause) {
      throw invalid((cause as Error).message, cause);
    }
    return value === null ? [] : Array.isArray(value) ? (value as unknown[]) : [value];
  });
}

/** Checked documents with every default in place. Throws REQUEST_INVALID and says which document and field. */
export function checkedDocuments(values: readonly unknown[]): ConfigurationDocument[] {
  const result = documentsSchema.safeParse(values);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, ISSUES_SHOWN_MAX).map((issue) => issueText(issue, values));
  throw invalid(issues.join('; '));
}

function issueText(issue: z.core.$ZodIssue, values: readonly unknown[]): string {
  const [index, ...path] = issue.path;
  const named = values[Number(index)] as { kind?: unknown; name?: unknown } | null | undefined;
  const which =
    typeof named === 'object' && named !== null && typeof named.kind === 'string'
      ? `${named.kind} ${typeof named.name === 'string' ? `"${named.name}"` : ''}`.trim()
      : `document ${Number(index) + 1}`;
  const where = index === undefined ? 'documents' : [which, ...path.map(String)].join(' › ');
  return `${where}: ${issue.message}`.slice(0, 400);
}

function invalid(detail: string, cause?: unknown): OtterError {
  return new OtterError('REQUEST_INVALID', { detail, cause });
}
