import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPostgresIdentity, giveTo } from '../../runtime/postgres-identity.ts';
import { copyServer } from './base-backup.ts';
import type { PostgresServer } from './postgres-server.ts';

/** What a server must have to follow another one, or to be followed. */
export type FollowingServer = Pick<
  PostgresServer,
  'name' | 'port' | 'dataDirectory' | 'isRunning' | 'start' | 'stop' | 'query'
>;

/** What a standby follows: the wire's port, not the primary's, and the role that may replicate. */
export type Upstream = { primary: FollowingServer; gatePort: number; user: string; password: string };

const catchUpTimeoutMs = 8_000;

/** Starts a standby that follows the primary. One that cannot follow any more is made anew from a base backup. */
export async function startStandby(standby: FollowingServer, upstream: Upstream): Promise<void> {
  await ensureSlot(standby, upstream.primary);
  if (existsSync(standby.dataDirectory)) {
    follow(standby, upstream);
    if (await follows(standby, upstream.primary)) return;
    await standby.stop();
    rmSync(standby.dataDirectory, { recursive: true, force: true });
  }
  await makeCopy(standby, upstream);
  follow(standby, upstream);
  await standby.start();
  while (!(await isStreaming(standby, upstream.primary))) await sleep(20);
}

/** The name of the standby's replication slot on its primary: lower-case letters, digits and underscores. */
export function slotOf(standby: Pick<FollowingServer, 'name'>): string {
  return standby.name.replaceAll('-', '_');
}

/** A slot whose WAL is gone can never be used again; it gives way to a new one. */
async function ensureSlot(standby: FollowingServer, primary: FollowingServer): Promise<void> {
  const slot = slotOf(standby);
  const DROP_LOST = `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
    WHERE NOT active AND (slot_name <> $1 OR wal_status = 'lost')`;
  const CREATE_MISSING = `SELECT pg_create_physical_replication_slot($1, true)
    WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = $1)`;
  await primary.query(DROP_LOST, [slot]);
  await primary.query(CREATE_MISSING, [slot]);
}

/** The data directory appears complete or not at all. */
async function makeCopy(standby: FollowingServer, { primary, user, password }: Upstream): Promise<void> {
  const unfinished = mkdtempSync(join(dirname(standby.dataDirectory), 'copy-'));
  try {
    await copyServer({ host: '127.0.0.1', port: primary.port, user, password }, unfinished);
    giveTo(unfinished, findPostgresIdentity());
    renameSync(unfinished, standby.dataDirectory);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Ports change from start to start, so that the address is written before every one. */
function follow(standby: FollowingServer, { gatePort, user, password }: Upstream): void {
  const { dataDirectory } = standby;
  const file = join(dataDirectory, 'postgresql.auto.conf');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const kept = lines.filter((line) => line !== '' && !/^(primary_conninfo|primary_slot_name)\b/.test(line));
  const address = `host=127.0.0.1 port=${gatePort} user=${user} password=${password} application_name=${standby.name}`;
  const own = [`primary_conninfo = '${address}'`, `primary_slot_name = '${slotOf(standby)}'`];
  writeFileSync(file, `${[...kept, ...own].join('\n')}\n`, { mode: 0o600 });
  writeFileSync(join(dataDirectory, 'standby.signal'), '');
  for (const path of [file, join(dataDirectory, 'standby.signal')]) giveTo(path, findPostgresIdentity());
}

/** Does it start, and stream within a few seconds? */
async function follows(standby: FollowingServer, primary: FollowingServer): Promise<boolean> {
  try {
    await standby.start();
  } catch {
    return false;
  }
  for (const deadlineMs = Date.now() + catchUpTimeoutMs; Date.now() < deadlineMs; await sleep(50)) {
    if (await isStreaming(standby, primary)) return true;
    if (!standby.isRunning()) return false;
  }
  return false;
}

/** https://www.postgresql.org/docs/18/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW */
export async function isStreaming(standby: Pick<FollowingServer, 'name'>, primary: FollowingServer): Promise<boolean> {
  const STREAMING = `SELECT FROM pg_stat_replication WHERE application_name = $1 AND state = 'streaming'`;
  return (await primary.query(STREAMING, [standby.name])).length > 0;
}
