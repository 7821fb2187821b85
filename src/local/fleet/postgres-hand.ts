import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresServer } from './postgres-server.ts';

/** What somebody on the hosts does after a switchover: a former primary cannot be stopped over SQL. */
export type Hand = {
  /** Work on the servers that the hand keeps away from. */
  meanwhile(work: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
};

const LOOK_EVERY_MS = 1000;

/** Somebody who promoted a server may still be asking the old one what became of it. */
const LOOKS = 3;

/** Makes the former primary a standby of the one that took its place, whenever there are two. */
export function startHand(servers: readonly PostgresServer[], follow: Follow): Hand {
  const ending = new AbortController();
  let last: Promise<void> = Promise.resolve();
  const next = (work: () => Promise<void>) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
  let looks = 0;
  const look = async () => {
    const [present, former] = await primariesOf(servers);
    looks = former ? looks + 1 : 0;
    if (present && former && looks >= LOOKS && !(await isAsked(former))) await rejoin(former, present, follow);
  };
  const loop = async () => {
    while (!ending.signal.aborted) {
      // A server that dies meanwhile is looked at again.
      await next(look).catch(() => {});
      await sleep(LOOK_EVERY_MS, undefined, { signal: ending.signal, ref: false }).catch(() => {});
    }
  };
  const looping = loop();
  return {
    meanwhile: next,
    stop: async () => {
      ending.abort();
      await looping;
    },
  };
}

/** A switchover that is not over asks the former primary what it has committed since; on a slow machine that takes longer than some looks. */
const ASKING = `SELECT FROM pg_stat_activity WHERE application_name = 'nightshift switchover'`;

async function isAsked(former: PostgresServer): Promise<boolean> {
  const sessions = await former.query(ASKING).catch(() => []);
  return sessions.length > 0;
}

type Follow = (server: PostgresServer, followed: PostgresServer) => Promise<void>;

/**
 * A server that was a primary has written something after the fork, be it the record of its own end, so that it is made anew from the
 * new one; one that was a standby goes on as it was.
 */
export async function rejoin(server: PostgresServer, present: PostgresServer, follow: Follow): Promise<void> {
  await server.stop();
  const wasStandby = existsSync(join(server.dataDirectory, 'standby.signal'));
  if (!wasStandby) rmSync(server.dataDirectory, { recursive: true, force: true });
  await follow(server, present);
}

/** The name of the file that is written begins with the timeline; every promotion begins a higher one. */
const STANDING = `
  SELECT CASE WHEN pg_is_in_recovery() THEN '' ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END AS timeline`;

/** Those that take writes, as far as they know: the one that was promoted last is first. */
export async function primariesOf(servers: readonly PostgresServer[]): Promise<PostgresServer[]> {
  const answers = await Promise.all(servers.map(async (server) => ({ server, timeline: await timelineOf(server) })));
  return answers
    .filter(({ timeline }) => timeline !== '')
    .toSorted((one, other) => (one.timeline < other.timeline ? 1 : -1))
    .map(({ server }) => server);
}

/** Empty for a standby, and for a server that does not answer. */
async function timelineOf(server: PostgresServer): Promise<string> {
  if (!server.isRunning() || server.isFrozen()) return '';
  try {
    return (await server.query<{ timeline: string }>(STANDING))[0]?.timeline ?? '';
  } catch {
    return '';
  }
}
