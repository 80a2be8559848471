/**
 * `exact`: means the same here. `changed`: is there, and means something else. `left-out`: is not there, and something
 * may be missing. `needless`: is not there, because nothing here needs it.
 */
export type ImportVerdict = 'exact' | 'changed' | 'left-out' | 'needless';

export interface ImportFinding {
  /** `pipeline "shop/p"` */
  object: string;
  verdict: ImportVerdict;
  text: string;
}

/** What became of everything that was read. */
export class ImportReport {
  readonly findings: ImportFinding[] = [];

  add(object: string, verdict: ImportVerdict, text: string): void {
    this.findings.push({ object, verdict, text });
  }
}

const TITLES: Record<ImportVerdict, string> = {
  'left-out': 'Not carried over: look at each of these before you start anything',
  changed: 'Means something else here',
  needless: 'Not needed here',
  exact: 'Carried over exactly',
};

/** For a person: what needs looking at comes first. */
export function reportLines(report: ImportReport): string[] {
  return (Object.keys(TITLES) as ImportVerdict[]).flatMap((verdict) => {
    const findings = report.findings.filter((finding) => finding.verdict === verdict);
    if (findings.length === 0) return [];
    return [
      `${TITLES[verdict]} (${findings.length})`,
      ...findings.map(({ object, text }) => `  ${object}: ${text}`),
      '',
    ];
  });
}
