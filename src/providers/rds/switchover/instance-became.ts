import { durationText } from '../../../checks/wording.ts';
import type { CloudSwitchoverOrder, CloudSwitchoverResult } from '../../../targets/cloud-switchover.ts';
import { ALARM_SECONDS, isOverdue, notDone, personNeeded, switchedTo, unanswered, type Elapsed } from './ends.ts';
import type { EventKind, FailoverEvent } from './events.ts';
import { verdictOn, whyNotNow } from './status.ts';

/** An instance with a standby as AWS shows it, which may lag behind by minutes; null where AWS does not answer. */
export type InstanceSeen = { name: string; status: string; zone: string; events: readonly FailoverEvent[] } | null;

/** Pure: what became of the failover of a Multi-AZ instance, or what it waits for. */
export function instanceBecame(order: CloudSwitchoverOrder, seen: InstanceSeen, times: Elapsed): CloudSwitchoverResult {
  if (seen === null) return unanswered(times);
  const { name, status, events } = seen;
  if (happened(seen, 'abandoned')) return abandoned(name, events);
  if (verdictOn(status) === 'stop') return personNeeded(whyNotNow(name, status), events);
  if (status === 'available') {
    if (happened(seen, 'completed') || seen.zone === order.to) return isOver(order, seen);
    if (happened(seen, 'partial'))
      return personNeeded(`${name} has recovered from a failover that was not completed.`, events);
  }
  return isOverdue(times) ? tooLate(seen) : { ended: 'under-way', phase: phaseOf(seen) };
}

function happened(seen: NonNullable<InstanceSeen>, kind: EventKind): boolean {
  return seen.events.some((event) => event.kind === kind);
}

function abandoned(name: string, events: readonly FailoverEvent[]): CloudSwitchoverResult {
  const why = `AWS has abandoned it (RDS-EVENT-0034), because a failover of ${name} occurred a short while ago.`;
  return { ...notDone(why, events), coolDown: `AWS refused to fail ${name} over again so soon` };
}

function isOver({ from, to }: CloudSwitchoverOrder, { name, zone, events }: NonNullable<InstanceSeen>) {
  const proof =
    zone === to
      ? `AWS: ${name} is available in ${to}.`
      : `AWS: the failover is complete and ${name} available; its zone is still shown as ${zone}, which may take minutes to change.`;
  return switchedTo({ from, to, identity: {} }, events, { former: `the standby is in ${from}`, proof });
}

function tooLate(seen: NonNullable<InstanceSeen>): CloudSwitchoverResult {
  const { name, status, events } = seen;
  const minutes = durationText(ALARM_SECONDS);
  if (status === 'available' && events.length === 0)
    return notDone(`AWS shows no sign of a failover of ${name} ${minutes} after it was asked for.`);
  return personNeeded(`${phaseOf(seen)} It has not ended within ${minutes}.`, events);
}

function phaseOf(seen: NonNullable<InstanceSeen>): string {
  const { name, status } = seen;
  if (happened(seen, 'completed')) return `The failover is complete, and ${name} is still ${status}.`;
  if (happened(seen, 'started')) return `The failover of ${name} has started; it is ${status}.`;
  if (happened(seen, 'restarted')) return `${name} was restarted; it is ${status}.`;
  if (status !== 'available') return `${name} is ${status}; no failover has started yet.`;
  return `AWS shows nothing of it yet; ${name} is available.`;
}
