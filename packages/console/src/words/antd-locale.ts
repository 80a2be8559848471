import type { ConfigProviderProps } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import type { Language } from '../format/figures.ts';

/** The words of antd's own parts: paging, empty tables, dialogs. */
export function antdLocale(language: Language): NonNullable<ConfigProviderProps['locale']> {
  return language === 'zh' ? zhCN : enUS;
}
