import { describe, expect, it } from 'vitest';
import { candidatesOf, primaryOf, smallerMachine } from '../../../../src/providers/rds/failover/candidates.ts';
import { quarantineOutlook } from '../../../../src/providers/rds/failover/quarantine.ts';
import type { Described } from '../../../../src/providers/rds/instances.ts';

const TagList = [{ Key: 'nightshift:failover', Value: 'allowed' }];
const one = (member: string, instance: Described['instance'] = {}): Described => ({
  member,
  identifier: member,
  instance: { DBInstanceStatus: 'available', TagList, DBInstanceClass: 'db.m6g.large', ...instance },
});
const from = (source: string) => ({ ReadReplicaSourceDBInstanceIdentifier: source });
const primary = one('shop-db-1');

describe('the primary', () => {
  it('is the one that reads from no other', () => {
    expect(primaryOf([one('shop-db-2', from('shop-db-1')), primary])).toEqual({ primary });
  });

  it('is the one that others read from, where several read from no other', () => {
    expect(primaryOf([one('shop-db-0'), primary, one('shop-db-2', from('shop-db-1'))])).toEqual({ primary });
  });

  it('is nobody that could be said where nobody reads from any', () => {
    expect(primaryOf([primary, one('shop-db-2')])).toEqual({
      refused: expect.stringContaining('shop-db-1 and shop-db-2 read from no other'),
    });
  });
});

describe('a replica can be promoted', () => {
  const unfit = (instance: Described['instance']) =>
    candidatesOf(primary, [primary, one('shop-db-2', instance)], { 'shop-db-2': 3 })[0]?.unfit;

  it('when it is available, tagged and reads from the primary', () => {
    expect(candidatesOf(primary, [primary, one('shop-db-2', from('shop-db-1'))], { 'shop-db-2': 3 })).toEqual([
      { member: 'shop-db-2', unfit: null, lagSeconds: 3 },
    ]);
  });

  it.each([
    [
      'while it is backed up',
      { ...from('shop-db-1'), DBInstanceStatus: 'backing-up' },
      'shop-db-2 is backing-up: wait until it is available.',
    ],
    [
      'when nobody has tagged it',
      { ...from('shop-db-1'), TagList: [] },
      'it is not tagged nightshift:failover = allowed.',
    ],
    ['when it reads from another one', from('shop-db-3'), 'it reads from shop-db-3.'],
    ['when it reads from none', {}, 'it reads from no other: it has a history of its own.'],
  ])('not %s', (_, instance, why) => {
    expect(unfit(instance)).toBe(why);
  });

  it('on a smaller machine, which is told', () => {
    expect(smallerMachine(one('shop-db-2', { DBInstanceClass: 'db.t4g.medium' }), primary)).toMatch(/is smaller than/);
    expect(smallerMachine(one('shop-db-2', { DBInstanceClass: 'db.m6g.xlarge' }), primary)).toBeNull();
  });
});

describe('a quarantine', () => {
  const groups = [{ id: 'sg-app', status: 'active' }];
  const outlook = (status: string, quarantine?: string, in_ = groups) =>
    quarantineOutlook('shop-db', { member: 'shop-db-1', status, groups: in_ }, quarantine);

  it('is certain where AWS can change security groups, and says what it does not cut', () => {
    expect(outlook('available', 'sg-q')).toEqual({
      certain: true,
      sentence: expect.stringContaining('a connection from before may go on'),
    });
  });

  it('is certain where it is in force already', () => {
    expect(outlook('failed', 'sg-q', [{ id: 'sg-q', status: 'active' }])).toMatchObject({ certain: true });
  });

  it.each([
    ['none is configured', outlook('available'), /targets\.shop-db\.quarantine.*two servers take writes/],
    ['the instance is not available', outlook('failed', 'sg-q'), /shop-db-1 is failed.*two servers take writes/],
  ])('is not certain where %s, and names the risk', (_, fence, sentence) => {
    expect(fence).toEqual({ certain: false, sentence: expect.stringMatching(sentence) });
  });
});
