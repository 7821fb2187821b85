import type { CloudModel } from '../../src/local/aws/cloud/model.ts';
import { healthyRds } from '../local/aws/cloud/orders.ts';
import { NIGHT_MS, ZONES } from '../local/aws/cloud/states/acting.ts';
import type { TestPostgres } from '../servers.ts';
import { openSwitchoverRuns, type Behind, type SwitchoverRuns } from './switchover-runs.ts';

/** What somebody has to tag before anything is failed over. */
export const ALLOWED = { TagList: [{ Key: 'nightshift:failover', Value: 'allowed' }] };

/** `shop-db-1` of RDS with a standby in another zone. */
export function multiZone(): CloudModel {
  const [instance] = healthyRds('shop-db-1').instances;
  const LatestRestorableTime = new Date(NIGHT_MS - 120_000);
  return { ...healthyRds('shop-db-1'), instances: [{ ...instance, ...ZONES, ...ALLOWED, LatestRestorableTime }] };
}

/** Switchovers of it; a failover starts the real server behind it anew. */
export function openMultiZoneRuns(server: TestPostgres, change: Partial<Behind> = {}): Promise<SwitchoverRuns> {
  const moveTo = async () => {
    await server.primary.stop('immediate');
    await server.primary.restart();
  };
  const spec = { ...server.spec, provider: 'rds', region: 'eu-central-1' };
  const bindings = { 'shop-db-1': { moveTo } };
  return openSwitchoverRuns({ model: multiZone(), bindings, spec, secrets: server.environment, ...change });
}
