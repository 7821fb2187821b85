import { RebootDBInstanceCommand, type RDSClient } from '@aws-sdk/client-rds';
import type {
  CloudSwitchover,
  CloudSwitchoverOrder,
  CloudSwitchoverResult,
} from '../../../targets/cloud-switchover.ts';
import type { CloudAccess, CloudClient } from '../../cloud-access.ts';
import { whyNoRole } from '../../failover-role.ts';
import type { Described } from '../instances.ts';
import { pendingWork } from '../upkeep.ts';
import { notDone } from './ends.ts';
import { failoverEvents } from './events.ts';
import { instanceBecame, type InstanceSeen } from './instance-became.ts';
import { identityOf, instanceLook } from './instance-look.ts';
import { orderRds } from './order.ts';
import { RECENT_MS } from './shared-prechecks.ts';
import { whyNotNow } from './status.ts';

/** What the switchover of one target works with. */
export type SwitchoverWork = {
  client: RDSClient;
  settings: CloudClient;
  access: CloudAccess;
  describe(): Promise<Described[]>;
};

/** The writes of an instance with a standby in another zone, moved by RebootDBInstance with ForceFailover. */
export function instanceSwitchover(work: SwitchoverWork): CloudSwitchover {
  return {
    look: () => look(work),
    begin: (order) => begin(work, order),
    follow: async (order, begunAt) =>
      instanceBecame(order, await seenSince(work, Date.parse(begunAt)), {
        begunAtMs: Date.parse(begunAt),
        nowMs: work.access.now(),
      }),
  };
}

async function look({ client, access, describe }: SwitchoverWork) {
  const noRole = whyNoRole(access);
  if (noRole !== undefined) return { refused: noRole };
  const all = await describe();
  const primary = primaryOf(all);
  if (!primary) return { refused: 'AWS shows no instance of this target that takes writes.' };
  const { identifier } = primary;
  const [pending, events] = await Promise.all([
    pendingWork(client, 'db-instance-id', [identifier]),
    failoverEvents(client, { name: identifier, type: 'db-instance' }, access.now() - RECENT_MS),
  ]);
  const readers = all.filter((one) => one !== primary).map(({ member }) => member);
  return instanceLook(primary, readers, { pending: pending.get(identifier) ?? [], events }, access.now());
}

/** The one that reads from no other. */
function primaryOf(described: readonly Described[]): Described | undefined {
  return described.find(({ instance }) => instance.ReadReplicaSourceDBInstanceIdentifier === undefined);
}

/** Compares with what was approved right before it acts: RDS has no token that would make a second order harmless. */
async function begin(work: SwitchoverWork, order: CloudSwitchoverOrder): Promise<CloudSwitchoverResult> {
  const primary = primaryOf(await work.describe());
  if (!primary) return notDone('AWS shows no instance of this target that takes writes.');
  const why = whyChanged(primary, order);
  if (why !== undefined) return notDone(why);
  const { identifier, instance } = primary;
  const command = new RebootDBInstanceCommand({ DBInstanceIdentifier: identifier, ForceFailover: true });
  const answer = await orderRds(work.settings, work.access, {
    name: identifier,
    right: { action: 'rds:RebootDBInstance', resources: [instance.DBInstanceArn ?? ''] },
    send: (client) => client.send(command),
  });
  if ('refused' in answer) return notDone(answer.refused);
  return { ended: 'under-way', phase: `AWS has taken the order to fail ${identifier} over.` };
}

function whyChanged(primary: Described, { to, identity }: CloudSwitchoverOrder): string | undefined {
  const { identifier, instance } = primary;
  const { DBInstanceStatus: status = 'unknown', SecondaryAvailabilityZone: other } = instance;
  if (status !== 'available') return whyNotNow(identifier, status);
  const changed = Object.entries(identityOf(primary)).find(([name, value]) => identity[name] !== value);
  if (changed) return `The ${changed[0]} was ${identity[changed[0]] ?? 'nothing'} and is ${changed[1]} now.`;
  return other === to ? undefined : `The standby of ${identifier} is in ${other ?? 'no zone'}, and not in ${to}.`;
}

/** AWS that does not answer is no answer, and no fault. */
async function seenSince({ client, describe }: SwitchoverWork, sinceMs: number): Promise<InstanceSeen> {
  try {
    const primary = primaryOf(await describe());
    if (!primary) return null;
    const { identifier, instance } = primary;
    const events = await failoverEvents(client, { name: identifier, type: 'db-instance' }, sinceMs);
    const { DBInstanceStatus: status = 'unknown', AvailabilityZone: zone = '' } = instance;
    return { name: identifier, status, zone, events };
  } catch {
    return null;
  }
}
