import { ERRORS, OtterError, say, verbatim, type ErrorCode, type Wording } from '@otter/core';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DocumentsInvalid, type DocumentFinding } from '../configuration/document-text.ts';
import { issueSaid, type FieldIssue } from '../model/field-rule.ts';

/** The body of every answer that is an error, RFC 9457. */
export const problemSchema = z.object({
  type: z.string().meta({ description: 'about:blank; the code says more' }),
  title: z.string(),
  status: z.int(),
  code: z.string().meta({ description: 'one of the codes of docs/guide/errors.md' }),
  detail: z.string(),
  detailZh: z.string().meta({ description: 'the same in Chinese' }),
  advice: z.object({ en: z.string(), zh: z.string() }),
  fields: z
    .array(
      z.object({
        path: z.string(),
        message: z.string(),
        messageZh: z.string().meta({ description: 'the same in Chinese' }),
        line: z.int().optional().meta({ description: 'of the text that was sent, from 1' }),
      }),
    )
    .meta({ description: 'what is wrong where' }),
});

export type Problem = z.infer<typeof problemSchema>;

export const PROBLEM_TYPE = 'application/problem+json';
const FIELDS_MAX = 20;
const PATH_LENGTH_MAX = 200;

/** Of what was asked of a source or a target on somebody's behalf. */
const SERVER_STATUS: Partial<Record<ErrorCode, number>> = {
  POSITION_INVALID: 400,
  PREDICATE_INVALID: 400,
  OWNER_CHANGED: 409,
  CHECKPOINT_UNUSABLE: 409,
  CONFLICT_MISSING: 404,
  CONFLICT_SETTLED: 409,
  CONFLICT_ROW_CHANGED: 409,
  CONFLICT_NOT_WRITABLE: 409,
  ROW_EXISTS: 409,
  ROW_REFUSED: 409,
  PREFLIGHT_FAILED: 409,
  REPAIR_REFUSED: 409,
  TABLE_MISSING: 409,
  ACCESS_DENIED: 502,
  SOURCE_UNREACHABLE: 502,
  TARGET_UNREACHABLE: 502,
  TARGET_BUSY: 503,
  TARGET_READ_ONLY: 502,
};

/** The HTTP status of the codes a request can be answered with. Any other code is a fault of ours: 500. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  REQUEST_INVALID: 400,
  USAGE: 400,
  NOT_SIGNED_IN: 401,
  LOGIN_FAILED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  NAME_TAKEN: 409,
  IN_USE: 409,
  STATE_CONFLICT: 409,
  VERSION_MISMATCH: 412,
  REQUEST_TOO_LARGE: 413,
  IDEMPOTENCY_CLASH: 422,
  VERSION_MISSING: 428,
  LOGIN_LOCKED: 429,
  STORE_UNREACHABLE: 503,
  ...SERVER_STATUS,
};

/** What an error is to the one who asked. Of our own faults nothing is told but that they are. */
export function problemOf(error: unknown): Problem {
  if (OtterError.is(error)) {
    const status = STATUS[error.code];
    if (status === undefined) return problem('INTERNAL', 500, OURS);
    const findings = error instanceof DocumentsInvalid ? error.findings : [];
    return problem(error.code, status, error.said, findings.map(fieldOf));
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = error.validation.slice(0, FIELDS_MAX).map((issue) => {
      const { keyword: code, message, params } = issue;
      const { en, zh } = issueSaid({ code, message, ...params } as unknown as FieldIssue);
      const path = `${error.validationContext ?? ''}${issue.instancePath}`.slice(0, PATH_LENGTH_MAX);
      return { path, message: en, messageZh: zh };
    });
    const detail = {
      en: fields.map(({ path, message }) => `${path}: ${message}`).join('; '),
      zh: fields.map(({ path, messageZh }) => `${path}：${messageZh}`).join('；'),
    };
    return problem('REQUEST_INVALID', 400, detail, fields);
  }
  const status = statusOf(error);
  if (status === null) return problem('INTERNAL', 500, OURS);
  const code = status === 404 ? 'NOT_FOUND' : status === 413 ? 'REQUEST_TOO_LARGE' : 'REQUEST_INVALID';
  return problem(code, status, verbatim((error as Error).message));
}

function fieldOf({ path, message, line }: DocumentFinding): Problem['fields'][number] {
  const place = ['body', 'documents', ...path.map(String)].join('/').slice(0, PATH_LENGTH_MAX);
  return { path: place, message: message.en, messageZh: message.zh, ...(line === null ? {} : { line }) };
}

const OURS = say('ours');

function problem(code: ErrorCode, status: number, detail: Wording, fields: Problem['fields'] = []): Problem {
  const { summary: title, advice: en, adviceZh: zh } = ERRORS[code];
  return {
    ...{ type: 'about:blank', title, status, code, detail: detail.en, detailZh: detail.zh },
    ...{ advice: { en, zh }, fields },
  };
}

/** Of the framework's own refusals: unreadable JSON, a body that is too large, another media type. */
function statusOf(error: unknown): number | null {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}
