import { bytesText, countText, durationText, listText } from '../../checks/wording.ts';
import type { AnyTarget } from '../../targets/index.ts';
import type { CloudSwitchoverLook } from '../../targets/cloud-switchover.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import type { Precheck } from '../../targets/switchover.ts';
import { redisPrechecks, seeRedis, type RedisSeen } from './redis-look.ts';

/** What the server that takes writes says of itself. */
export type ServerSeen = PostgresSeen | RedisSeen;

/** Of a PostgreSQL server; times are ISO. */
export type PostgresSeen = {
  member: string;
  startedAt: string;
  /** Null where the session does not go over the network. */
  address: string | null;
  takesWrites: boolean;
  longestSeconds: number;
  prepared: number;
  /** Indexes that are built beside the work of clients. */
  indexBuilds: number;
  /** Servers that read from it, with the seconds that they are behind. */
  readers: readonly { name: string; seconds: number }[];
};

/** https://www.postgresql.org/docs/18/monitoring-stats.html and its page on progress; prepared transactions survive a restart. */
const SERVER = `SELECT
  to_char(pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS started,
  host(inet_server_addr()) AS address,
  coalesce((SELECT extract(epoch FROM max(clock_timestamp() - xact_start)) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()), 0)::float8 AS longest,
  (SELECT count(*) FROM pg_prepared_xacts)::int AS prepared,
  (SELECT count(*) FROM pg_stat_progress_create_index WHERE command LIKE '%CONCURRENTLY%')::int AS builds`;

/** https://www.postgresql.org/docs/18/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW */
const READERS = `SELECT application_name AS name, coalesce(extract(epoch FROM replay_lag), 0)::float8 AS seconds
  FROM pg_stat_replication ORDER BY 1`;

type ServerRow = { started: string; address: string | null; longest: number; prepared: number; builds: number };

/** The first of the named members that the target has; null where it does not answer. */
export async function seeServer(target: AnyTarget, names: readonly string[]): Promise<ServerSeen | null> {
  return target.engine === 'redis' ? seeRedis(target, names) : seePostgres(target, names);
}

async function seePostgres(target: PostgresTarget, names: readonly string[]): Promise<PostgresSeen | null> {
  const known = [...target.members, ...target.unreached].map(({ name }) => name);
  const wanted = names.find((name) => known.includes(name));
  const member = target.members.find(({ name }) => name === wanted);
  if (!member) return null;
  const [row] = await member.query<ServerRow>(SERVER);
  const readers = await member.query<{ name: string; seconds: number }>(READERS);
  return row ? seen(member, row, readers) : null;
}

function seen(
  { name: member, inRecovery, readOnlyBy }: PostgresMember,
  { started: startedAt, address, longest: longestSeconds, prepared, builds: indexBuilds }: ServerRow,
  readers: PostgresSeen['readers'],
): PostgresSeen {
  const takesWrites = !inRecovery && readOnlyBy === undefined;
  return { member, startedAt, address, takesWrites, longestSeconds, prepared, indexBuilds, readers };
}

/** A transaction that lasts longer is somebody's work of value: it would be rolled back. */
const LONGEST_SECONDS_MOST = 60;

/** Pure: what the cloud shows, with what the server itself says; it has to be the same server when it is carried out. */
export function withServer(look: CloudSwitchoverLook, server: ServerSeen): CloudSwitchoverLook {
  return 'serverRun' in server ? withRedis(look, server) : withPostgres(look, server);
}

function withRedis(look: CloudSwitchoverLook, server: RedisSeen): CloudSwitchoverLook {
  const { member, serverRun, readers } = server;
  const behind = readers.map(({ name, bytesBehind }) => `${name} ${bytesText(bytesBehind)} behind`);
  return {
    ...look,
    identity: { ...look.identity, [`run id of ${member}`]: serverRun },
    prechecks: [...look.prechecks, ...redisPrechecks(server)],
    facts: [
      ...look.facts,
      ...(behind.length === 0 ? [] : [{ label: `Read from ${member}`, value: listText(behind, 5) }]),
    ],
  };
}

function withPostgres(look: CloudSwitchoverLook, server: PostgresSeen): CloudSwitchoverLook {
  const { member, startedAt, readers } = server;
  const behind = readers.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)} s behind`);
  return {
    ...look,
    identity: { ...look.identity, [`start of ${member}`]: startedAt },
    prechecks: [...look.prechecks, ...serverPrechecks(server)],
    facts: [
      ...look.facts,
      { label: `${member} was started`, value: `${startedAt.slice(0, 19).replace('T', ' ')} UTC` },
      ...(behind.length === 0 ? [] : [{ label: `Read from ${member}`, value: listText(behind, 5) }]),
    ],
  };
}

function serverPrechecks({ member, takesWrites, longestSeconds, prepared, indexBuilds }: PostgresSeen): Precheck[] {
  const long = `A transaction on ${member} has been open for ${durationText(longestSeconds)} and would be rolled back (limit: ${durationText(LONGEST_SECONDS_MOST)}): let it end, or end it first.`;
  const held = `${countText(prepared, 'prepared transaction')} on ${member}: they keep their locks after a restart; commit them or roll them back first.`;
  const built = `${countText(indexBuilds, 'index')} of ${member} being built concurrently would be left invalid: let it end first.`;
  return [
    stopsIf(
      'Writes',
      !takesWrites,
      `${member} says that it takes no writes, and the cloud that it is the one that does.`,
      'It says that it takes them.',
    ),
    stopsIf('Long transactions', longestSeconds > LONGEST_SECONDS_MOST, long, 'None.'),
    stopsIf('Prepared transactions', prepared > 0, held, 'None.'),
    stopsIf('Index builds', indexBuilds > 0, built, 'None.'),
  ];
}

function stopsIf(name: string, holds: boolean, sentence: string, otherwise: string): Precheck {
  return holds ? { name, says: 'stops', sentence } : { name, says: 'ok', sentence: otherwise };
}

/** Pure: whether it takes writes, and no other server says that it does, too. */
export function takesWritesAlone(server: ServerSeen): boolean {
  return server.takesWrites && ('rivals' in server ? server.rivals.length === 0 : true);
}

/** Pure: what is another one after every start. */
export function startOf(server: ServerSeen): string {
  return 'serverRun' in server ? server.serverRun : server.startedAt;
}
