import { ModifyReplicationGroupCommand, TestFailoverCommand } from '@aws-sdk/client-elasticache';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bindRedis, type RedisEngines } from '../../../../../src/local/aws/cloud/engines/redis-engines.ts';
import { startTestRedis, type TestRedis } from '../../../../servers.ts';
import { testPasswords } from '../../../../servers/passwords.ts';
import { cacheGroup, startActing, type Acting } from './acting.ts';

let servers: TestRedis;
let engines: RedisEngines;
let cloud: Acting;

beforeAll(async () => {
  servers = await startTestRedis({ replica: true });
  if (!servers.replica) throw new TypeError('a group is two servers');
  engines = await bindRedis({ 'shop-cache-001': servers.primary, 'shop-cache-002': servers.replica });
  cloud = await startActing({ model: cacheGroup(), bindings: { 'shop-cache': engines } });
});
afterAll(async () => {
  await cloud.close();
  engines.endpoint.close();
  await servers.stop();
});

function connect(): Redis {
  const client = new Redis({ port: engines.endpoint.port, password: testPasswords.cache, retryStrategy: () => null });
  client.on('error', () => {});
  return client;
}

async function ask(command: string, ...args: string[]): Promise<unknown> {
  const client = connect();
  try {
    return await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
}

const primaryPort = async () => String(await ask('CONFIG', 'GET', 'port'));

describe('a replication group on two real servers', () => {
  it('moves writes to the replica behind the same endpoint, and cuts what was connected', async () => {
    const old = connect();
    expect(await ask('SET', 'order', '1')).toBe('OK');
    expect(await old.get('order')).toBe('1');
    await servers.primary.call('WAIT', '1', '60000');
    const cut = new Promise((resolve) => old.once('close', resolve));
    await cloud.elasticache.send(new TestFailoverCommand({ ReplicationGroupId: 'shop-cache', NodeGroupId: '0001' }));
    await cloud.settle();
    await cut;
    expect(await primaryPort()).toBe(`port,${servers.replica?.port}`);
    expect(await ask('GET', 'order')).toBe('1');
    expect(await ask('SET', 'order', '2')).toBe('OK');
  });

  it('makes the former primary a replica, which refuses writes, and moves back by PrimaryClusterId', async () => {
    const modify = async (input: { AutomaticFailoverEnabled?: boolean; PrimaryClusterId?: string }) => {
      const how = { ReplicationGroupId: 'shop-cache', MultiAZEnabled: false, ApplyImmediately: true };
      await cloud.elasticache.send(new ModifyReplicationGroupCommand({ ...how, ...input }));
      await cloud.settle();
    };
    await expect.poll(() => servers.primary.call('GET', 'order')).toBe('2');
    await expect(servers.primary.call('SET', 'order', '3')).rejects.toThrow(/READONLY/);
    await modify({ AutomaticFailoverEnabled: false });
    await modify({ PrimaryClusterId: 'shop-cache-001' });
    expect(engines.primary()).toBe('shop-cache-001');
    expect(await primaryPort()).toBe(`port,${servers.primary.port}`);
    expect(await ask('GET', 'order')).toBe('2');
  });
});
