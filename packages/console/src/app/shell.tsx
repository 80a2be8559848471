import {
  AlertOutlined,
  ApartmentOutlined,
  CloudServerOutlined,
  DashboardOutlined,
  DatabaseOutlined,
  FileTextOutlined,
  LogoutOutlined,
  MenuFoldOutlined,
  MenuUnfoldOutlined,
  PullRequestOutlined,
  SearchOutlined,
  SettingOutlined,
  TeamOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useRouteContext, useRouterState } from '@tanstack/react-router';
import { Button, Dropdown } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { api } from '../api/client.ts';
import type { Identity } from '../api/objects.ts';
import { LiveBanner } from '../live/live-banner.tsx';
import { listen } from '../live/live-store.ts';
import { useOpenConflicts } from '../live/open-conflicts.ts';
import { useRaisedCount } from '../live/raised-alarms.ts';
import { useWords, type WordKey } from '../words/words.ts';
import { Mark } from './mark.tsx';
import { prefer, usePreferences } from './preferences.ts';
import { SearchDialog } from './search-dialog.tsx';
import { LanguageSwitch, ShadeSwitch } from './switches.tsx';
import { Trail } from './trail.tsx';

interface Entry {
  to: '/' | '/channels' | '/data-sources' | '/conflicts' | '/nodes' | '/users' | '/alarms' | '/log' | '/settings';
  word: WordKey;
  icon: ReactNode;
  administrators?: true;
}

const ENTRIES: readonly Entry[] = [
  { to: '/', word: 'rail.overview', icon: <DashboardOutlined /> },
  { to: '/channels', word: 'rail.channels', icon: <ApartmentOutlined /> },
  { to: '/data-sources', word: 'rail.data-sources', icon: <DatabaseOutlined /> },
  { to: '/conflicts', word: 'rail.conflicts', icon: <PullRequestOutlined /> },
  { to: '/nodes', word: 'rail.nodes', icon: <CloudServerOutlined /> },
  { to: '/users', word: 'rail.users', icon: <TeamOutlined />, administrators: true },
  { to: '/alarms', word: 'rail.alarms', icon: <AlertOutlined /> },
  { to: '/log', word: 'rail.log', icon: <FileTextOutlined /> },
  { to: '/settings', word: 'rail.settings', icon: <SettingOutlined /> },
];

/** Who is signed in. */
export function useIdentity(): Identity {
  return useRouteContext({ from: '__root__' }).identity;
}

/** The rail on the left, where one is on top, the page below. */
export function Shell() {
  const { t } = useWords();
  const { narrowRail } = usePreferences();
  const [searching, setSearching] = useState(false);
  useEffect(listen, []);
  useSearchKeys(() => setSearching(true));
  return (
    <div className={narrowRail ? 'shell shell-narrow' : 'shell'}>
      <a className="skip" href="#page">
        {t('shell.skip')}
      </a>
      <Rail narrow={narrowRail} />
      <div className="shell-body">
        <header className="top">
          <Trail />
          <div className="top-tools">
            <Button
              icon={<SearchOutlined />}
              aria-label={t('search.open')}
              aria-keyshortcuts="/ Control+K"
              onClick={() => setSearching(true)}
            >
              <span className="wide-only">
                {t('search.open')} <kbd>/</kbd>
              </span>
            </Button>
            <LanguageSwitch />
            <ShadeSwitch />
            <Person />
          </div>
        </header>
        <LiveBanner />
        <main id="page" className="page" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      {searching && <SearchDialog onClose={() => setSearching(false)} />}
    </div>
  );
}

function Rail({ narrow }: { narrow: boolean }) {
  const { t, count } = useWords();
  const { role } = useIdentity();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const label = t(narrow ? 'shell.widen' : 'shell.narrow');
  const raised = useRaisedCount();
  const open = useOpenConflicts();
  return (
    <nav className="rail" aria-label={t('shell.rail')}>
      <Link to="/" className="rail-mark" aria-label="Otter">
        <Mark /> <span className="rail-word">Otter</span>
      </Link>
      {ENTRIES.filter((entry) => entry.administrators !== true || role === 'ADMIN').map(({ to, word, icon }) => {
        const isHere =
          to === '/'
            ? path === '/'
            : path.startsWith(to) || (to === '/channels' && /^\/(?:pipelines|verifications)/.test(path));
        return (
          <Link key={to} to={to} className="rail-entry" aria-current={isHere ? 'page' : undefined} title={t(word)}>
            {icon} <span className="rail-word">{t(word)}</span>
            {to === '/alarms' && raised > 0 && (
              <Badge title={t('alarms.raised-count', { count: raised })}>{count(raised)}</Badge>
            )}
            {to === '/conflicts' && open > 0 && (
              <Badge title={t('conflicts.open-count', { count: open })}>{count(open)}</Badge>
            )}
          </Link>
        );
      })}
      <Button
        type="text"
        className="rail-fold"
        icon={narrow ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
        aria-label={label}
        title={label}
        onClick={() => prefer({ narrowRail: !narrow })}
      />
    </nav>
  );
}

/** How many of something wait. */
function Badge({ title, children }: { title: string; children: string }) {
  return (
    <span className="rail-badge" title={title}>
      {children}
    </span>
  );
}

function Person() {
  const { t } = useWords();
  const { userName, role } = useIdentity();
  const queries = useQueryClient();
  const signOut = api.useMutation('delete', '/api/v1/session', { onSettled: () => void queries.resetQueries() });
  const items = [
    { key: 'role', label: t(`role.${role}`), disabled: true },
    { key: 'settings', label: <Link to="/settings">{t('rail.settings')}</Link> },
    { key: 'out', label: t('shell.sign-out'), icon: <LogoutOutlined />, onClick: () => signOut.mutate({}) },
  ];
  return (
    <Dropdown menu={{ items }} trigger={['click']}>
      <Button type="text" icon={<UserOutlined />} aria-label={userName} title={userName}>
        <span className="wide-only">{userName}</span>
      </Button>
    </Dropdown>
  );
}

/** `/` where nothing is typed, Ctrl-K everywhere. */
function useSearchKeys(open: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const typing = event.target instanceof Element && event.target.closest('input, textarea, [contenteditable]');
      const slash = event.key === '/' && typing === null && !event.ctrlKey && !event.metaKey;
      if (!slash && !(event.key === 'k' && (event.ctrlKey || event.metaKey))) return;
      event.preventDefault();
      open();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}
