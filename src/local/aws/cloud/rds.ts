import {
  DescribeCertificates$,
  DescribeDBClusters$,
  DescribeDBEngineVersions$,
  DescribeDBInstances$,
  DescribePendingMaintenanceActions$,
  type CertificateMessage,
  type DBClusterMessage,
  type DBEngineVersionMessage,
  type DBInstanceMessage,
  type DescribeCertificatesMessage,
  type DescribeDBClustersMessage,
  type DescribeDBEngineVersionsMessage,
  type DescribeDBInstancesMessage,
  type DescribePendingMaintenanceActionsMessage,
  type Filter,
  type PendingMaintenanceActionsMessage,
} from '@aws-sdk/client-rds';
import type { CloudModel } from './model.ts';
import { rdsLogOperations } from './rds-logs.ts';
import { rdsSnapshotOperations } from './rds-snapshots.ts';
import { operation, page, type CloudOperations } from './operation.ts';
import { CloudRefusal } from './refusal.ts';

/** What RDS answers, with its refusals: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_Operations.html */
export const rdsOperations: CloudOperations = {
  ...rdsLogOperations,
  ...rdsSnapshotOperations,
  DescribeDBInstances: operation<DescribeDBInstancesMessage, DBInstanceMessage>(DescribeDBInstances$, instances),
  DescribeDBClusters: operation<DescribeDBClustersMessage, DBClusterMessage>(DescribeDBClusters$, clusters),
  DescribePendingMaintenanceActions: operation<
    DescribePendingMaintenanceActionsMessage,
    PendingMaintenanceActionsMessage
  >(DescribePendingMaintenanceActions$, maintenance),
  DescribeDBEngineVersions: operation<DescribeDBEngineVersionsMessage, DBEngineVersionMessage>(
    DescribeDBEngineVersions$,
    versions,
  ),
  DescribeCertificates: operation<DescribeCertificatesMessage, CertificateMessage>(DescribeCertificates$, certificates),
};

function instances(input: DescribeDBInstancesMessage, model: CloudModel): DBInstanceMessage {
  const { DBInstanceIdentifier: id, Filters } = input;
  const wanted = filtered(Filters, { 'db-instance-id': (one: string) => one, 'db-cluster-id': (one: string) => one });
  const found = model.instances.filter(
    (one) =>
      (id === undefined || one.DBInstanceIdentifier === id) &&
      wanted('db-instance-id', one.DBInstanceIdentifier) &&
      wanted('db-cluster-id', one.DBClusterIdentifier),
  );
  if (id !== undefined && found.length === 0)
    throw new CloudRefusal('DBInstanceNotFound', `DBInstance ${id} not found.`, 404);
  const { shown, more } = page(found, input);
  return { DBInstances: shown, ...more };
}

function clusters(input: DescribeDBClustersMessage, model: CloudModel): DBClusterMessage {
  const { DBClusterIdentifier: id, Filters } = input;
  const wanted = filtered(Filters, { 'db-cluster-id': (one: string) => one });
  const found = model.clusters.filter(
    (one) => (id === undefined || one.DBClusterIdentifier === id) && wanted('db-cluster-id', one.DBClusterIdentifier),
  );
  if (id !== undefined && found.length === 0)
    throw new CloudRefusal('DBClusterNotFoundFault', `DBCluster ${id} not found.`, 404);
  const { shown, more } = page(found, input);
  return { DBClusters: shown, ...more };
}

/** Only resources for which something is pending are in the list; they are named by ARN. */
function maintenance(
  input: DescribePendingMaintenanceActionsMessage,
  model: CloudModel,
): PendingMaintenanceActionsMessage {
  const { ResourceIdentifier: arn, Filters } = input;
  const wanted = filtered(Filters, { 'db-instance-id': tail, 'db-cluster-id': tail });
  const found = model.maintenance.filter(({ ResourceIdentifier: of = '' }) => {
    const kind = of.includes(':cluster:') ? 'db-cluster-id' : 'db-instance-id';
    const asked = Filters === undefined || Filters.some(({ Name }) => Name === kind);
    return (arn === undefined || of === arn) && asked && wanted(kind, tail(of));
  });
  const { shown, more } = page(found, input);
  return { PendingMaintenanceActions: shown, ...more };
}

function versions(input: DescribeDBEngineVersionsMessage, model: CloudModel): DBEngineVersionMessage {
  const { Engine, EngineVersion } = input;
  const found = model.engineVersions.filter(
    (one) =>
      (Engine === undefined || one.Engine === Engine) &&
      (EngineVersion === undefined || one.EngineVersion === EngineVersion),
  );
  const { shown, more } = page(found, input);
  return { DBEngineVersions: shown, ...more };
}

function certificates(input: DescribeCertificatesMessage, model: CloudModel): CertificateMessage {
  const { CertificateIdentifier: id } = input;
  const found = model.certificates.filter((one) => id === undefined || one.CertificateIdentifier === id);
  if (id !== undefined && found.length === 0)
    throw new CloudRefusal('CertificateNotFound', `Certificate not found: ${id}.`, 404);
  const { shown, more } = page(found, input);
  return { Certificates: shown, ...more };
}

/** A filter that the operation does not know is refused, as RDS does. Identifiers may be given as ARNs. */
function filtered(filters: Filter[] | undefined, known: { readonly [name: string]: (value: string) => string }) {
  for (const { Name = '' } of filters ?? []) {
    if (!(Name in known)) throw new CloudRefusal('InvalidParameterValue', `Unrecognized filter name: ${Name}`);
  }
  return (name: string, value: string | undefined): boolean => {
    const filter = filters?.find(({ Name }) => Name === name);
    return filter === undefined || (filter.Values ?? []).map(tail).includes(value ?? '');
  };
}

function tail(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
