import { spawnSync } from 'node:child_process';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Bench } from '../area.ts';
import type { LargeServer } from './large-server.ts';

/** https://www.npmjs.com/package/heroku-pg-extras, of which only the text of its statements is used. */
const PACKAGE = 'heroku-pg-extras@1.2.5';

/** The commands that ask what our health report asks, too, and whose statement is complete as it stands in the file. */
const COMMANDS = [
  'bloat',
  'blocking',
  'cache_hit',
  'index_usage',
  'long_running_queries',
  'seq_scans',
  'unused_indexes',
  'vacuum_stats',
];

/** The statements of pg-extras, asked over one connection as its CLI's user would. */
export type PgExtras = { version: string; questions: readonly string[]; askAll(): Promise<void> };

/** Fetches the package without its dependencies and reads its statements. Says why there are none. */
export function findPgExtras({ say, afterwards }: Bench, server: LargeServer): PgExtras | { none: string } {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-bench-pg-extras-'));
  afterwards.defer(() => rmSync(folder, { recursive: true, force: true }));
  const failure = fetchInto(folder);
  if (failure !== undefined) {
    say(`pg-extras could not be fetched: ${failure}`);
    return { none: 'pg-extras could not be fetched here' };
  }
  const statements = COMMANDS.map((command) => statementOf(join(folder, 'package', 'commands', `${command}.js`)));
  const version = PACKAGE.slice(PACKAGE.lastIndexOf('@') + 1);
  return { version, questions: COMMANDS, askAll: () => askAll(server, statements) };
}

function fetchInto(folder: string): string | undefined {
  const packed = spawnSync('npm', ['pack', '--silent', '--ignore-scripts', PACKAGE], { cwd: folder, encoding: 'utf8' });
  if (packed.status !== 0) return packed.error?.message ?? packed.stderr.trim();
  const unpacked = spawnSync('tar', ['-xzf', packed.stdout.trim()], { cwd: folder, encoding: 'utf8' });
  return unpacked.status === 0 ? undefined : unpacked.stderr.trim();
}

function statementOf(file: string): string {
  const statement = /\bquery = `([^`]*)`/.exec(readFileSync(file, 'utf8'))?.[1];
  if (statement === undefined || statement.includes('${')) throw new Error(`no complete statement in ${file}`);
  return statement;
}

async function askAll({ port, database, passwordOf }: LargeServer, statements: readonly string[]): Promise<void> {
  const asker = 'bench_pg_extras';
  const client = new pg.Client({ host: '127.0.0.1', port, database, user: asker, password: passwordOf(asker) });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
