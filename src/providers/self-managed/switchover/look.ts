import { Fault } from '../../../core/errors.ts';
import type { PostgresMember, PostgresTarget } from '../../../targets/postgres.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import type { SwitchoverCandidate, SwitchoverLook } from '../../../targets/switchover.ts';
import { whyNotOurs } from './failover-owner.ts';
import { isHeld } from './held-settings.ts';
import { candidateOf, type Standby } from './candidate.ts';
import { identityOf } from './identity.ts';
import { prechecksOf } from './prechecks.ts';
import { planWords } from '../../../targets/runbook.ts';
import type { Fact } from '../../../core/report.ts';
import { siblingsOutlook, WHERE_SIBLINGS } from '../siblings/outlook.ts';
import { standbysAfterwards } from '../rejoin/afterwards.ts';
import { runbook } from './runbook.ts';
import { sizeWords } from './size.ts';
import { askPrimary, askStandby, type PrimaryFacts } from './ask-role.ts';
import { askServer, RIGHTS, type ServerFacts } from './ask-server.ts';

type Target = Pick<PostgresTarget, 'name' | 'members' | 'unreached'>;
type Asked = { member: PostgresMember; server: ServerFacts };

/** Who takes writes, who could, and what is in the way. It changes nothing. */
export async function look(spec: TargetSpec, target: Target): Promise<SwitchoverLook | { refused: string }> {
  try {
    const asked = await Promise.all(
      target.members.map(async (member) => ({
        member,
        server: await askServer(member, actingRole(spec, member.name)),
      })),
    );
    const owner = whyNotOurs(
      target.name,
      asked.map(({ server }) => server.signs),
    );
    if (owner !== undefined) return { refused: owner };
    const primary = primaryOf(asked);
    return 'refused' in primary ? primary : await lookFrom(spec, target, primary, asked);
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.code !== 'permission_denied') throw thrown;
    return {
      refused: `${target.name}: ${thrown.message}: ${RIGHTS}`,
    };
  }
}

function actingRole(spec: TargetSpec, member: string): string {
  return spec.members.find(({ name }) => name === member)?.credentials.act?.user ?? 'nightshift_act';
}

/** A former primary that still holds its writes takes none: it is no second primary. */
function primaryOf(asked: readonly Asked[]): Asked | { refused: string } {
  const writable = asked.filter(({ server }) => !server.inRecovery);
  const [primary, second] = writable.filter(({ server }) => !isHeld(server.inFile));
  if (primary && second) {
    return {
      refused: `${primary.server.member} and ${second.server.member} both take writes: a person has to decide which of them is right`,
    };
  }
  if (primary) return primary;
  const held = writable[0]?.server.member;
  if (held === undefined) return { refused: 'no server that answers takes writes' };
  return {
    refused: `${held} holds its writes since a switchover that did not end: docs/runbooks/switchover-postgres.md says how to let them through`,
  };
}

async function lookFrom(
  spec: TargetSpec,
  { members, unreached }: Target,
  primary: Asked,
  asked: readonly Asked[],
): Promise<SwitchoverLook> {
  const does = await askPrimary(primary.member, ourRoles(spec));
  const others = asked.filter((one) => one !== primary);
  const standbys = await Promise.all(others.map((one) => standbyOf(one, does)));
  const candidates = [
    ...standbys.map((standby) => candidateOf(primary.server, does, standby)).toSorted(byFitness),
    ...unreached.map(({ name, reason }) => ({ member: name, unfit: `it does not answer: ${reason}.`, lagBytes: null })),
  ];
  return {
    primary: primary.server.member,
    identity: identityOf(primary.server),
    candidates,
    prechecks: prechecksOf(primary.server, does),
    ...planWords(runbook, {}, spec.members.length > 2 ? [WHERE_SIBLINGS] : []),
    facts: [
      { label: 'Client sessions that are ended', value: String(does.sessions) },
      {
        label: 'Databases that move',
        value: `${primary.server.signs.databases.join(', ')}${await sizeWords(primary.member)}`,
      },
      ...(await factsAfterwards(spec, { members, unreached }, primary.server.member, candidates)),
      ...(does.physicalSlots.length > 0
        ? [{ label: 'Slots that stay behind', value: does.physicalSlots.join(', ') }]
        : []),
      {
        label: 'Servers',
        value: members.map(({ name, version }) => `${name} ${Math.floor(version / 10_000)}`).join(', '),
      },
    ],
  };
}

/** Of the best candidate. */
async function factsAfterwards(
  spec: TargetSpec,
  servers: Pick<Target, 'members' | 'unreached'>,
  from: string,
  candidates: readonly SwitchoverCandidate[],
): Promise<Fact[]> {
  const to = candidates.find(({ unfit }) => unfit === null)?.member;
  if (to === undefined) return [];
  return [standbysAfterwards(spec, from, to), ...(await siblingsOutlook(spec, servers, from, to))];
}

/** Every login of ours that does not write: the canary is ended like any other client. */
export function ourRoles(spec: TargetSpec): string[] {
  const logins = spec.members.flatMap(({ credentials: { read, act, copy } }) => [read, act, copy]);
  return [...new Set(logins.flatMap((login) => login?.user ?? []))];
}

async function standbyOf({ member, server }: Asked, { lsn }: PrimaryFacts): Promise<Standby> {
  if (server.inRecovery) return { server, does: await askStandby(member, lsn) };
  const nothing = {
    streaming: false,
    paused: false,
    delaySeconds: 0,
    lagBytes: 0,
    backups: 0,
    archives: false,
    syncedSlots: [],
  };
  return { server, does: nothing };
}

function byFitness(one: SwitchoverCandidate, other: SwitchoverCandidate): number {
  if ((one.unfit === null) !== (other.unfit === null)) return one.unfit === null ? -1 : 1;
  return (one.lagBytes ?? 0) - (other.lagBytes ?? 0);
}
