import * as v from 'valibot';
import { actInCloud, control, defineOperation } from '../core/operation.ts';
import type { Plan } from '../core/plan.ts';
import { emptyReport } from '../core/report.ts';
import type { AnyCloud } from '../targets/cloud.ts';
import type { TornDown } from '../targets/cloud-restore.ts';
import { demandDrill, drillOf, NO_DRILL } from './drill/cloud-port.ts';
import { untilOver } from './until-over.ts';

type Left = { left: readonly string[] };

export const steps = {
  look: control(async (cloud: AnyCloud, _: null) => drillOf(cloud)?.leftovers() ?? NO_DRILL),
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
    const { runId, startedAt: at } = context;
    const look = await context.steps.look(target, null);
    if ('refused' in look) return look;
    const { left } = look;
    const about = { operation: 'sweep', subject: target.name, at };
    if (left.length === 0)
      return { done: emptyReport({ ...about, status: 'healthy', headline: `drills of ${target.name} left nothing` }) };
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
    if (said.ended === 'gone') {
      const headline = `what drills of ${target.name} had left is deleted`;
      return { done: { ...emptyReport({ ...about, status: 'healthy', headline }), facts } };
    }
    const why = said.ended === 'under-way' ? said.phase : said.why;
    const headline = `what drills of ${target.name} left is still there, and costs money`;
    return { done: { ...emptyReport({ ...about, status: 'critical', headline }), facts, text: [why] } };
  },
});

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
