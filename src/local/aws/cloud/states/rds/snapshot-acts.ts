import {
  CopyDBClusterSnapshot$,
  CopyDBSnapshot$,
  DeleteDBClusterSnapshot$,
  DeleteDBSnapshot$,
  type CopyDBClusterSnapshotMessage,
  type CopyDBClusterSnapshotResult,
  type CopyDBSnapshotMessage,
  type CopyDBSnapshotResult,
  type DeleteDBClusterSnapshotMessage,
  type DeleteDBClusterSnapshotResult,
  type DeleteDBSnapshotMessage,
  type DeleteDBSnapshotResult,
} from '@aws-sdk/client-rds';
import { operation, type CloudOperations } from '../../operation.ts';
import { regionOfArn } from '../../region.ts';
import type { World } from '../world.ts';
import { copyClusterSnapshot, copySnapshot } from './copy.ts';
import { deleteClusterSnapshot, deleteSnapshot } from './delete-snapshot.ts';
import { clusterSnapshotOf, snapshotOf } from './snapshots.ts';

/** What is done with snapshots that are there. */
export function snapshotActs(world: World): CloudOperations {
  return {
    CopyDBSnapshot: operation<CopyDBSnapshotMessage, CopyDBSnapshotResult>(
      CopyDBSnapshot$,
      (input, _model, _nowMs, region) => {
        world.apply(copySnapshot(world.truth(), input, region));
        const here = world.truth().snapshots.filter(({ DBSnapshotArn }) => regionOfArn(DBSnapshotArn) === region);
        return { DBSnapshot: snapshotOf({ snapshots: here }, input.TargetDBSnapshotIdentifier) };
      },
    ),
    CopyDBClusterSnapshot: operation<CopyDBClusterSnapshotMessage, CopyDBClusterSnapshotResult>(
      CopyDBClusterSnapshot$,
      (input, _model, _nowMs, region) => {
        world.apply(copyClusterSnapshot(world.truth(), input, region));
        const here = world
          .truth()
          .clusterSnapshots.filter(({ DBClusterSnapshotArn }) => regionOfArn(DBClusterSnapshotArn) === region);
        return {
          DBClusterSnapshot: clusterSnapshotOf({ clusterSnapshots: here }, input.TargetDBClusterSnapshotIdentifier),
        };
      },
    ),
    DeleteDBSnapshot: operation<DeleteDBSnapshotMessage, DeleteDBSnapshotResult>(
      DeleteDBSnapshot$,
      ({ DBSnapshotIdentifier }, _model, _nowMs, region) => {
        const { found, change } = deleteSnapshot(world.truth(), DBSnapshotIdentifier, region);
        world.apply(change);
        return { DBSnapshot: { ...found, Status: 'deleted' } };
      },
    ),
    DeleteDBClusterSnapshot: operation<DeleteDBClusterSnapshotMessage, DeleteDBClusterSnapshotResult>(
      DeleteDBClusterSnapshot$,
      ({ DBClusterSnapshotIdentifier }, _model, _nowMs, region) => {
        const { found, change } = deleteClusterSnapshot(world.truth(), DBClusterSnapshotIdentifier, region);
        world.apply(change);
        return { DBClusterSnapshot: { ...found, Status: 'deleted' } };
      },
    ),
  };
}
