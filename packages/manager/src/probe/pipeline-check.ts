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
