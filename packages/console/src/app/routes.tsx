import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import type { Identity } from '../api/objects.ts';
import { PageSkeleton } from '../parts/page-skeleton.tsx';
import { BrokenPage, MissingPage } from '../parts/error-notice.tsx';
import { Shell } from './shell.tsx';

interface RouteContext {
  identity: Identity;
}

/** Everything a page remembers in its address is text; unknown and empty parts are dropped. */
function remembered<K extends string>(...names: K[]) {
  return (search: Record<string, unknown>): Partial<Record<K, string>> => {
    const kept: Partial<Record<K, string>> = {};
    for (const name of names) {
      const value = search[name];
      if (typeof value === 'string' && value !== '') kept[name] = value;
      else if (typeof value === 'number') kept[name] = String(value);
    }
    return kept;
  };
}

const root = createRootRouteWithContext<RouteContext>()({
  component: Shell,
  notFoundComponent: MissingPage,
  errorComponent: BrokenPage,
});
const under = { getParentRoute: () => root };

const overview = createRoute({
  ...under,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/overview.tsx'), 'Overview'),
});
const startSync = createRoute({
  ...under,
  path: '/start-sync',
  validateSearch: remembered('channelId'),
  component: lazyRouteComponent(() => import('../pages/start-sync/start-sync.tsx'), 'StartSync'),
});
const channels = createRoute({
  ...under,
  path: '/channels',
  validateSearch: remembered('search', 'state'),
  component: lazyRouteComponent(() => import('../pages/channels.tsx'), 'Channels'),
});
const channel = createRoute({
  ...under,
  path: '/channels/$channelId',
  component: lazyRouteComponent(() => import('../pages/channel.tsx'), 'ChannelPage'),
});
const pipeline = createRoute({
  ...under,
  path: '/pipelines/$pipelineId',
  validateSearch: remembered('tab', 'range', 'table', 'event'),
  component: lazyRouteComponent(() => import('../pages/pipeline/pipeline.tsx'), 'PipelinePage'),
});
const verification = createRoute({
  ...under,
  path: '/verifications/$verificationId',
  component: lazyRouteComponent(() => import('../pages/verification/verification.tsx'), 'VerificationPage'),
});
const dataSources = createRoute({
  ...under,
  path: '/data-sources',
  validateSearch: remembered('search'),
  component: lazyRouteComponent(() => import('../pages/data-sources.tsx'), 'DataSources'),
});
const dataSource = createRoute({
  ...under,
  path: '/data-sources/$dataSourceId',
  component: lazyRouteComponent(() => import('../pages/data-source.tsx'), 'DataSourcePage'),
});
const conflicts = createRoute({
  ...under,
  path: '/conflicts',
  validateSearch: remembered('state', 'table', 'pipeline', 'before'),
  component: lazyRouteComponent(() => import('../pages/conflicts/conflicts.tsx'), 'Conflicts'),
});
const conflict = createRoute({
  ...under,
  path: '/conflicts/$pipelineId/$conflictId',
  component: lazyRouteComponent(() => import('../pages/conflicts/conflict.tsx'), 'ConflictPage'),
});
const nodes = createRoute({
  ...under,
  path: '/nodes',
  component: lazyRouteComponent(() => import('../pages/nodes.tsx'), 'Nodes'),
});
const settings = createRoute({
  ...under,
  path: '/settings',
  validateSearch: remembered('tab'),
  component: lazyRouteComponent(() => import('../pages/settings/settings.tsx'), 'Settings'),
});
const users = createRoute({
  ...under,
  path: '/users',
  validateSearch: remembered('search', 'user'),
  component: lazyRouteComponent(() => import('../pages/users.tsx'), 'Users'),
});
const alarms = createRoute({
  ...under,
  path: '/alarms',
  validateSearch: remembered('tab'),
  component: lazyRouteComponent(() => import('../pages/alarms/alarms.tsx'), 'Alarms'),
});
const log = createRoute({
  ...under,
  path: '/log',
  validateSearch: remembered('tab', 'search', 'level', 'code', 'pipelineId', 'channelId', 'userName', 'objectKind'),
  component: lazyRouteComponent(() => import('../pages/log.tsx'), 'Log'),
});

const tree = root.addChildren([
  ...[
    overview,
    startSync,
    channels,
    channel,
    pipeline,
    verification,
    dataSources,
    dataSource,
    conflicts,
    conflict,
    nodes,
    users,
    alarms,
    settings,
    log,
  ],
]);

export const router = createRouter({
  routeTree: tree,
  context: { identity: undefined as unknown as Identity },
  defaultPreload: 'intent',
  defaultPendingComponent: PageSkeleton,
  defaultPendingMs: 150,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
