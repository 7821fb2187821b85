import { Fault } from '../../../core/errors.ts';
import type { DeathSign, FailoverLook, LastSeen } from '../../../targets/failover.ts';
import type { FenceState } from '../../../targets/fence.ts';
import type { PostgresMember } from '../../../targets/postgres.ts';
import type { SwitchoverCandidate } from '../../../targets/switchover.ts';
import { askServer, RIGHTS } from '../switchover/ask-server.ts';
import { whyPatroniFailsOver } from '../patroni/failover.ts';
import { sizeWords } from '../switchover/size.ts';
import { whyNotOurs } from '../switchover/failover-owner.ts';
import { isHeld } from '../switchover/held-settings.ts';
import { candidatesOf, type Contender } from './candidate.ts';
import { fenceOutlook } from './fence-outlook.ts';
import { identityOf } from './identity.ts';
import { lossOf } from './loss.ts';
import { planWords } from '../../../targets/runbook.ts';
import { runbook, WHERE_FENCED } from './runbook.ts';
import { prechecksOf } from './prechecks.ts';
import { probe } from './probe.ts';
import { knockAtOthers } from './silent-others.ts';
import { settledState } from './settled-state.ts';
import { standbySign } from './standby-sign.ts';
import { whoWasPrimary } from './who-was-primary.ts';
import { siblingsOutlook, WHERE_SIBLINGS } from '../siblings/outlook.ts';
import { standbysAfterwards } from '../rejoin/afterwards.ts';
import type { Site } from './site.ts';

/** Is the primary dead, who could take its place, and what would be lost? It changes nothing. */
export async function look(
  site: Site,
  to: string | undefined,
  lastSeen?: LastSeen,
): Promise<FailoverLook | { refused: string }> {
  const { spec, target } = site;
  const patroni = await whyPatroniFailsOver(spec);
  if (patroni !== undefined) return { refused: patroni };
  try {
    const contenders = await Promise.all(target.members.map((member) => contenderOf(site, member)));
    const owner = whyNotOurs(
      target.name,
      contenders.map(({ server }) => server.signs),
      'failover',
    );
    if (owner !== undefined) return { refused: owner };
    const writing = contenders.find(({ server }) => !server.inRecovery && !isHeld(server.inFile));
    if (writing) return await lookFrom(site, writing.server.member, contenders, { to, lastSeen });
    const silent = spec.members.filter(({ name }) => target.unreached.some((one) => one.name === name));
    const was = whoWasPrimary(
      silent,
      contenders.flatMap(({ state }) => state ?? []),
    );
    if ('refused' in was) return was;
    const other = await knockAtOthers(site, silent, was.primary, site.room);
    if (other && 'alive' in other) return { refused: other.alive };
    return await lookFrom(site, was.primary, contenders, { to, lastSeen, doubt: other?.doubt });
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.code !== 'permission_denied') throw thrown;
    return { refused: `${target.name}: ${thrown.message}: ${RIGHTS}` };
  }
}

async function contenderOf({ spec }: Site, member: PostgresMember): Promise<Contender> {
  const acting = spec.members.find(({ name }) => name === member.name)?.credentials.act?.user ?? 'nightshift_act';
  const server = await askServer(member, acting);
  if (!server.inRecovery) return { server, state: null, settled: true };
  return { server, ...(await settledState(member)) };
}

/** `doubt`: why nobody knows whether another one takes the writes. */
type Wanted = { to: string | undefined; lastSeen: LastSeen | undefined; doubt?: string | undefined };

async function lookFrom(
  site: Site,
  primary: string,
  contenders: readonly Contender[],
  { to: wanted, lastSeen, doubt }: Wanted,
): Promise<FailoverLook> {
  const others = contenders.filter(({ server }) => server.member !== primary);
  const candidates = [...candidatesOf(others), ...silentOthers(site, primary)];
  const to = wanted ?? candidates.find(({ unfit }) => unfit === null)?.member;
  const chosen = others.find(({ server }) => server.member === to);
  const [signs, fence] = await Promise.all([signsOf(site, primary, contenders), site.target.fence?.look()]);
  return {
    primary,
    ...aboutTo(primary, chosen, fence, lastSeen),
    signs,
    candidates,
    prechecks: chosen?.state ? prechecksOf(chosen.server.member, chosen.state) : [],
    fence: fenceOutlook(primary, { fence: site.target.fence, state: fence, doubt }),
    ...wordsWith(site),
    facts: await factsOf(site, chosen, primary),
  };
}

function wordsWith({ spec, target }: Site) {
  const fence = target.fence?.means;
  const siblings = spec.members.length > 2 ? [WHERE_SIBLINGS] : [];
  return planWords(runbook, fence === undefined ? {} : { fence }, [
    ...(fence === undefined ? [] : [WHERE_FENCED]),
    ...siblings,
  ]);
}

/** Where nobody can take its place there is nothing to identify, and nothing to lose yet. */
function aboutTo(
  from: string,
  chosen: Contender | undefined,
  fence: FenceState | undefined,
  lastSeen: LastSeen | undefined,
): Pick<FailoverLook, 'identity' | 'loss'> {
  if (!chosen?.state)
    return { identity: {}, loss: { bytes: null, seconds: null, sentence: 'Nobody can say what would be lost.' } };
  const { member } = chosen.server;
  return {
    identity: identityOf(member, chosen.state, fence),
    loss: lossOf({ from, to: member }, chosen.state, lastSeen),
  };
}

function silentOthers({ target }: Site, primary: string): SwitchoverCandidate[] {
  const silent = target.unreached.filter(({ name }) => name !== primary);
  return silent.map(({ name, reason }) => ({ member: name, unfit: `it does not answer: ${reason}.`, lagBytes: null }));
}

async function signsOf(site: Site, primary: string, contenders: readonly Contender[]): Promise<DeathSign[]> {
  const { spec, target, room } = site;
  const configured = spec.members.find(({ name }) => name === primary);
  const answers = target.members.some(({ name }) => name === primary);
  const own: DeathSign =
    answers || !configured
      ? { from: 'nightshift', says: 'alive', sentence: `${primary} answers and takes writes.` }
      : await probe(site, configured, room);
  const standbys = contenders.flatMap(({ server, state }) =>
    state ? standbySign(server.member, state, { primary, members: spec.members }) : [],
  );
  const silent = target.unreached
    .filter(({ name }) => name !== primary)
    .map(({ name, reason }): DeathSign => ({
      from: name,
      says: 'unknown',
      sentence: `it does not answer itself: ${reason}.`,
    }));
  return [own, ...standbys, ...silent];
}

async function factsOf(
  { spec, target }: Site,
  chosen: Contender | undefined,
  primary: string,
): Promise<FailoverLook['facts']> {
  if (!chosen?.state) return [];
  const { server, state } = chosen;
  const member = target.members.find(({ name }) => name === server.member);
  return [
    { label: 'Received', value: `${state.received ?? 'nothing'} on timeline ${state.timeline}` },
    {
      label: 'Databases that move',
      value: `${server.signs.databases.join(', ')}${member ? await sizeWords(member) : ''}`,
    },
    standbysAfterwards(spec, primary, server.member),
    ...(await siblingsOutlook(spec, target, primary, server.member)),
  ];
}
