import { bytesText } from '../../../checks/wording.ts';
import type { FailoverOrder, FailoverResult, LossReport } from '../../../targets/failover.ts';
import type { Phase } from '../../../targets/switchover.ts';
import { bytesBetween } from '../../../core/lsn.ts';
import type { SiblingEnd } from '../siblings/follow.ts';
import type { Other, Proof } from './proof.ts';

/** `fenced` only after a positive answer; the sentence says what was asked. */
export type OldPrimary = { says: FailoverResult['oldPrimary']; sentence: string };
/** `siblings`: other standbys that were pointed at the new primary, or why not; those that are not among them were not tried. */
export type Course = { oldPrimary: OldPrimary; phases: readonly Phase[]; siblings?: readonly SiblingEnd[] };

const PAGE = 'docs/runbooks/failover-postgres.md';

/** Pure: nobody was promoted. `left`: what could not be taken back. */
export function notDone(
  order: FailoverOrder,
  why: string,
  phases: readonly Phase[],
  left: readonly string[],
): FailoverResult {
  return {
    ended: 'not-done',
    why,
    oldPrimary: 'unknown',
    loss: { exact: true, sentences: [`Nothing was lost by this: ${order.to} was not promoted.`] },
    phases,
    evidence: [],
    left,
  };
}

/** Pure: somebody else has promoted the standby; what that has lost nobody has looked at. `fence`: what this run has closed, which stays closed. */
export function promotedByAnother(
  { from, to }: FailoverOrder,
  phases: readonly Phase[],
  fence: string | undefined,
): FailoverResult {
  return {
    ended: 'needs-a-human',
    why: `${to} is no standby any more: somebody else has promoted it.`,
    oldPrimary: 'unknown',
    loss: {
      exact: false,
      sentences: [`What ${to} did not have of ${from} is lost; how much that is was not looked at.`],
    },
    phases,
    evidence: [],
    left: [
      `Keep ${from} down until somebody has found out who promoted ${to}, and why: two servers may take writes.`,
      ...(fence === undefined
        ? []
        : [`Clients of ${from} may be kept away now (${fence}): point it at ${to}, then open it (/db unfence).`]),
    ],
  };
}

/** Pure: the standby takes the writes. Where it does not take them after all, or the old primary is back, a person has to look. */
export function failedOver(
  order: FailoverOrder,
  proof: Proof,
  { oldPrimary, phases, siblings = [] }: Course,
): FailoverResult {
  const why = whyAPerson(order, proof);
  return {
    ended: why === null ? 'failed-over' : 'needs-a-human',
    why,
    oldPrimary: oldPrimary.says,
    loss: lossOf(order, proof),
    phases,
    evidence: [
      ...evidenceOf(order, proof, oldPrimary),
      ...siblings.filter(({ follows }) => follows).map(({ says }) => says),
    ],
    left: leftOf(order, proof, oldPrimary, siblings),
  };
}

function whyAPerson({ from, to }: FailoverOrder, { wrote, former }: Proof): string | null {
  if (former.says === 'alive')
    return `${from} answers again: two servers may take writes, and what each takes the other does not have.`;
  return wrote === true ? null : `${to} is promoted, and took no write: ${wrote}.`;
}

function lossOf({ from, to, acceptedLoss }: FailoverOrder, { lastCommitAt }: Proof): LossReport {
  const { seconds } = acceptedLoss;
  const since = lastCommitAt === null ? '' : ` after ${lastCommitAt.slice(0, 19).replace('T', ' ')} UTC`;
  const most = seconds === null ? 'how much that is, nobody can say yet' : `at most what was written in ${seconds} s`;
  return {
    exact: false,
    sentences: [
      `Lost: what ${from} acknowledged${since} and ${to} did not have: ${most}. Not exact: only ${from} knows.`,
    ],
  };
}

function evidenceOf(
  { to, identity }: FailoverOrder,
  { timeline, forkLsn, wrote, former }: Proof,
  oldPrimary: OldPrimary,
): string[] {
  const branch = forkLsn === null ? '' : `, which left timeline ${identity['timeline']} at ${forkLsn}`;
  return [
    `${to} ${wrote === true ? 'took a write' : 'is out of recovery'} on timeline ${timeline}${branch}.`,
    `The old primary, seen from here: ${former.sentence}`,
    oldPrimary.sentence,
  ];
}

function leftOf(order: FailoverOrder, proof: Proof, oldPrimary: OldPrimary, siblings: readonly SiblingEnd[]): string[] {
  const { from, to } = order;
  const { readOnly, archives, forkLsn, others } = proof;
  const keep = `Keep ${from} down: on its host disable and stop the service, before anything starts it again. If it comes back as it is, it takes writes that ${to} does not have.`;
  return [
    ...(proof.former.says === 'alive'
      ? [`Stop ${from} now, or keep its clients away: each minute makes the two histories differ more.`]
      : [keep]),
    ...(oldPrimary.says === 'fenced' ? [`The fence still keeps clients away: point it at ${to}, then open it.`] : []),
    ...(readOnly
      ? [`default_transaction_read_only is on at ${to}: clients that do not ask for more may only read.`]
      : []),
    ...siblings.filter(({ follows }) => !follows).map(({ says }) => says),
    ...others
      .filter((other) => !siblings.some(({ member }) => member === other.member))
      .map((other) => otherWords(to, forkLsn, other)),
    `Copy pg_wal of ${from} before anybody rewinds or wipes it: it is the only trace of what was lost. Started where no client reaches it, \`/db loss\` counts that. Then make it a standby of ${to} (${PAGE}).`,
    `Make the slots of ${from} anew on ${to}: a physical one for each standby, and logical ones for their readers, which have to start again.`,
    `Take a full backup of ${to}: ${archives ? 'restoring to a point in time crosses the change of timelines' : 'it does not archive its log of writes, so that nothing later than the last backup could be restored'}.`,
  ];
}

/** A standby that has replayed what the new primary has not cannot follow it. */
function otherWords(to: string, forkLsn: string | null, { member, received }: Other): string {
  if (received === null)
    return `${member} was not asked: point it at ${to} (primary_conninfo), or copy it anew where it is ahead (${PAGE}).`;
  const ahead = forkLsn === null ? null : bytesBetween(forkLsn, received);
  if (ahead !== null && ahead > 0)
    return `${member} has ${bytesText(ahead)} that ${to} does not have, and cannot follow it: rewind it or copy it anew (${PAGE}).`;
  return `${member} does not follow ${to} by itself: point its primary_conninfo at ${to} and reload (${PAGE}).`;
}
