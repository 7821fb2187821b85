import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findPostgresIdentity, giveTo } from '../../runtime/postgres-identity.ts';
import { forgottenFolders, isAlive, noteOwner } from '../own-folder.ts';

/** No room lives longer. */
const places = { prefix: 'nightshift-drill-', note: 'drill.json', longestMs: 2 * 3_600_000 };

/** A folder for one drill that only this account may enter. TMPDIR says where. */
export function takeDrillPlace(): string {
  const place = mkdtempSync(join(tmpdir(), places.prefix));
  giveTo(place, findPostgresIdentity());
  noteOwner(place, places.note);
  return place;
}

/** Takes away what drills left whose process was killed: their servers, then their folders. Says how many. */
export async function reapDrills(folder = tmpdir()): Promise<number> {
  const left = forgottenFolders(places, folder);
  for (const place of left) await removeDrillPlace(place);
  return left.length;
}

/** Ends what still runs in it, and removes it. Throws where something cannot be removed. */
export async function removeDrillPlace(place: string): Promise<void> {
  for (const name of existsSync(place) ? readdirSync(place) : []) {
    const data = join(place, name, 'data');
    const pid = serverIn(data);
    // https://www.postgresql.org/docs/current/server-shutdown.html: at once, since nobody goes on with it.
    if (pid !== undefined) await end(pid, data);
  }
  rmSync(place, { recursive: true, force: true, maxRetries: 5 });
}

function serverIn(data: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return isServerOf(pid, data) ? pid : undefined;
  } catch {
    return undefined;
  }
}

async function end(pid: number, data: string): Promise<void> {
  for (let look = 0; look < 500 && isServerOf(pid, data); look += 1) {
    try {
      process.kill(pid, look < 300 ? 'SIGQUIT' : 'SIGKILL');
    } catch {
      return;
    }
    await pause(20);
  }
}

/** A number may be another process's by now: only one that was started with this folder is the server. */
function isServerOf(pid: number, data: string): boolean {
  if (!(pid > 1) || !isAlive(pid)) return false;
  return commandOf(pid).includes(data);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return askPs(pid);
  }
}

function askPs(pid: number): string {
  try {
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
