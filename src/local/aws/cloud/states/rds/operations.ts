import {
  DescribeEvents$,
  FailoverDBCluster$,
  RebootDBInstance$,
  type DescribeEventsMessage,
  type EventsMessage,
  type FailoverDBClusterMessage,
  type FailoverDBClusterResult,
  type RebootDBInstanceMessage,
  type RebootDBInstanceResult,
} from '@aws-sdk/client-rds';
import { operation, type CloudOperations } from '../../operation.ts';
import type { Change, Steps, Truth } from '../change.ts';
import type { World } from '../world.ts';
import { describeEvents } from './describe-events.ts';
import { clusterSteps, failoverCluster } from './failover-cluster.ts';
import { clusterOf, instanceOf } from './find.ts';
import { reboot, rebootSteps } from './reboot.ts';

export const rdsSteps: Steps = { ...rebootSteps, ...clusterSteps };

/** The verbs of RDS, and its events. */
export function rdsActs(world: World): CloudOperations {
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
    DescribeEvents: operation<DescribeEventsMessage, EventsMessage>(DescribeEvents$, (input) =>
      describeEvents(input, world.events, world.nowMs()),
    ),
    RebootDBInstance: operation<RebootDBInstanceMessage, RebootDBInstanceResult>(
      RebootDBInstance$,
      instanceAfter(reboot),
    ),
    FailoverDBCluster: operation<FailoverDBClusterMessage, FailoverDBClusterResult>(FailoverDBCluster$, (input) => {
      world.apply(failoverCluster(world.truth(), input));
      return { DBCluster: clusterOf(world.truth(), input.DBClusterIdentifier) };
    }),
  };
}
