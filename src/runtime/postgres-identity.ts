import { lchownSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Fault } from '../core/errors.ts';

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
