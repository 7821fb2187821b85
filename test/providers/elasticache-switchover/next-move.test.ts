import { describe, expect, it } from 'vitest';
import {
  inputOf,
  withOrder,
  withRefusal,
  type GroupJournal,
} from '../../../src/providers/elasticache/switchover/journal.ts';
import { nextGroupMove } from '../../../src/providers/elasticache/switchover/next-move.ts';
import type { GroupSeen } from '../../../src/providers/elasticache/switchover/seen.ts';

const MINUTE_MS = 60_000;
const fresh: GroupJournal = {
  group: 'shop-cache',
  from: 'shop-cache-001',
  to: 'shop-cache-002',
  automaticFailover: true,
  multiZone: true,
  orders: [],
};
const on: GroupSeen = {
  name: 'shop-cache',
  arn: '',
  status: 'available',
  clusterMode: false,
  automaticFailover: 'enabled',
  multiZone: true,
  primary: 'shop-cache-001',
  replicas: ['shop-cache-002'],
  waiting: [],
  durability: null,
};
const off: GroupSeen = { ...on, automaticFailover: 'disabled', multiZone: false };
const moved = { primary: 'shop-cache-002', replicas: ['shop-cache-001'] };

const switchedOff = withOrder(fresh, 'switch-off', 0);
const promoted = withOrder(switchedOff, 'promote', 2 * MINUTE_MS);
const switchedOn = withOrder(promoted, 'switch-on', 4 * MINUTE_MS);

describe('the next move of a group', () => {
  it('is to switch the safety net off, to promote, to switch it on, and to end', () => {
    expect(nextGroupMove(fresh, on, 0)).toEqual({ move: 'order', order: 'switch-off' });
    expect(nextGroupMove(switchedOff, off, MINUTE_MS)).toEqual({ move: 'order', order: 'promote' });
    expect(nextGroupMove(promoted, { ...off, ...moved }, 3 * MINUTE_MS)).toEqual({ move: 'order', order: 'switch-on' });
    expect(nextGroupMove(switchedOn, { ...on, ...moved }, 5 * MINUTE_MS)).toEqual({
      move: 'end',
      ended: 'switched',
      why: null,
      left: [],
    });
  });

  it('is to promote at once where nothing is to be switched off, and to leave it off', () => {
    const bare = { ...fresh, automaticFailover: false, multiZone: false };
    expect(nextGroupMove(bare, off, 0)).toEqual({ move: 'order', order: 'promote' });
    const ordered = withOrder(bare, 'promote', 0);
    expect(nextGroupMove(ordered, { ...off, ...moved }, MINUTE_MS)).toMatchObject({ ended: 'switched' });
  });

  it('is to wait while the group changes, while AWS is behind, and while it is silent', () => {
    const waits = [
      nextGroupMove(switchedOff, { ...on, status: 'modifying' }, MINUTE_MS),
      nextGroupMove(switchedOff, on, MINUTE_MS),
      nextGroupMove(promoted, off, 3 * MINUTE_MS),
      nextGroupMove(promoted, { ...off, primary: null }, 3 * MINUTE_MS),
      nextGroupMove(switchedOn, { ...off, ...moved }, 5 * MINUTE_MS),
      nextGroupMove(promoted, null, 3 * MINUTE_MS),
    ];
    expect(waits.map(({ move }) => move)).toEqual(Array.from({ length: 6 }, () => 'wait'));
  });

  it('is not to end while only one half of the safety net is on', () => {
    const half = { ...on, ...moved, multiZone: false };
    expect(nextGroupMove(switchedOn, half, 5 * MINUTE_MS)).toMatchObject({ move: 'wait' });
    expect(nextGroupMove(switchedOn, half, 10 * MINUTE_MS)).toEqual({ move: 'order', order: 'switch-on' });
  });

  it('never gives an order twice that may have been heard, but for the one that puts back', () => {
    for (let minute = 0; minute < 60; minute += 1) {
      const again = [
        nextGroupMove(switchedOff, on, minute * MINUTE_MS),
        nextGroupMove(promoted, off, minute * MINUTE_MS),
      ];
      expect(again).not.toContainEqual({ move: 'order', order: 'switch-off' });
      expect(again).not.toContainEqual({ move: 'order', order: 'promote' });
    }
  });

  it('is to order nothing for a group of which a snapshot is made', () => {
    expect(nextGroupMove(fresh, { ...on, status: 'snapshotting' }, 0)).toMatchObject({
      ended: 'rolled-back',
      why: 'shop-cache is snapshotting: nothing was ordered.',
    });
  });
});

