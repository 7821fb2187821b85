import { DescribeDBInstancesCommand, type DBInstance } from '@aws-sdk/client-rds';
import type { StepJournal } from '../../../core/operation.ts';
import type { CloudFailoverResult } from '../../../targets/cloud-failover.ts';
import type { FailoverOrder } from '../../../targets/failover.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { identifierOf } from '../identifier.ts';
import type { Described } from '../instances.ts';
import { eventWords } from '../switchover/events.ts';
import { awsSign, type InstanceView } from './aws-sign.ts';
import { primaryOf } from './candidates.ts';
import { carryOn } from './carry-on.ts';
import { notDone, promotionResult, unwrittenResult, type Around } from './ends.ts';
import { giveOrder, orderOf, type Arns } from './give-order.ts';
import { viewOf, type FailoverWork } from './instance.ts';
import { identityOf } from './instance-look.ts';
import type { PromotionSeen } from './next-move.ts';
import { outageEvents } from './outage-events.ts';
import { backupDaysOf, freshJournal, type PromotionJournal } from './promotion-journal.ts';
import { groupsOf } from './quarantine.ts';

/** Compares with what was approved right before the first order. */
export async function beginPromotion(
  work: FailoverWork,
  order: FailoverOrder,
  journal: StepJournal,
): Promise<CloudFailoverResult> {
  const described = await work.describe();
  const found = primaryOf(described);
  if ('refused' in found) return notDone(order, found.refused);
  const view = await viewOf(work, found.primary, described);
  const why = whyChanged(order, found.primary, described) ?? whyNotDead(view, work.access.now());
  if (why !== undefined) return notDone(order, why);
  const fresh = journalFor(work, order, described);
  const now = await seenNow(work, fresh, undefined);
  return now === null
    ? notDone(order, 'AWS does not answer any more.')
    : carried(work, order, { kept: fresh, now, journal });
}

function whyChanged({ from, to, identity }: FailoverOrder, primary: Described, described: readonly Described[]) {
  if (primary.member !== from) return `${primary.member} is the primary now, and not ${from}.`;
  const changed = Object.entries(identityOf(primary, described)).find(([name, value]) => identity[name] !== value);
  if (changed) return `The ${changed[0]} was ${identity[changed[0]] ?? 'nothing'} and is ${changed[1]} now.`;
  const status = described.find(({ member }) => member === to)?.instance.DBInstanceStatus ?? 'not known to AWS';
  return status === 'available' ? undefined : `${to} is ${status} by now.`;
}

function whyNotDead(view: InstanceView, nowMs: number): string | undefined {
  const { says, sentence } = awsSign(view, nowMs);
  return says === 'dead' ? undefined : `AWS does not say that it is dead any more. ${sentence}`;
}

/** What becomes of it, and the next order where the journal calls for one. */
export async function followPromotion(
  work: FailoverWork,
  order: FailoverOrder,
  begunAt: string,
  journal: StepJournal,
): Promise<CloudFailoverResult> {
  // Only this file writes it.
  const kept = (await journal.read()) as unknown as PromotionJournal | null;
  if (kept !== null)
    return carried(work, order, { kept, now: await seenNow(work, kept, Date.parse(begunAt)), journal });
  const described = await work.describe().catch(() => []);
  const fresh = journalFor(work, order, described);
  return unwrittenResult(order, fresh, (await seenNow(work, fresh, Date.parse(begunAt)))?.seen ?? null);
}

function journalFor({ spec }: FailoverWork, order: FailoverOrder, described: readonly Described[]): PromotionJournal {
  const of = (name: string) => described.find(({ member }) => member === name)?.instance;
  const [from, to] = [of(order.from), of(order.to)];
  return freshJournal(order, {
    from: identifierIn(spec, order.from),
    to: identifierIn(spec, order.to),
    groups: from ? groupsOf(from).map(({ id }) => id) : [],
    quarantine: spec.quarantine ?? null,
    backupDays: backupDaysOf(from?.BackupRetentionPeriod, to?.BackupRetentionPeriod),
  });
}

type Now = { seen: PromotionSeen; arns: Arns };

/** AWS that does not answer is no answer, and no fault; an instance that it knows no more is one. */
async function seenNow(
  { client }: FailoverWork,
  { from, to }: PromotionJournal,
  sinceMs: number | undefined,
): Promise<Now | null> {
  try {
    const Filters = [{ Name: 'db-instance-id', Values: [from, to] }];
    const { DBInstances: all = [] } = await client.send(new DescribeDBInstancesCommand({ Filters }));
    const of = (id: string) => all.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === id);
    const told = async (name: string) =>
      sinceMs === undefined ? [] : await outageEvents(client, { name, type: 'db-instance' }, sinceMs);
    const [ofOld, ofNew] = await Promise.all([told(from), told(to)]);
    const back = ofOld.find(({ kind }) => ['restarted', 'recovered', 'failover-completed'].includes(kind));
    const failed = ofNew.findLast(({ kind }) => kind === 'failed');
    const [old, next] = [of(from), of(to)];
    const seen = {
      from: old ? { ...stateOf(old), groups: groupsOf(old), alive: back ? eventWords(back) : null } : null,
      to: next ? { ...stateOf(next), failed: failed ? eventWords(failed) : null } : null,
    };
    return { seen, arns: { [from]: old?.DBInstanceArn ?? '', [to]: next?.DBInstanceArn ?? '' } };
  } catch {
    return null;
  }
}

function stateOf({ DBInstanceStatus: status = 'unknown', ReadReplicaSourceDBInstanceIdentifier: source }: DBInstance) {
  return { status, source: source ?? null };
}

type Going = { kept: PromotionJournal; now: Now | null; journal: StepJournal };

/** One order at most; what comes of it is asked the next time. */
async function carried(
  work: FailoverWork,
  order: FailoverOrder,
  { kept, now, journal }: Going,
): Promise<CloudFailoverResult> {
  const { settings, access, spec } = work;
  const seen = now?.seen ?? null;
  const did = await carryOn(
    {
      order: (name, written) => giveOrder(settings, access, orderOf(name, written, now?.arns ?? {})),
      keep: (next) => journal.write(next),
      now: access.now,
    },
    kept,
    seen,
  );
  return promotionResult(order, did, seen, aroundOf(spec, order));
}

function aroundOf(spec: TargetSpec, { from, to }: FailoverOrder): Around {
  const others = spec.members.filter(({ name }) => name !== from && name !== to);
  return { target: spec.name, siblings: others.map((one) => ({ member: one.name, identifier: identifierOf(one) })) };
}

function identifierIn(spec: TargetSpec, name: string): string {
  const member = spec.members.find((one) => one.name === name);
  return member ? identifierOf(member) : name;
}
