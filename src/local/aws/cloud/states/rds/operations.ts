import {
  CreateDBClusterSnapshot$,
  CreateDBSnapshot$,
  DescribeEvents$,
  FailoverDBCluster$,
  ModifyDBInstance$,
  PromoteReadReplica$,
  RebootDBInstance$,
  type CreateDBClusterSnapshotMessage,
  type CreateDBClusterSnapshotResult,
  type CreateDBSnapshotMessage,
  type CreateDBSnapshotResult,
  type DescribeEventsMessage,
  type EventsMessage,
  type FailoverDBClusterMessage,
  type FailoverDBClusterResult,
  type ModifyDBInstanceMessage,
  type ModifyDBInstanceResult,
  type PromoteReadReplicaMessage,
  type PromoteReadReplicaResult,
  type RebootDBInstanceMessage,
  type RebootDBInstanceResult,
} from '@aws-sdk/client-rds';
import { operation, type CloudOperations } from '../../operation.ts';
import type { Change, Steps, Truth } from '../change.ts';
import type { CloudEvent } from '../event.ts';
import type { World } from '../world.ts';
import { describeEvents } from './describe-events.ts';
import { clusterSteps, failoverCluster } from './failover-cluster.ts';
import { clusterOf, instanceOf } from './find.ts';
import { modify, modifySteps } from './modify.ts';
import { promoteReplica, promoteSteps } from './promote.ts';
import { reboot, rebootSteps } from './reboot.ts';
import { deleteSteps } from './delete.ts';
import { restoreSteps } from './restore.ts';
import { restoreClusterSteps } from './restore-cluster.ts';
import { rdsRestores } from './restore-operations.ts';
import { copySteps } from './copy.ts';
import { snapshotActs } from './snapshot-acts.ts';
import { clusterSnapshotOf, createClusterSnapshot, createSnapshot, snapshotOf, snapshotSteps } from './snapshots.ts';

export const rdsSteps: Steps = {
  ...rebootSteps,
  ...clusterSteps,
  ...promoteSteps,
  ...modifySteps,
  ...snapshotSteps,
  ...copySteps,
  ...restoreSteps,
  ...restoreClusterSteps,
  ...deleteSteps,
};

/** The verbs of RDS, and what it tells of its events by now. */
export function rdsActs(world: World, told: () => readonly CloudEvent[]): CloudOperations {
  /** What is answered is the resource as it is right after the order. */
  const instanceAfter = <Input extends { DBInstanceIdentifier: string | undefined }>(
    decide: (truth: Truth, input: Input) => Change,
  ) => {
    return (input: Input) => {
      world.apply(decide(world.truth(), input));
      return { DBInstance: instanceOf(world.truth(), input.DBInstanceIdentifier) };
    };
  };
  return {
    ...snapshotActs(world),
    DescribeEvents: operation<DescribeEventsMessage, EventsMessage>(DescribeEvents$, (input) =>
      describeEvents(input, told(), world.nowMs()),
    ),
    RebootDBInstance: operation<RebootDBInstanceMessage, RebootDBInstanceResult>(
      RebootDBInstance$,
      instanceAfter(reboot),
    ),
    PromoteReadReplica: operation<PromoteReadReplicaMessage, PromoteReadReplicaResult>(
      PromoteReadReplica$,
      instanceAfter(promoteReplica),
    ),
    ModifyDBInstance: operation<ModifyDBInstanceMessage, ModifyDBInstanceResult>(
      ModifyDBInstance$,
      instanceAfter(modify),
    ),
    ...rdsRestores(world),
    CreateDBSnapshot: operation<CreateDBSnapshotMessage, CreateDBSnapshotResult>(CreateDBSnapshot$, (input) => {
      world.apply(createSnapshot(world.truth(), input));
      return { DBSnapshot: snapshotOf(world.truth(), input.DBSnapshotIdentifier?.toLowerCase()) };
    }),
    CreateDBClusterSnapshot: operation<CreateDBClusterSnapshotMessage, CreateDBClusterSnapshotResult>(
      CreateDBClusterSnapshot$,
      (input) => {
        world.apply(createClusterSnapshot(world.truth(), input));
        return {
          DBClusterSnapshot: clusterSnapshotOf(world.truth(), input.DBClusterSnapshotIdentifier?.toLowerCase()),
        };
      },
    ),
    FailoverDBCluster: operation<FailoverDBClusterMessage, FailoverDBClusterResult>(FailoverDBCluster$, (input) => {
      world.apply(failoverCluster(world.truth(), input));
      return { DBCluster: clusterOf(world.truth(), input.DBClusterIdentifier) };
    }),
  };
}
