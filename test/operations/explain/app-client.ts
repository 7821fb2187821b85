import pg from 'pg';
import { createShaper } from '../../../src/operations/explain/statement-id.ts';
import type { TestPostgresMember } from '../../servers.ts';

export const CREATE_APP = `create role app login password 'app-password'`;

/** A connection of the role `app`, in `shop` or another database. */
export async function connectApp(server: TestPostgresMember, database = 'shop'): Promise<pg.Client> {
  const url = new URL(server.url);
  [url.username, url.password, url.pathname] = ['app', 'app-password', `/${database}`];
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return client;
}

/** The ids of statements of `app`, by a part of their text as pg_stat_statements has it. */
export async function idsOf(server: TestPostgresMember, markers: readonly RegExp[]): Promise<string[]> {
  const shape = createShaper();
  const texts = await server.query<{ query: string }>(
    `select query from pg_stat_statements s join pg_roles r on r.oid = s.userid where r.rolname = 'app'`,
  );
  return markers.map((marker) => {
    const found = texts.find(({ query }) => marker.test(query));
    if (!found) throw new Error(`no statement like ${marker.source}: ${texts.map(({ query }) => query).join('\n')}`);
    return shape(found.query).id;
  });
}
