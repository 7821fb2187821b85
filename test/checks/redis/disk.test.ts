import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { disk } from '../../../src/checks/redis/disk.ts';
import { withMachines } from '../../../src/providers/machines.ts';
import { exposition, GIB } from '../../providers/machines/exposition.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { startStandIn, type Exporter } from '../../servers/exporters.ts';
import { askCloudOf, hostedSpec, startTestCloud } from '../in-the-cloud.ts';
import { judgedMachine, onRedis } from '../looking.ts';

let server: TestRedis;
let exporter: Exporter;
let freeBytes = 50 * GIB;
beforeAll(async () => {
  const free = 'node_filesystem_avail_bytes{device="/dev/vda1",fstype="ext4",mountpoint="/"}';
  const size = 'node_filesystem_size_bytes{device="/dev/vda1",fstype="ext4",mountpoint="/"}';
  const body = () => exposition({ [free]: freeBytes, [size]: 100 * GIB });
  [server, exporter] = await Promise.all([startTestRedis(), startStandIn(() => ({ body: body() }))]);
});
afterAll(() => Promise.all([server.stop(), exporter.stop()]));

/** What a real Redis and the exporter of its machine say together. */
async function ask(dataDirectory?: string) {
  const machine = { from: 'node-exporter', url: exporter.url, ...(dataDirectory ? { dataDirectory } : {}) };
  const spec = { ...server.spec, members: server.spec.members.map((member) => ({ ...member, machine })) };
  return await onRedis(server, async (target) => {
    const { machines } = withMachines(target, spec, Date.now);
    return machines && (await disk.ask.machine?.(machines));
  });
}

describe('the disk under Redis', () => {
  it('is found by where Redis saves, and is not mentioned while a fifth is left', async () => {
    freeBytes = 20 * GIB;
    const seen = await ask();
    const sample = seen && 'sample' in seen ? seen.sample : null;
    expect(sample).toEqual({
      members: [{ member: 'shop-cache-1', freeBytes: 20 * GIB, sizeBytes: 100 * GIB, mountPoint: '/' }],
    });
    expect(judgedMachine(disk, sample)).toEqual([]);
    expect(disk.metrics({ machine: sample }, undefined, {})).toMatchObject([
      { name: 'disk:shop-cache-1', value: 80 * GIB, ceiling: { value: 100 * GIB, happens: 'full' } },
    ]);
  });

  it('warns below a fifth and is critical below a tenth', async () => {
    const found = async (gib: number) => {
      freeBytes = gib * GIB;
      const seen = await ask();
      return judgedMachine(disk, seen && 'sample' in seen ? seen.sample : null);
    };
    expect(await found(19)).toMatchObject([{ key: 'redis.disk:shop-cache-1', severity: 'warning' }]);
    expect(await found(8)).toMatchObject([
      {
        severity: 'critical',
        sentence: 'shop-cache-1 has 8 GB of 100 GB disk free at /: 8 % is left (critical below 10 %).',
      },
    ]);
  });

  it('is looked for where the config says, before Redis is asked', async () => {
    expect(await ask('/var/lib/postgresql/elsewhere')).toMatchObject({
      sample: { members: [{ mountPoint: '/var/lib/postgresql' }] },
    });
  });

  it('has nothing to say of nodes of a cloud', async () => {
    const cloud = await startTestCloud();
    const spec = hostedSpec('redis', 'elasticache', 'shop-cache-001');
    expect(await askCloudOf(disk, spec)).toEqual({ sample: { members: [] } });
    expect(cloud.endpoint.asked).toEqual([]);
    await cloud.stop();
  });
});
