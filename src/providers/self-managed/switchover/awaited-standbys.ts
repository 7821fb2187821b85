import type { Ask } from './sessions.ts';
import { HOLD_NAME } from './held-settings.ts';

/** `synchronous_standby_names`, '' where nothing says it. `beneath`: what the files say without postgresql.auto.conf. */
type Said = { running: string; written: string | null; beneath: string };

/**
 * All lines of all files, the last of a kind counts; a line that another one goes before is listed too.
 * https://www.postgresql.org/docs/current/view-pg-file-settings.html
 */
const SAID = `
  with lines as (select setting, seqno, sourcefile like '%/postgresql.auto.conf' as ours
                   from pg_file_settings where name = 'synchronous_standby_names')
  select current_setting('synchronous_standby_names') as running,
         (select setting from lines where ours order by seqno desc limit 1) as written,
         coalesce((select setting from lines where not ours order by seqno desc limit 1), '') as beneath`;

/** The standbys that commits of a server would wait for if it took the writes, as its settings say it; '' is nobody. */
export async function awaitedStandbys(ask: Ask): Promise<string> {
  const [row] = await ask<Said>(SAID);
  if (!row) throw new TypeError('a query without a condition has a row');
  return awaitedOf(row);
}

/** Pure: a hold that a switchover has left there is taken out before it takes the writes, and what stands beneath counts then. */
export function awaitedOf({ running, written, beneath }: Said): string {
  if (written === HOLD_NAME) return beneath;
  return running === '' ? (written ?? beneath) : running;
}
