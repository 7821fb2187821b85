import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** pgBadger and what it needs to write JSON, as Debian packages them. */
const PACKAGES = ['pgbadger', 'libjson-xs-perl', 'libcommon-sense-perl', 'libtypes-serialiser-perl'];

/** pgBadger, unpacked and not installed. `run` gives its output; it throws an Error with what it said when it fails. */
export type PgBadger = { version: string; program: string; environment: NodeJS.ProcessEnv };

/**
 * Fetches pgBadger with `apt-get download` into `cacheFolder`, once. Gives a sentence that says why when that cannot be done here.
 */
export function installPgBadger(cacheFolder: string): PgBadger | { problem: string } {
  const folder = join(cacheFolder, 'pgbadger');
  if (!existsSync(folder)) {
    const problem = fetchInto(folder);
    if (problem !== undefined)
      return { problem: `pgBadger cannot be fetched here, so nothing is compared: ${problem}` };
  }
  const libraries = globSync(['usr/share/perl5', 'usr/lib/*/perl5/5.*'], { cwd: folder }).map((path) =>
    join(folder, path),
  );
  const environment = { ...process.env, PERL5LIB: libraries.join(':'), LC_ALL: 'C' };
  const program = join(folder, 'usr/bin/pgbadger');
  const { status, stdout, stderr } = spawnSync('perl', [program, '--version'], { encoding: 'utf8', env: environment });
  const version = /version (\S+)/.exec(stdout ?? '')?.[1];
  if (status === 0 && version !== undefined) return { version, program, environment };
  return { problem: `pgBadger does not run here, so nothing is compared: ${stderr ?? 'there is no perl'}` };
}

/** Unpacks the packages under another name until all are there. */
function fetchInto(folder: string): string | undefined {
  const unfinished = `${folder}.${process.pid}`;
  const packages = join(unfinished, 'packages');
  mkdirSync(packages, { recursive: true });
  try {
    const fetched = spawnSync('apt-get', ['download', ...PACKAGES], {
      cwd: packages,
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (fetched.status !== 0) return fetched.error?.message ?? fetched.stderr;
    for (const file of globSync('*.deb', { cwd: packages })) {
      const unpacked = spawnSync('dpkg', ['-x', join(packages, file), unfinished], { encoding: 'utf8' });
      if (unpacked.status !== 0) return unpacked.error?.message ?? unpacked.stderr;
    }
    if (!existsSync(folder)) renameSync(unfinished, folder);
    return undefined;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
