import type { Asker, LargeServer } from './large-server.ts';

/** https://www.postgresql.org/docs/current/pgstatstatements.html */
const EXECUTED = `
  select coalesce(sum(s.total_exec_time), 0)::float8 as ms
    from pg_stat_statements s join pg_roles r on r.oid = s.userid where r.rolname = $1`;

const COSTLY = `
  select s.total_exec_time / s.calls as ms, s.calls::int as calls, s.query
    from pg_stat_statements s join pg_roles r on r.oid = s.userid
   where r.rolname = $1 and s.calls > 0 order by 1 desc limit 5`;

/** What one question cost: the wall clock of the asker, and the time that its role's statements took in the server, in ms. */
export type Cost = { wallMs: number; databaseMs: number };

/** Asks, and looks before and after at what the role's statements have taken. Nobody else may use that role meanwhile. */
export async function costOf(
  server: Pick<LargeServer, 'query'>,
  asker: Asker,
  ask: () => Promise<void>,
): Promise<Cost> {
  const before = await executedMs(server, asker);
  const beganMs = performance.now();
  await ask();
  const wallMs = performance.now() - beganMs;
  return { wallMs, databaseMs: (await executedMs(server, asker)) - before };
}

/** The costliest statements of a role so far, one line each: where to look when a report takes long. */
export async function costliest(server: Pick<LargeServer, 'query'>, asker: Asker): Promise<string[]> {
  const rows = await server.query<{ ms: number; calls: number; query: string }>(COSTLY, [asker]);
  return rows.map(
    ({ ms, calls, query }) =>
      `${ms.toFixed(1)} ms, ${calls} times: ${query.replaceAll(/\s+/g, ' ').trim().slice(0, 100)}`,
  );
}

async function executedMs(server: Pick<LargeServer, 'query'>, asker: Asker): Promise<number> {
  const [row] = await server.query<{ ms: number }>(EXECUTED, [asker]);
  return row?.ms ?? 0;
}
