import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startStandby, type FollowingServer } from '../../../fleet/postgres-standby.ts';
import type { EngineBinding } from '../states/world.ts';
import { openStableEndpoint, type StableEndpoint } from './stable-endpoint.ts';

/** A PostgreSQL server behind a resource, by the name that the resource has for it: a zone, or an instance of a cluster. */
export type PostgresEngine = Omit<FollowingServer, 'stop'> & { stop(mode?: 'immediate'): Promise<void> };

export type PostgresEngines = EngineBinding & {
  /** Leads to the server that takes writes. */
  endpoint: StableEndpoint;
  /** Who takes writes. */
  writer(): string;
  /** The former primary follows again, and commits wait for it. */
  rejoined(): Promise<void>;
};

export type PostgresEnginesOptions = {
  /** By the names that the resource has for them; the first takes writes, the others follow it already. */
  members: { readonly [member: string]: PostgresEngine };
  /** The role that may replicate. */
  copy: { user: string; password: string };
};

/** https://www.postgresql.org/docs/18/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL */
const PROMOTE = 'SELECT pg_promote(true, 60) AS promoted';

/** https://www.postgresql.org/docs/18/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW */
const SYNCHRONOUS = `SELECT FROM pg_stat_replication WHERE sync_state = 'sync'`;
const SYNCHRONOUS_WITHIN_MS = 60_000;

/**
 * Servers with synchronous standbys, as a Multi-AZ instance has one, behind an endpoint that stays. `moveTo` is a failover: connections are reset,
 * the primary is stopped at once, the standby promoted, the endpoint leads to it; the former primary becomes a standby
 * while writes go on, made anew. To the one that takes writes already it is a restart.
 */
export async function bindPostgres({ members, copy }: PostgresEnginesOptions): Promise<PostgresEngines> {
  const names = Object.keys(members);
  let [writer = ''] = names;
  const endpoint = await openStableEndpoint(engineOf(members, writer).port);
  await waitForStandbys(engineOf(members, writer), standbys(members, writer));
  let rejoining: Promise<void> = Promise.resolve();
  const rejoin = async (primary: PostgresEngine) => {
    const others = standbys(members, writer);
    for (const standby of others) {
      await standby.stop();
      await startStandby(standby, { primary, gatePort: primary.port, ...copy });
    }
    await waitForStandbys(primary, others);
  };
  return {
    endpoint,
    writer: () => writer,
    rejoined: () => rejoining,
    moveTo: async (member) => {
      await rejoining;
      const next = engineOf(members, member);
      endpoint.cut();
      if (member === writer) await restart(next);
      else await promote(engineOf(members, writer), next);
      const isNew = member !== writer;
      writer = member;
      endpoint.leadTo(next.port);
      if (isNew) rejoining = rejoin(next);
      rejoining.catch(() => {});
    },
  };
}

function engineOf(members: PostgresEnginesOptions['members'], name: string): PostgresEngine {
  const found = members[name];
  if (!found) throw new TypeError(`no engine is bound as ${name}: ${Object.keys(members).join(', ')}`);
  return found;
}

function standbys(members: PostgresEnginesOptions['members'], writer: string): PostgresEngine[] {
  return Object.entries(members).flatMap(([name, engine]) => (name === writer ? [] : [engine]));
}

async function restart(primary: PostgresEngine): Promise<void> {
  await primary.stop('immediate');
  await primary.start();
}

/** A crash of the primary: what it has acknowledged, the standby has. */
async function promote(primary: PostgresEngine, standby: PostgresEngine): Promise<void> {
  await primary.stop('immediate');
  await promoted(standby);
  await waitForStandbys(standby, []);
  // It has written the record of its end after the fork, perhaps more: it is made anew.
  rmSync(primary.dataDirectory, { recursive: true, force: true });
}

/** https://www.postgresql.org/docs/18/runtime-config-replication.html#GUC-SYNCHRONOUS-STANDBY-NAMES */
async function waitForStandbys(primary: PostgresEngine, others: readonly PostgresEngine[]): Promise<void> {
  const names = others.map(({ name }) => `"${name}"`);
  const all = names.length > 0 ? `FIRST ${names.length} (${names.join(', ')})` : '';
  await primary.query(`ALTER SYSTEM SET synchronous_standby_names = '${all}'`);
  await primary.query('SELECT pg_reload_conf()');
  // The signal is on its way only: until it is heard, commits wait for nobody, and a failover would lose them.
  const { length } = others;
  for (const deadlineMs = Date.now() + SYNCHRONOUS_WITHIN_MS; Date.now() < deadlineMs; await sleep(50))
    if ((await primary.query(SYNCHRONOUS)).length >= length) return;
  throw new Error(`no commit on ${primary.name} waits for ${names.join(', ')} after a minute`);
}

/** A read replica that becomes a server of its own; nothing happens to its source. */
export function bindReplica(replica: Pick<PostgresEngine, 'name' | 'query'>): EngineBinding {
  return { moveTo: () => promoted(replica) };
}

async function promoted(standby: Pick<PostgresEngine, 'name' | 'query'>): Promise<void> {
  const [row] = await standby.query<{ promoted: boolean }>(PROMOTE);
  if (!row?.promoted) throw new Error(`${standby.name} was not promoted within a minute`);
}
