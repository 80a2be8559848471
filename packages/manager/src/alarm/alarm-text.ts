import { ERRORS, say, sayNames, type ErrorCode, type Wording } from '@otter/core';
import type { Alarm, AlarmFacts, RuleType } from '../model/alarm.ts';
import type { Language } from '../model/alarm-receiver.ts';

/** What an alarm is about, in words. Names and codes, never what a row holds. */
export function factsText(type: RuleType, facts: AlarmFacts): Wording {
  const { lagMs, thresholdSeconds, code, count, tables } = facts;
  const names = sayNames(tables);
  switch (type) {
    case 'delay':
      return say('alarm-delay', { lag: Math.round((lagMs ?? 0) / 1000), limit: thresholdSeconds ?? 0 });
    case 'table-stopped':
      return tables.length === 1
        ? say('alarm-table', { tables: names })
        : say('alarm-tables', { count: tables.length, tables: names });
    case 'pipeline-failed':
      return say('alarm-failed', { code: code ?? 'INTERNAL', why: summaryOf(code) });
    case 'no-report':
      return say('alarm-no-report');
    case 'rows-differ':
      return say('alarm-differ', { tables: names });
    case 'echoes':
      return say('alarm-echoes', { count: count ?? 0 });
    case 'conflicts-open':
      return say('alarm-conflicts', { count: count ?? 0 });
  }
}

export type News = 'raised' | 'repeated' | 'cleared';

const NEWS = {
  raised: say('alarm-raised'),
  repeated: say('alarm-repeated'),
  cleared: say('alarm-over'),
} as const;
const SEVERITY = { warning: say('severity-warning'), critical: say('severity-critical') } as const;

/** The first line of a message: `[critical] raised: shop/orders: one table stopped: shop.items`. Null is a test. */
export function headline(news: { news: News; alarm: Alarm } | null, language: Language): string {
  if (news === null) return say('alarm-test')[language];
  const { severity, channelName, pipelineName, text } = news.alarm;
  const where = `${channelName}/${pipelineName}`;
  return say('alarm-headline', { severity: SEVERITY[severity], what: NEWS[news.news], where, text })[language];
}

/** Headline, rule and moments, each in a line; `link` leads to the console. */
export function messageText(
  news: { news: News; alarm: Alarm } | null,
  language: Language,
  link: string | null,
): string {
  const first = headline(news, language);
  if (news === null) return `Otter: ${first}`;
  const { ruleName, raisedAtMs, clearedAtMs } = news.alarm;
  const at = (atMs: number): string => new Date(atMs).toISOString();
  const lines = [
    say('alarm-rule-line', { name: ruleName }),
    say('alarm-since-line', { at: at(raisedAtMs) }),
    ...(clearedAtMs === null ? [] : [say('alarm-cleared-line', { at: at(clearedAtMs) })]),
  ];
  return [`Otter ${first}`, ...lines.map((line) => line[language]), ...(link === null ? [] : [link])].join('\n');
}

function summaryOf(code: string | null): Wording {
  const { summary, summaryZh } =
    ERRORS[code !== null && Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : 'INTERNAL'];
  return { en: summary, zh: summaryZh };
}
