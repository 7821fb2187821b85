import { describe, expect, it } from 'vitest';
import { failedOver, type OldPrimary } from '../../../../src/providers/self-managed/failover/report.ts';
import type { Proof } from '../../../../src/providers/self-managed/failover/proof.ts';
import { whatBecame, type Seen } from '../../../../src/providers/self-managed/failover/what-became.ts';
import type { FailoverOrder } from '../../../../src/targets/failover.ts';

const order: FailoverOrder = {
  from: 'a',
  to: 'b',
  identity: { 'system identifier': '7713', timeline: 3 },
  acceptedLoss: { bytes: null, seconds: 2 },
  acceptsTwoWriters: true,
};
const waiting = {
  inRecovery: true,
  systemIdentifier: '7713',
  timeline: 3,
  receives: false,
  replayed: true,
  idle: true,
};
const promoted = { ...waiting, inRecovery: false, timeline: 4, idle: false };

describe('a failover whose end nobody saw', () => {
  it.each<[string, Seen, string]>([
    [
      'has happened where the standby is a primary on a later timeline',
      { to: promoted, others: [waiting] },
      'failed over',
    ],
    ['has not where it waits for more', { to: waiting, others: [undefined] }, 'not done'],
    ['is open where it replays, and may not have looked', { to: { ...waiting, idle: false }, others: [] }, 'unknown'],
    ['is open where it does not answer', { to: undefined, others: [waiting] }, 'unknown'],
    ['needs a person where another one is a primary too', { to: promoted, others: [promoted] }, 'a person'],
    [
      'needs a person where another one is, and ours does not answer',
      { to: undefined, others: [promoted] },
      'a person',
    ],
    [
      'needs a person where it is a primary on the old timeline',
      { to: { ...promoted, timeline: 3 }, others: [] },
      'a person',
    ],
    [
      'needs a person where it is another database',
      { to: { ...promoted, systemIdentifier: '9' }, others: [] },
      'a person',
    ],
  ])('%s', (_, seen, became) => {
    expect(whatBecame(order, seen)).toBe(became);
  });
});

describe('the report', () => {
  const proof: Proof = {
    timeline: 4,
    forkLsn: '0/5000148',
    lastCommitAt: '2026-11-28T22:56:13.000Z',
    wrote: true,
    readOnly: false,
    archives: true,
    former: { from: 'nightshift', says: 'dead', sentence: 'nothing listens on a.' },
    others: [
      { member: 'c', received: '0/5003148' },
      { member: 'd', received: '0/5000000' },
      { member: 'e', received: null },
    ],
  };
  const open: OldPrimary = { says: 'unknown', sentence: 'a is not fenced.' };
  const told = (change: Partial<Proof>, oldPrimary = open) =>
    failedOver(order, { ...proof, ...change }, { oldPrimary, phases: [] });

  it('says first how to keep the old primary away, then who does not follow, and who cannot', () => {
    const { ended, left, loss } = told({});
    expect(ended).toBe('failed-over');
    expect(left.slice(0, 4)).toEqual([
      expect.stringMatching(/^Keep a down/),
      expect.stringMatching(/^c has 12 kB that b does not have, and cannot follow it/),
      expect.stringMatching(/^d does not follow b by itself/),
      expect.stringMatching(/^e was not asked/),
    ]);
    expect(loss).toEqual({
      exact: false,
      sentences: [
        'Lost: what a acknowledged after 2026-11-28 22:56:13 UTC and b did not have: at most what was written in 2 s. Not exact: only a knows.',
      ],
    });
  });

  it('asks for a person where the new primary takes no write, or the old one is back', () => {
    expect(told({ wrote: 'cannot execute in a read-only transaction' })).toMatchObject({
      ended: 'needs-a-human',
      why: expect.stringMatching(/took no write/) as string,
    });
    const back = told({ former: { from: 'nightshift', says: 'alive', sentence: 'a answers.' } });
    expect(back).toMatchObject({ ended: 'needs-a-human' });
    expect(back.left[0]).toMatch(/^Stop a now/);
  });

  it('says what a fence still keeps away', () => {
    const fenced = told({}, { says: 'fenced', sentence: 'pool-1 is paused.' });
    expect(fenced).toMatchObject({ oldPrimary: 'fenced' });
    expect(fenced.left[1]).toMatch(/^The fence still keeps clients away: point it at b, then open it/);
  });
});
