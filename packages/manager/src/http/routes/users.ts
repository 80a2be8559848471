import { z } from 'zod';
import {
  passwordSchema,
  tokenInputSchema,
  tokenSchema,
  userCreationSchema,
  userInputSchema,
  userSchema,
} from '../../model/user.ts';
import {
  actorOf,
  identityOf,
  idParams,
  nothing,
  pageRequest,
  pageSchema,
  searchQuery,
  tagged,
  versionHeaders,
  versionOf,
  type App,
  type Services,
} from '../contract.ts';

const USERS = { tags: ['users'] };
const TOKENS = { tags: ['tokens'] };

/** The people who may sign in. */
export function registerUserRoutes(app: App, services: Services): void {
  const { users, signIn } = services;
  app.route({
    method: 'GET',
    url: '/api/v1/users',
    config: { name: 'users.list' },
    schema: { ...USERS, summary: 'Users', querystring: searchQuery, response: { 200: pageSchema(userSchema) } },
    handler: async ({ query }) => users.list(pageRequest(query), query.search),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/users',
    config: { name: 'users.create' },
    schema: { ...USERS, summary: 'Create a user', body: userCreationSchema, response: { 201: userSchema } },
    handler: async (request, reply) => {
      const { password, ...input } = request.body;
      const user = await users.create(actorOf(request), input, await signIn.hash(password));
      return reply.code(201).send(tagged(reply, user));
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/users/:id',
    config: { name: 'users.read' },
    schema: { ...USERS, summary: 'A user', params: idParams, response: { 200: userSchema } },
    handler: async (request, reply) => tagged(reply, await users.find(request.params.id)),
  });
  app.route({
    method: 'PUT',
    url: '/api/v1/users/:id',
    config: { name: 'users.update' },
    schema: {
      ...USERS,
      summary: 'Change a user; one that is disabled is signed out',
      params: idParams,
      headers: versionHeaders,
      body: userInputSchema,
      response: { 200: userSchema },
    },
    handler: async (request, reply) =>
      tagged(reply, await users.update(actorOf(request), request.params.id, versionOf(request), request.body)),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/users/:id',
    config: { name: 'users.delete' },
    schema: {
      ...USERS,
      summary: 'Delete a user with its sessions and tokens',
      params: idParams,
      headers: versionHeaders,
      response: { 204: nothing },
    },
    handler: async (request, reply) => {
      await users.remove(actorOf(request), request.params.id, versionOf(request));
      return reply.code(204).send();
    },
  });
  registerPasswordRoute(app, services);
}

function registerPasswordRoute(app: App, { users, signIn }: Services): void {
  app.route({
    method: 'POST',
    url: '/api/v1/users/:id/password',
    config: { name: 'users.password' },
    schema: {
      ...USERS,
      summary: 'Set the password of a user; all its sessions end',
      params: idParams,
      body: z.strictObject({ password: passwordSchema }),
      response: { 204: nothing },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      await users.find(id);
      await users.setPassword(actorOf(request), id, await signIn.hash(request.body.password), null);
      return reply.code(204).send();
    },
  });
}

/** API tokens of the person who is signed in. */
export function registerTokenRoutes(app: App, { credentials }: Services): void {
  app.route({
    method: 'GET',
    url: '/api/v1/tokens',
    config: { name: 'tokens.list' },
    schema: { ...TOKENS, summary: 'My tokens', response: { 200: z.object({ items: z.array(tokenSchema) }) } },
    handler: async (request) => ({ items: await credentials.tokens(identityOf(request).userId) }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/tokens',
    config: { name: 'tokens.create' },
    schema: {
      ...TOKENS,
      summary: 'Create a token; its secret is in the answer and shown never again',
      body: tokenInputSchema,
      response: { 201: tokenSchema.extend({ secret: z.string() }) },
    },
    handler: async (request, reply) => {
      const { userId } = identityOf(request);
      const { token, secret } = await credentials.createToken(actorOf(request), userId, request.body);
      return reply.code(201).send({ ...token, secret });
    },
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/tokens/:id',
    config: { name: 'tokens.delete' },
    schema: { ...TOKENS, summary: 'Revoke a token', params: idParams, response: { 204: nothing } },
    handler: async (request, reply) => {
      await credentials.removeToken(actorOf(request), identityOf(request).userId, request.params.id);
      return reply.code(204).send();
    },
  });
}
