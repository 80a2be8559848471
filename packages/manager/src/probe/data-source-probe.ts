import type { DataSourceAccess } from '../store/data-sources.ts';

/** Looks at a server; implemented where the dialects are known. */
export interface DataSourceProbe {
  /** Resolves with what was found; a server that cannot be reached is a finding too. Bounded in time. */
  probe(access: DataSourceAccess): Promise<ProbeResult>;
}

export interface ProbeResult {
  /** `10.11.6-MariaDB-log`; null when nobody answered. */
  version: string | null;
  checks: ProbeCheck[];
}

export interface ProbeCheck {
  /** `reachable`, `log-format`, … */
  name: string;
  nameZh: string;
  verdict: 'ok' | 'warning' | 'stop';
  text: string;
  /** The same in Chinese. */
  textZh: string;
  /** The statement or step that mends it. */
  fix: string | null;
  /** The same in Chinese; a statement is what it is. */
  fixZh: string | null;
}
