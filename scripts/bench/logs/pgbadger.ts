import { join } from 'node:path';
import { installPgBadger } from '../../../test/logs/pgbadger/install.ts';
import type { Bench } from '../area.ts';
import { programCost, type Cost } from './run.ts';

/** pgBadger's report of the same log by one process, or undefined where it cannot be had. */
export async function pgBadgerCost(bench: Bench, file: string, prefix: string): Promise<Cost | undefined> {
  const folder = join(bench.root, '.nightshift');
  const installed = installPgBadger(folder);
  if ('problem' in installed) {
    bench.say(installed.problem);
    return undefined;
  }
  bench.say(`pgBadger ${installed.version} takes minutes`);
  const format = ['-q', '-j', '1', '-f', 'stderr', '-p', prefix];
  const words = [installed.program, '--pid-dir', folder, ...format, '-x', 'json', '-o', '-', file];
  return programCost('perl', words, installed.environment);
}
