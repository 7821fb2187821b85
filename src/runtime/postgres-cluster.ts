import { spawn } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../core/errors.ts';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts';
import { findPostgresIdentity, giveTo, makePrivateDirectory, uidAndGid } from './postgres-identity.ts';
import { reachableBinaries } from './postgres-place.ts';

/** All that a server's process is given as environment: nothing of ours. */
export const serverEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C', TZ: 'UTC' };

/**
 * Makes a new cluster whose every TCP connection needs a SCRAM password; the superuser is `postgres`. The data directory
 * appears complete or not at all. https://www.postgresql.org/docs/18/app-initdb.html
 */
export async function initialisePostgres(
  dataDirectory: string,
  superuserPassword: string,
  binaries: PostgresBinaries = findPostgresBinaries(),
): Promise<void> {
  const identity = findPostgresIdentity();
  const { initdb } = reachableBinaries(binaries, identity);
  const unfinished = mkdtempSync(join(dirname(dataDirectory), 'initdb-'));
  const passwordFile = `${unfinished}.password`;
  makePrivateDirectory(unfinished, identity);
  writeFileSync(passwordFile, `${superuserPassword}\n`, { mode: 0o600, flag: 'wx' });
  giveTo(passwordFile, identity);
  const args = [
    '--auth=scram-sha-256',
    '--username=postgres',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
    '--data-checksums',
  ];
  try {
    await run(initdb, ['-D', unfinished, `--pwfile=${passwordFile}`, ...args], uidAndGid(identity));
    renameSync(unfinished, dataDirectory);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function run(program: string, words: readonly string[], account: { uid?: number; gid?: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      ...account,
      cwd: '/',
      env: serverEnvironment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    child.once('error', (cause) =>
      reject(new Fault('unsupported', `initdb does not start: ${cause.message}`, { cause })),
    );
    child.once('close', (code) => {
      if (code === 0) return resolve();
      reject(new Fault('unsupported', `initdb failed: ${complaintIn(said) || `it ended with ${code ?? 'a signal'}`}`));
    });
  });
}

/** The line that says what is wrong, out of all that a PostgreSQL program said. */
export function complaintIn(said: string): string {
  const lines = said.trim().split('\n');
  return lines.find((line) => /FATAL|error:/.test(line)) ?? lines[0] ?? '';
}
