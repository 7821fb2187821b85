import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setInterval } from 'node:timers/promises';
import type { Fleet } from '../fleet/index.ts';
import type { PostgresServer } from '../fleet/postgres-server.ts';
import type { Drill } from './drill.ts';
import { replicaStreams } from './stop-primary.ts';
import { until } from './until.ts';

const LOOK_EVERY_MS = 1000;
/** The new start of a fleet removes what is called so. */
const ASIDE = 'copy-destroyed-';

/** What was destroyed, the former primary first, and what looks out for the restored files. */
type Lost = { servers: readonly PostgresServer[]; looking: AbortController; back?: Promise<void> };

/** Both hosts lost their disks: only a backup has the shop. It starts again by itself from what was restored beside them. */
export function dataDestroyed({ postgres }: Fleet): Drill {
  const [one] = postgres.servers;
  const folder = dirname(one?.dataDirectory ?? '');
  const restored = join(folder, 'restored');
  let lost: Lost | undefined;
  const bringBack = async (now: Lost) => {
    now.looking.abort();
    now.back ??= startAgain(postgres, now.servers, restored).catch((thrown: unknown) => {
      delete now.back;
      throw thrown;
    });
    await now.back;
    lost = undefined;
  };
  return {
    name: 'data-destroyed',
    title: 'Destroy the data of shop-db',
    what: `Ends both servers of shop-db and removes their files: only a backup has the shop. Say /db backup shop-db before. Bring it back in a terminal as the backup told: npx nightshift restore shop-db --into ${shown(restored)}; the shop starts from there by itself.`,
    on: async () => {
      if (lost) return;
      const primary = await postgres.primary();
      if (!primary) throw new Error('no server takes writes: switch the other drills off first');
      const servers = [primary, ...postgres.servers.filter((server) => server !== primary)];
      rmSync(restored, { recursive: true, force: true });
      const now: Lost = { servers, looking: new AbortController() };
      lost = now;
      for (const server of servers) await destroy(server);
      void lookOut(restored, now, () => bringBack(now));
    },
    off: async () => {
      if (lost) await bringBack(lost);
    },
    isOn: async () => lost !== undefined,
  };
}

/** What is to be typed is shorter from where the demo was started. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

/** As a lost disk leaves it; the files lie aside for whoever switches this off without a restore. */
async function destroy({ name, dataDirectory, stop }: PostgresServer): Promise<void> {
  await stop();
  const aside = asideOf(dataDirectory, name);
  rmSync(aside, { recursive: true, force: true });
  renameSync(dataDirectory, aside);
}

function asideOf(dataDirectory: string, name: string): string {
  return join(dirname(dataDirectory), `${ASIDE}${name}`);
}

async function lookOut(restored: string, { looking }: Lost, bringBack: () => Promise<void>): Promise<void> {
  try {
    for await (const _ of setInterval(LOOK_EVERY_MS, undefined, { signal: looking.signal, ref: false }))
      if (isReady(restored)) await bringBack();
  } catch {
    // Given up, or the switch is still there to try again.
  }
}

/** A restore is over when the server that it started has replayed all and was stopped. */
function isReady(restored: string): boolean {
  const has = (...names: string[]) => existsSync(join(restored, ...names));
  if (!has('restore.json') || !has('data', 'PG_VERSION')) return false;
  if (has('data', 'recovery.signal') || has('data', 'postmaster.pid')) return false;
  const { isReady: isDone } = JSON.parse(readFileSync(join(restored, 'restore.json'), 'utf8')) as { isReady: boolean };
  return isDone;
}

async function startAgain(
  postgres: Fleet['postgres'],
  servers: readonly PostgresServer[],
  restored: string,
): Promise<void> {
  const [first] = servers;
  const isRestored = isReady(restored);
  if (isRestored && first) adopt(join(restored, 'data'), first.dataDirectory);
  for (const { name, dataDirectory } of servers) {
    const aside = asideOf(dataDirectory, name);
    if (!isRestored && existsSync(aside)) renameSync(aside, dataDirectory);
    rmSync(aside, { recursive: true, force: true });
  }
  rmSync(restored, { recursive: true, force: true });
  for (const server of servers) await postgres.restore(server);
  await until('the replica to stream again', () => replicaStreams(postgres));
}

/** It takes the place of the lost one, as docs/backups.md says: without what the restore has switched off. */
function adopt(data: string, dataDirectory: string): void {
  const file = join(data, 'postgresql.auto.conf');
  const [before = ''] = readFileSync(file, 'utf8').split('# Written by the restore');
  writeFileSync(file, before);
  rmSync(dataDirectory, { recursive: true, force: true });
  renameSync(data, dataDirectory);
}
