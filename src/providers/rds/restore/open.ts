import {
  AddTagsToResourceCommand,
  DescribeDBInstancesCommand,
  RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
  type DBInstance,
} from '@aws-sdk/client-rds';
import { newestUsable } from '../../../backups/snapshots/about.ts';
import { NAME_PREFIX, snapshotName } from '../../../backups/snapshots/name.ts';
import { isUsable, type CloudSnapshot } from '../../../core/cloud-snapshot.ts';
import type { CloudRestore, RestoreLook, RestoreOrder, RestoreResult } from '../../../targets/cloud-restore.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { askCloud } from '../../ask-cloud.ts';
import type { CloudAccess, CloudClient } from '../../cloud-access.ts';
import { operatorRoleOf } from '../../failover-role.ts';
import { orderAs } from '../../order-once.ts';
import { PROVEN_TAG, RUN_TAG } from '../../snapshot-tags.ts';
import { describeInstances, INSTANCES_RIGHT } from '../instances.ts';
import { instanceMaker } from '../snapshots/instance.ts';
import { isAbsent } from '../snapshots/maker.ts';
import { restoreBecame } from './became.ts';
import { restoreLook, settingsOf } from './plan.ts';
import { RESTORE_WORDS } from './words.ts';

const RIGHTS = [INSTANCES_RIGHT, { action: 'rds:DescribeDBSnapshots', resource: 'snapshot:*' }] as const;
const MOST_SNAPSHOTS = 500;

type Work = { spec: TargetSpec; access: CloudAccess; settings: CloudClient; client: RDSClient };
type Found = { snapshot: CloudSnapshot; source: DBInstance } | { refused: string };

/** Makes a new instance of a snapshot of an RDS instance. The members of clusters have no snapshots of their own. */
export function openRestore(work: Work): CloudRestore {
  const { spec, access } = work;
  return {
    look: async (asked) => {
      const role = operatorRoleOf(access);
      if (role.arn === undefined) return { refused: role.whyNone };
      const seen = await askCloud(spec, access, RIGHTS, () => lookAt(work, asked));
      if ('sample' in seen) return seen.sample;
      return { refused: 'skipped' in seen ? `${seen.skipped}. ${seen.fix}` : seen.unreliable };
    },
    begin: (order) => begin(work, order),
    follow: (order, begunAt) => follow(work, order, begunAt),
  };
}

async function lookAt(
  work: Work,
  { from, run, at }: { from: string | null; run: string; at: string },
): Promise<RestoreLook | { refused: string }> {
  const found = await findSnapshot(work, from);
  if ('refused' in found) return found;
  const as = snapshotName(work.spec.name, run, at);
  if (await instanceNamed(work, as))
    return { refused: `there is an instance ${as} already, and nothing is restored over it` };
  return restoreLook(found.snapshot, found.source, as);
}

async function findSnapshot({ spec, access, settings, client }: Work, from: string | null): Promise<Found> {
  const described = await describeInstances(client, spec);
  const primary = described.find(({ instance }) => instance.ReadReplicaSourceDBInstanceIdentifier === undefined);
  if (!primary) return { refused: 'AWS shows no instance of this target that takes writes.' };
  const { instance: source } = primary;
  if (source.DBClusterIdentifier !== undefined)
    return {
      refused: `${spec.name} is a cluster: restore its snapshot in the console of AWS, and add an instance to it`,
    };
  const maker = instanceMaker({ target: spec.name, client, settings, access }, source);
  const { snapshots } = await maker.all(MOST_SNAPSHOTS);
  const snapshot = from === null ? newestUsable(snapshots) : snapshots.find(({ name }) => name === from);
  if (!snapshot)
    return { refused: `there is no snapshot ${from ?? ''} of ${maker.source}: \`backups ${spec.name}\` lists them` };
  if (!isUsable(snapshot)) return { refused: `${snapshot.name} is ${snapshot.status}, and cannot be restored` };
  return { snapshot, source };
}

async function instanceNamed({ client }: Work, DBInstanceIdentifier: string): Promise<DBInstance | undefined> {
  try {
    const { DBInstances: [found] = [] } = await client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
    return found;
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw thrown;
  }
}

