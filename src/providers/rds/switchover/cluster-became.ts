import { durationText } from '../../../checks/wording.ts';
import type { CloudSwitchoverOrder, CloudSwitchoverResult } from '../../../targets/cloud-switchover.ts';
import { ALARM_SECONDS, isOverdue, notDone, personNeeded, switchedTo, unanswered, type Elapsed } from './ends.ts';
import type { EventKind, FailoverEvent } from './events.ts';
import { verdictOn, whyNotNow } from './status.ts';

/** A cluster as AWS shows it; null where AWS does not answer. `writer` and `statuses` are by the members' names in the config. */
export type ClusterSeen = {
  name: string;
  status: string;
  writer: string | null;
  statuses: { readonly [member: string]: string };
  events: readonly FailoverEvent[];
} | null;

/** Pure: what became of the failover of a cluster, or what it waits for. */
export function clusterBecame(order: CloudSwitchoverOrder, seen: ClusterSeen, times: Elapsed): CloudSwitchoverResult {
  if (seen === null) return unanswered(times);
  const { name, status, events } = seen;
  if (verdictOn(status) === 'stop') return personNeeded(whyNotNow(name, status), events);
  const end = status === 'available' ? endOf(order, seen) : undefined;
  if (end) return end;
  return isOverdue(times) ? tooLate(order, seen) : { ended: 'under-way', phase: phaseOf(seen) };
}

/** Of a cluster that is available again: how it ended, or undefined where nothing tells yet. */
function endOf(order: CloudSwitchoverOrder, seen: NonNullable<ClusterSeen>): CloudSwitchoverResult | undefined {
  const { name, writer, events } = seen;
  if (writer === order.to) return seen.statuses[order.to] === 'available' ? isOver(order, name, events) : undefined;
  const why = failedWhy(seen);
  if (writer === order.from) return why === undefined ? undefined : notDone(why, events);
  if (writer === null || !happened(seen, 'completed')) return undefined;
  return personNeeded(`${writer} takes the writes of ${name} now, and not ${order.to}.`, events);
}

function isOver(order: CloudSwitchoverOrder, name: string, events: readonly FailoverEvent[]): CloudSwitchoverResult {
  return switchedTo(order, events, { proof: `AWS: ${name} is available, and ${order.to} is its writer.` });
}

/** RDS-EVENT-0069 and 0070. */
function failedWhy(seen: NonNullable<ClusterSeen>): string | undefined {
  if (happened(seen, 'failed')) return `The failover of ${seen.name} failed (RDS-EVENT-0069): look at its instances.`;
  if (happened(seen, 'went-back')) return `AWS has promoted the former writer of ${seen.name} again (RDS-EVENT-0070).`;
  return undefined;
}

function happened(seen: NonNullable<ClusterSeen>, kind: EventKind): boolean {
  return seen.events.some((event) => event.kind === kind);
}

function tooLate({ from }: CloudSwitchoverOrder, seen: NonNullable<ClusterSeen>): CloudSwitchoverResult {
  const { name, status, writer, events } = seen;
  const minutes = durationText(ALARM_SECONDS);
  if (status === 'available' && writer === from && events.length === 0)
    return notDone(`AWS shows no sign of a failover of ${name} ${minutes} after it was asked for.`);
  return personNeeded(`${phaseOf(seen)} It has not ended within ${minutes}.`, events);
}

function phaseOf(seen: NonNullable<ClusterSeen>): string {
  const { name, status, writer } = seen;
  const writes = `${writer ?? 'no instance'} is its writer`;
  if (happened(seen, 'completed')) return `The failover of ${name} is complete; it is ${status}, ${writes}.`;
  if (happened(seen, 'started')) return `The failover of ${name} has started; it is ${status}, ${writes}.`;
  return `${name} is ${status}, ${writes}; no failover has started yet.`;
}
