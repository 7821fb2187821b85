import type { CloudFailoverResult } from '../../../targets/cloud-failover.ts';
import type { FailoverOrder, FailoverResult } from '../../../targets/failover.ts';
import type { Carried } from './carry-on.ts';
import type { PromotionMove, PromotionSeen } from './next-move.ts';
import { lastOf, type OrderName, type PromotionJournal } from './promotion-journal.ts';

/** What a person needs to know of the target afterwards: the names that the config has. */
export type Around = {
  target: string;
  /** Replicas of the old primary that follow nobody any more. */
  siblings: readonly { member: string; identifier: string }[];
};

const PAGE = 'docs/runbooks/failover-rds.md';

/** Pure: nobody was promoted, and nothing has changed. */
export function notDone({ to }: Pick<FailoverOrder, 'to'>, why: string): FailoverResult {
  return {
    ...NOTHING,
    ended: 'not-done',
    why,
    loss: { exact: true, sentences: [`Nothing was lost by this: ${to} was not promoted.`] },
  };
}

/** Pure: what a move means to whoever waits for the end. `seen` null: AWS does not answer. */
export function promotionResult(
  order: FailoverOrder,
  { move, journal, answer }: Carried,
  seen: PromotionSeen | null,
  around: Around,
): CloudFailoverResult {
  if (move.move === 'order') return { ended: 'under-way', phase: orderedWords(journal, move.order, answer) };
  if (move.move === 'wait') return { ended: 'under-way', phase: `Waits for ${move.for}.` };
  return endOf(order, move, journal, seen, around);
}

type End = Extract<PromotionMove, { move: 'end' }>;

function endOf(
  order: FailoverOrder,
  { ended, why, fenced }: End,
  journal: PromotionJournal,
  seen: PromotionSeen | null,
  around: Around,
): FailoverResult {
  const evidence = seen === null ? [] : [standing(journal, seen)];
  if (ended === 'not-done') return { ...notDone(order, why ?? ''), evidence };
  const oldPrimary = fenced ? 'fenced' : 'unknown';
  if (ended === 'needs-a-human')
    return {
      ...NOTHING,
      ended,
      why,
      oldPrimary,
      loss: unknownLoss(order),
      evidence,
      left: [lookAt(journal), ...leftClosed(journal)],
    };
  return {
    ...NOTHING,
    ended,
    why,
    oldPrimary,
    loss: lossOf(order),
    evidence,
    left: leftAfter(order, journal, fenced, around),
  };
}

/** Pure: of a step that wrote nothing down, or of which somebody said that he has looked: nothing is ordered for it any more. */
export function unwrittenResult(
  order: FailoverOrder,
  journal: PromotionJournal,
  seen: PromotionSeen | null,
): CloudFailoverResult {
  if (seen === null) return { ended: 'under-way', phase: 'AWS does not answer at the moment; it is asked again.' };
  const evidence = [standing(journal, seen)];
  if (seen.to?.source === journal.from)
    return { ...notDone(order, 'It was cut off before anything was ordered.'), evidence };
  const why = `Nothing was ordered by this, and ${journal.to} does not read from ${journal.from} any more.`;
  return { ...NOTHING, ended: 'needs-a-human', why, loss: unknownLoss(order), evidence, left: [lookAt(journal)] };
}

function lossOf({ from, to, acceptedLoss: { seconds } }: FailoverOrder): FailoverResult['loss'] {
  const most =
    seconds === null ? 'how much that is, nobody can say yet' : `estimated at most what was written in ${seconds} s`;
  return {
    exact: false,
    sentences: [`Lost: what ${from} acknowledged and ${to} did not have: ${most}. Only ${from} knows.`],
  };
}

function unknownLoss({ from, to }: FailoverOrder): FailoverResult['loss'] {
  return { exact: false, sentences: [`If ${to} is promoted, what it did not have of ${from} is lost.`] };
}

function leftAfter(
  { from, to }: FailoverOrder,
  journal: PromotionJournal,
  fenced: boolean,
  { target, siblings }: Around,
): string[] {
  return [
    fenced
      ? `${from} is in ${journal.quarantine} alone, which lets nobody in; connections from before end when it is rebooted. Keep it so.`
      : `Keep ${from} away from its clients: aws rds modify-db-instance --db-instance-identifier ${journal.from} --vpc-security-group-ids <a group without rules> --apply-immediately. If it comes back as it is, it takes writes that ${to} does not have.`,
    `Point the clients at ${to}: its name is another one (/db repoint ${target}, where nightshift.yaml names a pointer).`,
    ...siblings.map(
      (one) =>
        `${one.member} follows ${from} and is lost as a replica. Make a new one: ${replicaCommand(journal.to, one.identifier)}`,
    ),
    `${to} is alone and has no standby: ${replicaCommand(journal.to, journal.from)}`,
    `Keep ${journal.from} for what only it has, and delete it when somebody has looked (${PAGE}).`,
  ];
}

/** Pure: the name is derived from the one that is replaced, so that a second call finds the first (DBInstanceAlreadyExists). */
export function replicaCommand(source: string, replaced: string): string {
  return `aws rds create-db-instance-read-replica --source-db-instance-identifier ${source} --db-instance-identifier ${replaced}-new`;
}

function leftClosed(journal: PromotionJournal): string[] {
  const closing = lastOf(journal, 'quarantine');
  if (!closing || closing.refused !== undefined) return [];
  const back = `aws rds modify-db-instance --db-instance-identifier ${journal.from} --vpc-security-group-ids ${journal.groups.join(' ')} --apply-immediately`;
  return [
    `AWS was asked to put ${journal.from} into ${journal.quarantine}. Where it is there and should not be: ${back}`,
  ];
}

function lookAt({ to }: PromotionJournal): string {
  return `Look whether ${to} is promoted, and promote no other one before that is clear: aws rds describe-db-instances --db-instance-identifier ${to}`;
}

function standing({ from, to }: PromotionJournal, seen: PromotionSeen): string {
  const source = seen.to?.source == null ? 'reads from no other' : `reads from ${seen.to.source}`;
  const next = seen.to === null ? `no ${to}` : `${to} is ${seen.to.status} and ${source}`;
  const groups = seen.from?.groups.map(({ id, status }) => `${id} (${status})`).join(', ');
  return `AWS: ${next}; ${seen.from === null ? `no ${from}` : `${from} is ${seen.from.status}, in ${groups || 'no security group'}`}.`;
}

function orderedWords({ from, to, quarantine }: PromotionJournal, order: OrderName, answer: Carried['answer']): string {
  const what: Record<OrderName, string> = {
    quarantine: `put ${from} into ${quarantine}`,
    promote: `promote ${to}`,
    release: `give ${from} its security groups again`,
  };
  if (answer && 'refused' in answer) return `AWS did not take the order to ${what[order]}: ${answer.refused}`;
  if (answer && 'open' in answer)
    return `Nobody knows whether AWS heard the order to ${what[order]}: it is looked for. ${answer.open}.`;
  return `AWS has taken the order to ${what[order]}.`;
}

const NOTHING = { oldPrimary: 'unknown', phases: [], evidence: [], left: [] } as const;
