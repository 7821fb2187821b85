import { bytesText, durationText } from '../../checks/wording.ts';
import type { CloudCandidate, CloudFailoverLook } from '../../targets/cloud-failover.ts';
import type { DeathSign, FailoverLook, LossBound } from '../../targets/failover.ts';
import type { OutageLook, StandbySeen } from '../../targets/outage.ts';
import type { SwitchoverCandidate } from '../../targets/switchover.ts';

/**
 * Pure: what the cloud knows and what the servers say, as one look. The cloud and this room have to say each that the primary is
 * dead; what may be lost, and who has received most, the servers say.
 */
export function withServers(
  cloud: CloudFailoverLook,
  servers: OutageLook,
  wanted: string | null,
): FailoverLook | { refused: string } {
  const [other] = servers.writers;
  if (other !== undefined)
    return {
      refused: `${other} takes writes, and the cloud says that ${cloud.primary} does: look at both (/db watch). Nothing was done`,
    };
  const candidates = candidatesOf(cloud.candidates, servers.standbys);
  const to = wanted ?? candidates.find(({ unfit }) => unfit === null)?.member;
  const chosen = servers.standbys.find(({ member }) => member === to);
  const { sign, own, identity, ...rest } = cloud;
  return {
    ...rest,
    own,
    identity: { ...identity, ...identityOf(chosen) },
    signs: [...servers.signs.map((one) => withNews(one, own.doing)), sign],
    witnesses: ['nightshift', sign.from],
    candidates,
    loss: chosen?.loss ?? NOBODY_KNOWS,
    facts: [...cloud.facts, ...factsOf(chosen)],
  };
}

const NOBODY_KNOWS: LossBound = { bytes: null, seconds: null, sentence: 'Nobody can say what would be lost.' };

/** That it answers again has a reason. */
function withNews(sign: DeathSign, doing: string | null): DeathSign {
  if (sign.says !== 'alive' || doing === null) return sign;
  return { ...sign, sentence: `${sign.sentence} ${doing}` };
}

function identityOf(chosen: StandbySeen | undefined): FailoverLook['identity'] {
  if (!chosen) return {};
  const { member, systemIdentifier, timeline, received } = chosen;
  return { 'system identifier': systemIdentifier, timeline, [`received by ${member}`]: received ?? 'nothing' };
}

function factsOf(chosen: StandbySeen | undefined): FailoverLook['facts'] {
  return chosen ? [{ label: 'Received', value: `${chosen.received ?? 'nothing'} on timeline ${chosen.timeline}` }] : [];
}

/** The most advanced first. One that does not answer here could not be proved to take writes afterwards. */
function candidatesOf(cloud: readonly CloudCandidate[], standbys: readonly StandbySeen[]): SwitchoverCandidate[] {
  const known = cloud.map((one) => ({ one, seen: standbys.find(({ member }) => member === one.member) }));
  const first = known.map(({ one, seen }) => ({
    member: one.member,
    unfit: one.unfit ?? whyUnfit(one, seen),
    lagBytes: seen?.lagBytes ?? null,
  }));
  const [best] = first.filter(({ unfit }) => unfit === null).toSorted(byLag);
  return first
    .map((one) => (one.unfit === null ? { ...one, unfit: whyBehind(one, best) } : one))
    .toSorted((one, other) => Number(one.unfit !== null) - Number(other.unfit !== null) || byLag(one, other));
}

function whyUnfit({ lagSeconds }: CloudCandidate, seen: StandbySeen | undefined): string | null {
  if (seen) return seen.unfit;
  const behind = lagSeconds === null ? '' : ` (the cloud says that it is ${durationText(lagSeconds)} behind)`;
  return `it does not answer from here${behind}: nobody could prove afterwards that it takes writes.`;
}

/** What another has more would be lost. */
function whyBehind(one: SwitchoverCandidate, best: SwitchoverCandidate | undefined): string | null {
  if (!best || one.lagBytes === null || best.lagBytes === null) return null;
  const less = one.lagBytes - best.lagBytes;
  return less > 0 ? `it has ${bytesText(less)} less than ${best.member}.` : null;
}

function byLag(one: SwitchoverCandidate, other: SwitchoverCandidate): number {
  return (one.lagBytes ?? Number.MAX_SAFE_INTEGER) - (other.lagBytes ?? Number.MAX_SAFE_INTEGER);
}
