import { describe, expect, it } from 'vitest';
import { standing } from '../../../src/providers/redis-switchover/standing.ts';
import { lookOf, type Seen } from '../../../src/providers/sentinel/switchover/look.ts';
import type { SentinelView } from '../../../src/providers/sentinel/switchover/sentinel-view.ts';

const info = (change: Record<string, string> = {}) => ({
  run_id: 'a1',
  redis_version: '7.0.15',
  role: 'master',
  master_replid: 'h1',
  master_repl_offset: '5000',
  slave_priority: '100',
  maxmemory: '64000000',
  used_memory: '2000000',
  rdb_last_bgsave_status: 'ok',
  min_slaves_good_slaves: '1',
  ...change,
});
const slave = (run: string, change: Record<string, string> = {}) =>
  info({
    run_id: run,
    role: 'slave',
    slave_repl_offset: '5000',
    master_host: '10.0.0.1',
    master_port: '6379',
    master_link_status: 'up',
    ...change,
  });
const watched = (runId: string, priority = 100, flags = ['slave']) => ({
  host: `10.0.0.${runId.slice(1)}`,
  port: '6379',
  runId,
  flags,
  priority,
});
const view = (change: Partial<SentinelView> = {}): SentinelView => ({
  name: 's1',
  master: watched('a1', 0, ['master']),
  replicas: [watched('a2')],
  configEpoch: 4,
  downAfterMilliseconds: 2000,
  failingOver: false,
  sendsTo: '10.0.0.1:6379',
  quorum: 'OK 3 usable Sentinels',
  isTilted: false,
  ...change,
});
const seen = (change: Partial<Seen> = {}): Seen => ({
  masterName: 'shop-cache',
  expected: ['s1', 's2', 's3'],
  standings: [standing('c1', info()), standing('c2', slave('a2'))],
  silent: [],
  views: ['s1', 's2', 's3'].map((name) => view({ name })),
  ...change,
});
const looked = (change: Partial<Seen> = {}) => {
  const look = lookOf(seen(change));
  if ('refused' in look) throw new Error(look.refused);
  return look;
};
const stopped = (change: Partial<Seen>) =>
  looked(change)
    .prechecks.filter(({ says }) => says === 'stops')
    .map(({ sentence }) => sentence);
const withReplica = (change: Record<string, string>) =>
  looked({ standings: [standing('c1', info()), standing('c2', slave('a2', change))] }).candidates[0]?.unfit;

describe('the look at a group under Sentinel', () => {
  it('names the primary, the candidate, what must stay so, and how long writes may be held', () => {
    expect(looked()).toMatchObject({
      primary: 'c1',
      candidates: [{ member: 'c2', unfit: null, lagBytes: 0 }],
      identity: {
        'run id of c1': 'a1',
        'run id of c2': 'a2',
        'address of c1': '10.0.0.1:6379',
        'address of c2': '10.0.0.2:6379',
        'epoch of the Sentinels': 4,
      },
      holdSecondsMost: 1,
    });
    expect(looked().prechecks.every(({ says }) => says === 'ok')).toBe(true);
  });

  it.each<[string, Partial<Seen>, RegExp]>([
    ['no majority of Sentinels answers', { views: [view()] }, /^1 of 3 Sentinels answer .*2 must agree/],
    ['the Sentinels disagree', { views: [view(), view({ configEpoch: 5 }), view()] }, /name different primaries/],
    ['there is no quorum', { views: [view(), view({ quorum: 'NOQUORUM 1 usable' }), view()] }, /NOQUORUM/],
    ['one is in TILT', { views: [view(), view({ isTilted: true }), view()] }, /in TILT/],
    [
      'a failover is under way',
      { views: [view({ master: watched('a1', 0, ['master', 'failover_in_progress']) }), view(), view()] },
      /failover_in_progress/,
    ],
    [
      'Redis is too old to hold writes',
      { standings: [standing('c1', info({ redis_version: '6.0.16' })), standing('c2', slave('a2'))] },
      /6\.0\.16.*6\.2/,
    ],
  ])('stops when %s', (_, change, sentence) => {
    expect(stopped(change).join(' ')).toMatch(sentence);
  });

  it('warns when a server takes writes without any replica, and when a Sentinel is away', () => {
    const { min_slaves_good_slaves: _, ...bare } = info();
    const views = [view({ name: 's1' }), view({ name: 's2' })];
    const warned = looked({ standings: [standing('c1', bare), standing('c2', slave('a2'))], views })
      .prechecks.filter(({ says }) => says === 'warns')
      .map(({ name }) => name);
    expect(warned).toEqual(['Sentinels', 'Guard against two primaries']);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['has lost its link', { master_link_status: 'down' }, /link to c1 is down/],
    ['still copies', { master_sync_in_progress: '1' }, /still copying/],
    ['is loading', { loading: '1' }, /still loading/],
    ['is far behind', { slave_repl_offset: '-20000000' }, /19\.1 MB behind/],
    ['must not be promoted', { slave_priority: '0' }, /replica-priority 0/],
    ['has less memory', { maxmemory: '32000000' }, /memory limit of 30\.5 MB is smaller/],
    ['has another history', { master_replid: 'h7' }, /another replication id/],
  ])('does not offer a replica that %s', (_, change, why) => {
    expect(withReplica(change)).toMatch(why);
  });

  it('offers of several replicas only the one that the Sentinels must choose, and says how to decide otherwise', () => {
    const standings = [standing('c1', info()), standing('c2', slave('a2')), standing('c3', slave('a3'))];
    const of = (...replicas: ReturnType<typeof watched>[]) =>
      looked({ standings, views: [view({ replicas })] }).candidates;
    expect(of(watched('a2'), watched('a3')).map(({ unfit }) => unfit)).toEqual([
      expect.stringMatching(/could take c3 as well.*CONFIG SET replica-priority 99 there/) as string,
      expect.stringMatching(/could take c2 as well/) as string,
    ]);
    expect(of(watched('a2'), watched('a3', 50)).find(({ member }) => member === 'c3')?.unfit).toBeNull();
    expect(of(watched('a2'), watched('a3', 100, ['slave', 's_down'])).map(({ unfit }) => unfit)).toEqual([
      null,
      expect.stringMatching(/does not see it as one that it could promote/) as string,
    ]);
  });

  it('is refused where two take writes, or none', () => {
    expect(lookOf(seen({ standings: [standing('c1', info()), standing('c2', info())] }))).toEqual({
      refused: 'c1, c2 both take writes: end that first, by hand.',
    });
    expect(lookOf(seen({ standings: [], silent: [{ name: 'c1', reason: 'nothing listens' }] }))).toEqual({
      refused: 'no server that answers takes writes (c1: nothing listens).',
    });
  });
});
