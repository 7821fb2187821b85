import { postgresChecks, redisChecks } from '../checks/index.ts';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import { loadConfig } from '../config/load.ts';
import { problemLines } from '../config/problems.ts';
import { Fault } from '../core/errors.ts';
import { operations } from '../operations/index.ts';

/** What the config may refer to. */
export const configKnowledge = { checks: [...postgresChecks, ...redisChecks], operations };

/** Reads and verifies nightshift.yaml. Throws `invalid_request` with every problem in words. */
export function readConfig({ configPath, addresses, backupsDirectory }: Environment): Config {
  const loaded = loadConfig(configPath, configKnowledge, addresses, backupsDirectory);
  if ('config' in loaded) return loaded.config;
  const { problems } = loaded;
  throw new Fault('invalid_request', `nightshift.yaml has ${problems.length} problems: ${problemLines(problems)}`);
}
