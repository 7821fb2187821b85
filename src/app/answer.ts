import { whyNoGroup, whyNot, type Asking } from '../config/authorise.ts';
import type { Config } from '../config/config.ts';
import type { AnswerContext, AnswerOperation, Role } from '../core/operation.ts';
import type { Mute } from '../core/quiet.ts';
import type { Report } from '../core/report.ts';
import type { RunRecord } from '../core/run-record.ts';
import { environmentsIn, environmentsOf, everyEnvironment, whyNotIn, type Refused } from './asking.ts';
import { catalogue } from '../operations/catalogue.ts';
import { findEntry } from './catalogue.ts';
import type { RunBook } from './run-book.ts';
import type { WhoAsks } from './who-asks.ts';

export type AnswerTools = {
  config: Config;
  now(): number;
  whoAsks: WhoAsks;
  /** Who a person is now: a role that was taken away a minute ago counts no more. */
  whoDecides: WhoAsks;
  latestReport(target: string): Promise<Report | undefined>;
  mutesInForce(targets: readonly string[]): Promise<readonly Mute[]>;
  book: RunBook;
};

/** Answers a quick verb in the acknowledgement, from what is known already; a person sees what the roles allow. */
export async function answerNow(
  tools: AnswerTools,
  operation: AnswerOperation,
  user: string,
  args: Readonly<Record<string, string>>,
): Promise<Report> {
  const asking = await tools.whoAsks(user, 'viewer', everyEnvironment(tools.config));
  const report = await operation.answer(contextOf(tools, asking), args);
  // Less than the person may see must not look like all of it.
  const unknown = whyNoGroup(tools.config, asking, 'viewer', everyEnvironment(tools.config));
  return unknown === undefined ? report : { ...report, text: [...report.text, unknown] };
}

async function whyNotOn(
  { config, whoAsks }: AnswerTools,
  { user }: Asking,
  { subject }: RunRecord,
  role: Role,
): Promise<Refused | undefined> {
  const [environment = ''] = environmentsIn(config, subject);
  return whyNotIn(config, await whoAsks(user, role, [environment]), role, environment);
}

function contextOf(tools: AnswerTools, asking: Asking): AnswerContext {
  const { config, now, whoAsks, latestReport, mutesInForce, book } = tools;
  const environments = environmentsOf(config, asking);
  const targets = config.targets
    .filter((target) => environments.includes(target.environment))
    .map(({ name, engine, environment }) => ({ name, engine, environment }));
  return {
    now: new Date(now()).toISOString(),
    targets,
    environments,
    operations: catalogue,
    latest: () =>
      Promise.all(
        targets.map(async (target) => {
          const report = await latestReport(target.name);
          return report ? { target, report } : { target };
        }),
      ),
    mutes: () => mutesInForce(targets.map(({ name }) => name)),
    runs: (subjects, count) => book.youngest(subjects, count),
    run: async (id) => {
      const story = await book.story(id);
      const touched = story === undefined ? [] : environmentsIn(config, story.run.subject);
      return touched.length > 0 && touched.every((name) => environments.includes(name)) ? story : undefined;
    },
    incident: async (name) => (targets.some((target) => target.name === name) ? book.incident(name) : undefined),
    breakGlass: async (run, reason) =>
      (await whyNotOn({ ...tools, whoAsks: tools.whoDecides }, asking, run, 'approver')) ??
      book.breakGlass(run, asking.user, reason),
    abort: async (run) => (await whyNotOn(tools, asking, run, 'operator')) ?? book.abort(run, asking.user),
    whyNot: async (id, environment) => {
      const operation = findEntry(id);
      if (!operation) return `there is no verb ${id}`;
      return whyNot(config, await whoAsks(asking.user, operation.role, [environment]), operation.role, environment);
    },
  };
}
