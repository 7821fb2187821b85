import * as v from 'valibot';
import { act, control, defineOperation, read, type RunContext, type TargetName } from '../core/operation.ts';
import type { Outcome } from '../core/outcome.ts';
import { asFault, Fault } from '../core/errors.ts';
import type { Grant } from '../core/plan.ts';
import type { FailoverLimits } from '../core/safety.ts';
import type { WriterSample } from '../core/writers.ts';
import type { AnyTarget } from '../targets/index.ts';
import type { Failover, FailoverLook, FailoverOrder, FailoverResult, LastSeen } from '../targets/failover.ts';
import { AcceptLoss, isGrave, readSaid, whyNotAccepted, type Said } from './failover/acceptance.ts';
import { withBackup } from './failover/ask-backup.ts';
import { lowerBound, secondsBetween } from './failover/outage.ts';
import { failoverPlan, orderOf, type About } from './failover/plan.ts';
import { failoverOutcome } from './failover/report.ts';
import { afterSteps, askAfter } from './switchover/ask-after.ts';
import { watchOutage, type Look } from './failover/watch.ts';
import { withWrites } from './failover/writes.ts';
import { successor, whyNotAnyMore } from './failover/why-not.ts';
import { whyNotDead } from './failover/dead.ts';
import { cloudFailoverSteps, lookFromBoth, promoteInCloud } from './failover/in-cloud.ts';
import { lookAtPointer } from './repoint/look.ts';
import { withRejoin } from './rejoin/note.ts';
import { notePointer, withClients, withRepoint, type PointerNote } from './repoint/note.ts';
import { choose } from './switchover/why-not.ts';

/** Nobody moves the writes again before somebody has looked, or this is over: what goes there and back loses twice. */
const COOL_DOWN_SECONDS = 3600;

/** `last`: what `watch` saw last of who takes writes. */
type LookArgs = { to: string | null; last: WriterSample | null };

/** `at`: when it was looked, by the clock of the room (ISO). */
type Looked = { at: string; look: FailoverLook | { refused: string } };

const steps = {
  look: read(async (target: AnyTarget, asked: LookArgs): Promise<Looked> => {
    const at = new Date().toISOString();
    return { at, look: await lookAt(target, asked, at) };
  }),
  pointer: control(lookAtPointer),
  ...cloudFailoverSteps,
  carryOut: act(
    (target: AnyTarget, order: FailoverOrder): Promise<FailoverResult> => failoverOf(target).carryOut(order),
    (target: AnyTarget, order: FailoverOrder): Promise<FailoverResult | 'unknown'> => failoverOf(target).settle(order),
  ),
  ...afterSteps,
};

const Member = v.pipe(v.string(), v.minLength(1, 'is empty'), v.maxLength(128, 'is longer than 128 characters'));

/** Another server takes the place of a primary that is dead. What only that one had is lost. */
export const failover = defineOperation({
  id: 'failover',
  title: 'Replace a primary that is dead',
  why: 'Another server takes the place of a primary that at least two see dead, after it was watched for two minutes; what it had not sent is lost, and is bounded before anybody says yes.',
  engines: ['postgres', 'redis'],
  scope: 'target',
  risk: 'destroys',
  approval: { by: 'people', count: 1 },
  graver: { 'accept-loss': { by: 'people', count: 2 } },
  movesWrites: true,
  role: 'operator',
  args: v.strictObject({ to: v.optional(Member), 'accept-loss': v.optional(AcceptLoss), confirm: v.optional(Member) }),
  fields: [
    {
      name: 'to',
      label: 'Server that takes its place, where it is not the most advanced one',
      hint: 'shop-db-2',
      required: false,
    },
    { name: 'accept-loss', label: 'How much may be lost', hint: '30s, 16MB, or unknown', required: false },
    {
      name: 'confirm',
      label: 'Name of the target again, where something may be lost',
      hint: 'shop-db',
      required: false,
    },
  ],
  examples: ['failover shop-db', 'failover shop-db accept-loss=unknown shop-db'],
  steps,

  async run(context, { to, 'accept-loss': accepted, confirm }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const said = readSaid({ to, accepted, confirm }, target.name);
    const limits = await context.failoverLimits(target);
    const asked = { to: said.to ?? null, last: await context.lastWriter(target) };
    const ask = () => lookOnce(context, target, asked);
    const first = await ask();
    if ('refused' in first) return first;
    const early = whyNotYet(target, first.look, said, limits);
    if (early !== undefined) return { refused: early };
    const leastSeconds = Math.max(limits.minOutageSeconds, first.look.own?.leastSeconds ?? 0);
    const last = await watchOutage(context, first, leastSeconds, ask);
    return 'refused' in last ? last : failOver(context, target, said, limits, { ...last, writer: asked.last });
  },
});

type Context = RunContext<typeof steps>;

async function lookOnce(context: Context, target: TargetName, asked: LookArgs): Promise<Look | { refused: string }> {
  if (target.cloud) return lookFromBoth(context, target, { to: asked.to, lastSeen: lastSeenIn(asked.last) });
  const { at, look: seen } = await context.steps.look(target, asked);
  return 'refused' in seen ? seen : { at, look: seen };
}

