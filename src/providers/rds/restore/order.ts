import {
  CreateDBInstanceCommand,
  RDSClient,
  RestoreDBClusterFromSnapshotCommand,
  RestoreDBClusterToPointInTimeCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
  type Tag,
} from '@aws-sdk/client-rds';
import type { RestoreOrder } from '../../../targets/cloud-restore.ts';
import type { AssumedRole } from '../../failover-role.ts';
import { orderAs, type OrderAnswer } from '../../order-once.ts';
import { callOf } from './plan.ts';
import type { RestoreWork } from './source.ts';
import { RESTORE_WORDS } from './words.ts';

/** In whose name something is made, and how it is marked. Without tags of its own it would have those of its source, and be taken for it. */
export type Making = { role: AssumedRole; run: string | undefined; tags: Tag[] };
type Settings = RestoreOrder['settings'];

/** Gives the one order that begins a restore, with a session that may make this one alone. */
export function orderRestore(
  { settings: client }: Pick<RestoreWork, 'settings'>,
  { as, settings }: RestoreOrder,
  place: string,
  { role, run, tags }: Making,
): Promise<OrderAnswer> {
  const isCluster = settings['engine'] !== undefined;
  const { snapshot, sourceArn, subnets, parameters, options } = settings;
  const named = (kind: string, name: string | undefined) => (name === undefined ? [] : [`${place}:${kind}:${name}`]);
  const from = snapshot ?? sourceArn;
  return orderAs(role, client, {
    name: as,
    runId: run,
    right: {
      action: [`rds:${callOf(settings)}`, 'rds:AddTagsToResource'],
      resources: [
        `${place}:${isCluster ? 'cluster' : 'db'}:${as}`,
        ...(from === undefined ? [] : [from]),
        ...named('subgrp', subnets),
        ...named(isCluster ? 'cluster-pg' : 'pg', parameters),
        ...named('og', options),
      ],
    },
    client: (made) => new RDSClient(made),
    send: (made) => (isCluster ? sendCluster(made, as, settings, tags) : sendInstance(made, as, settings, tags)),
    words: RESTORE_WORDS,
  });
}

function sendInstance(client: RDSClient, as: string, settings: Settings, Tags: Tag[]): Promise<unknown> {
  const common = {
    DBInstanceClass: settings['class'],
    DBSubnetGroupName: settings['subnets'],
    VpcSecurityGroupIds: settings['securityGroups']?.split(','),
    DBParameterGroupName: settings['parameters'],
    OptionGroupName: settings['options'],
    EnableIAMDatabaseAuthentication: settings['tokens'] === 'enabled',
    PubliclyAccessible: false,
    MultiAZ: false,
    DeletionProtection: settings['protection'] !== 'off',
    CopyTagsToSnapshot: true,
    Tags,
  };
  const { snapshot, source, to } = settings;
  if (snapshot !== undefined)
    return client.send(
      new RestoreDBInstanceFromDBSnapshotCommand({
        ...common,
        DBInstanceIdentifier: as,
        DBSnapshotIdentifier: snapshot,
      }),
    );
  const moment = to === 'latest' ? { UseLatestRestorableTime: true } : { RestoreTime: new Date(to ?? '') };
  return client.send(
    new RestoreDBInstanceToPointInTimeCommand({
      ...common,
      ...moment,
      SourceDBInstanceIdentifier: source,
      TargetDBInstanceIdentifier: as,
    }),
  );
}

function sendCluster(client: RDSClient, as: string, settings: Settings, Tags: Tag[]): Promise<unknown> {
  const { clusterClass, iops, storage, capacity, snapshot, source, to } = settings;
  const [MinCapacity, MaxCapacity] = (capacity ?? '').split(' ').map(Number);
  const common = {
    DBClusterIdentifier: as,
    DBSubnetGroupName: settings['subnets'],
    VpcSecurityGroupIds: settings['securityGroups']?.split(','),
    DBClusterParameterGroupName: settings['parameters'],
    EnableIAMDatabaseAuthentication: settings['tokens'] === 'enabled',
    DeletionProtection: settings['protection'] !== 'off',
    CopyTagsToSnapshot: true,
    Tags,
    ...(clusterClass === undefined ? {} : { DBClusterInstanceClass: clusterClass, PubliclyAccessible: false }),
    ...(storage === undefined ? {} : { StorageType: storage }),
    ...(iops === undefined ? {} : { Iops: Number(iops) }),
    ...(capacity === undefined ? {} : { ServerlessV2ScalingConfiguration: { MinCapacity, MaxCapacity } }),
  };
  if (snapshot !== undefined)
    return client.send(
      new RestoreDBClusterFromSnapshotCommand({
        ...common,
        SnapshotIdentifier: snapshot,
        Engine: settings['engine'],
        EngineVersion: settings['version'],
      }),
    );
  const moment = to === 'latest' ? { UseLatestRestorableTime: true } : { RestoreToTime: new Date(to ?? '') };
  return client.send(
    new RestoreDBClusterToPointInTimeCommand({ ...common, ...moment, SourceDBClusterIdentifier: source }),
  );
}

/** Gives the order for the instance of a restored cluster; the name is the token, so that asking twice makes one. */
export function orderMember(
  { settings: client }: Pick<RestoreWork, 'settings'>,
  { as, settings }: RestoreOrder,
  { place, name }: { place: string; name: string },
  { role, run, tags }: Making,
): Promise<OrderAnswer> {
  const group = settings['instanceParameters'];
  const command = new CreateDBInstanceCommand({
    DBInstanceIdentifier: name,
    DBClusterIdentifier: as,
    Engine: settings['engine'],
    DBInstanceClass: settings['class'],
    DBParameterGroupName: group,
    PubliclyAccessible: false,
    Tags: tags,
  });
  return orderAs(role, client, {
    name,
    runId: run,
    right: {
      action: ['rds:CreateDBInstance', 'rds:AddTagsToResource'],
      resources: [
        `${place}:db:${name}`,
        `${place}:cluster:${as}`,
        ...(group === undefined ? [] : [`${place}:pg:${group}`]),
      ],
    },
    client: (made) => new RDSClient(made),
    send: (made) => made.send(command),
    words: RESTORE_WORDS,
  });
}
