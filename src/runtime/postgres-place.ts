import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Fault } from '../core/errors.ts';
import { type PostgresBinaries, postgresBinariesIn } from './postgres-binaries.ts';
import { isTraversableBy, type PostgresIdentity } from './postgres-identity.ts';

const placeName = /^nightshift-[0-9a-f]{16}$/;

/**
 * A folder for files that the account must reach: the wanted one, or, when it lies below a closed folder (a clone in root's
 * home), one outside that belongs to root and is always the same for the same wanted folder.
 */
export function reachableDirectory(wanted: string, identity: PostgresIdentity | undefined): string {
  const path = resolve(wanted);
  mkdirSync(dirname(path), { recursive: true });
  if (identity === undefined || isTraversableBy(path, identity)) return path;
  const outside = join(openFolder(identity), `nightshift-${digestOf(path)}`);
  if (!existsSync(outside)) {
    removeForgottenPlaces(dirname(outside));
    mkdirSync(outside);
    chmodSync(outside, 0o755); // Whatever the umask is.
  }
  if (!isOurs(outside)) throw new Fault('conflict', `${outside} belongs to somebody else; remove it`);
  writeFileSync(join(outside, 'made-for'), path);
  return join(outside, 'data');
}

/** The programs where the account can run them: copied once when node_modules lies below a closed folder. */
export function reachableBinaries(
  binaries: PostgresBinaries,
  identity: PostgresIdentity | undefined,
): PostgresBinaries {
  if (identity === undefined || isTraversableBy(binaries.postgres, identity)) return binaries;
  const copy = join(dirname(reachableDirectory(binaries.directory, identity)), `postgresql-${binaries.version}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    cpSync(binaries.directory, unfinished, { recursive: true, verbatimSymlinks: true });
    renameSync(unfinished, copy);
  }
  return postgresBinariesIn(copy, binaries.version);
}

/** The system's folder for temporary files, unless this user's own is closed as well. */
function openFolder(identity: PostgresIdentity): string {
  return isTraversableBy(join(tmpdir(), 'any'), identity) ? tmpdir() : '/var/tmp';
}

function digestOf(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}

function isOurs(place: string): boolean {
  const status = lstatSync(place);
  return status.isDirectory() && status.uid === process.getuid?.() && (status.mode & 0o022) === 0;
}

/** Places whose clone or data directory is gone, and in which no server runs. */
function removeForgottenPlaces(folder: string): void {
  for (const name of readdirSync(folder).filter((one) => placeName.test(one))) {
    const place = join(folder, name);
    const note = join(place, 'made-for');
    if (!isOurs(place) || !existsSync(note)) continue;
    const isWanted = existsSync(dirname(readFileSync(note, 'utf8')));
    const isInUse = globSync('data/**/postmaster.pid', { cwd: place }).length > 0;
    if (!isWanted && !isInUse) rmSync(place, { recursive: true, force: true });
  }
}
