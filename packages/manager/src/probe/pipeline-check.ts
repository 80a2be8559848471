import { OtterError } from '@otter/core';

/** Looks at both servers and every mapped table as a pipeline with these options would before it starts. */
export interface PipelineCheck {
  /** `options` as in `PipelineRun`. Reads only. Throws coded errors: of options that cannot be read, of servers. */
  check(options: Record<string, unknown>): Promise<CheckLine[]>;
}

export interface CheckLine {
  verdict: 'ok' | 'warning' | 'stop';
  /** `source`, `target` or `schema.table`. */
  subject: string;
  /** `binlog_format`, `privileges`, `primary key`, … */
  name: string;
  nameZh: string;
  text: string;
  /** The same in Chinese. */
  textZh: string;
  /** The statement or step that mends it. */
  fix: string | null;
  /** The same in Chinese; a statement is what it is. */
  fixZh: string | null;
}

/** What keeps a pipeline from starting, as an error; null when nothing does. */
export function checkFailure(lines: readonly CheckLine[]): OtterError | null {
  const stops = lines.filter(({ verdict }) => verdict === 'stop');
  if (stops.length === 0) return null;
  const detail = {
    en: stops.map(({ subject, name, text }) => `${subject}, ${name}: ${text}`).join('\n'),
    zh: stops.map(({ subject, nameZh, textZh }) => `${subject}，${nameZh}：${textZh}`).join('\n'),
  };
  return new OtterError('PREFLIGHT_FAILED', { detail });
}
