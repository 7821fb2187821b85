import { describe, expect, it } from 'vitest';
import { standing } from '../../../src/providers/redis-switchover/standing.ts';
import { nextMove, type Group } from '../../../src/providers/sentinel/switchover/next-move.ts';
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
  expected: ['s1', 's2', 's3'],
  views: [view(), view(), view()],
  ...change,
});
const sending = [view({ sendsTo: NEW }), view({ sendsTo: NEW }), view()];

describe('what a group needs once a Sentinel may have taken the order', () => {
  it.each<[string, Partial<Group>, string]>([
    ['a Sentinel still promotes', { views: [view(), view({ failingOver: true }), view()] }, 'wait'],
    ['too few Sentinels answer to be sure', { views: [view()] }, 'wait'],
    ['no Sentinel promotes and nobody was promoted', {}, 'release'],
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
