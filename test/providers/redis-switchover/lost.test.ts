import { describe, expect, it } from 'vitest';
import { whyUnsure as whyUnsureInCluster } from '../../../src/providers/cluster/switchover/finish.ts';
import { mayFollow } from '../../../src/providers/redis-switchover/demote.ts';
import { fenceSince, whyUnsure } from '../../../src/providers/redis-switchover/fence.ts';
import { FENCE_MS } from '../../../src/providers/redis-switchover/hold.ts';
import { standing } from '../../../src/providers/redis-switchover/standing.ts';

const order = { from: 'old', to: 'new', identity: { 'run id of old': 'aa' }, deadlineSeconds: 10 };
const primary = standing('old', { role: 'master', run_id: 'aa', master_replid: 'h1', master_repl_offset: '900' });
const replica = standing('old', { role: 'slave', run_id: 'aa', master_link_status: 'up' });
const restarted = { ...replica, runId: 'bb' };
const promoted = (upTo: number) =>
  standing('new', { role: 'master', master_replid2: 'h1', second_repl_offset: String(upTo + 1) });
const unsureAt = (ms: number, fence = fenceSince(0), from: typeof replica | undefined = replica) =>
  whyUnsure(from, order, { fence, atMs: ms });

describe('whether acknowledged writes were lost', () => {
  it('is known when the old primary was seen as a replica while its writes were held', () => {
    expect(unsureAt(FENCE_MS - 1)).toBeUndefined();
    expect(unsureAt(FENCE_MS)).toMatch(/^old was made a replica before/);
  });

  it('is not known of one that was a replica already, does not answer or was started again', () => {
    expect(unsureAt(1, fenceSince(null))).toMatch(/may not have been held/);
    expect(whyUnsure(undefined, order, { fence: fenceSince(0), atMs: 1 })).toMatch(/^old does not answer/);
    expect(unsureAt(1, fenceSince(0), restarted)).toMatch(/^old was started again/);
    expect(unsureAt(1, fenceSince(0), primary)).toBeDefined();
  });

  it('stays known when the hold is renewed in time, and not when it had run out', () => {
    const inTime = fenceSince(0);
    inTime.renewed(FENCE_MS - 2, FENCE_MS - 1);
    expect(unsureAt(FENCE_MS + 1, inTime)).toBeUndefined();
    const late = fenceSince(0);
    late.renewed(FENCE_MS - 1, FENCE_MS);
    expect(unsureAt(FENCE_MS + 1, late)).toBeDefined();
    const never = fenceSince(null);
    never.renewed(1, 2);
    expect(unsureAt(3, never)).toBeDefined();
  });

  it('is known again once both were compared under a new hold', () => {
    const fence = fenceSince(null);
    fence.compared(5);
    expect(unsureAt(6, fence)).toBeUndefined();
  });

  it('is known in a cluster only of an order of its own, after which the old primary follows', () => {
    const inCluster = (from: typeof replica | undefined, orderedAtMs: number | null) =>
      whyUnsureInCluster(from, order, { orderedAtMs });
    expect(inCluster(replica, 1)).toBeUndefined();
    expect(inCluster(replica, null)).toMatch(/^nobody saw/);
    expect(inCluster(undefined, 1)).toMatch(/^old does not follow new/);
    expect(inCluster(restarted, 1)).toMatch(/^old was started again/);
  });
});

describe('the old primary is made to follow', () => {
  it('only where both take writes, and it has nothing that the new one lacks', () => {
    expect(mayFollow(primary, promoted(900))).toBe(true);
    expect(mayFollow(primary, promoted(899))).toBe(false);
    expect(mayFollow(replica, promoted(900))).toBe(false);
    expect(mayFollow(primary, { ...replica, name: 'new' })).toBe(false);
    expect(mayFollow(undefined, promoted(900))).toBe(false);
    expect(mayFollow(primary, undefined)).toBe(false);
  });
});
