import * as v from 'valibot';
import { act, defineOperation, read } from '../core/operation.ts';
import type { AnyTarget } from '../targets/index.ts';
import { demandFence, endOf, leadsBy, lookAtFence, type FenceEnded } from './fence/look.ts';
import { fencePlan } from './fence/plan.ts';
import { fenceOutcome } from './fence/report.ts';
import { whyNotFence } from './fence/why-not.ts';

const steps = {
  look: read(lookAtFence),
  close: act(
    async (target: AnyTarget): Promise<FenceEnded> => endOf(await demandFence(target).close()),
    async (target: AnyTarget): Promise<FenceEnded> => endOf(await demandFence(target).look()),
  ),
};

/** Keeps clients away from the servers of a target, without a word to the servers: they may be dead. */
export const fence = defineOperation({
  id: 'fence',
  title: 'Keep clients away',
  why: 'Closes what stands before the servers (PgBouncer) to all clients, also when the server behind it answers nothing: so that a primary that comes back, or should take no more, gets no writes.',
  engines: ['postgres'],
  scope: 'target',
  risk: 'interrupts',
  role: 'operator',
  args: v.strictObject({}),
  fields: [],
  examples: ['fence shop-db'],
  steps,

  async run(context) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const look = await context.steps.look(target, null);
    if ('refused' in look) return look;
    const reason = whyNotFence(look);
    if (reason !== undefined) return { refused: reason };
    const about = { runId: context.runId, startedAt: context.startedAt, target };
    const decision = await context.approval(fencePlan(about, look));
    if ('refused' in decision) return decision;
    await context.progress('Close it to clients', 'in_progress');
    const args = { leads: leadsBy(look.leads) };
    const became = await context.steps.close(target, args, decision.granted);
    // What was closed is told, also when this could not be written down.
    await context.rememberFence(target, became.ended).catch(() => undefined);
    return fenceOutcome(about, look, became);
  },
});
