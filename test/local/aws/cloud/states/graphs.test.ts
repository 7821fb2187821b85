import { describe, expect, it } from 'vitest';
import { emptyCloud } from '../../../../../src/local/aws/cloud/model.ts';
import type { Step, Steps, Truth } from '../../../../../src/local/aws/cloud/states/change.ts';
import { elasticacheSteps } from '../../../../../src/local/aws/cloud/states/elasticache/operations.ts';
import { modifyGroup } from '../../../../../src/local/aws/cloud/states/elasticache/modify-group.ts';
import { testFailover } from '../../../../../src/local/aws/cloud/states/elasticache/test-failover.ts';
import type { CloudEvent } from '../../../../../src/local/aws/cloud/states/event.ts';
import { seen } from '../../../../../src/local/aws/cloud/states/past.ts';
import { failoverCluster } from '../../../../../src/local/aws/cloud/states/rds/failover-cluster.ts';
import { rdsSteps } from '../../../../../src/local/aws/cloud/states/rds/operations.ts';
import { promoteReplica } from '../../../../../src/local/aws/cloud/states/rds/promote.ts';
import { reboot } from '../../../../../src/local/aws/cloud/states/rds/reboot.ts';
import { troubleOf, type CloudTrouble } from '../../../../../src/local/aws/cloud/states/trouble.ts';
import { auroraCluster, cacheGroup, MINUTE_MS, NIGHT_MS, twoInstances } from './acting.ts';

const steps: Steps = { ...rdsSteps, ...elasticacheSteps };

function truth(more: Partial<Truth>, troubles: readonly CloudTrouble[] = []): Truth {
  return { ...emptyCloud(), events: [], trouble: troubleOf(troubles), nowMs: NIGHT_MS, ...more };
}

function take(name: string, of: Omit<Step, 'name'>, from: Truth) {
  const found = steps[name];
  if (!found) throw new Error(`no step ${name}`);
  return found(from, { name, ...of });
}

const ended: CloudEvent = {
  id: 'RDS-EVENT-0049',
  sourceType: 'db-instance',
  source: 'orders-1',
  message: 'Multi-AZ instance failover completed.',
  categories: ['failover'],
  atMs: NIGHT_MS - 5 * MINUTE_MS,
};

describe('a state graph, without a server', () => {
  it('decides from the truth and changes nothing in it', () => {
    const before = truth(twoInstances());
    const kept = structuredClone(before.instances);
    const change = reboot(before, { DBInstanceIdentifier: 'orders-1', ForceFailover: true });
    expect(change.instances).toMatchObject([{ DBInstanceIdentifier: 'orders-1', DBInstanceStatus: 'rebooting' }]);
    expect(change.due).toEqual([
      { after: 'failoverBegins', step: { name: 'instance-failover-begins', resource: 'orders-1' } },
    ]);
    expect(before.instances).toEqual(kept);
  });

  it('moves the engines to the other zone when a failover begins, and says what comes when they fail', () => {
    const change = take('instance-failover-begins', { resource: 'orders-1' }, truth(twoInstances()));
    expect(change.move).toEqual({
      resource: 'orders-1',
      to: 'eu-central-1b',
      otherwise: { name: 'instance-failover-fails', resource: 'orders-1' },
    });
    expect(change.notices).toMatchObject([{ id: 'RDS-EVENT-0013' }]);
  });

  it('abandons a failover after one of this instance, not after one of another, and not after ten minutes', () => {
    const after = (event: CloudEvent) =>
      take('instance-failover-begins', { resource: 'orders-1' }, truth({ ...twoInstances(), events: [event] }))
        .notices?.[0]?.id;
    expect(after(ended)).toBe('RDS-EVENT-0034');
    expect(after({ ...ended, source: 'orders-2' })).toBe('RDS-EVENT-0013');
    expect(after({ ...ended, atMs: NIGHT_MS - 10 * MINUTE_MS })).toBe('RDS-EVENT-0013');
  });

  it('goes to every step that it names', () => {
    const replica = { ReadReplicaSourceDBInstanceIdentifier: 'orders-1' };
    const instances = twoInstances().instances.map((one, at) => (at === 1 ? { ...one, ...replica } : one));
    const models = [truth({ ...auroraCluster(), groups: cacheGroup().groups }), truth({ instances })];
    const [first, second] = models;
    if (!first || !second) throw new Error('two truths');
    const group = { ReplicationGroupId: 'shop-cache' };
    const begun = [
      ...[true, false].map((ForceFailover) => reboot(second, { DBInstanceIdentifier: 'orders-1', ForceFailover })),
      promoteReplica(second, { DBInstanceIdentifier: 'orders-2' }),
      failoverCluster(first, { DBClusterIdentifier: 'shop' }),
      testFailover(first, { ...group, NodeGroupId: '0001' }),
      modifyGroup(first, { ...group, AutomaticFailoverEnabled: false, MultiAZEnabled: false, ApplyImmediately: true }),
    ];
    const open = begun.flatMap(({ due = [] }) => due.map(({ step }) => step));
    const reached = new Set<string>();
    for (let step = open.pop(); step; step = open.pop()) {
      reached.add(step.name);
      const from = step.resource.startsWith('orders') ? second : first;
      const { due = [], move } = take(step.name, step, from);
      open.push(...due.map((one) => one.step), ...(move?.otherwise ? [move.otherwise] : []));
    }
    expect(reached.size).toBeGreaterThan(15);
    expect([...reached].filter((name) => !(name in steps))).toEqual([]);
  });
});

describe('a trouble', () => {
  it('strikes so many times, its own resource only, and may be added later', () => {
    const script: CloudTrouble[] = [{ trouble: 'abandoned', resource: 'orders-1', times: 1 }];
    const trouble = troubleOf(script);
    expect(trouble.strikes('abandoned', 'orders-2')).toBe(false);
    expect(trouble.strikes('abandoned', 'orders-1')).toBe(true);
    expect(trouble.strikes('abandoned', 'orders-1')).toBe(false);
    script.push({ trouble: 'blocked', resource: 'shop-cache' });
    expect([1, 2, 3].map(() => trouble.strikes('blocked', 'shop-cache'))).toEqual([true, true, true]);
  });
});

describe('the past', () => {
  const at = (status: string, AvailabilityZone: string) => ({
    ...emptyCloud(),
    instances: [{ DBInstanceIdentifier: 'orders-1', DBInstanceStatus: status, AvailabilityZone }],
  });
  const past = [
    { untilMs: 1000, was: at('available', 'a') },
    { untilMs: 2000, was: at('rebooting', 'a') },
  ];
  const shown = (nowMs: number, describeSeconds: number, zoneSeconds: number) => {
    const lag = { describeSeconds, zoneSeconds, roleSeconds: 0, eventSeconds: 0 };
    const [one] = seen(past, at('available', 'b'), lag, nowMs).instances;
    return `${one?.DBInstanceStatus} in ${one?.AvailabilityZone}`;
  };

  it('is shown as late as the lag says, the zone later still', () => {
    expect(shown(2000, 0, 0)).toBe('available in b');
    expect(shown(2000, 0.5, 0)).toBe('rebooting in a');
    expect(shown(2000, 1.5, 0)).toBe('available in a');
    expect(shown(2000, 0, 0.5)).toBe('available in a');
    expect(shown(9000, 1, 1)).toBe('available in b');
  });
});
