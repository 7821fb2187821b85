import { postgresChecks, redisChecks } from '../checks/index.ts';
import type { Config } from '../config/config.ts';
import { readEnvironment, type Environment } from '../config/environment.ts';
import { loadConfig } from '../config/load.ts';
import { problemLines } from '../config/problems.ts';
import { Fault } from '../core/errors.ts';
import type { Operation, RunOperation, TargetName } from '../core/operation.ts';
import { operations } from '../operations/index.ts';

/** The config and all that it may name, read once for each process. */
export type Knowledge = { environment: Environment; config: Config };

let known: Knowledge | undefined;

/** Throws `invalid_request` with every problem of the config in words. */
export function knowledge(): Knowledge {
  if (known) return known;
  const environment = readEnvironment();
  const loaded = loadConfig(environment.configPath, configKnowledge, environment.addresses);
  if ('problems' in loaded) {
    throw new Fault(
      'invalid_request',
      `nightshift.yaml has ${loaded.problems.length} problems: ${problemLines(loaded.problems)}`,
    );
  }
  known = { environment, config: loaded.config };
  return known;
}

/** What the config may refer to. */
export const configKnowledge = { checks: [...postgresChecks, ...redisChecks], operations };

export function findOperation(id: string): Operation | undefined {
  return operations.find((operation) => operation.id === id);
}

export function findRunOperation(id: string): RunOperation | undefined {
  const operation = findOperation(id);
  return operation?.kind === 'run' ? operation : undefined;
}

/** The targets that a subject names: one by its own name, or all of an environment. */
export function targetsOf(config: Config, subject: string): TargetName[] {
  return config.targets
    .filter((target) => target.name === subject || target.environment === subject)
    .map(({ name, engine, environment }) => ({ name, engine, environment }));
}
