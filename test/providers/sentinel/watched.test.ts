import { describe, expect, it } from 'vitest';
import { whyItself, type Watchers } from '../../../src/providers/sentinel/failover/itself.ts';
import { sentinelSign } from '../../../src/providers/sentinel/failover/look.ts';
import { sentinelsIn, watchIn } from '../../../src/providers/sentinel/failover/watched.ts';
import type { SentinelView } from '../../../src/providers/sentinel/switchover/sentinel-view.ts';

const watch = {
  address: '10.0.0.1:6379',
  runId: 'aa',
  quorum: '2',
  downAfterMilliseconds: '30000',
  failoverTimeoutMilliseconds: '180000',
  parallelSyncs: '1',
  hasScripts: false,
};
const view = (name: string, flags: string[], quorum = 'NOQUORUM 1 usable Sentinels'): SentinelView => ({
  name,
  master: { host: '10.0.0.1', port: '6379', runId: 'aa', flags, priority: 0 },
  replicas: [],
  configEpoch: 1,
  downAfterMilliseconds: 30_000,
  failingOver: false,
  sendsTo: '10.0.0.1:6379',
  quorum,
  isTilted: false,
});
const watchers = (about: Partial<Watchers> = {}): Watchers => ({
  masterName: 'shop',
  expected: ['s1', 's2', 's3'],
  views: [view('s1', ['master', 's_down'])],
  watches: [watch],
  atReplicas: 1,
  ...about,
});

describe('Sentinels are left to it', () => {
  it('where most answer, most watch the replicas, or one reaches its quorum', () => {
    const two = [view('s1', ['s_down']), view('s2', ['o_down'])];
    expect(whyItself(watchers({ views: two }), 'r1', 20)).toBe(
      'The Sentinels do this by themselves (2 of 3 Sentinels answer, 1 are seen at the replicas, 2 say that r1 is down): it should be done within 200 s. Ask again after that.',
    );
    expect(whyItself(watchers({ atReplicas: 2 }), 'r1', 20)).toMatch(/^The Sentinels do this by themselves/);
    expect(whyItself(watchers({ views: [view('s1', [], 'OK 3 usable Sentinels')] }), 'r1', 20)).toMatch(
      /by themselves/,
    );
  });
  it('and told of when they are late', () => {
    expect(whyItself(watchers({ atReplicas: 3 }), 'r1', 221)).toMatch(
      /are late .* SENTINEL FAILOVER shop on one of them/,
    );
  });
  it('where no replica says how many there are', () => {
    expect(whyItself(watchers({ atReplicas: null }), 'r1', 20)).toMatch(/^No replica says/);
  });
  it('and not where most are gone', () => {
    expect(whyItself(watchers(), 'r1', 20)).toBeUndefined();
    expect(whyItself(watchers({ views: [], watches: [], atReplicas: 0 }), 'r1', 20)).toBeUndefined();
  });
});

describe('what a Sentinel says of the primary', () => {
  const says = (flags: string[]) =>
    sentinelSign(view('s1', ['master', ...flags]), { name: 'r1', address: '10.0.0.1:6379' }).says;
  it('is dead where it is down for it, unknown without a connection, alive else', () => {
    expect([['s_down'], ['o_down', 's_down'], ['disconnected'], []].map(says)).toEqual([
      'dead',
      'dead',
      'unknown',
      'alive',
    ]);
    expect(sentinelSign(view('s1', []), { name: 'r1', address: '10.0.0.7:6379' }).says).toBe('unknown');
  });
});

it('Sentinels are known at a server by the names of their connections, while they ask', () => {
  const line = (name: string, idle: number) => `id=3 addr=10.0.0.7:1 name=${name} age=9 idle=${idle} flags=N `;
  const list = [
    line('sentinel-0123abcd-cmd', 0),
    line('sentinel-99999999-cmd', 60),
    line('shop', 0),
    line('sentinel-0123abcd-pubsub', 0),
  ];
  expect(sentinelsIn(list.join('\n'))).toEqual(['0123abcd']);
});

it('the settings of a Sentinel are read as it tells them', () => {
  const told = [
    'name',
    'shop',
    'ip',
    '10.0.0.1',
    'port',
    '6379',
    'runid',
    'aa',
    'quorum',
    '2',
    'down-after-milliseconds',
    '30000',
  ];
  const rest = ['failover-timeout', '180000', 'parallel-syncs', '1'];
  expect(watchIn([...told, ...rest])).toEqual(watch);
  expect(watchIn([...told, ...rest, 'notification-script', '/x'])).toMatchObject({ hasScripts: true });
  expect(watchIn(null)).toBeUndefined();
});
