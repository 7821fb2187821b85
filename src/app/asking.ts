import { roleOf, whoCan, whyNot } from '../config/authorise.ts';
import type { Config } from '../config/config.ts';
import type { Operation, OperationSummary, Role } from '../core/operation.ts';
import type { RunRequest } from '../core/run.ts';
import { targetsOf } from './knowledge.ts';

/** Why a person may not run this on this subject, and who can; undefined when allowed. */
export type Refused = { refused: string; who?: string };

/** Pure: the first environment of the subject in which the person lacks the role decides. */
export function whyNotAsk(config: Config, user: string, operation: Operation, subject: string): Refused | undefined {
  const environments = new Set(targetsOf(config, subject).map((target) => target.environment));
  for (const environment of environments) {
    const refused = whyNotIn(config, user, operation.role, environment);
    if (refused) return refused;
  }
  return environments.size > 0 ? undefined : { refused: `There is no target or environment ${subject}.` };
}

export function whyNotIn(config: Config, user: string, role: Role, environment: string): Refused | undefined {
  const refused = whyNot(config, user, role, environment);
  return refused ? { refused, who: whoCan(config, role, environment) } : undefined;
}

/**
 * Pure: why this trigger may not run this. Schedules and alarms run what the config gives them, and only what reads; a
 * terminal speaks with the rights of the person whose Slack id it names.
 */
export function whyNotRun(config: Config, request: RunRequest, operation: Operation): Refused | undefined {
  const { trigger } = request;
  if (trigger.kind === 'schedule' || trigger.kind === 'alarm') {
    return operation.risk === 'reads' ? undefined : { refused: `a ${trigger.kind} may only start what reads` };
  }
  return whyNotAsk(config, trigger.user, operation, request.subject);
}

/** The environments in which a person has any role. */
export function environmentsOf(config: Config, user: string): string[] {
  return config.environments.map(({ name }) => name).filter((name) => roleOf(config, user, name) !== undefined);
}

/** Who can see anything at all, for a stranger's refusal. */
export function whoCanSee(config: Config): string {
  const [first] = config.environments;
  return first ? whoCan(config, 'approver', first.name) : 'nobody: nightshift.yaml has no environment';
}

export function summaryOf(operation: Operation): OperationSummary {
  const { id, title, why, risk, scope, engines, fields, examples } = operation;
  return { id, title, why, risk, scope, engines, fields, examples };
}

/** Slack user ids in a sentence, as the names of nightshift.yaml: a plain sentence is not where Slack resolves them. */
export function named(config: Config, sentence: string): string {
  return sentence.replace(/\b[UW][A-Z0-9]{2,}\b/g, (id) => config.people.find(({ slack }) => slack === id)?.name ?? id);
}
