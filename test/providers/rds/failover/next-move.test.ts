import { describe, expect, it } from 'vitest';
import { nextPromotionMove, type PromotionSeen } from '../../../../src/providers/rds/failover/next-move.ts';
import type { GivenOrder, PromotionJournal } from '../../../../src/providers/rds/failover/promotion-journal.ts';

const NOW_MS = 10_000_000;
const journal = (change: Partial<PromotionJournal> = {}): PromotionJournal => ({
  from: 'shop-db-1',
  to: 'shop-db-2',
  groups: ['sg-app'],
  quarantine: 'sg-quarantine',
  mayGoUnfenced: false,
  backupDays: 14,
  orders: [],
  ...change,
});
/** Orders that were given so many seconds ago. */
const given = (...orders: readonly (readonly [GivenOrder['order'], number, string?])[]) => ({
  orders: orders.map(([order, ago, refused]) => ({
    order,
    atMs: NOW_MS - ago * 1000,
    ...(refused ? { refused } : {}),
  })),
});
const before = [{ id: 'sg-app', status: 'active' }];
const closed = [{ id: 'sg-quarantine', status: 'active' }];
const closing = [
  { id: 'sg-app', status: 'removing' },
  { id: 'sg-quarantine', status: 'active' },
];
type Change = { groups?: typeof before; alive?: string; status?: string; source?: string | null; failed?: string };
const seen = ({
  groups = before,
  alive,
  status = 'available',
  source = 'shop-db-1',
  failed,
}: Change = {}): PromotionSeen => ({
  from: { status: 'available', groups, alive: alive ?? null },
  to: { status, source, failed: failed ?? null },
});
const next = (change: Partial<PromotionJournal>, now: PromotionSeen | null) =>
  nextPromotionMove(journal(change), now, NOW_MS);

describe('before the promotion', () => {
  it('the old primary is closed first', () => {
    expect(next({}, seen())).toEqual({ move: 'order', order: 'quarantine' });
  });

  it.each([
    ['the group is there, and the old one not gone yet', closing],
    ['nothing shows yet', before],
  ])('the quarantine is waited for while %s', (_, groups) => {
    expect(next(given(['quarantine', 60]), seen({ groups }))).toMatchObject({ move: 'wait' });
  });

  it.each([
    ['the quarantine is in force', given(['quarantine', 60]), seen({ groups: closed })],
    ['it was in force before', {}, seen({ groups: closed })],
    ['there is none', { quarantine: null }, seen()],
    [
      'AWS refused it and people accepted two writers',
      { ...given(['quarantine', 5, 'no']), mayGoUnfenced: true },
      seen(),
    ],
    ['it is late and people accepted two writers', { ...given(['quarantine', 300]), mayGoUnfenced: true }, seen()],
  ])('the replica is promoted when %s', (_, change, now) => {
    expect(next(change, now)).toEqual({ move: 'order', order: 'promote' });
  });

  it('nothing is done where AWS refuses the quarantine and nobody accepted two writers', () => {
    expect(next(given(['quarantine', 5, 'AWS says no.']), seen())).toEqual({
      move: 'end',
      ended: 'not-done',
      why: 'AWS says no.',
      fenced: false,
    });
  });

  it.each([
    ['the quarantine does not come into force within five minutes', given(['quarantine', 300]), seen()],
    ['the old primary is alive', given(['quarantine', 60]), seen({ groups: closed, alive: 'It was restarted.' })],
    ['AWS refuses the promotion', given(['quarantine', 60], ['promote', 5, 'no']), seen({ groups: closed })],
    ['nobody was there to go on for ten minutes', given(['quarantine', 600]), seen({ groups: closed })],
    ['the first release shows nothing', given(['quarantine', 700], ['release', 300]), seen({ groups: closed })],
  ])('the security groups are put back when %s', (_, change, now) => {
    expect(next(change, now)).toEqual({ move: 'order', order: 'release', why: expect.any(String) });
  });

  it('an old primary that is alive is not closed', () => {
    expect(next({}, seen({ alive: 'AWS, 02:00:00 UTC: DB instance restarted.' }))).toEqual({
      move: 'end',
      ended: 'not-done',
      why: 'shop-db-1 is alive. AWS, 02:00:00 UTC: DB instance restarted.',
      fenced: false,
    });
  });

  it('ends when AWS shows the groups of before again, a minute after they were asked for', () => {
    const released = (ago: number) => given(['quarantine', 400], ['release', ago]);
    expect(next(released(59), seen())).toMatchObject({ move: 'wait' });
    expect(next(released(60), seen())).toMatchObject({ move: 'end', ended: 'not-done' });
  });

  it('calls a person where the groups do not come back after two orders', () => {
    expect(
      next(given(['quarantine', 900], ['release', 600], ['release', 300]), seen({ groups: closed })),
    ).toMatchObject({
      move: 'end',
      ended: 'needs-a-human',
      fenced: true,
    });
  });

  it('calls a person where somebody else has promoted the replica', () => {
    expect(next({}, seen({ source: null }))).toMatchObject({
      ended: 'needs-a-human',
      why: 'shop-db-2 reads from no other any more: somebody else has promoted it.',
    });
  });
});

describe('after the promotion was ordered', () => {
  const ordered = (ago: number) => given(['quarantine', ago + 60], ['promote', ago]);

  it.each(['available', 'backing-up'])('it is over when the replica reads from nobody and is %s', (status) => {
    expect(next(ordered(200), seen({ groups: closed, source: null, status }))).toEqual({
      move: 'end',
      ended: 'failed-over',
      why: null,
      fenced: true,
    });
  });

  it('an old primary that nobody closed is not fenced', () => {
    expect(next({ quarantine: null, ...given(['promote', 200]) }, seen({ source: null }))).toMatchObject({
      ended: 'failed-over',
      fenced: false,
    });
  });

  it.each([
    ['is restarted', seen({ status: 'rebooting', source: null })],
    ['shows nothing of it', seen()],
    ['is asked by an AWS that does not answer', null],
  ])('it is waited for, and never ordered again, while the replica %s', (_, now) => {
    expect(next(ordered(500), now)).toMatchObject({ move: 'wait' });
  });

  it.each([
    ['fails', seen({ status: 'failed' }), 200],
    ['is told to have failed', seen({ failed: 'AWS, 02:00:00 UTC: The DB instance has failed.' }), 200],
    ['is not over within half an hour', seen({ status: 'modifying' }), 1800],
    ['is asked after in vain for ten minutes', null, 600],
    ['shows nothing for half an hour', seen(), 1800],
  ])('a person is called when it %s', (_, now, ago) => {
    expect(next(ordered(ago), now)).toMatchObject({ move: 'end', ended: 'needs-a-human' });
  });

  it('the old primary stays closed when it comes back', () => {
    const now = seen({ groups: closed, alive: 'It was restarted.', source: null });
    expect(next(ordered(200), now)).toMatchObject({ ended: 'failed-over', fenced: true });
  });
});
