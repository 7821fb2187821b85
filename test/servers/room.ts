import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { openProcessLedger } from '../../src/local/fleet/process-ledger.ts';
import { processStartTime } from '../../src/local/fleet/process-start-time.ts';

const prefix = 'nightshift-test-';

/** Makes a directory for one test run, after ending what killed runs have left behind. */
export async function openServerRoom(): Promise<string> {
  await Promise.all(roomsOfDeadRuns().map(emptyServerRoom));
  const room = mkdtempSync(join(tmpdir(), prefix));
  // PostgreSQL runs under another account when the tests run as root, and has to pass through.
  chmodSync(room, 0o711);
  writeFileSync(join(room, 'owner'), `${process.pid} ${processStartTime(process.pid)}`);
  mkdirSync(join(room, 'ledgers'));
  return room;
}

/** Ends every server of a run and removes its directory. */
export async function emptyServerRoom(room: string): Promise<void> {
  const folder = join(room, 'ledgers');
  const files = existsSync(folder) ? readdirSync(folder) : [];
  await Promise.all(files.map((file) => openProcessLedger(join(folder, file)).endLeftovers()));
  rmSync(room, { recursive: true, force: true, maxRetries: 50 });
}

let ownRoom: string | undefined;

/** For a program that is no test run: the room that it has opened. */
export function useServerRoom(room: string): void {
  ownRoom = room;
}

/** The directory of this run's servers. */
export function serverRoom(): string {
  return ownRoom ?? inject('serverRoom');
}

/** A new empty directory in the room of this run. */
export function makeServerDirectory(name: string): string {
  const directory = mkdtempSync(join(serverRoom(), `${name}-`));
  chmodSync(directory, 0o711);
  return directory;
}

/** Writes a started process down, so that it is ended even if its test never gets to it. */
export function recordServer(pid: number, what: string): void {
  openProcessLedger(join(serverRoom(), 'ledgers', String(process.pid))).record(pid, what);
}

function roomsOfDeadRuns(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(tmpdir(), name))
    .filter(isOfDeadRun);
}

function isOfDeadRun(room: string): boolean {
  let owner: string;
  try {
    owner = readFileSync(join(room, 'owner'), 'utf8');
  } catch {
    // It is being made, or another run that begins now has just taken it away.
    return false;
  }
  const [pid, startTime] = owner.split(' ', 2);
  return processStartTime(Number(pid)) !== startTime;
}
