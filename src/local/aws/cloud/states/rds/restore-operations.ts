import {
  AddTagsToResource$,
  CreateDBInstance$,
  DeleteDBCluster$,
  DeleteDBInstance$,
  RestoreDBClusterFromSnapshot$,
  RestoreDBClusterToPointInTime$,
  RestoreDBInstanceFromDBSnapshot$,
  RestoreDBInstanceToPointInTime$,
  type AddTagsToResourceMessage,
  type CreateDBInstanceMessage,
  type DeleteDBClusterMessage,
  type DeleteDBInstanceMessage,
  type RestoreDBClusterFromSnapshotMessage,
  type RestoreDBClusterToPointInTimeMessage,
  type RestoreDBInstanceFromDBSnapshotMessage,
  type RestoreDBInstanceToPointInTimeMessage,
} from '@aws-sdk/client-rds';
import { operation, type CloudOperations } from '../../operation.ts';
import type { Change, Truth } from '../change.ts';
import type { World } from '../world.ts';
import { deleteCluster, deleteInstance } from './delete.ts';
import { clusterOf, instanceOf } from './find.ts';
import { addTags, restoreInstance, restoreInstanceToTime } from './restore.ts';
import { createInstance, restoreCluster, restoreClusterToTime } from './restore-cluster.ts';

/** The verbs of RDS that make something new of what was kept, and take it away again. */
export function rdsRestores(world: World): CloudOperations {
  /** What is answered is the resource as it is right after the order. */
  const instance =
    <I>(decide: (truth: Truth, input: I) => Change, nameOf: (input: I) => string | undefined) =>
    (input: I) => {
      world.apply(decide(world.truth(), input));
      return { DBInstance: instanceOf(world.truth(), nameOf(input)) };
    };
  const cluster =
    <I extends { DBClusterIdentifier: string | undefined }>(decide: (truth: Truth, input: I) => Change) =>
    (input: I) => {
      world.apply(decide(world.truth(), input));
      return { DBCluster: clusterOf(world.truth(), input.DBClusterIdentifier) };
    };
  const own = ({ DBInstanceIdentifier: name }: { DBInstanceIdentifier: string | undefined }) => name;
  return {
    RestoreDBInstanceFromDBSnapshot: operation<RestoreDBInstanceFromDBSnapshotMessage, object>(
      RestoreDBInstanceFromDBSnapshot$,
      instance(restoreInstance, own),
    ),
    RestoreDBInstanceToPointInTime: operation<RestoreDBInstanceToPointInTimeMessage, object>(
      RestoreDBInstanceToPointInTime$,
      instance(restoreInstanceToTime, ({ TargetDBInstanceIdentifier: name }) => name),
    ),
    RestoreDBClusterFromSnapshot: operation<RestoreDBClusterFromSnapshotMessage, object>(
      RestoreDBClusterFromSnapshot$,
      cluster(restoreCluster),
    ),
    RestoreDBClusterToPointInTime: operation<RestoreDBClusterToPointInTimeMessage, object>(
      RestoreDBClusterToPointInTime$,
      cluster(restoreClusterToTime),
    ),
    CreateDBInstance: operation<CreateDBInstanceMessage, object>(CreateDBInstance$, instance(createInstance, own)),
    DeleteDBInstance: operation<DeleteDBInstanceMessage, object>(DeleteDBInstance$, instance(deleteInstance, own)),
    DeleteDBCluster: operation<DeleteDBClusterMessage, object>(DeleteDBCluster$, cluster(deleteCluster)),
    AddTagsToResource: operation<AddTagsToResourceMessage, object>(AddTagsToResource$, (input) => {
      world.apply(addTags(world.truth(), input));
      return {};
    }),
  };
}