/** Compares with what was approved right before it acts. The name is the token: RDS makes no second instance of it. */
async function begin(work: Work, order: RestoreOrder): Promise<RestoreResult> {
  const seen = await askCloud(work.spec, work.access, RIGHTS, async () => ({
    found: await findSnapshot(work, order.from),
    there: await instanceNamed(work, order.as),
  }));
  if (!('sample' in seen))
    return { ended: 'not-done', why: 'AWS could not be asked how it stands, and nothing was ordered.' };
  const { found, there } = seen.sample;
  if ('refused' in found) return { ended: 'not-done', why: `${found.refused}.` };
  if (there)
    return { ended: 'not-done', why: `There is an instance ${order.as} already, and nothing is restored over it.` };
  const now = settingsOf(found.snapshot, found.source);
  const changed = Object.keys({ ...now, ...order.settings }).find((name) => now[name] !== order.settings[name]);
  if (changed !== undefined) return { ended: 'not-done', why: `What was approved has changed: ${changed}.` };
  const answer = await orderRestore(work, order, found.source);
  if ('refused' in answer) return { ended: 'not-done', why: answer.refused };
  return { ended: 'under-way', phase: `AWS has taken the order to make ${order.as}.` };
}

function orderRestore({ settings, access }: Work, { as, settings: given }: RestoreOrder, source: DBInstance) {
  const { snapshot = '', subnets, securityGroups, parameters, options } = given;
  const place = (source.DBInstanceArn ?? '').split(':').slice(0, 5).join(':');
  const named = (kind: string, name: string | undefined) => (name === undefined ? [] : [`${place}:${kind}:${name}`]);
  const command = new RestoreDBInstanceFromDBSnapshotCommand({
    DBInstanceIdentifier: as,
    DBSnapshotIdentifier: snapshot,
    DBInstanceClass: given['class'],
    DBSubnetGroupName: subnets,
    VpcSecurityGroupIds: securityGroups?.split(','),
    DBParameterGroupName: parameters,
    OptionGroupName: options,
    EnableIAMDatabaseAuthentication: given['tokens'] === 'enabled',
    PubliclyAccessible: false,
    MultiAZ: false,
    DeletionProtection: true,
    CopyTagsToSnapshot: true,
    // Without any the new instance would have those of its source, and be taken for it.
    Tags: [
      { Key: RUN_TAG, Value: access.actingFor ?? '' },
      { Key: 'nightshift:restored-from', Value: snapshot },
    ],
  });
  return orderAs(operatorRoleOf(access), settings, {
    name: as,
    runId: access.actingFor,
    right: {
      action: ['rds:RestoreDBInstanceFromDBSnapshot', 'rds:AddTagsToResource'],
      resources: [
        `${place}:db:${as}`,
        snapshot,
        ...named('subgrp', subnets),
        ...named('pg', parameters),
        ...named('og', options),
      ],
    },
    client: (made) => new RDSClient(made),
    send: (client) => client.send(command),
    words: RESTORE_WORDS,
  });
}

async function follow(work: Work, order: RestoreOrder, begunAt: string): Promise<RestoreResult> {
  const { access } = work;
  const instance = await instanceNamed(work, order.as);
  const run = access.settlingFor ?? access.actingFor ?? '';
  const said = restoreBecame(order, instance, { run, begunAtMs: Date.parse(begunAt), nowMs: access.now() });
  return said.ended === 'restored' ? { ...said, proof: await keepProof(work, order) } : said;
}

/** On one of our own alone: the operator role may tag no other. What cannot be kept is said, and spoils no restore. */
async function keepProof(
  { settings, access }: Work,
  { from, settings: { snapshot = '' } }: RestoreOrder,
): Promise<string> {
  if (!from.startsWith(NAME_PREFIX)) return `${from} is none of ours, so that it was not noted there.`;
  const Tags = [{ Key: PROVEN_TAG, Value: new Date(access.now()).toISOString() }];
  const answer = await orderAs(operatorRoleOf(access), settings, {
    name: from,
    runId: access.settlingFor ?? access.actingFor,
    right: { action: 'rds:AddTagsToResource', resources: [snapshot] },
    client: (made) => new RDSClient(made),
    send: (client) => client.send(new AddTagsToResourceCommand({ ResourceName: snapshot, Tags })),
    words: RESTORE_WORDS,
  }).catch(() => ({ refused: 'AWS did not answer.' }));
  return 'taken' in answer ? `Noted on ${from}.` : `It could not be noted on ${from}: ${answer.refused}`;
}
