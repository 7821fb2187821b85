import { postgresChecks, redisChecks } from '../checks/index.ts';
import { readEnvironment } from '../config/environment.ts';
import { loadConfig } from '../config/load.ts';
import { problemLines, problemText } from '../config/problems.ts';
import { Fault } from '../core/errors.ts';
import type { Outcome } from '../core/outcome.ts';
import { operations } from '../operations/index.ts';
import type { TerminalPorts } from './ports.ts';

const knowledge = { checks: [...postgresChecks, ...redisChecks], operations };

/** The terminal's ports, joined to the house. */
export function terminalPorts(): TerminalPorts {
  return {
    operations,
    subjects: async () => subjects(),
    runReads: async () => notJoined(),
    runThroughDoor: async () => notJoined(),
    answer: async (operation) => {
      throw new Fault('unsupported', `${operation} is answered in Slack only`);
    },
    configProblems,
  };
}

function subjects(): string[] {
  const environment = readEnvironment();
  const loaded = loadConfig(environment.configPath, knowledge, environment.addresses);
  if ('problems' in loaded) throw new Fault('invalid_request', problemLines(loaded.problems));
  return [...loaded.config.targets, ...loaded.config.environments].map(({ name }) => name);
}

function configProblems(path: string | undefined): { file: string; problems: readonly string[] } {
  const file = path ?? readEnvironment().configPath;
  const loaded = loadConfig(file, knowledge);
  return { file, problems: 'problems' in loaded ? loaded.problems.map(problemText) : [] };
}

function notJoined(): Outcome {
  return { failed: 'this verb is not joined to the terminal', code: 'unsupported' };
}
