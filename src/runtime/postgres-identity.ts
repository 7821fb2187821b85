import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Fault } from '../core/errors.ts';
import { type PostgresBinaries, postgresBinariesIn } from './postgres-binaries.ts';

/** The account that a PostgreSQL server runs under when this process is root, which PostgreSQL refuses to be. */
export type PostgresIdentity = { name: string; uid: number; gid: number };

const accounts = ['postgres', 'nobody'] as const;

/** An unprivileged account of /etc/passwd for root; undefined for everybody else, who runs PostgreSQL as themselves. */
export function findPostgresIdentity(passwdFile = '/etc/passwd'): PostgresIdentity | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync(passwdFile, 'utf8').split('\n');
  for (const account of accounts) {
    const [name, , uid, gid] = lines.find((line) => line.startsWith(`${account}:`))?.split(':') ?? [];
    if (name !== undefined) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new Fault(
    'unsupported',
    `PostgreSQL does not run as root, and ${passwdFile} has none of: ${accounts.join(', ')}`,
  );
}

/** May this account pass through every folder above a path? Looks at the mode bits of path_resolution(7), not at ACLs. */
export function isTraversableBy(path: string, identity: PostgresIdentity): boolean {
  const folder = dirname(resolve(path));
  const { mode, uid, gid } = statSync(folder);
  const bit = uid === identity.uid ? 0o100 : gid === identity.gid ? 0o010 : 0o001;
  return (mode & bit) !== 0 && (folder === '/' || isTraversableBy(folder, identity));
}

/**
 * A folder for files that the account must reach: the wanted one, or, when it lies below a closed folder (a clone in root's
 * home), one outside that belongs to root and is always the same for the same wanted folder.
 */
export function reachableDirectory(wanted: string, identity: PostgresIdentity | undefined): string {
  mkdirSync(dirname(resolve(wanted)), { recursive: true });
  if (identity === undefined || isTraversableBy(wanted, identity)) return resolve(wanted);
  const digest = createHash('sha256').update(resolve(wanted)).digest('hex').slice(0, 16);
  const outside = join(tmpdir(), `nightshift-${digest}`);
  mkdirSync(outside, { recursive: true, mode: 0o755 });
  const { uid, mode } = lstatSync(outside);
  const isOurs = lstatSync(outside).isDirectory() && uid === process.getuid?.() && (mode & 0o022) === 0;
  if (!isOurs) throw new Fault('conflict', `${outside} exists and belongs to somebody else; remove it`);
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

/** Makes an empty folder that only the account can enter. */
export function makePrivateDirectory(path: string, identity: PostgresIdentity | undefined): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (identity) lchownSync(path, identity.uid, identity.gid);
}

/** Gives a whole tree to the account. */
export function giveTo(path: string, identity: PostgresIdentity | undefined): void {
  if (!identity) return;
  lchownSync(path, identity.uid, identity.gid);
  if (!lstatSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) giveTo(join(path, name), identity);
}

/** The account as spawn() takes it; empty for everybody but root. */
export function uidAndGid(identity: PostgresIdentity | undefined): { uid?: number; gid?: number } {
  return identity ? { uid: identity.uid, gid: identity.gid } : {};
}
