import * as v from 'valibot';
import { actInCloud, control, defineOperation, type RunContext, type TargetName } from '../core/operation.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Plan } from '../core/plan.ts';
import { emptyReport, type Report } from '../core/report.ts';
import type { AnyCloud } from '../targets/cloud.ts';
import type { TornDown } from '../targets/cloud-restore.ts';
import { demandDrill, drillOf, NO_DRILL } from './drill/cloud-port.ts';
import { untilOver } from './until-over.ts';

type Left = { left: readonly string[] };

export const steps = {
  look: control(async (cloud: AnyCloud) => drillOf(cloud)?.leftovers() ?? NO_DRILL),
  tearDown: actInCloud(
    (cloud: AnyCloud, { left }: Left): Promise<TornDown> => tearDownAll(cloud, left),
    (cloud: AnyCloud, { left }: Left): Promise<TornDown | 'unknown'> => tearDownAll(cloud, left),
  ),
};

const PLAN_MINUTES = 30;

/** Has the cloud delete what drills left behind that were killed: by name, tag and age, and nothing else. */
export const sweep = defineOperation({
  id: 'sweep',
  title: 'Take away what drills left',
  why: 'Has AWS delete what a drill of RDS or Aurora restored and could not take away itself: only what carries the name and the tag of a drill of the target, four hours after it was made.',
  engines: ['postgres'],
  scope: 'target',
  risk: 'writes',
  // It is the end of a drill, to which the config has consented.
  approval: { by: 'policy' },
  role: 'operator',
  silent: true,
  isNews: ({ facts }) => facts.length > 0,
  startsByItself: true,
  args: v.strictObject({}),
  fields: [],
  examples: ['sweep shop-db'],
  steps,

  async run(context) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    if (!target.cloud)
      return { refused: `no cloud hosts ${target.name}: drills of your own servers take away what is left themselves` };
    const { startedAt } = context;
    const look = await context.steps.look(target, null);
    if ('refused' in look) return look;
    return look.left.length === 0
      ? { done: reportOf(target.name, startedAt, 'healthy', `drills of ${target.name} left nothing`) }
      : takeAway(context, target, look.left);
  },
});

type Context = Pick<RunContext<typeof steps>, 'steps' | 'approval' | 'progress' | 'sleep' | 'runId' | 'startedAt'>;

async function takeAway(context: Context, target: TargetName, left: readonly string[]): Promise<Outcome> {
  const { runId, startedAt: at } = context;
  const decision = await context.approval(planOf(runId, target.name, left, at));
  if ('refused' in decision) return decision;
  const step = 'Have the cloud delete what is left';
  await context.progress(step, 'in_progress');
  const first = await context.steps.tearDown(target, { left }, decision.granted);
  const said = await untilOver<TornDown>(context, first, {
    step,
    ask: () => context.steps.tearDown.became(target, { left }),
  });
  const facts = [{ label: 'Left by drills', value: left.join(', ') }];
  if (said.ended === 'gone')
    return {
      done: { ...reportOf(target.name, at, 'healthy', `what drills of ${target.name} had left is deleted`), facts },
    };
  const headline = `what drills of ${target.name} left is still there, and costs money`;
  const text = [said.ended === 'under-way' ? said.phase : said.why];
  return { done: { ...reportOf(target.name, at, 'critical', headline), facts, text } };
}

function reportOf(subject: string, at: string, status: Report['status'], headline: string): Report {
  return emptyReport({ operation: 'sweep', subject, status, headline, at });
}

function planOf(runId: string, target: string, left: readonly string[], at: string): Plan {
  return {
    runId,
    operation: 'sweep',
    target,
    identity: { left },
    steps: left.map((name) => `Have AWS delete ${name} without a last snapshot`),
    args: {},
    loss: 'Copies that drills made, and nothing else.',
    blastRadius: ['Nobody: no client knows them.'],
    facts: [],
    expiresAt: new Date(Date.parse(at) + PLAN_MINUTES * 60_000).toISOString(),
  };
}

/** One after the other; what is not gone is told of, the worst first. */
async function tearDownAll(cloud: AnyCloud, left: readonly string[]): Promise<TornDown> {
  const said: TornDown[] = [];
  for (const as of left) {
    // oxlint-disable-next-line no-await-in-loop -- one order after another
    said.push(await demandDrill(cloud).tearDown(as));
  }
  const open = said.find(({ ended }) => ended === 'under-way');
  return open ?? said.find(({ ended }) => ended !== 'gone') ?? { ended: 'gone', as: left.join(', ') };
}
