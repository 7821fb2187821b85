import { bindRedis, type RedisEngines } from '../../src/local/aws/cloud/engines/redis-engines.ts';
import type { CloudModel } from '../../src/local/aws/cloud/model.ts';
import { CACHE_ARN, cacheGroup, clusteredCache } from '../local/aws/cloud/states/acting.ts';
import { startTestRedis, type TestRedis } from '../servers.ts';
import { openSwitchoverRuns, type Behind, type SwitchoverRuns } from './switchover-runs.ts';

export type CacheEngines = { servers: TestRedis; engines: RedisEngines; stop(): Promise<void> };

/** Two real servers, the second a replica of the first, as the nodes of `shop-cache`. */
export async function startCacheEngines(): Promise<CacheEngines> {
  const servers = await startTestRedis({ replica: true });
  if (!servers.replica) throw new TypeError('a group is two servers');
  const engines = await bindRedis({ 'shop-cache-001': servers.primary, 'shop-cache-002': servers.replica });
  const stop = async () => {
    engines.endpoint.close();
    await servers.stop();
  };
  return { servers, engines, stop };
}

/** `shop-cache`, tagged for it, with a replica that CloudWatch says is 0.4 s behind. */
export function taggedCache(model: CloudModel = cacheGroup()): CloudModel {
  const lag = { namespace: 'AWS/ElastiCache', name: 'ReplicationLag', everySeconds: 60, value: 0.4 };
  const nodes = ['shop-cache-001', 'shop-cache-002'];
  return {
    ...model,
    tags: { [CACHE_ARN]: [{ Key: 'nightshift:failover', Value: 'allowed' }] },
    metrics: nodes.map((CacheClusterId) => ({ ...lag, dimensions: { CacheClusterId } })),
  };
}

export function clusteredAndTagged(): CloudModel {
  return taggedCache(clusteredCache());
}

/** Switchovers of it, from the first node to the second. */
export async function openCacheRuns(
  { servers, engines }: CacheEngines,
  change: Partial<Behind> = {},
): Promise<SwitchoverRuns> {
  if (engines.primary() !== 'shop-cache-001') await engines.moveTo('shop-cache-001');
  while (!String(await servers.replica?.call('INFO', 'replication')).includes('master_link_status:up'));
  while (!/slave0:.*state=online/.test(String(await servers.primary.call('INFO', 'replication'))));
  const members = servers.spec.members.map((member, at) => ({ ...member, identifier: `shop-cache-00${at + 1}` }));
  const spec = { ...servers.spec, provider: 'elasticache', region: 'eu-central-1', members };
  const bindings = { 'shop-cache': engines };
  return openSwitchoverRuns({ model: taggedCache(), bindings, spec, secrets: servers.environment, ...change });
}
