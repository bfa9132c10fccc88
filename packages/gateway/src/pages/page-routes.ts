import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import type { GatewayServices } from '../context.ts';
import type { Readiness } from '../health/readiness.ts';
import type { Route } from '../http/route.ts';
import { sendJson } from '../http/send-json.ts';
import { docsPage } from './docs-page.ts';
import { graphiqlPage } from './graphiql-page.ts';
import { homePage } from './home-page.ts';
import { etagOf, loadNothing, type Page, sendPage } from './send-page.ts';

/** What the pages show. */
export interface PageOptions {
  readonly services: GatewayServices;
  readonly readiness: Readiness;
  readonly schema: GraphQLSchema;
  /** Address of the gateway as its clients see it. */
  readonly publicUrl: string;
  /** Whether `/graphiql` is there. */
  readonly graphiql: boolean;
  /** Whether `/schema.graphql` is there: also where only trusted documents are taken, for who writes them. */
  readonly introspection: boolean;
  /** Whether any operation is taken, and not only those that are known by their hash. */
  readonly anyDocument: boolean;
  /** Whether callers need a key. */
  readonly keysNeeded: boolean;
}

/** `/`, `/graphiql`, `/schema.graphql` and `/docs`. None of them loads anything of another host. */
export function pageRoutes({ services, readiness, schema, ...options }: PageOptions): Route[] {
  const { slimmer } = services;
  const { keysNeeded } = options;
  return [
    pageRoute('/', () => homePage({ slimmer, obstacle: readiness.obstacle, ...options })),
    ...(options.graphiql ? [pageRoute('/graphiql', once(() => graphiqlPage({ schema, mediaTypes: slimmer.requirements.mediaTypes, keysNeeded })))] : []),
    ...(options.introspection ? [pageRoute('/schema.graphql', once(async () => schemaPage(schema)))] : []),
    pageRoute('/docs', once(docsPage)),
  ];
}

function pageRoute(path: string, page: () => Page | Promise<Page>): Route {
  return {
    name: path,
    matches: (pathname) => pathname === path,
    async handle(req, res) {
      if (req.method === 'GET' || req.method === 'HEAD') return sendPage(req, res, await page());
      res.setHeader('allow', 'GET, HEAD');
      sendJson(res, 405, { code: 'METHOD_NOT_ALLOWED', message: `Expected method GET or HEAD but received ${req.method}` });
    },
  };
}

function schemaPage(schema: GraphQLSchema): Page {
  const body = Buffer.from(`${printSchema(lexicographicSortSchema(schema))}\n`);
  return { mediaType: 'application/graphql; charset=utf-8', body, contentSecurityPolicy: loadNothing, etag: etagOf(body) };
}

/** Makes a page when it is first asked for; the next one to ask tries again what failed. */
function once(make: () => Promise<Page>): () => Promise<Page> {
  let page: Promise<Page> | undefined;
  return () =>
    (page ??= make().catch((error: unknown) => {
      page = undefined;
      throw error;
    }));
}
