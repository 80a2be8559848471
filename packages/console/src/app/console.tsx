import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { App as Antd, ConfigProvider } from 'antd';
import { useEffect } from 'react';
import { api } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';
import { onSignedOut } from '../api/session.ts';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { antdLocale } from '../words/antd-locale.ts';
import { usePreferences, useShade } from './preferences.ts';
import { router } from './routes.tsx';
import { SignIn } from './sign-in.tsx';
import { consoleTheme, surfaceVariables } from './theme.ts';

const FRESH_MS = 5_000;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      // What was answered will be answered again; only silence is worth a second question.
      retry: (failures, error) => problemOf(error) === null && failures < 2,
    },
  },
});

/** The whole console: theme, language, and the pages for whoever is signed in. */
export function Console() {
  const { language } = usePreferences();
  const shade = useShade();
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset['shade'] = shade;
    for (const [name, value] of Object.entries(surfaceVariables(shade))) {
      document.documentElement.style.setProperty(name, value);
    }
  }, [shade]);
  return (
    <ConfigProvider
      theme={consoleTheme(shade)}
      locale={antdLocale(language)}
      wave={{ disabled: true }}
      button={{ autoInsertSpace: false }}
    >
      <Antd className="frame">
        <QueryClientProvider client={queries}>
          <Door />
        </QueryClientProvider>
      </Antd>
    </ConfigProvider>
  );
}

/** Who is not signed in sees the form, at the address they came for. */
function Door() {
  const session = api.useQuery('get', '/api/v1/session', {}, { staleTime: Infinity });
  const { refetch } = session;
  useEffect(
    () =>
      onSignedOut(() => {
        const key = ['get', '/api/v1/session', {}];
        if (queries.getQueryData(key) === undefined) return;
        queries.clear();
        void refetch();
      }),
    [refetch],
  );
  if (session.data !== undefined) return <RouterProvider router={router} context={{ identity: session.data }} />;
  if (session.isPending) return null;
  if (problemOf(session.error)?.code === 'NOT_SIGNED_IN') return <SignIn onDone={() => void refetch()} />;
  return (
    <main className="door">
      <ErrorNotice error={session.error} onRetry={() => void refetch()} />
    </main>
  );
}
