import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { aptInstall, isDebianAsRoot } from '../../bootstrap/apt.mjs';
import type { Bench } from '../area.ts';
import type { LargeServer } from './large-server.ts';

const PROGRAM = '/usr/bin/check_postgres';

/** The questions that our health report asks, too, with limits that nobody meets; bloat is not among them. */
const QUESTIONS: Readonly<Record<string, readonly string[]>> = {
  backends: [],
  txn_idle: ['--warning=5 minutes', '--critical=10 minutes'],
  txn_time: ['--warning=5 minutes', '--critical=10 minutes'],
  locks: [],
  hitratio: ['--warning=80%', '--critical=50%'],
  database_size: ['--warning=100GB', '--critical=200GB'],
  txn_wraparound: [],
  autovac_freeze: [],
  prepared_txns: ['--warning=60', '--critical=120'],
  last_vacuum: ['--warning=5 days', '--critical=10 days'],
  replication_slots: ['--warning=10GB', '--critical=20GB'],
};

/** Debian's check_postgres, with the questions that it answers on this server. */
export type CheckPostgres = { version: string; questions: readonly string[]; askAll(): Promise<void> };

/** Finds the program, installs it where this process may, and asks everything once. Says why there is none. */
export async function findCheckPostgres(bench: Bench, server: LargeServer): Promise<CheckPostgres | { none: string }> {
  if (!existsSync(PROGRAM)) install(bench);
  if (!existsSync(PROGRAM)) return { none: 'check_postgres is not installed here' };
  const about = await run(['--version'], {});
  const version = /\d+(\.\d+)+/.exec(about.said)?.[0] ?? 'of an unknown version';
  const questions: string[] = [];
  for (const action of Object.keys(QUESTIONS)) {
    const answered = await ask(server, action);
    if (answered.code < 3) questions.push(action);
    else bench.say(`check_postgres does not answer ${action}: ${answered.said.trim().split('\n')[0] ?? ''}`);
  }
  const askAll = async () => {
    for (const action of questions) {
      const { code, said } = await ask(server, action);
      if (code >= 3) throw new Error(`check_postgres no longer answers ${action}: ${said.trim()}`);
    }
  };
  return { version, questions, askAll };
}

function install({ say }: Bench): void {
  if (!isDebianAsRoot()) return;
  say('installing check-postgres (apt-get)');
  const failure = aptInstall(['check-postgres']);
  if (failure !== undefined) say(`apt-get failed: ${failure}`);
}

function ask({ port, database, passwordOf }: LargeServer, action: string) {
  const asker = 'bench_check_postgres';
  const place = ['--host=127.0.0.1', `--port=${port}`, `--dbname=${database}`, `--dbuser=${asker}`];
  return run([`--action=${action}`, ...place, ...(QUESTIONS[action] ?? [])], { PGPASSWORD: passwordOf(asker) });
}

/** Ends with 0 to 2 for an answer and 3 for none, as Nagios wants it. */
async function run(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ code: number; said: string }> {
  const child = spawn(PROGRAM, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin', LANG: 'C', ...environment },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? 3, said };
}
