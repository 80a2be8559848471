import { OtterError, say, verbatim, type Wording } from '@otter/core';
import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, stringify, type Node } from 'yaml';
import type { z } from 'zod';
import { issueSaid } from '../model/field-rule.ts';
import { documentsSchema, type ConfigurationDocument } from './document.ts';

const ISSUES_SHOWN_MAX = 5;
const TEXT_LENGTH_MAX = 400;

/** What is wrong at one place of documents. */
export interface DocumentFinding {
  /** `[0, 'primary', 'host']`; empty when the text is none of YAML. */
  path: readonly PropertyKey[];
  message: Wording;
  /** Of the text, from 1; null where the documents came without one. */
  line: number | null;
}

/** REQUEST_INVALID, with the places. */
export class DocumentsInvalid extends OtterError {
  readonly findings: readonly DocumentFinding[];

  constructor(findings: readonly DocumentFinding[], cause?: unknown) {
    super('REQUEST_INVALID', { detail: all(findings), cause });
    this.findings = findings;
  }

  /** The same with the lines of the text the documents were read from. */
  at(lineOf: LineOf): DocumentsInvalid {
    const findings = this.findings.map((finding) => ({ ...finding, line: finding.line ?? lineOf(finding.path) }));
    return new DocumentsInvalid(findings, this.cause);
  }
}

function all(findings: readonly DocumentFinding[]): Wording {
  const texts = findings.map(({ message }) => message);
  return { en: texts.map(({ en }) => en).join('; '), zh: texts.map(({ zh }) => zh).join('；') };
}

type LineOf = (path: readonly PropertyKey[]) => number | null;

/** Documents, as `plainDocument` gives them, as YAML, one behind the other. */
export function documentsText(documents: readonly object[]): string {
  return documents.map((document) => stringify(document, { lineWidth: 0 })).join('---\n');
}

/**
 * What a YAML text holds, not yet checked; JSON is YAML too. A document may be a list of documents. Throws
 * REQUEST_INVALID with the line.
 */
export function readDocuments(text: string): unknown[] {
  return locatedDocuments(text).values;
}

/** The same, and on which line each part of it stands. */
export function locatedDocuments(text: string): { values: unknown[]; lineOf: LineOf } {
  const lineCounter = new LineCounter();
  const parsed = parseAllDocuments(text, { prettyErrors: true, lineCounter });
  const values: unknown[] = [];
  const nodes: (Node | null | undefined)[] = [];
  for (const document of 'empty' in parsed ? [] : parsed) {
    const [problem] = document.errors;
    // Only its first line: the rest quotes the text, which may hold a password.
    if (problem) throw unreadable(problem.message.split('\n')[0]?.replace(/:$/, '') ?? 'not YAML', problem);
    let value: unknown;
    try {
      value = document.toJS();
    } catch (cause) {
      throw unreadable((cause as Error).message, cause);
    }
    if (value === null) continue;
    const { contents } = document;
    values.push(...(Array.isArray(value) ? (value as unknown[]) : [value]));
    nodes.push(...(Array.isArray(value) && isSeq(contents) ? (contents.items as Node[]) : [contents]));
  }
  const lineOf: LineOf = ([index, ...path]) => {
    const offset = offsetOf(nodes[Number(index)], path);
    return offset === null ? null : lineCounter.linePos(offset).line;
  };
  return { values, lineOf };
}

/** What the parser says of YAML it says in English. */
function unreadable(message: string, cause: unknown): DocumentsInvalid {
  const { linePos } = cause as { linePos?: [{ line: number }, ...unknown[]] };
  return new DocumentsInvalid([{ path: [], message: verbatim(message), line: linePos?.[0].line ?? null }], cause);
}

/** Where a part of a document begins: its key where it has one; of what is missing, where it would have to be. */
function offsetOf(start: Node | null | undefined, path: readonly PropertyKey[]): number | null {
  let node: unknown = start;
  let offset = start?.range?.[0] ?? null;
  for (const part of path) {
    let found: Node | undefined;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === part);
      found = pair?.key as Node | undefined;
      node = pair?.value;
    } else if (isSeq(node)) {
      found = node.items[Number(part)] as Node | undefined;
      node = found;
    }
    if (found?.range === undefined || found.range === null) break;
    offset = found.range[0];
  }
  return offset;
}

/** Checked documents with every default in place. Throws REQUEST_INVALID and says which document and field. */
export function checkedDocuments(values: readonly unknown[]): ConfigurationDocument[] {
  const result = documentsSchema.safeParse(values);
  if (result.success) return result.data;
  const findings = result.error.issues.slice(0, ISSUES_SHOWN_MAX).map((issue) => ({
    path: issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path,
    message: issueWithPlace(issue, values),
    line: null,
  }));
  throw new DocumentsInvalid(findings);
}

function issueWithPlace(issue: z.core.$ZodIssue, values: readonly unknown[]): Wording {
  const [index, ...path] = issue.path;
  const within = path.map((part) => ` › ${String(part)}`).join('');
  const which = index === undefined ? verbatim('documents') : documentSaid(values[Number(index)], Number(index) + 1);
  const what = { en: `${which.en}${within}`, zh: `${which.zh}${within}` };
  const { en, zh } = say('about', { what, detail: issueSaid(issue) });
  return { en: en.slice(0, TEXT_LENGTH_MAX), zh: zh.slice(0, TEXT_LENGTH_MAX) };
}

function documentSaid(document: unknown, number: number): Wording {
  const { kind, name } = (document ?? {}) as { kind?: unknown; name?: unknown };
  if (typeof kind !== 'string') return say('document-numbered', { number });
  return verbatim(typeof name === 'string' ? `${kind} "${name}"` : kind);
}
