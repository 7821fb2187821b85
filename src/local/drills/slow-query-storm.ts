import type pg from 'pg';
import type { Fleet } from '../fleet/index.ts';
import type { Drill } from './drill.ts';
import { holdSessions } from './drill-sessions.ts';
import { until } from './until.ts';

const sessionCount = 4;
/** The environment `laptop` warns about transactions that work for 5 s. */
const seenAfterSeconds = 5.5;

/**
 * No index serves a comparison of sums, so each row is compared with every other. Alone in its process, or four statements
 * would keep more cores busy than a laptop has; it ends with its client, also with one that was killed.
 */
const SETTINGS = `
  SET max_parallel_workers_per_gather = 0; SET client_connection_check_interval = '500ms'; SET statement_timeout = '15min'`;
const COMPARE_ALL = `
  SELECT count(*) FROM order_items a JOIN order_items b ON a.product_id + a.quantity < b.product_id - b.quantity`;
const WORKING = `
  SELECT FROM pg_stat_activity WHERE application_name = 'shop-search' AND state = 'active'
     AND clock_timestamp() - query_start > make_interval(secs => $1)`;
const CONNECTED = `SELECT FROM pg_stat_activity WHERE application_name = 'shop-search'`;

/** `shop-search` asks something that no index answers, several times at once. */
export function slowQueryStorm(fleet: Fleet): Drill {
  const sessions = holdSessions(fleet);
  const rows = async (sql: string, values: readonly unknown[]) =>
    ((await (await fleet.postgres.primary())?.query(sql, values)) ?? []).length;
  const isOn = async () => !sessions.isEmpty() && (await rows(WORKING, [0])) > 0;
  const off = async () => {
    if (sessions.isEmpty()) return;
    await sessions.closeAll();
    await until('the statements to end', async () => (await rows(CONNECTED, [])) === 0);
  };
  return {
    name: 'slow-query-storm',
    title: 'Storm of slow queries',
    what: `${sessionCount} sessions of shop-search run a join that no index serves (switching on takes 6 s). Watch for: who works for so long, on which statement.`,
    on: async () => {
      if (await isOn()) return;
      await off();
      const clients = await Promise.all(Array.from({ length: sessionCount }, () => sessions.open('shop-search')));
      await Promise.all(clients.map(work));
      await until('the statements to be slow', async () => (await rows(WORKING, [seenAfterSeconds])) >= sessionCount);
    },
    off,
    isOn,
  };
}

async function work(client: pg.Client): Promise<void> {
  await client.query(SETTINGS);
  // It goes on until this drill, or somebody who looks after the database, ends it.
  client.query(COMPARE_ALL).catch(() => {});
}
