import createFetchClient, { type Middleware } from 'openapi-fetch';
import createQueryHooks from 'openapi-react-query';
import type { paths } from './contract.ts';
import { noteSignedOut } from './session.ts';

const watchSession: Middleware = {
  onResponse({ response, request }) {
    if (response.status === 401 && !(request.method === 'POST' && request.url.endsWith('/session'))) noteSignedOut();
  },
};

/** The manager's HTTP interface. Answers that are errors are thrown as {@link Problem} by the hooks. */
export const http = createFetchClient<paths>({ baseUrl: '/', headers: { 'x-otter-request': '1' } });
http.use(watchSession);

/** The same as hooks that keep what was read. */
export const api = createQueryHooks(http);

/** What a change says it is a change of. */
export function ifMatch(object: { version: number }): { 'if-match': string } {
  return { 'if-match': `"${object.version}"` };
}
