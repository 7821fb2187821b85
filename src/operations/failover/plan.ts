import { bytesText, durationText } from '../../checks/wording.ts';
import type { TargetName } from '../../core/operation.ts';
import type { Plan } from '../../core/plan.ts';
import type { WriterSample } from '../../core/writers.ts';
import type { Fact } from '../../core/report.ts';
import type { FailoverLook, FailoverOrder, LossBound } from '../../targets/failover.ts';
import type { SwitchoverCandidate } from '../../targets/switchover.ts';
import { signText } from './dead.ts';

/** What was looked at is too old after this. */
const PLAN_MINUTES = 30;

/** `deadSeconds`: for how long it was watched, dead all the time. */
export type About = {
  runId: string;
  startedAt: string;
  target: TargetName;
  deadSeconds: number;
  /** What `watch` saw last of who takes writes. */
  writer: WriterSample | null;
};

/** What an approval is for: what may be lost is what the plan says, whatever more somebody would have accepted. */
export function orderOf(look: FailoverLook, to: string, { bytes, seconds }: LossBound): FailoverOrder {
  const acceptedLoss = { bytes, seconds };
  return { from: look.primary, to, identity: look.identity, acceptedLoss, acceptsTwoWriters: !look.fence.certain };
}

/** Pure: what taking the place of the dead primary means. */
export function failoverPlan(
  about: About,
  look: FailoverLook,
  order: FailoverOrder,
  { loss, grave }: { loss: LossBound; grave: boolean },
): Plan {
  const { from, to, identity, acceptedLoss, acceptsTwoWriters } = order;
  const named = (sentence: string) => sentence.replaceAll('{from}', from).replaceAll('{to}', to);
  return {
    runId: about.runId,
    operation: 'failover',
    target: about.target.name,
    identity: { from, to, identity },
    steps: look.steps.map(named),
    args: { acceptedLoss, acceptsTwoWriters },
    loss: loss.sentence,
    blastRadius: [look.undo, ...look.clients].map(named),
    facts: factsOf(about, look, order, grave),
    expiresAt: new Date(Date.parse(about.startedAt) + (about.deadSeconds + PLAN_MINUTES * 60) * 1000).toISOString(),
    ...(grave ? { graver: 'accept-loss' } : {}),
  };
}

/** What is weighed before a yes, the signs first. */
function factsOf({ deadSeconds }: About, look: FailoverLook, { from, to }: FailoverOrder, grave: boolean): Fact[] {
  const { signs, fence, prechecks, candidates, facts } = look;
  return [
    { label: `${from} is dead`, value: `watched for ${durationText(deadSeconds)}` },
    ...signs.map((sign) => ({ label: sign.says, value: signText(sign) })),
    { label: 'Takes its place', value: to },
    ...(grave ? [{ label: 'A yes accepts (!)', value: acceptedText(fence.certain) }] : []),
    { label: fence.certain ? 'Fence' : 'Fence (!)', value: fence.sentence },
    ...candidates.map((one) => ({ label: one.member, value: standing(one) })),
    ...prechecks
      .toSorted((one, other) => Number(one.says === 'ok') - Number(other.says === 'ok'))
      .map(({ name, says, sentence }) => ({
        label: says === 'ok' ? name : `${name} (!)`,
        value: sentence,
      })),
    ...facts,
  ];
}

function acceptedText(fenced: boolean): string {
  return fenced
    ? 'a loss beyond the bound of the config'
    : 'that two servers may take writes, if the old one comes back; and the loss';
}

function standing({ unfit, lagBytes }: SwitchoverCandidate): string {
  if (unfit !== null) return `cannot take its place: ${unfit}`;
  return lagBytes === null || lagBytes === 0
    ? 'can take its place, nobody has more'
    : `can take its place, has ${bytesText(lagBytes)} less than the first`;
}
