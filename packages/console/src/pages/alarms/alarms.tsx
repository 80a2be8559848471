import { getRouteApi } from '@tanstack/react-router';
import { Tabs } from 'antd';
import { useTrail } from '../../app/trail.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { useWords } from '../../words/words.ts';
import { AlarmList } from './alarm-list.tsx';
import { Receivers } from './receivers.tsx';
import { Rules } from './rules.tsx';

const page = getRouteApi('/alarms');
const TABS = ['raised', 'rules', 'receivers'] as const;

/** What is raised and what was, what is watched, and who is told. */
export function Alarms() {
  const { t } = useWords();
  const { tab = '' } = page.useSearch();
  const navigate = page.useNavigate();
  useTrail({ label: t('rail.alarms') });
  const panes = { raised: <AlarmList />, rules: <Rules />, receivers: <Receivers /> };
  return (
    <>
      <PageHead title={t('rail.alarms')} />
      <Tabs
        activeKey={TABS.find((name) => name === tab) ?? 'raised'}
        onChange={(next) => void navigate({ search: { tab: next } })}
        items={TABS.map((key) => ({ key, label: t(`alarms-tab.${key}`), children: panes[key] }))}
        destroyOnHidden
      />
    </>
  );
}
