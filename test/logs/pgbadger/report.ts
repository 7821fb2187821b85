import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PgBadger } from './install.ts';

type Named<T> = Record<string, T>;

/** What is compared of `pgbadger -x json`; durations in milliseconds, those of checkpoints in seconds. */
export type PgBadgerReport = {
  overall_stat: { queries_number: number; errors_number: number; postgres: { queries_duration: Named<number> } };
  normalyzed_info: { postgres: Named<{ count: number; duration: number; max: string }> };
  error_info: { postgres: Named<{ count: number }> };
  tempfile_info: { postgres: { count: number; size: number; maxsize: number } };
  lock_info: { postgres: Named<{ count: number; duration: number }> };
  checkpoint_info: { total: number };
  autovacuum_info: { postgres: { tables: Named<{ vacuums: number }> } };
  autoanalyze_info: { postgres: { tables: Named<{ analyzes: number }> } };
  connection_info: { postgres: { count: number } };
  session_info: { postgres: { count: number; duration: number } };
  logs_type: { postgres: Named<number> };
};

/** What pgBadger says of a log of format stderr. */
export function pgBadgerReport({ program, environment }: PgBadger, log: Buffer, prefix: string): PgBadgerReport {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-pgbadger-'));
  try {
    const [input, output] = [join(folder, 'pg.log'), join(folder, 'report.json')];
    writeFileSync(input, log);
    // It runs once for each folder of its process file.
    const words = [program, '--pid-dir', folder, '-q', '-f', 'stderr', '-p', prefix, '-x', 'json', '-o', output, input];
    const { status, stdout, stderr } = spawnSync('perl', words, { encoding: 'utf8', env: environment, cwd: folder });
    if (status !== 0) throw new Error(`pgBadger failed: ${stderr}${stdout}`);
    return JSON.parse(readFileSync(output, 'utf8')) as PgBadgerReport;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
