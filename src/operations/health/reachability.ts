import type { Finding } from '../../core/finding.ts';
import type { TargetName } from '../../core/operation.ts';
import type { Look, MemberSeen } from './look.ts';

/** Pure: who did not answer. Sentinels are judged by their own check. */
export function reachability(target: TargetName, look: Look | undefined): Finding[] {
  if (!look || look.unseen) return [nobodyLooked(target, look?.unseen ?? 'no answer')];
  const silent = look.members.filter((member) => !member.reached && member.role !== 'sentinel');
  const findings = silent.map((member) => silentMember(target, member, look));
  const anyoneSpoke = look.members.some((member) => member.reached && member.role !== 'sentinel');
  if (anyoneSpoke && look.primary === null) findings.unshift(noPrimary(target));
  return findings;
}

/** A configured primary that is away matters less where another member has taken over; in a cluster there are several. */
function silentMember(target: TargetName, member: MemberSeen, { primary, members }: Look): Finding {
  const lostPrimary = member.role === 'primary' && primary === null;
  const tookOver = members.some(({ name, role }) => name === primary && role !== 'primary');
  const now = member.role === 'primary' && tookOver ? `; ${primary} takes writes now` : '';
  return {
    key: `${target.engine}.reachable:${member.name}`,
    severity: lostPrimary ? 'critical' : 'warning',
    sentence: `${member.name} (${member.role}) does not answer: ${member.reason ?? 'no reason given'}${now}.`,
    evidence: { member: member.name, role: member.role, reason: member.reason ?? null },
    next:
      member.next ??
      (lostPrimary
        ? 'Check whether the server is up and reachable from here before you think of a failover.'
        : 'Check whether the server is up; until it is back there is one copy less.'),
  };
}

function noPrimary(target: TargetName): Finding {
  return {
    key: `${target.engine}.reachable:primary`,
    severity: 'critical',
    sentence: `No member of ${target.name} takes writes: every member that answered is a replica.`,
    evidence: { target: target.name },
    next: 'Find out whether a failover is under way; do not promote by hand while one is.',
  };
}

function nobodyLooked(target: TargetName, reason: string): Finding {
  return {
    key: `${target.engine}.reachable:room`,
    severity: 'critical',
    sentence: `${target.name} could not be looked at: ${reason}.`,
    evidence: { target: target.name, reason },
    next: 'Mend what stops the bot from looking; this says nothing about the database itself.',
  };
}
