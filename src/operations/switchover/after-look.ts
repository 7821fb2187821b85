import { asFault } from '../../core/errors.ts';
import type { PoolState } from '../../targets/fence.ts';
import type { AnyTarget } from '../../targets/index.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import { lookAtLogs } from '../log/look.ts';
import { listClients } from '../sessions/client-list.ts';

/** Clients of one kind; `user` is empty where nobody says it. */
export type LeftClients = { name: string; user: string; host: string; clients: number };

/** What clients did after the writes had moved. What could not be seen has a reason. */
export type AfterLook = {
  /** Who is connected to the old server still; the largest groups first. */
  left: { groups: LeftClients[]; clients: number } | { unseen: string };
  /** Refused writes (25006) and sessions (57P03) in the logs of all servers; absent where there is no such thing. */
  refused?: { writes: number; sessions: number } | { unseen: string };
  /** How each pooler stands; absent where there is none. */
  pools?: readonly PoolState[];
};

/** `sinceSeconds`: how long ago the step began. */
export type AskedAfter = { from: string; sinceSeconds: number };

const MOST_GROUPS = 12;

/** Reads, and changes nothing; whatever fails is unseen. */
export async function lookAfter(target: AnyTarget, { from, sinceSeconds }: AskedAfter): Promise<AfterLook> {
  const [left, refused, pools] = await Promise.all([
    seen(() => (target.engine === 'postgres' ? sessionsOn(target, from) : clientsOf(target, from))),
    target.engine === 'postgres' ? seen(() => refusedIn(target, sinceSeconds)) : undefined,
    target.fence?.pools?.().catch(() => undefined),
  ]);
  return { left, ...(refused ? { refused } : {}), ...(pools ? { pools } : {}) };
}

async function seen<R>(ask: () => Promise<R | { unseen: string }>): Promise<R | { unseen: string }> {
  return ask().catch((thrown: unknown) => ({ unseen: asFault(thrown).message }));
}

/** https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW */
const LEFT = `
  select coalesce(nullif(left(application_name, 63), ''), 'unnamed') as name, coalesce(usename, '') as user,
         coalesce(client_addr::text, 'local') as host, count(*)::int as clients
    from pg_stat_activity where backend_type = 'client backend' and application_name not like 'nightshift%'
   group by 1, 2, 3 order by clients desc, 1, 2, 3`;

async function sessionsOn({ members }: PostgresTarget, from: string): Promise<AfterLook['left']> {
  const member = members.find(({ name }) => name === from);
  if (!member) return { unseen: `${from} does not answer` };
  return grouped(await member.query<LeftClients>(LEFT));
}

async function clientsOf({ members }: RedisTarget, from: string): Promise<AfterLook['left']> {
  const member = members.find(({ name }) => name === from);
  if (!member) return { unseen: `${from} does not answer` };
  const info = await member.info('clients');
  const list = await listClients(member, Number(info['connected_clients'] ?? 0));
  if ('reason' in list) return { unseen: list.reason };
  const groups = new Map<string, LeftClients>();
  for (const { kind, name, user, addr } of list.clients) {
    if ((kind !== 'normal' && kind !== 'pubsub') || name.startsWith('nightshift')) continue;
    const host = addr.replace(/:\d+$/, '');
    const group = groups.get(`${name} ${user} ${host}`) ?? { name: name || 'unnamed', user, host, clients: 0 };
    groups.set(`${name} ${user} ${host}`, { ...group, clients: group.clients + 1 });
  }
  return grouped([...groups.values()].toSorted((one, other) => other.clients - one.clients));
}

function grouped(groups: readonly LeftClients[]): AfterLook['left'] {
  return { groups: groups.slice(0, MOST_GROUPS), clients: groups.reduce((sum, { clients }) => sum + clients, 0) };
}

/** As the server words 25006 and 57P03, in English. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const WRITES = /^cannot execute .* in a read-only transaction|^cannot execute .* during recovery/;
const SESSIONS =
  /^the database system is (?:starting up|shutting down|in recovery mode|not yet accepting connections|not accepting connections)/;

async function refusedIn({ logs }: PostgresTarget, sinceSeconds: number): Promise<NonNullable<AfterLook['refused']>> {
  if (!logs || logs.length === 0) return { unseen: 'the servers hand out no log here' };
  const now = Date.now();
  const from = new Date(now - sinceSeconds * 1000).toISOString();
  const look = await lookAtLogs(logs, [], { from, until: new Date(now).toISOString(), member: null });
  const samples = look.members.flatMap(({ seen: one }) => ('sample' in one ? [one.sample] : []));
  const [first] = look.members;
  if (samples.length === 0) return { unseen: whyOf(first?.seen) };
  const count = (pattern: RegExp) =>
    samples
      .flatMap(({ groups }) => groups)
      .filter(({ message }) => pattern.test(message))
      .reduce((sum, group) => sum + group.count, 0);
  return { writes: count(WRITES), sessions: count(SESSIONS) };
}

function whyOf(one: object | undefined): string {
  if (one && 'skipped' in one) return String(one.skipped);
  return one && 'unreliable' in one ? String(one.unreliable) : 'no log was read';
}
