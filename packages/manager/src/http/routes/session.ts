import { z } from 'zod';
import { passwordSchema, roleSchema, scopeSchema } from '../../model/user.ts';
import { idSchema } from '../../model/text.ts';
import type { Identity } from '../../auth/access.ts';
import { SESSION_COOKIE } from '../authentication.ts';
import { actorOf, identityOf, nothing, type App, type Services } from '../contract.ts';

const TAGS = ['session'];
const COOKIE_SECONDS = 7 * 24 * 3600;

const identitySchema = z.object({
  userId: idSchema,
  userName: z.string(),
  role: roleSchema,
  channelIds: z.array(idSchema).meta({ description: 'granted to an OPERATOR' }),
  scopes: z.array(scopeSchema).nullable().meta({ description: 'of the token; null with a session' }),
});

/** Signing in and out, and one's own password. */
export function registerSessionRoutes(app: App, { signIn, credentials, publicUrl }: Services): void {
  app.route({
    method: 'POST',
    url: '/api/v1/session',
    config: { name: 'session.create' },
    schema: {
      tags: TAGS,
      summary: 'Sign in; the answer sets the session cookie',
      body: z.strictObject({ name: z.string().max(256), password: z.string().max(256) }),
      response: { 204: nothing },
    },
    handler: async (request, reply) => {
      const secret = await signIn.signIn(request.body.name, request.body.password, request.ip);
      const secure = publicUrl?.startsWith('https:') === true ? '; Secure' : '';
      const cookie = `${SESSION_COOKIE}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${COOKIE_SECONDS}${secure}`;
      return reply.header('set-cookie', cookie).code(204).send();
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/session',
    config: { name: 'session.read' },
    schema: { tags: TAGS, summary: 'Who is signed in', response: { 200: identitySchema } },
    handler: (request) => shown(identityOf(request)),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/session',
    config: { name: 'session.delete' },
    schema: { tags: TAGS, summary: 'Sign out', response: { 204: nothing } },
    handler: async (request, reply) => {
      const { sessionHash } = identityOf(request);
      if (sessionHash !== null) await credentials.closeSession(actorOf(request), sessionHash);
      const cookie = `${SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`;
      return reply.header('set-cookie', cookie).code(204).send();
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/session/password',
    config: { name: 'session.password' },
    schema: {
      tags: TAGS,
      summary: "Change one's own password; every other session ends",
      body: z.strictObject({ old: z.string().max(256), next: passwordSchema }),
      response: { 204: nothing },
    },
    handler: async (request, reply) => {
      const { sessionHash } = identityOf(request);
      await signIn.changePassword(actorOf(request), request.body, request.ip, sessionHash ?? '');
      return reply.code(204).send();
    },
  });
}

function shown(identity: Identity): z.infer<typeof identitySchema> {
  const { userId, userName, role, channelIds, scopes } = identity;
  return { userId, userName, role, channelIds: [...channelIds], scopes: scopes === null ? null : [...scopes] };
}
