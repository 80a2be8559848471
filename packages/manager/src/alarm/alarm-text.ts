import { ERRORS, type ErrorCode } from '@otter/core';
import type { Alarm, AlarmFacts, RuleType } from '../model/alarm.ts';
import type { Language } from '../model/alarm-receiver.ts';

const TABLES_SHOWN_MAX = 10;

/** What an alarm is about, in words. Names and codes, never what a row holds. */
export function factsText(type: RuleType, facts: AlarmFacts): Record<Language, string> {
  const { lagMs, thresholdSeconds, code, tables } = facts;
  const names = tables.slice(0, TABLES_SHOWN_MAX).join(', ');
  const more = tables.length - TABLES_SHOWN_MAX;
  const lag = Math.round((lagMs ?? 0) / 1000);
  const list = { en: more > 0 ? `${names} and ${more} more` : names, zh: more > 0 ? `${names} 等` : names };
  switch (type) {
    case 'delay':
      return {
        en: `the target is ${lag} s behind the source (limit ${thresholdSeconds} s)`,
        zh: `目标端落后源端 ${lag} 秒（阈值 ${thresholdSeconds} 秒）`,
      };
    case 'table-stopped':
      return {
        en: `${tables.length} ${tables.length === 1 ? 'table' : 'tables'} stopped: ${list.en}`,
        zh: `${tables.length} 张表停止同步：${list.zh}`,
      };
    case 'pipeline-failed':
      return {
        en: `it failed with ${code}: ${summaryOf(code)}; it is tried again by itself`,
        zh: `管道失败，错误码 ${code}，系统会自动重试`,
      };
    case 'no-report':
      return { en: 'it should run and reports nothing', zh: '管道应处于运行状态，但没有任何上报' };
    case 'rows-differ':
      return { en: `a verification found rows that differ in ${list.en}`, zh: `校验发现数据不一致：${list.zh}` };
  }
}

export type News = 'raised' | 'repeated' | 'cleared';

const WORDS = {
  en: { raised: 'raised', repeated: 'still raised', cleared: 'cleared', warning: 'warning', critical: 'critical' },
  zh: { raised: '告警', repeated: '持续告警', cleared: '已恢复', warning: '警告', critical: '严重' },
} as const;

const TEST = {
  en: 'a test message of Otter: alarms reach this receiver',
  zh: 'Otter 测试消息：该接收方可以收到告警',
} as const;

/** The first line of a message: `[critical] raised: shop/orders: 1 table stopped: shop.items`. Null is a test. */
export function headline(news: { news: News; alarm: Alarm } | null, language: Language): string {
  if (news === null) return TEST[language];
  const { alarm } = news;
  const words = WORDS[language];
  const [severity, what] = [words[alarm.severity], words[news.news]];
  const where = `${alarm.channelName}/${alarm.pipelineName}`;
  const text = alarm.text[language];
  return language === 'zh' ? `【${severity}】${what}：${where}：${text}` : `[${severity}] ${what}: ${where}: ${text}`;
}

/** Headline, rule and moment, each in a line; `link` leads to the console. */
export function messageText(
  news: { news: News; alarm: Alarm } | null,
  language: Language,
  link: string | null,
): string {
  const first = headline(news, language);
  if (news === null) return `Otter: ${first}`;
  const { ruleName, raisedAtMs, clearedAtMs } = news.alarm;
  const since = new Date(raisedAtMs).toISOString();
  const until = clearedAtMs === null ? null : new Date(clearedAtMs).toISOString();
  const lines =
    language === 'zh'
      ? [`Otter ${first}`, `规则：${ruleName}`, `开始：${since}`, ...(until === null ? [] : [`恢复：${until}`])]
      : [`Otter ${first}`, `rule: ${ruleName}`, `since: ${since}`, ...(until === null ? [] : [`cleared: ${until}`])];
  return [...lines, ...(link === null ? [] : [link])].join('\n');
}

function summaryOf(code: string | null): string {
  return code !== null && Object.hasOwn(ERRORS, code) ? ERRORS[code as ErrorCode].summary : 'see its page';
}
