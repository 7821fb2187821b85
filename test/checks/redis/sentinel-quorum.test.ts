import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sentinelQuorum } from '../../../src/checks/redis/sentinel-quorum.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { judged, onRedis, sampleOf, until } from '../looking.ts';

const names = ['s1', 's2', 's3'];
const said = (name: string, more: object = {}) => ({
  name,
  quorumOk: true,
  quorumText: 'OK 3 usable Sentinels',
  masterAddress: '10.0.0.1:6379',
  flags: ['master'],
  knownSentinels: 3,
  knownReplicas: 1,
  ...more,
});
const sample = (sentinels: object[], more: object = {}) =>
  ({ masterName: 'shop-cache', expected: names, expectedReplicas: 1, sentinels, ...more }) as never;
const keys = (sentinels: object[]) =>
  judged(sentinelQuorum, sample(sentinels)).map(({ key, severity }) => `${severity} ${key}`);

describe('Sentinel quorum', () => {
  it('stays silent while all agree, and where no Sentinel watches', () => {
    expect(keys(names.map((name) => said(name)))).toEqual([]);
    expect(judged(sentinelQuorum, sample([], { masterName: null, expected: [] }))).toEqual([]);
  });

  it('warns when one of three is away, is critical when the majority is', () => {
    expect(keys([said('s1'), said('s2')])).toEqual(['warning redis.sentinel-quorum:missing']);
    const [finding] = judged(sentinelQuorum, sample([said('s1')]));
    expect(finding).toMatchObject({
      key: 'redis.sentinel-quorum:quorum',
      severity: 'critical',
      sentence: 'The Sentinels cannot fail over: 1 of 3 answer (silent: s2, s3), 2 must agree.',
    });
  });

  it('is critical when CKQUORUM says no everywhere', () => {
    const isolated = names.map((name) => said(name, { quorumOk: false, quorumText: 'NOQUORUM 1 usable Sentinels' }));
    expect(keys(isolated)).toEqual(['critical redis.sentinel-quorum:quorum']);
  });

  it('is critical when they name different primaries, or agree that it is down', () => {
    const other = said('s3', { masterAddress: '10.0.0.2:6379' });
    expect(keys([said('s1'), said('s2'), other])).toEqual(['critical redis.sentinel-quorum:disagreement']);
    const down = names.map((name) => said(name, { flags: ['s_down', 'o_down', 'master'] }));
    expect(keys(down)).toEqual(['critical redis.sentinel-quorum:master']);
  });

  it('warns when one alone cannot reach the primary, and when there is nobody to promote', () => {
    const doubting = said('s3', { flags: ['s_down', 'master'] });
    expect(keys([said('s1'), said('s2'), doubting])).toEqual(['warning redis.sentinel-quorum:master']);
    expect(keys(names.map((name) => said(name, { knownReplicas: 0 })))).toEqual([
      'warning redis.sentinel-quorum:candidates',
    ]);
  });

  it('warns about forgotten Sentinels that raise the majority', () => {
    expect(keys(names.map((name) => said(name, { knownSentinels: 5 })))).toEqual([
      'warning redis.sentinel-quorum:strangers',
    ]);
  });
});

describe('Sentinel quorum of a real trio', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTestRedis({ replica: true, sentinels: true });
  });
  afterAll(() => server.stop());

  it('is silent, sees the primary die, and the majority go', async () => {
    const look = () => onRedis(server, (target) => sampleOf(sentinelQuorum, target));
    const found = (object: string) => (seen: Awaited<ReturnType<typeof look>>) =>
      judged(sentinelQuorum, seen).some(({ key }) => key === `redis.sentinel-quorum:${object}`);
    const healthy = await until(look, (seen) => judged(sentinelQuorum, seen).length === 0);
    expect(healthy).toMatchObject({ expectedReplicas: 1 });
    expect((healthy as { expected: string[] }).expected.toSorted()).toEqual([
      'shop-cache-s1',
      'shop-cache-s2',
      'shop-cache-s3',
    ]);
    await server.sentinels[2]?.stop('SIGKILL');
    const fewer = await look();
    expect(judged(sentinelQuorum, fewer)[0]?.sentence).toContain(
      '(shop-cache-s3); the others still have their majority',
    );
    await server.primary.stop('SIGKILL');
    await until(look, found('master'));
    await server.sentinels[1]?.stop('SIGKILL');
    expect(found('quorum')(await look())).toBe(true);
  });
});
