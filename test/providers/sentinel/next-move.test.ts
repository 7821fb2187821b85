import { describe, expect, it } from 'vitest';
import { standing } from '../../../src/providers/redis-switchover/standing.ts';
import { isToBeHeld, nextMove, type Group } from '../../../src/providers/sentinel/switchover/next-move.ts';
import type { SentinelView } from '../../../src/providers/sentinel/switchover/sentinel-view.ts';

const OLD = '10.0.0.1:6379';
const NEW = '10.0.0.2:6379';
const primary = (name: string, more: Record<string, string> = {}) =>
  standing(name, { role: 'master', run_id: name, master_replid: 'h1', master_repl_offset: '900', ...more });
const replica = (name: string, port: string, host: string) =>
  standing(name, { role: 'slave', run_id: name, master_host: host, master_port: port, master_link_status: 'up' });
const from = primary('old');
/** Its history up to its promotion is that of the old one. */
const promoted = (upTo: number) =>
  primary('new', { master_replid: 'h2', master_replid2: 'h1', second_repl_offset: String(upTo + 1) });
const follower = replica('old', '6379', '10.0.0.2');

const view = (change: Partial<SentinelView> = {}): SentinelView => ({
  name: 's1',
  master: { host: '10.0.0.1', port: '6379', runId: 'old', flags: ['master'], priority: 0 },
  replicas: [],
  configEpoch: 1,
  downAfterMilliseconds: 2000,
  failingOver: false,
  sendsTo: OLD,
  quorum: 'OK',
  isTilted: false,
  ...change,
});
const group = (change: Partial<Group>): Group => ({
  from,
  to: replica('new', '6379', '10.0.0.1'),
  toAddress: NEW,
  fromAddress: OLD,
  expected: ['s1', 's2', 's3'],
  ordered: ['s1'],
  views: ['s1', 's2', 's3'].map((name) => view({ name })),
  ...change,
});
/** Two of three, without the first. */
const most = ['s2', 's3'].map((name) => view({ name }));
const sending = [view({ sendsTo: NEW }), view({ sendsTo: NEW }), view()];

describe('what a group needs once a Sentinel may have taken the order', () => {
  it.each<[string, Partial<Group>, string]>([
    ['a Sentinel still promotes', { views: [view(), view({ failingOver: true }), view()] }, 'wait'],
    ['too few Sentinels answer to be sure', { views: [view()] }, 'wait'],
    ['no Sentinel promotes and nobody was promoted', {}, 'release'],
    ['the Sentinel that got the order does not answer', { views: most }, 'wait'],
    ['any may have the order and one does not answer', { ordered: ['s1', 's2', 's3'], views: most }, 'wait'],
    ['another has the order and the silent one has not', { ordered: ['s2'], views: most }, 'release'],
    ['one sends clients to a third server', { views: [view(), view({ name: 's2', sendsTo: 'x:1' })] }, 'ask-a-human'],
    ['the plan has no address of the old one', { fromAddress: undefined }, 'ask-a-human'],
    ['the new primary does not answer', { to: undefined }, 'wait'],
    ['the old primary does not answer and nobody was promoted', { from: undefined }, 'wait'],
    ['the new one is there and has every byte', { to: promoted(900) }, 'demote'],
    ['the old one has taken more since', { to: promoted(880) }, 'ask-a-human'],
    ['the histories cannot be compared', { to: primary('new', { master_replid: 'h9' }) }, 'ask-a-human'],
    ['the old one follows and one Sentinel knows it', { from: follower, to: promoted(900) }, 'wait'],
    ['the old one follows and most know it', { from: follower, to: promoted(900), views: sending }, 'let-go'],
    ['the old one is away and most know it', { from: undefined, to: promoted(900), views: sending }, 'let-go'],
    ['the old one follows somebody else', { from: replica('old', '1', 'x'), to: promoted(900) }, 'ask-a-human'],
    ['neither takes writes', { from: follower }, 'ask-a-human'],
  ])('when %s', (_, change, move) => {
    expect(nextMove(group(change)).move).toBe(move);
  });

  it('names the bytes that the old primary took after the promotion, and does not let it follow', () => {
    expect(nextMove(group({ to: promoted(880) }))).toMatchObject({
      why: expect.stringContaining('old has 20 bytes of log that came after new was promoted') as string,
    });
  });
});

describe('the hold on the old primary is renewed', () => {
  const held = { heldAtMs: 1 };
  const notHeld = { heldAtMs: null };
  it.each<[string, Partial<Group>, { heldAtMs: number | null }, boolean]>([
    ['while the one that holds waits for a promotion', {}, held, true],
    ['by nobody whom no Sentinel answers', { views: [] }, held, false],
    ['by nobody once the old one is a replica', { from: follower, to: promoted(900) }, held, false],
    ['by nobody who has not held it while nobody promotes', {}, notHeld, false],
    ['by whoever finds a promotion under way', { views: [view({ failingOver: true })] }, notHeld, true],
    ['by whoever finds the new one promoted', { to: promoted(900) }, notHeld, true],
  ])('%s: %#', (_, change, begun, expected) => {
    expect(isToBeHeld(group(change), begun)).toBe(expected);
  });
});
