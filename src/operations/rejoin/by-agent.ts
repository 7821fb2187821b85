import { act, actInCloud, control, read, type RunContext, type TargetName } from '../../core/operation.ts';
import { Fault } from '../../core/errors.ts';
import type { Grant } from '../../core/plan.ts';
import { isUnderWay } from '../../core/run.ts';
import type { HostEnd, HostHand, HostOrder, HostResult } from '../../targets/host-hand.ts';
import type { AnyTarget } from '../../targets/index.ts';
import type { Pointed } from '../../targets/pointer.ts';
import type { Prepared, RejoinLook, RejoinOrder, RejoinResult } from '../../targets/rejoin.ts';
import { untilOver } from '../until-over.ts';
import { rejoinOf } from './servers.ts';

/** A server that was made anew replays before it receives: for so many rounds it is asked. */
const MOST_PROOFS = 60;
const EVERY_SECONDS = 10;

/** What is done where the agent of a cloud has the hand: the servers are prepared, the agent is sent its order once, and the servers say whether it worked. */
export const agentSteps = {
  lookAtHost: control((room: Pointed, { member }: { member: string }) => handOf(room).look(member)),
  prepare: act(
    (target: AnyTarget, order: RejoinOrder): Promise<Prepared> => rejoinOf(target).prepare(order),
    (target: AnyTarget, order: RejoinOrder): Promise<Prepared | 'unknown'> => rejoinOf(target).prepare(order),
  ),
  send: actInCloud(
    (room: Pointed, order: HostOrder, _grant, journal): Promise<HostResult> => handOf(room).send(order, journal),
    (room: Pointed, order: HostOrder, begunAt, journal): Promise<HostResult | 'unknown'> =>
      handOf(room).follow(order, begunAt, journal),
  ),
  follows: read((target: AnyTarget, order: RejoinOrder) => rejoinOf(target).follows(order)),
};

type Context = RunContext<typeof agentSteps>;

/** Pure: the slot that is made for a server whose host has an agent; undefined where it has none. */
export function agentOf({ candidates }: RejoinLook, member: string): { slot: string } | undefined {
  return candidates.find((one) => one.member === member)?.byAgent;
}

/** Why the agent on the host of a server cannot be asked; undefined where it can, or another hand is there. */
export async function whyNoAgent(
  { steps }: Pick<Context, 'steps'>,
  target: TargetName,
  look: RejoinLook,
  member: string,
): Promise<string | undefined> {
  if (!agentOf(look, member)) return undefined;
  const { unfit } = await steps.lookAtHost(target, { member });
  return unfit === null ? undefined : `${member}: ${unfit}`;
}

/** Makes the slot, has the agent do the rest, follows it, and asks the servers. */
export async function rejoinByAgent(
  context: Context,
  target: TargetName,
  order: RejoinOrder,
  { step, grant }: { step: string; grant: Grant },
): Promise<RejoinResult> {
  const prepared = await context.steps.prepare(target, order, grant);
  if (prepared.ended === 'not-done') return { ...prepared, evidence: [], left: [] };
  const told: HostOrder = prepared.slot === null ? order : { ...order, slot: prepared.slot };
  const first = await context.steps.send(target, told, grant);
  const ask = () => context.steps.send.became(target, told);
  const said = await untilOver<HostResult>(context, first, { step, ask });
  if (isUnderWay(said) || said.ended === 'under-way')
    return { ended: 'under-way', phase: 'the agent is at work still' };
  if (said.ended !== 'obeyed') return { ...said, ended: said.ended };
  await context.progress(step, 'in_progress', `${order.member} starts, and catches up`);
  return proved(context, target, order, said);
}

async function proved(context: Context, target: TargetName, order: RejoinOrder, said: HostEnd): Promise<RejoinResult> {
  for (let round = 1; round <= MOST_PROOFS; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one round after another
    const seen = await context.steps.follows(target, order).catch(() => 'unknown' as const);
    if (seen !== 'unknown' && !isUnderWay(seen)) return withEvidence(seen, said.evidence);
    // oxlint-disable-next-line no-await-in-loop -- one round after another
    if (round < MOST_PROOFS) await context.sleep('until the servers are asked again', EVERY_SECONDS);
  }
  const why = `the program on the host of ${order.member} ended well, and after 10 min it does not receive from ${order.primary}: its own log says why.`;
  return { ended: 'not-done', why, evidence: said.evidence, left: said.left };
}

function withEvidence(result: RejoinResult, evidence: readonly string[]): RejoinResult {
  return result.ended === 'under-way' ? result : { ...result, evidence: [...evidence, ...result.evidence] };
}

function handOf({ name, hand }: Pointed): HostHand {
  if (hand) return hand;
  throw new Fault('unsupported', `nightshift.yaml names no agent on the hosts of ${name}`);
}
