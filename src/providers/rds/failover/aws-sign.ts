import { durationText } from '../../../checks/wording.ts';
import type { DeathSign, OwnFailover } from '../../../targets/failover.ts';
import { eventWords } from '../switchover/events.ts';
import { verdictOn } from '../switchover/status.ts';
import { HEARTBEAT_MINUTES } from './heartbeat.ts';
import { goingOn, type OutageEvent } from './outage-events.ts';

/** An instance as AWS shows it. `heartbeatSeconds`: how old the youngest metric is; null where there is none. */
export type InstanceView = {
  name: string;
  status: string;
  multiZone: boolean;
  events: readonly OutageEvent[];
  heartbeatSeconds: number | null;
  /** Of the others that should send one, too; null where none of them does. */
  othersHeartbeatSeconds: number | null;
};

/** Who says what AWS says. */
export const WITNESS = 'AWS';

/** A machine publishes each minute, and CloudWatch shows it a minute or two later. */
const SILENT_SECONDS = 300;
const FRESH_SECONDS = 240;
/** What is begun and not over after this is stuck. */
const FAILOVER_MS = 15 * 60_000;
const RECOVERY_MS = 30 * 60_000;
/** A shutdown that is part of a restart is followed by it. */
const RESTART_MS = 60_000;

/** AWS fails a Multi-AZ instance over in 60 to 120 seconds: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html */
const OWN_SECONDS = 180;
/** CloudWatch notices after five minutes. */
const PATIENCE_SECONDS = 480;

/** All data is there, and somebody can mend it, or has stopped it: nothing is to be replaced. */
const MENDABLE: ReadonlyMap<string, string> = new Map([
  ['storage-full', 'give it more storage: its data is there'],
  ['stopped', 'somebody has stopped it: start it again'],
  ['stopping', 'somebody stops it'],
  ['starting', 'it is starting'],
  ['incompatible-parameters', 'its parameters do not fit: reset its parameter group, its data is there'],
  ['incompatible-option-group', 'its option group does not fit: its data is there'],
  ['inaccessible-encryption-credentials-recoverable', 'enable its key again: its data is there'],
]);

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status */
const DEAD = new Set([
  'failed',
  'incompatible-network',
  'inaccessible-encryption-credentials',
  'insufficient-capacity',
]);

/** Pure: what AWS says of the primary. That it works on it is no sign of death. */
export function awsSign(view: InstanceView, nowMs: number): DeathSign {
  const { name, status } = view;
  const says = (what: DeathSign['says'], sentence: string) => ({ from: WITNESS, says: what, sentence });
  const doing = doingOf(view, nowMs);
  if (doing !== null) return says('unknown', `${doing} That loses nothing: wait for it.`);
  const mend = MENDABLE.get(status);
  if (mend !== undefined) return says('alive', `${name} is ${status}: ${mend}.`);
  if (DEAD.has(status)) return says('dead', `${name} is ${status}.`);
  if (verdictOn(status) !== 'go') return says('unknown', `${name} is ${status}: AWS works on it.`);
  const down = downSince(view.events, nowMs);
  if (down) return says('dead', `${eventWords(down)} It has not been started since.`.replace(/^AWS, /, ''));
  return says(...heard(view));
}

function downSince(events: readonly OutageEvent[], nowMs: number): OutageEvent | undefined {
  const last = events.findLast(({ kind }) =>
    ['failed', 'shutdown', 'restarted', 'recovered', 'failover-completed'].includes(kind),
  );
  if (last?.kind === 'failed') return last;
  return last?.kind === 'shutdown' && nowMs - last.atMs >= RESTART_MS ? last : undefined;
}

/** A CloudWatch that has nothing of anybody says nothing. */
function heard({
  name,
  heartbeatSeconds: own,
  othersHeartbeatSeconds: others,
}: InstanceView): [DeathSign['says'], string] {
  const shown = `${name} is shown as available`;
  const age = own === null ? `in the last ${HEARTBEAT_MINUTES} minutes` : `for ${durationText(own)}`;
  if (own !== null && own < SILENT_SECONDS)
    return [
      'unknown',
      `${shown}, and CloudWatch had a metric of it ${durationText(own)} ago (limit: ${durationText(SILENT_SECONDS)}).`,
    ];
  if (others === null || others > FRESH_SECONDS)
    return ['unknown', `${shown}, and CloudWatch has had no metric ${age}, neither of it nor of a replica.`];
  return ['dead', `CloudWatch has had no metric of ${name} ${age}, and has them of its replicas.`];
}

/** Pure: what AWS does about it by itself; null where nothing shows, or what was begun is stuck. */
export function doingOf({ status, events }: Pick<InstanceView, 'status' | 'events'>, nowMs: number): string | null {
  const failover = { begins: 'failover-started', ends: ['failover-completed'] } as const;
  const recovery = { begins: 'recovery-started', ends: ['recovered', 'failed'] } as const;
  const over = goingOn(events, failover, nowMs - FAILOVER_MS);
  if (over && !DEAD.has(status)) return `AWS is failing it over by itself. ${eventWords(over)}`;
  const recovered = goingOn(events, recovery, nowMs - RECOVERY_MS);
  return recovered && !DEAD.has(status) ? `AWS is recovering it by itself. ${eventWords(recovered)}` : null;
}

/** Pure: how long is waited for AWS, and what it does. */
export function ownFailover(view: InstanceView, nowMs: number): OwnFailover {
  const completed = view.events.findLast(({ kind }) => kind === 'failover-completed');
  const done = completed ? `AWS has failed it over by itself. ${eventWords(completed)}` : null;
  return {
    leastSeconds: view.multiZone ? OWN_SECONDS : 0,
    patienceSeconds: PATIENCE_SECONDS,
    doing: doingOf(view, nowMs) ?? done,
  };
}
