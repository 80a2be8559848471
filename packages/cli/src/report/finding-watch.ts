import type { ErrorCode } from '@otter/core';
import type { Finding, ForeignWriter, PipelineStatus } from '@otter/engine';
import { keyText } from '../commands/verify-output.ts';
import { countText } from '../view/figures.ts';

/** Notices what continuous verification has found, each once. */
export class FindingWatch {
  #seq = 0;

  look({ verify }: PipelineStatus): Finding[] {
    const news = verify?.findings.filter(({ seq }) => seq > this.#seq) ?? [];
    this.#seq = news.at(-1)?.seq ?? this.#seq;
    return news;
  }
}

/** The code whose advice belongs to a finding. */
export function findingCode(finding: Finding): ErrorCode {
  return finding.kind === 'difference' ? 'ROWS_DIFFER' : 'FOREIGN_WRITER';
}

/** A finding in one line. */
export function findingText(finding: Finding): string {
  if (finding.kind === 'foreign-writer') return writerText(finding.writer);
  const { table, target, key, kind, columns } = finding.difference;
  const what = {
    missing: 'is not on the target',
    extra: 'is only on the target',
    different: `differs in ${columns.map(({ name }) => name).join(', ')}`,
  }[kind];
  return `${table === target ? table : `${table} → ${target}`} ${keyText(key)} ${what}`;
}

function writerText(writer: ForeignWriter): string {
  const { table, keys, rows, transactions, at, user, threadId, serverId, statement, gtid, position } = writer;
  const counts = [
    ...(rows.inserted > 0 ? [`${countText(rows.inserted)} inserted`] : []),
    ...(rows.updated > 0 ? [`${countText(rows.updated)} updated`] : []),
    ...(rows.deleted > 0 ? [`${countText(rows.deleted)} deleted`] : []),
  ];
  const who = [
    user === null ? 'user not known' : `by ${user}`,
    ...(threadId === null ? ['no thread in the log'] : [`thread ${threadId}`]),
    ...(writer.isReplicated ? [`replicated from server ${serverId}`] : []),
  ];
  return [
    `${table} was changed by somebody else: ${counts.join(', ')} (${keys.join('; ')})`,
    `${who.join(', ')}, ${at}, ${gtid ?? position}`,
    ...(transactions > 1 ? [`${countText(transactions)} transactions`] : []),
    statement === null ? 'statement not in the log' : `statement: ${statement}`,
  ].join('; ');
}

/** How far rows have been read back: `1,200 read back (3 waiting, 40 left out), 1 differs`. */
export function readBackText({ verify }: PipelineStatus): string | null {
  if (verify === null) return null;
  const rest = [
    `${countText(verify.pending)} waiting`,
    ...(verify.skipped > 0 ? [`${countText(verify.skipped)} left out`] : []),
  ];
  const found = [
    ...(verify.failed > 0 ? [`, ${countText(verify.failed)} DIFFER`] : []),
    ...(verify.foreign !== null && verify.foreign > 0 ? [`, ${countText(verify.foreign)} foreign transactions`] : []),
  ];
  return `${countText(verify.checked)} read back (${rest.join(', ')})${found.join('')}`;
}
