import { emptyCloud, type CloudModel } from '../../src/local/aws/cloud/model.ts';
import { healthyRds } from '../local/aws/cloud/orders.ts';
import { ALLOWED } from './multi-zone.ts';

/** The cluster `shop` of `shop-db-1` and `shop-db-2`, one of which takes the writes. */
export function auroraPair(writer: string): CloudModel {
  const { instances } = healthyRds('shop-db-1', 'shop-db-2');
  const cluster = {
    DBClusterIdentifier: 'shop',
    DBClusterArn: 'arn:aws:rds:eu-central-1:123456789012:cluster:shop',
    DbClusterResourceId: 'cluster-SHOP',
    Status: 'available',
    ...ALLOWED,
    Engine: 'aurora-postgresql',
    DBClusterMembers: instances.map(({ DBInstanceIdentifier }) => ({
      DBInstanceIdentifier,
      IsClusterWriter: DBInstanceIdentifier === writer,
      PromotionTier: 1,
    })),
  };
  const inCluster = { MultiAZ: false, Engine: 'aurora-postgresql', DBClusterIdentifier: 'shop' };
  return {
    ...emptyCloud(),
    instances: instances.map((instance) => ({ ...instance, ...inCluster })),
    clusters: [cluster],
  };
}
