import { postgresChecks, redisChecks } from '../checks/index.ts';
import { readEnvironment } from '../config/environment.ts';
import { loadConfig } from '../config/load.ts';
import { problemLines, problemText } from '../config/problems.ts';
import { Fault } from '../core/errors.ts';
import { operations } from '../operations/index.ts';
import type { TerminalPorts } from './ports.ts';

const knowledge = { checks: [...postgresChecks, ...redisChecks], operations };

/** The terminal's ports, joined to the house. The app, with its clients of AWS and databases, is loaded only when it works. */
export function terminalPorts(): TerminalPorts {
  return {
    operations,
    subjects: async () => subjects(),
    runReads: async (operation, url, args) => (await import('../app/terminal.ts')).readUrl(operation, url, args),
    runThroughDoor: async (operation, subject, args, onProgress) =>
      (await import('../app/terminal.ts')).runThroughDoor(operation, subject, args, onProgress),
    runHere: async (operation, target, args, onProgress) =>
      (await import('../app/run-here.ts')).runHere(operation, target, args, onProgress),
    answer: async (operation, args) => (await import('../app/terminal.ts')).answerInTerminal(operation, args),
    setUp: async (words, streams) => (await import('./set-up.ts')).setUp(words, streams),
    logs: async (words, streams) => (await import('./logs/logs.ts')).logs(words, streams),
    restore: async (words, streams) => (await import('./restore.ts')).restore(words, streams),
    follow: async (target, say) => (await import('./follow.ts')).follow(target, say),
    serve: async (words, say) => (await import('./serve.ts')).serve(words, say),
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
