import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replication } from '../../../src/checks/redis/replication.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { ask, judged, onRedis, sampleOf, until } from '../looking.ts';

const MIB = 1024 ** 2;
const said = { isMaster: false, linkUp: true, linkDownSeconds: null, syncing: false, offsetBytes: 5000 };
const sample = (behindBytes: number, replicaSaid: object | null = {}, online = 1) => ({
  shards: [
    {
      primary: 'shop-cache-1',
      offsetBytes: 5000 + behindBytes,
      online,
      replicas: [{ name: 'shop-cache-2', said: replicaSaid && { ...said, ...replicaSaid } }],
    },
  ],
});

describe('replication', () => {
  it('stays silent below 10 MB, warns from there, is critical at 100 MB', () => {
    expect(judged(replication, sample(10 * MIB - 1))).toEqual([]);
    expect(judged(replication, sample(10 * MIB))[0]).toMatchObject({
      key: 'redis.replication:shop-cache-2',
      severity: 'warning',
      sentence: 'Replica shop-cache-2 is 10 MB behind (warning at 10 MB).',
    });
    expect(judged(replication, sample(100 * MIB))[0]?.severity).toBe('critical');
  });

  it('is critical when the link is down, whatever the offsets say', () => {
    expect(judged(replication, sample(0, { linkUp: false, linkDownSeconds: 90 }))[0]?.sentence).toBe(
      'The link of replica shop-cache-2 to shop-cache-1 is down for 1 min.',
    );
  });

  it('is critical when a silent replica is missing at the primary too, and only then', () => {
    expect(judged(replication, sample(0, null, 1))).toEqual([]);
    expect(judged(replication, sample(0, null, 0))[0]?.severity).toBe('critical');
  });

  it('says nothing of a lag that a server does not say', () => {
    expect(judged(replication, sample(1e12, { offsetBytes: null }))).toEqual([]);
    expect(replication.facts({ read: sample(1e12, { offsetBytes: null }) })).toEqual([]);
  });

  it('judges each shard of a cluster by its own primary, and shows the largest lag', () => {
    const [first] = sample(5 * MIB).shards;
    const [second] = sample(20 * MIB).shards;
    const other = { ...second, primary: 'shop-cache-3', replicas: [{ name: 'shop-cache-4', said }] };
    const read = { shards: [first, other] } as never;
    expect(judged(replication, read).map(({ key }) => key)).toEqual(['redis.replication:shop-cache-4']);
    expect(replication.facts({ read })).toEqual([{ label: 'Largest lag', value: '20 MB (shop-cache-4)' }]);
  });

  it('is critical when two members take writes', () => {
    expect(judged(replication, sample(0, { isMaster: true }))[0]?.sentence).toContain('takes writes although');
  });
});

describe('replication of a real pair', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTestRedis({ replica: true });
  });
  afterAll(() => server.stop());

  const look = () => onRedis(server, (target) => sampleOf(replication, target));

  it('is silent, names a cut link, and a replica that was promoted beside its primary', async () => {
    await until(look, (seen) => judged(replication, seen).length === 0);
    await server.replica?.call('REPLICAOF', '127.0.0.1', '1');
    const cut = await until(look, (seen) => judged(replication, seen).length > 0);
    expect(judged(replication, cut)[0]?.sentence).toMatch(/^The link of replica shop-cache-2 to shop-cache-1 is down/);
    await server.replica?.call('REPLICAOF', 'NO', 'ONE');
    expect(judged(replication, await look())[0]?.sentence).toContain('takes writes although shop-cache-1 does too');
    await server.replica?.call('REPLICAOF', '127.0.0.1', String(server.port));
    await until(look, (seen) => judged(replication, seen).length === 0);
  });

  it('names a replica that is gone, and cannot say anything without the primary', async () => {
    await server.replica?.stop('SIGKILL');
    const gone = await until(look, (seen) => judged(replication, seen).length > 0);
    expect(judged(replication, gone)[0]?.sentence).toContain('shop-cache-2 is not connected to shop-cache-1');
    await server.primary.stop('SIGKILL');
    expect(await onRedis(server, (target) => ask(replication, target))).toEqual({
      unreliable: 'the primary did not answer',
    });
  });
});
