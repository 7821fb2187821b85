import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sentinelQuorum } from '../../../src/checks/redis/sentinel-quorum.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';
import { judged, onRedis, sampleOf, until } from '../looking.ts';

const names = ['s1', 's2', 's3'];
const fit = { address: '10.0.0.2:6379', unfit: null };
const said = (name: string, more: object = {}) => ({
  name,
  quorumOk: true,
  quorumText: 'OK 3 usable Sentinels',
  quorum: 2,
  masterAddress: '10.0.0.1:6379',
  flags: ['master'],
  knownSentinels: 3,
  candidates: [fit],
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

  it('warns when one alone cannot reach the primary', () => {
    const doubting = said('s3', { flags: ['s_down', 'master'] });
    expect(keys([said('s1'), said('s2'), doubting])).toEqual(['warning redis.sentinel-quorum:master']);
  });

  it('is critical when there is nobody to promote although CKQUORUM says OK: no replica, or none that is fit', () => {
    const all = (candidates: object[]) => names.map((name) => said(name, { candidates }));
    expect(keys(all([]))).toEqual(['critical redis.sentinel-quorum:candidates']);
    const lame = [
      { address: '10.0.0.2:6379', unfit: 'priority 0' },
      { address: '10.0.0.3:6379', unfit: 'down' },
    ];
    const [finding] = judged(sentinelQuorum, sample(all(lame)));
    expect(finding).toMatchObject({
      severity: 'critical',
      sentence:
        'The Sentinels would promote no replica of shop-cache (10.0.0.2:6379: priority 0, 10.0.0.3:6379: down): a failover would find nobody, although their quorum is in order.',
    });
    expect(judged(sentinelQuorum, sample(all([]), { expectedReplicas: 0 }))[0]?.severity).toBe('warning');
  });

  it('warns about a replica that is down while another one could be promoted', () => {
    const candidates = [fit, { address: '10.0.0.3:6379', unfit: 'down' }];
    expect(keys(names.map((name) => said(name, { candidates })))).toEqual(['warning redis.sentinel-quorum:replicas']);
    expect(keys([said('s1', { candidates }), said('s2'), said('s3')])).toEqual([
      'warning redis.sentinel-quorum:replicas',
    ]);
    const recovered = [fit, { address: '10.0.0.3:6379', unfit: null }];
    expect(keys([said('s1', { candidates }), said('s2', { candidates: recovered }), said('s3')])).toEqual([]);
  });

  it('tells quorums that differ, one that can never be reached, and a pair that has no majority', () => {
    expect(keys([said('s1'), said('s2'), said('s3', { quorum: 3 })])).toEqual([
      'warning redis.sentinel-quorum:settings',
    ]);
    expect(keys(names.map((name) => said(name, { quorum: 4 })))).toEqual(['critical redis.sentinel-quorum:settings']);
    const pair = ['s1', 's2'].map((name) => said(name, { knownSentinels: 2 }));
    expect(judged(sentinelQuorum, sample(pair, { expected: ['s1', 's2'] }))).toMatchObject([
      { key: 'redis.sentinel-quorum:count', severity: 'warning' },
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
    // Sentinels ask a replica for its priority every 10 s.
    await server.replica?.call('CONFIG', 'SET', 'replica-priority', '0');
    const unfit = await until(look, found('candidates'));
    expect(unfit).toMatchObject({ sentinels: [{ quorumOk: true }, { quorumOk: true }, { quorumOk: true }] });
    await server.replica?.call('CONFIG', 'SET', 'replica-priority', '100');
    await until(look, (seen) => judged(sentinelQuorum, seen).length === 0);
    await server.sentinels[2]?.stop('SIGKILL');
    const fewer = await look();
    expect(judged(sentinelQuorum, fewer)[0]?.sentence).toContain(
      '(shop-cache-s3); the others still have their majority',
    );
    // Without anybody to promote it stays dead until that is seen.
    await server.replica?.call('CONFIG', 'SET', 'replica-priority', '0');
    await until(look, found('candidates'));
    await server.primary.stop('SIGKILL');
    await until(look, found('master'));
    await server.sentinels[1]?.stop('SIGKILL');
    expect(found('quorum')(await look())).toBe(true);
  });
});