/** What would be refused in two minutes is refused now. A cloud notices later than servers do, so that it is waited for. */
function whyNotYet({ name }: TargetName, look: FailoverLook, said: Said, limits: FailoverLimits): string | undefined {
  const dead = whyNotDead(look);
  if (dead && 'alive' in dead) return dead.alive;
  if (dead && !look.own) return dead.unproven;
  if (look.own?.onlyItself !== undefined) return undefined;
  const choice = look.own ? choose(look, said.to) : successor(look, said.to);
  if ('refused' in choice) return choice.refused;
  return whyNotAccepted({ target: name, loss: look.loss, fence: look.fence, limits }, said);
}

type Watched = { first: Look; last: Look; writer: WriterSample | null };

async function failOver(
  context: Context,
  target: TargetName,
  said: Said,
  limits: FailoverLimits,
  { first, last, writer }: Watched,
): Promise<Outcome> {
  const { look } = last;
  const choice = successor(look, said.to);
  if ('refused' in choice) return choice;
  const same = first.look.candidates.find(({ unfit }) => unfit === null)?.member === choice.to || said.to !== undefined;
  const loss = same ? lowerBound(first.look.loss, look.loss) : look.loss;
  const one = { target: target.name, loss, fence: look.fence, limits };
  const unaccepted = whyNotAccepted(one, said);
  if (unaccepted !== undefined) return { refused: unaccepted };
  const deadSeconds = secondsBetween(first.at, last.at);
  const about = { runId: context.runId, startedAt: context.startedAt, target, deadSeconds, writer };
  const order = orderOf(look, choice.to, loss);
  const note = await notePointer(target, () => context.steps.pointer(target, null));
  const plan = failoverPlan(about, look, order, { loss, grave: isGrave(one) });
  const decision = await context.approval(withClients(plan, note, order.to));
  if ('refused' in decision) return decision;
  return carryOut(context, about, order, { grant: decision.granted, boundedAt: first.at, note });
}

async function carryOut(
  context: Context,
  about: About,
  order: FailoverOrder,
  { grant, boundedAt, note }: { grant: Grant; boundedAt: string; note: PointerNote },
): Promise<Outcome> {
  const { target } = about;
  await context.progress('Look again whether it is dead', 'in_progress');
  const again = await lookOnce(context, target, { to: order.to, last: null });
  const changed =
    'refused' in again ? again.refused : whyNotAnyMore(order, again.look, secondsBetween(boundedAt, again.at));
  if (changed !== undefined) return { refused: `the plan does not hold any more: ${changed} Nothing was done` };
  await context.progress(`Promote ${order.to}`, 'in_progress');
  const result = await carriedOut(context, target, order, grant);
  if (result.ended === 'failed-over')
    await coolDown(context, target, `${target.name} failed over from ${order.from} to ${order.to}`);
  if (result.oldPrimary === 'fenced') await context.rememberFence(target, 'closed').catch(() => undefined);
  if (result.ended === 'needs-a-human') await coolDown(context, target, UNCLEAR);
  const after = result.ended === 'not-done' ? null : await askAfter(context, target, order.from, result.phases);
  const outcome = failoverOutcome(about, order, result, after);
  if (result.ended !== 'failed-over') return outcome;
  const told = withRejoin(withRepoint(outcome, note, order.to), target, order.from);
  return withBackup(context, target, order.to, told);
}

const UNCLEAR = 'A failover ended without a clear answer';

/** Faults after which nothing was done, and nothing has to cool down. */
const HARMLESS = new Set(['permission_denied', 'invalid_request', 'unsupported', 'conflict', 'throttled']);

async function carriedOut(
  context: Context,
  target: TargetName,
  order: FailoverOrder,
  grant: Grant,
): Promise<FailoverResult> {
  try {
    if (target.cloud) return await promoteInCloud(context, target, order, grant);
    return await context.steps.carryOut(target, order, grant);
  } catch (thrown) {
    if (!HARMLESS.has(asFault(thrown).code)) await coolDown(context, target, UNCLEAR);
    throw thrown;
  }
}

/** What was found out is told, also when this could not be written down. */
async function coolDown(context: Context, target: TargetName, why: string): Promise<void> {
  await context.coolDown(target, COOL_DOWN_SECONDS, why).catch(() => undefined);
}

async function lookAt(
  target: AnyTarget,
  { to, last }: LookArgs,
  at: string,
): Promise<FailoverLook | { refused: string }> {
  if (!target.failover)
    return { refused: `${target.name} is set up in a way in which the bot cannot replace a dead primary` };
  const look = await target.failover.look(to ?? undefined, lastSeenIn(last) ?? undefined);
  return 'refused' in look ? look : withWrites(target, look, { to, last, at });
}

function lastSeenIn(last: WriterSample | null): LastSeen | null {
  return last && { member: last.member, at: last.at, position: last.position };
}

function failoverOf({ name, failover: capability }: AnyTarget): Failover {
  if (capability) return capability;
  throw new Fault('unsupported', `the primary of ${name} cannot be replaced`);
}
