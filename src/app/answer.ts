import { whyNot } from '../config/authorise.ts';
import type { Config } from '../config/config.ts';
import type { AnswerContext, AnswerOperation } from '../core/operation.ts';
import type { Report } from '../core/report.ts';
import { operations } from '../operations/index.ts';
import { environmentsOf, summaryOf } from './asking.ts';
import { findOperation } from './knowledge.ts';

export type AnswerTools = {
  config: Config;
  now(): number;
  latestReport(target: string): Promise<Report | undefined>;
};

/** Answers a quick verb in the acknowledgement, from what is known already; a person sees what the roles allow. */
export async function answerNow(
  tools: AnswerTools,
  operation: AnswerOperation,
  user: string,
  args: Readonly<Record<string, string>>,
): Promise<Report> {
  return operation.answer(contextOf(tools, user), args);
}

function contextOf({ config, now, latestReport }: AnswerTools, user: string): AnswerContext {
  const environments = environmentsOf(config, user);
  const targets = config.targets
    .filter((target) => environments.includes(target.environment))
    .map(({ name, engine, environment }) => ({ name, engine, environment }));
  return {
    now: new Date(now()).toISOString(),
    targets,
    environments,
    operations: operations.map(summaryOf),
    latest: () =>
      Promise.all(
        targets.map(async (target) => {
          const report = await latestReport(target.name);
          return report ? { target, report } : { target };
        }),
      ),
    whyNot: (id, environment) => {
      const operation = findOperation(id);
      return operation ? whyNot(config, user, operation.role, environment) : `there is no verb ${id}`;
    },
  };
}
