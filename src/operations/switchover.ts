import * as v from 'valibot';
import { act, defineOperation, read, type RunContext, type TargetName } from '../core/operation.ts';
import type { Outcome } from '../core/outcome.ts';
import { Fault } from '../core/errors.ts';
import type { Grant } from '../core/plan.ts';
import { isClear } from '../core/run.ts';
import type { WriterSample } from '../core/writers.ts';
import type { AnyTarget } from '../targets/index.ts';
import type { Switchover, SwitchoverLook, SwitchoverOrder, SwitchoverResult } from '../targets/switchover.ts';
import { withRejoin } from './rejoin/note.ts';
import { notePointer, withClients, withRepoint } from './repoint/note.ts';
import { afterSteps, askAfter } from './switchover/ask-after.ts';
import { coolDown, coolDownOnFault, UNCLEAR } from './switchover/cool-down.ts';
import { cloudSteps, switchInCloud } from './switchover/in-cloud.ts';
import { orderOf, switchoverPlan } from './switchover/plan.ts';
import { switchoverOutcome } from './switchover/report.ts';
import { choose, whyChanged } from './switchover/why-not.ts';
import { writeFacts } from './switchover/write-facts.ts';

/** Writes that stand still for longer hurt more than the change is worth. */
const DEADLINE_SECONDS = 10;

type Looked = SwitchoverLook | { refused: string };
/** `last`: what `watch` saw last of who takes writes. */
type LookArgs = { to: string | null; last: WriterSample | null };

const steps = {
  look: read((target: AnyTarget, asked: LookArgs): Promise<Looked> => lookAt(target, asked)),
  ...cloudSteps,
  ...afterSteps,
  carryOut: act(
    (target: AnyTarget, order: SwitchoverOrder): Promise<SwitchoverResult> => switchoverOf(target).carryOut(order),
    (target: AnyTarget, order: SwitchoverOrder): Promise<SwitchoverResult | 'unknown'> =>
      switchoverOf(target).settle(order),
  ),
};

const Member = v.pipe(v.string(), v.minLength(1, 'is empty'), v.maxLength(128, 'is longer than 128 characters'));

/** Moves the writes to another server, and loses none: or everything stays as it was. */
export const switchover = defineOperation({
  id: 'switchover',
  title: 'Move the writes to another server',
  why: 'A planned change of the primary that loses no acknowledged write: writes are held, the other server catches up and takes over, or everything stays as it was. Where the host of the servers cannot promise that (ElastiCache), the plan says what can be lost.',
  engines: ['postgres', 'redis'],
  scope: 'target',
  risk: 'interrupts',
  approval: { by: 'people', count: 2 },
  graver: { 'accept-loss': { by: 'people', count: 2 } },
  movesWrites: true,
  role: 'operator',
  args: v.strictObject({ to: v.optional(Member) }),
  fields: [
    {
      name: 'to',
      label: 'Server that takes the writes, where it is not the best one',
      hint: 'shop-db-2',
      required: false,
    },
  ],
  examples: ['switchover shop-cache', 'switchover shop-cache shop-cache-2'],
  steps,

  async run(context, { to: wanted }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    if (target.cloud) return switchInCloud(context, target, wanted);
    const look = await context.steps.look(target, { to: wanted ?? null, last: await context.lastWriter(target) });
    if ('refused' in look) return look;
    const choice = choose(look, wanted);
    if ('refused' in choice) return choice;
    return switchTo(context, target, look, choice.to);
  },
});

type Context = RunContext<typeof steps>;

async function switchTo(context: Context, target: TargetName, look: SwitchoverLook, to: string): Promise<Outcome> {
  const about = { runId: context.runId, startedAt: context.startedAt, target };
  const order = orderOf(look, to, Math.min(DEADLINE_SECONDS, look.holdSecondsMost ?? DEADLINE_SECONDS));
  const note = await notePointer(target, () => context.steps.pointer(target, null));
  const decision = await context.approval(withClients(switchoverPlan(about, look, order), note, to));
  if ('refused' in decision) return decision;
  await context.progress('Look again whether the plan holds', 'in_progress');
  const again = await context.steps.look(target, { to, last: null });
  const changed = 'refused' in again ? again.refused : whyChanged({ ...order, primary: order.from }, again);
  if (changed !== undefined) return { refused: `the plan does not hold any more: ${changed} Nothing was done` };
  await context.progress(`Move the writes to ${to}`, 'in_progress');
  const result = await carriedOut(context, target, order, decision.granted);
  if (!isClear(result)) await coolDown(context, target, UNCLEAR);
  const after = result.ended === 'rolled-back' ? null : await askAfter(context, target, order.from, result.phases);
  const outcome = switchoverOutcome(about, order, result, after);
  if (result.ended !== 'switched') return outcome;
  return withRejoin(withRepoint(outcome, note, to), target, order.from);
}

async function carriedOut(
  context: Context,
  target: TargetName,
  order: SwitchoverOrder,
  grant: Grant,
): Promise<SwitchoverResult> {
  return coolDownOnFault(context, target, () => context.steps.carryOut(target, order, grant));
}

async function lookAt(target: AnyTarget, { to, last }: LookArgs): Promise<Looked> {
  if (!target.switchover)
    return { refused: `${target.name} is set up in a way in which its writes cannot be moved without losing some` };
  const at = new Date().toISOString();
  const look = await target.switchover.look(to ?? undefined);
  const chosen = 'refused' in look ? undefined : (to ?? look.candidates.find(({ unfit }) => unfit === null)?.member);
  if ('refused' in look || chosen === undefined) return look;
  const heard = (await target.canary?.heard(chosen)) ?? null;
  return { ...look, facts: [...look.facts, ...writeFacts({ last, heard, from: look.primary, to: chosen, at })] };
}

function switchoverOf({ name, switchover: capability }: AnyTarget): Switchover {
  if (capability) return capability;
  throw new Fault('unsupported', `the writes of ${name} cannot be moved`);
}
