import { roleOf, whoCan, whyNot, type Asking } from '../config/authorise.ts';
import type { Config } from '../config/config.ts';
import type { Operation, Role } from '../core/operation.ts';
import type { RunRequest } from '../core/run.ts';
import { targetsOf } from './knowledge.ts';
import type { WhoAsks } from './who-asks.ts';

/** Why a person may not run this on this subject, and who can; undefined when allowed. */
export type Refused = { refused: string; who?: string };

/** Pure: the first environment of the subject in which the person lacks the role decides. */
export function whyNotAsk(config: Config, asking: Asking, operation: Operation, subject: string): Refused | undefined {
  const environments = environmentsIn(config, subject);
  for (const environment of environments) {
    const refused = whyNotIn(config, asking, operation.role, environment);
    if (refused) return refused;
  }
  return environments.length > 0 ? undefined : { refused: `There is no target or environment ${subject}.` };
}

export function whyNotIn(config: Config, asking: Asking, role: Role, environment: string): Refused | undefined {
  const refused = whyNot(config, asking, role, environment);
  return refused ? { refused, who: whoCan(config, role, environment) } : undefined;
}

/**
 * Why this trigger may not run this. Schedules and alarms run what the config gives them, and only what reads; a terminal
 * speaks with the rights of the person whose Slack id it names.
 */
export async function whyNotRun(
  config: Config,
  whoAsks: WhoAsks,
  request: RunRequest,
  operation: Operation,
): Promise<Refused | undefined> {
  const { trigger, subject } = request;
  if (trigger.kind === 'schedule' || trigger.kind === 'alarm' || trigger.kind === 'event') {
    const isItsOwn = operation.kind === 'run' && operation.startsByItself === true && trigger.kind === 'schedule';
    return operation.risk === 'reads' || isItsOwn
      ? undefined
      : { refused: `${trigger.kind === 'schedule' ? 'a' : 'an'} ${trigger.kind} may only start what reads` };
  }
  const asking = await whoAsks(trigger.user, operation.role, environmentsIn(config, subject));
  return whyNotAsk(config, asking, operation, subject);
}

/** The environments in which a person has any role. */
export function environmentsOf(config: Config, asking: Asking): string[] {
  return everyEnvironment(config).filter((name) => roleOf(config, asking, name) !== undefined);
}

/** The environments that a subject touches. */
export function environmentsIn(config: Config, subject: string): string[] {
  return [...new Set(targetsOf(config, subject).map(({ environment }) => environment))];
}

export function everyEnvironment(config: Config): string[] {
  return config.environments.map(({ name }) => name);
}

/** Who can see anything at all, for a stranger's refusal. */
export function whoCanSee(config: Config): string {
  const [first] = config.environments;
  return first ? whoCan(config, 'approver', first.name) : 'nobody: nightshift.yaml has no environment';
}

/** Slack user ids in a sentence, as the names of nightshift.yaml: a plain sentence is not where Slack resolves them. */
export function named(config: Config, sentence: string): string {
  return sentence.replace(/\b[UW][A-Z0-9]{2,}\b/g, (id) => config.people.find(({ slack }) => slack === id)?.name ?? id);
}