describe('when the promotion does not happen', () => {
  it('puts the safety net back, and says why', () => {
    const refused = withRefusal(promoted, 'AWS refused it.');
    expect(nextGroupMove(refused, off, 2 * MINUTE_MS)).toEqual({ move: 'order', order: 'switch-on' });
    const putBack = withOrder(refused, 'switch-on', 3 * MINUTE_MS);
    expect(nextGroupMove(putBack, on, 4 * MINUTE_MS)).toMatchObject({ ended: 'rolled-back', why: 'AWS refused it.' });
  });

  it('does the same when AWS has taken the order, and nothing has come of it for five minutes', () => {
    expect(nextGroupMove(promoted, off, 7 * MINUTE_MS)).toEqual({ move: 'order', order: 'switch-on' });
    const putBack = withOrder(promoted, 'switch-on', 7 * MINUTE_MS);
    expect(nextGroupMove(putBack, on, 8 * MINUTE_MS)).toMatchObject({ ended: 'rolled-back' });
  });

  it('leaves nothing to do where AWS refused the first order, and tells a person where nobody knows', () => {
    const refused = withRefusal(switchedOff, 'AWS refused it.');
    expect(nextGroupMove(refused, on, 0)).toMatchObject({ ended: 'rolled-back', left: [] });
    expect(nextGroupMove(switchedOff, on, 6 * MINUTE_MS)).toMatchObject({
      ended: 'rolled-back',
      left: [
        expect.stringContaining('describe-replication-groups'),
        expect.stringContaining('modify-replication-group'),
      ],
    });
  });
});

describe('a person is needed', () => {
  it('when the safety net stays off after three orders, with the command that switches it on', () => {
    let journal = switchedOn;
    const seen = { ...off, ...moved };
    for (const minute of [10, 16]) {
      expect(nextGroupMove(journal, seen, minute * MINUTE_MS)).toEqual({ move: 'order', order: 'switch-on' });
      journal = withOrder(journal, 'switch-on', minute * MINUTE_MS);
    }
    expect(nextGroupMove(journal, seen, 22 * MINUTE_MS)).toMatchObject({
      ended: 'needs-a-human',
      why: 'shop-cache-002 is the primary of shop-cache, but automatic failover is still disabled, Multi-AZ is disabled, though ElastiCache has taken the order.',
      left: [expect.anything(), expect.stringContaining('--automatic-failover-enabled --multi-az-enabled')],
    });
    // It is still tried, seldom, and not for ever.
    let times = 0;
    for (let minute = 22; minute < 600; minute += 1) {
      if (nextGroupMove(journal, seen, minute * MINUTE_MS).move !== 'order') continue;
      journal = withOrder(journal, 'switch-on', minute * MINUTE_MS);
      times += 1;
    }
    expect(times).toBe(5);
  });

  it('when another node is the primary, the group is deleted, or it stays busy', () => {
    const ended = (seen: GroupSeen | null, minute: number) => nextGroupMove(promoted, seen, minute * MINUTE_MS);
    expect(ended({ ...off, primary: 'shop-cache-003' }, 3)).toMatchObject({ ended: 'needs-a-human' });
    expect(ended({ ...off, status: 'deleting' }, 3)).toMatchObject({ ended: 'needs-a-human' });
    expect(ended({ ...off, status: 'modifying' }, 13)).toMatchObject({ ended: 'needs-a-human' });
    expect(ended(null, 13)).toMatchObject({ ended: 'needs-a-human' });
  });
});

describe('an order', () => {
  it('asks for what the journal says', () => {
    const common = { ReplicationGroupId: 'shop-cache', ApplyImmediately: true };
    expect(inputOf(fresh, 'switch-off')).toEqual({
      ...common,
      AutomaticFailoverEnabled: false,
      MultiAZEnabled: false,
    });
    expect(inputOf(fresh, 'promote')).toEqual({ ...common, PrimaryClusterId: 'shop-cache-002' });
    expect(inputOf({ ...fresh, multiZone: false }, 'switch-on')).toEqual({
      ...common,
      AutomaticFailoverEnabled: true,
      MultiAZEnabled: false,
    });
  });
});
