import * as v from 'valibot';
import { Fault } from '../core/errors.ts';
import { act, defineOperation, read } from '../core/operation.ts';
import type { AnyTarget } from '../targets/index.ts';
import { demandFence, endOf, leadsBy, lookAtFence, type FenceEnded, type Leads } from './fence/look.ts';
import { unfencePlan } from './fence/plan.ts';
import { openAlready, unfenceOutcome } from './fence/report.ts';
import { whomToLetIn } from './fence/why-not.ts';

type Planned = { leads: Leads; writer: string };

const steps = {
  look: read(lookAtFence),
  open: act(openFence, async (target: AnyTarget): Promise<FenceEnded> => endOf(await demandFence(target).look())),
};

/** Lets clients in again, where they come to the one server that takes the writes. */
export const unfence = defineOperation({
  id: 'unfence',
  title: 'Let clients in again',
  why: 'Opens what keeps clients away (PgBouncer), where it leads to the one server that takes the writes; while two take writes, or it leads to another, it is refused.',
  engines: ['postgres'],
  scope: 'target',
  risk: 'interrupts',
  role: 'operator',
  args: v.strictObject({}),
  fields: [],
  examples: ['unfence shop-db'],
  steps,

  async run(context) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const look = await context.steps.look(target, null);
    if ('refused' in look) return look;
    const about = { runId: context.runId, startedAt: context.startedAt, target };
    if (look.letsAllIn && (await context.rememberFence(target, 'open'))) return openAlready(about, look.sentence);
    const whom = whomToLetIn(look);
    if ('refused' in whom) return whom;
    const decision = await context.approval(unfencePlan(about, look, whom.writer));
    if ('refused' in decision) return decision;
    await context.progress('Let clients in', 'in_progress');
    const planned = { leads: leadsBy(look.leads), writer: whom.writer };
    const became = await context.steps.open(target, planned, decision.granted);
    await context.rememberFence(target, became.ended).catch(() => undefined);
    return unfenceOutcome(about, whom.writer, became);
  },
});

/** Looks by itself right before: another server may take the writes by now, or the pooler lead to another one. */
async function openFence(target: AnyTarget, planned: Planned): Promise<FenceEnded> {
  const look = await lookAtFence(target);
  if ('refused' in look) throw new Fault('unsupported', look.refused);
  const whom = whomToLetIn({ ...look, letsAllIn: false });
  const why = 'refused' in whom ? whom.refused : changeIn(planned, { leads: leadsBy(look.leads), writer: whom.writer });
  if (why !== undefined) throw new Fault('invalid_request', `nobody was let in: ${why}`);
  return endOf(await demandFence(target).open());
}

function changeIn(planned: Planned, now: Planned): string | undefined {
  if (now.writer !== planned.writer) return `${now.writer} takes the writes now, and not ${planned.writer}`;
  const moved = Object.entries(now.leads).find(([through, where]) => planned.leads[through] !== where);
  return moved ? `${moved.join(' ')} now` : undefined;
}
