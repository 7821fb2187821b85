import { describe, expect, it } from 'vitest';
import { leftClosed, openAgain } from '../../../../src/providers/self-managed/failover/take-back.ts';
import type { Fence, FenceState } from '../../../../src/targets/fence.ts';

const open: FenceState = { says: 'open', letsAllIn: true, sentence: 'pool-1 lets clients in.' };
const closed: FenceState = { says: 'closed', sentence: 'pool-1 keeps clients off.' };
const partly: FenceState = { says: 'open', sentence: 'pool-1 keeps clients off; pool-2 lets clients in.' };
const silent: FenceState = { says: 'unknown', sentence: 'pool-1 says nothing.' };

/** A fence that stands as it is told to until it is opened. */
function fenceAt(now: FenceState, opened: FenceState = open): Fence & { did: string[] } {
  const did: string[] = [];
  const turn = (name: string, state: FenceState) => async () => {
    did.push(name);
    return state;
  };
  return {
    did,
    means: 'PgBouncer pool-1',
    look: async () => now,
    close: turn('close', closed),
    open: turn('open', opened),
  };
}
const mayBeClosed = [
  expect.stringMatching(/^Clients of a may be kept away now \(PgBouncer pool-1\): .*\/db unfence/) as string,
];

describe('a failover that does not go on', () => {
  it.each<[string, { before?: FenceState }, FenceState, string[], string[]]>([
    ['opens what was open before it closed it', { before: open }, open, ['open'], []],
    ['names what it could not open', { before: open }, silent, ['open'], mayBeClosed],
    ['leaves closed what was closed before', { before: closed }, open, [], []],
    ['leaves alone what it has not closed', {}, open, [], []],
    ['leaves, and names, what somebody may have closed', { before: silent }, open, [], mayBeClosed],
    ['leaves, and names, what somebody had closed in part', { before: partly }, open, [], mayBeClosed],
  ])('%s', async (_, closing, opened, did, left) => {
    const fence = fenceAt(closed, opened);
    expect(await openAgain(fence, closing, 'a')).toEqual(left);
    expect(fence.did).toEqual(did);
  });
});

describe('whoever settles it', () => {
  const order = (fence: string) => ({
    from: 'a',
    to: 'b',
    identity: { fence },
    acceptedLoss: { bytes: null, seconds: null },
    acceptsTwoWriters: true,
  });
  it.each<[string, FenceState, string, string[]]>([
    ['says nothing of a fence that lets all in', open, 'open', []],
    ['names a fence that somebody, perhaps the run, has closed', closed, 'open', mayBeClosed],
    ['names one that says nothing', silent, 'unknown', mayBeClosed],
    ['says nothing of one that was closed when it was approved', closed, 'closed', []],
  ])('%s', async (_, now, planned, left) => {
    const fence = fenceAt(now);
    expect(await leftClosed(fence, order(planned))).toEqual(left);
    expect(fence.did).toEqual([]);
  });
});
