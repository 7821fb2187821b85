import { describe, expect, it } from 'vitest';
import { clusterBecame, type ClusterSeen } from '../../../src/providers/rds/switchover/cluster-became.ts';
import { readEvents } from '../../../src/providers/rds/switchover/events.ts';

const BEGUN = Date.parse('2026-11-28T02:00:00Z');
const order = { from: 'shop-1', to: 'shop-2', identity: {} };

const events = (...messages: readonly string[]) =>
  readEvents(messages.map((Message, at) => ({ Message, Date: new Date(BEGUN + at * 10_000) })));

function became(seen: Partial<NonNullable<ClusterSeen>> | null, seconds = 20) {
  const statuses = { 'shop-1': 'available', 'shop-2': 'available', 'shop-3': 'available' };
  const base = { name: 'shop', status: 'available', writer: 'shop-1', statuses, events: [] };
  return clusterBecame(order, seen && { ...base, ...seen }, { begunAtMs: BEGUN, nowMs: BEGUN + seconds * 1000 });
}

const STARTED = 'Started cross AZ failover to DB instance: shop-2';

describe('what became of the failover of a cluster', () => {
  it('is under way until the target is the writer and available, whatever the events say', () => {
    expect(became({})).toMatchObject({ ended: 'under-way' });
    expect(became({ status: 'failing-over', events: events(STARTED) })).toEqual({
      ended: 'under-way',
      phase: 'The failover of shop has started; it is failing-over, shop-1 is its writer.',
    });
    expect(became({ events: events(STARTED, 'Completed failover to DB instance: shop-2') })).toMatchObject({
      ended: 'under-way',
    });
    expect(became({ writer: 'shop-2', statuses: { 'shop-2': 'rebooting' } })).toMatchObject({ ended: 'under-way' });
    expect(became(null)).toMatchObject({ ended: 'under-way' });
  });

  it.each([
    'Completed failover to DB instance: shop-2',
    'Completed customer initiated failover to DB instance: shop-2',
  ])('has switched when the target writes: %s', (message) => {
    expect(became({ writer: 'shop-2', events: events(STARTED, message) })).toMatchObject({
      ended: 'switched',
      lost: 'none',
      former: 'shop-1 follows it',
      phases: [{ milliseconds: 10_000 }],
    });
  });

  it.each([
    ['Cluster failover failed, check the health of your cluster instances and try again.', 'RDS-EVENT-0069'],
    ['Promoting previous primary again: shop-1', 'RDS-EVENT-0070'],
  ])('is not done after "%s", once the former writer writes', (message, id) => {
    const told = events(STARTED, message);
    expect(became({ status: 'failing-over', events: told })).toMatchObject({ ended: 'under-way' });
    expect(became({ events: told })).toMatchObject({ ended: 'rolled-back', why: expect.stringContaining(id) });
  });

  it('needs a person when a third instance took the writes', () => {
    const told = events(STARTED, 'Completed failover to DB instance: shop-3');
    expect(became({ writer: 'shop-3', events: told })).toMatchObject({
      ended: 'needs-a-human',
      why: 'shop-3 takes the writes of shop now, and not shop-2.',
    });
  });

  it('after five minutes is not done where nothing shows it, and needs a person where something does', () => {
    expect(became({}, 300)).toMatchObject({ ended: 'rolled-back', why: expect.stringContaining('no sign') });
    expect(became({ events: events(STARTED) }, 300)).toMatchObject({ ended: 'needs-a-human' });
    expect(became({ writer: null }, 300)).toMatchObject({ ended: 'needs-a-human' });
    expect(became({ status: 'inaccessible-encryption-credentials' })).toMatchObject({ ended: 'needs-a-human' });
    expect(became(null, 300)).toMatchObject({ ended: 'needs-a-human' });
  });
});
