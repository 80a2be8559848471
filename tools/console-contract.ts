import openapiTypes, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { createWorld } from '../packages/manager/src/http/world.fixture.ts';

/** The types of `packages/console/src/api/contract.ts`, from the description that the manager serves. */
export async function consoleContract(): Promise<string> {
  const world = await createWorld();
  try {
    const { body } = await world.app.inject({ method: 'GET', url: '/api/v1/openapi.json' });
    const head = '// Written by `npx vitest run --project unit tools -u` from the OpenAPI document of the manager.\n';
    return (
      head + astToString(await openapiTypes(JSON.parse(body) as OpenAPI3, { exportType: true, alphabetize: true }))
    );
  } finally {
    await world.close();
  }
}
