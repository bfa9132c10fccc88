import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardHeader, type RunningGateway, startGateway } from './_setup.ts';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

// A GET needs a header that says that no foreign page sent it, as every client of this gateway sends one.
const fetchFn = (url: string, init: RequestInit = {}): Promise<Response> => fetch(url, { ...init, headers: { ...guardHeader, ...init.headers } });

describe('GraphQL over HTTP', () => {
  for (const { id, name, fn } of serverAudits({ url: () => `${gateway.url}/graphql`, fetchFn })) {
    it(`${id} ${name}`, async () => {
      expect(await fn()).toMatchObject({ status: 'ok' });
    });
  }
});
