import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askTool, type ToolAnswer } from '../../src/app/tools/tool-command.ts';
import type { BackupToolSpec } from '../../src/core/backup-tool.ts';
import { findPostgresIdentity, giveTo } from '../../src/runtime/postgres-identity.ts';
import { testPasswords } from './passwords.ts';
import { startTestPostgres, type TestPostgres } from './postgres.ts';
import { installedMajors } from './postgres-majors.ts';
import { makeServerDirectory } from './room.ts';

const advice = 'Debian 12: sudo apt-get install pgbackrest barman postgresql-15';
const has15 = installedMajors.includes(15) && existsSync('/usr/bin/setpriv');
/** Why they cannot be used here; undefined where they can. */
export const whyNoPgbackrest = has15 && existsSync('/usr/bin/pgbackrest') ? undefined : `needs pgBackRest. ${advice}`;
export const whyNoBarman = has15 && existsSync('/usr/bin/barman') ? undefined : `needs Barman. ${advice}`;

/** A PostgreSQL 15 whose WAL a tool archives, and the tool as the config names it. */
export type ServerWithTool = {
  server: TestPostgres;
  tool: BackupToolSpec;
  /** Where the tool has its repository. */
  repository: string;
  /** Runs the tool with these words; its exit code has to be 0. */
  run(...words: string[]): Promise<ToolAnswer>;
  /** Writes rows and has the segment of WAL that they are in archived. */
  write(rows: number): Promise<void>;
  /** A new path whose place the tool's account reaches. */
  place(name: string): string;
  stop(): Promise<void>;
};

/** As the account of the server, which root has to become; a login is in the environment that `env` gives it alone. */
function asServer(directory: string): string[] {
  const identity = findPostgresIdentity();
  const become = identity
    ? ['/usr/bin/setpriv', `--reuid=${identity.uid}`, `--regid=${identity.gid}`, '--clear-groups']
    : [];
  return [...become, '/usr/bin/env', 'PGHOST=127.0.0.1', `PGPASSWORD=${testPasswords.superuser}`, `HOME=${directory}`];
}

export async function startWithPgbackrest(): Promise<ServerWithTool> {
  const directory = makeServerDirectory('pgbackrest');
  const config = join(directory, 'pgbackrest.conf');
  const server = await startTestPostgres({
    major: 15,
    settings: {
      archive_mode: 'on',
      archive_command: `/usr/bin/pgbackrest --config=${config} --stanza=shop archive-push %p`,
    },
  });
  const paths = ['repo1', 'log', 'lock', 'spool'].map((name) => `${name}-path=${join(directory, name)}`);
  writeFileSync(
    config,
    `[global]\n${paths.join('\n')}\nrepo1-retention-full=5\nstart-fast=y\narchive-timeout=60\n[shop]\npg1-path=${server.dataDirectory}\npg1-port=${server.port}\npg1-user=postgres\n`,
  );
  for (const name of ['repo1', 'log', 'lock', 'spool']) mkdirSync(join(directory, name));
  giveTo(directory, findPostgresIdentity());
  const command = [...asServer(directory), '/usr/bin/pgbackrest', `--config=${config}`];
  const given = withTool(server, directory, { name: 'pgbackrest', server: 'shop', command, repository: null });
  await given.run('--stanza=shop', 'stanza-create');
  return { ...given, repository: join(directory, 'repo1') };
}

export async function startWithBarman(): Promise<ServerWithTool> {
  const directory = makeServerDirectory('barman');
  const config = join(directory, 'barman.conf');
  const home = join(directory, 'home');
  mkdirSync(join(home, 'shop', 'incoming'), { recursive: true });
  const server = await startTestPostgres({
    major: 15,
    settings: { archive_mode: 'on', archive_command: `cp %p ${join(home, 'shop', 'incoming')}/%f` },
  });
  const login = `host=127.0.0.1 port=${server.port} user=postgres`;
  const user = findPostgresIdentity()?.name ?? process.env['USER'] ?? 'postgres';
  writeFileSync(
    config,
    `[barman]\nbarman_user = ${user}\nbarman_home = ${home}\nlog_file = ${join(directory, 'barman.log')}\nconfiguration_files_directory = ${directory}/conf.d\n[shop]\ndescription = shop\nconninfo = ${login} dbname=postgres\nstreaming_conninfo = ${login}\nbackup_method = postgres\narchiver = on\nimmediate_checkpoint = on\npath_prefix = /usr/lib/postgresql/15/bin\n`,
  );
  giveTo(directory, findPostgresIdentity());
  const command = [...asServer(directory), '/usr/bin/barman', '-c', config];
  const given = withTool(server, directory, { name: 'barman', server: 'shop', command, repository: null });
  return { ...given, repository: home };
}

function withTool(server: TestPostgres, directory: string, tool: BackupToolSpec): Omit<ServerWithTool, 'repository'> {
  const run = async (...words: string[]) => {
    const answer = await askTool(tool.command ?? [], words);
    if (answer.exitCode !== 0) throw new Error(`${words.join(' ')}: ${answer.stderr}${answer.stdout}`);
    return answer;
  };
  return {
    server,
    tool,
    run,
    write: async (rows) => {
      await server.query('CREATE TABLE IF NOT EXISTS orders (id int)');
      await server.query('INSERT INTO orders SELECT generate_series(1, $1::int)', [rows]);
      const [row] = await server.query<{ name: string }>(
        'SELECT pg_walfile_name(pg_current_wal_lsn()) AS name, pg_switch_wal()',
      );
      await archived(server, row?.name ?? '');
      if (tool.name === 'barman') await run('archive-wal', 'shop');
    },
    place: (name) => join(directory, name),
    stop: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Until the server itself says that the segment was taken. */
async function archived(server: TestPostgres, segment: string): Promise<void> {
  const untilMs = Date.now() + 120_000;
  const ARCHIVED = 'SELECT last_archived_wal >= $1 AS is_there FROM pg_stat_archiver';
  for (;;) {
    const [row] = await server.query<{ is_there: boolean | null }>(ARCHIVED, [segment]);
    if (row?.is_there === true) return;
    if (Date.now() > untilMs) throw new Error(`${segment} was not archived within two minutes`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
