import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPostgresIdentity, giveTo } from '../../../src/runtime/postgres-identity.ts';
import type { BackupServer } from './server.ts';

const PROGRAM = '/usr/bin/pgbackrest';
const TYPES = { none: ['none', '0'], gzip: ['gz', '1'], zstd: ['zst', '3'] } as const;

/** Why Debian's pgBackRest is not measured; undefined where it is. */
export function whyNoPgbackrest(): string | undefined {
  return existsSync(PROGRAM) && existsSync('/usr/bin/setpriv') ? undefined : 'pgBackRest (apt-get install pgbackrest)';
}

/**
 * The words of a full backup into an empty repository, and of what has to be done before it. One process, as everybody else; it reads the files of
 * the server, whose account it needs, and keeps no WAL: nothing is archived here.
 */
export function pgbackrestWords(
  { port, dataDirectory, superuser }: BackupServer,
  directory: string,
  compression: keyof typeof TYPES,
): { prepare: string[]; backup: string[] } {
  const [type, level] = TYPES[compression];
  const folders = ['repo1', 'log', 'lock', 'spool'].map((name) => ({ name, path: join(directory, name) }));
  for (const { path } of folders) mkdirSync(path);
  const config = join(directory, 'pgbackrest.conf');
  const lines = [
    '[global]',
    ...folders.map(({ name, path }) => `${name}-path=${path}`),
    'repo1-retention-full=2',
    'start-fast=y',
    'process-max=1',
    'archive-check=n',
    `compress-type=${type}`,
    ...(compression === 'none' ? [] : [`compress-level=${level}`]),
    '[bench]',
    `pg1-path=${dataDirectory}`,
    `pg1-port=${port}`,
    'pg1-user=postgres',
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const identity = findPostgresIdentity();
  giveTo(directory, identity);
  const become = identity
    ? ['/usr/bin/setpriv', `--reuid=${identity.uid}`, `--regid=${identity.gid}`, '--clear-groups']
    : [];
  const login = ['PGHOST=127.0.0.1', `PGPASSWORD=${superuser}`, `HOME=${directory}`];
  const quiet = ['--log-level-console=error', '--log-level-file=off'];
  const common = [...become, '/usr/bin/env', ...login, PROGRAM, `--config=${config}`, '--stanza=bench', ...quiet];
  return { prepare: [...common, 'stanza-create'], backup: [...common, '--type=full', 'backup'] };
}
