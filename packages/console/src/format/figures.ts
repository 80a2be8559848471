/** `en` or `zh`: languages the console speaks. */
export type Language = 'en' | 'zh';

const LOCALE: Record<Language, string> = { en: 'en-GB', zh: 'zh-CN' };
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS: Record<Language, Record<'ms' | 's' | 'm' | 'h' | 'd', string>> = {
  en: { ms: ' ms', s: ' s', m: ' min', h: ' h', d: ' d' },
  zh: { ms: ' 毫秒', s: ' 秒', m: ' 分', h: ' 小时', d: ' 天' },
};

/** A count with its thousands separated. */
export function count(value: number, language: Language): string {
  return value.toLocaleString(LOCALE[language], { maximumFractionDigits: 0 });
}

/** Something a second: one decimal below ten, none above. */
export function rate(value: number, language: Language): string {
  return value.toLocaleString(LOCALE[language], { maximumFractionDigits: value < 10 ? 1 : 0 });
}

/** Milliseconds in the two largest units that matter: `340 ms`, `2.4 s`, `3 min 20 s`, `2 d 4 h`. */
export function duration(ms: number, language: Language): string {
  const unit = UNITS[language];
  const number = (value: number, digits = 0): string =>
    value.toLocaleString(LOCALE[language], { maximumFractionDigits: digits });
  const two = (large: number, largeUnit: string, rest: number, restUnit: string): string =>
    rest === 0 ? number(large) + largeUnit : `${number(large)}${largeUnit} ${number(rest)}${restUnit}`;
  if (ms < SECOND) return number(Math.max(0, Math.round(ms))) + unit.ms;
  if (ms < 10 * SECOND) return number(ms / SECOND, 1) + unit.s;
  const seconds = Math.round(ms / SECOND);
  if (seconds < 60) return number(seconds) + unit.s;
  if (seconds < 3600) return two(Math.floor(seconds / 60), unit.m, seconds % 60, unit.s);
  const minutes = Math.round(ms / MINUTE);
  if (minutes < 24 * 60) return two(Math.floor(minutes / 60), unit.h, minutes % 60, unit.m);
  const hours = Math.round(ms / HOUR);
  return two(Math.floor((hours * HOUR) / DAY), unit.d, hours % 24, unit.h);
}

/** `1.5 MB`, in powers of 1024. */
export function bytes(value: number, language: Language): string {
  const names = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  let [size, name] = [value, 0];
  while (size >= 1024 && name < names.length - 1) [size, name] = [size / 1024, name + 1];
  const digits = name === 0 || size >= 100 ? 0 : 1;
  return `${size.toLocaleString(LOCALE[language], { maximumFractionDigits: digits })} ${names[name] ?? ''}`;
}

/** A moment in the reader's zone: the time alone when it is today's. */
export function moment(atMs: number, language: Language, nowMs: number): string {
  const at = new Date(atMs);
  const time = at.toLocaleTimeString(LOCALE[language], { hour12: false });
  if (at.toDateString() === new Date(nowMs).toDateString()) return time;
  return `${at.toLocaleDateString(LOCALE[language], { year: 'numeric', month: '2-digit', day: '2-digit' })} ${time}`;
}

const DAY_SECONDS = 86_400;

/** Times along an axis, on a clock of 24 hours: the date where a day begins, or when steps are days. */
export function axisTimes(seconds: readonly number[], stepSeconds: number, language: Language): string[] {
  const locale = LOCALE[language];
  let day = '';
  return seconds.map((at) => {
    const moment = new Date(at * 1000);
    const date = moment.toLocaleDateString(locale, { month: '2-digit', day: '2-digit' });
    if (stepSeconds >= DAY_SECONDS) return date;
    const time = moment.toLocaleTimeString(locale, {
      ...{ hourCycle: 'h23', hour: '2-digit', minute: '2-digit' },
      ...(stepSeconds < 60 ? { second: '2-digit' } : {}),
    });
    const isNewDay = date !== day;
    day = date;
    return isNewDay ? `${time}\n${date}` : time;
  });
}

/** The same moment in UTC, for those who compare it with a server's log. */
export function utc(atMs: number): string {
  return `${new Date(atMs).toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}
