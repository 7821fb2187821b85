import type { Fence, FenceState } from '../../../../src/targets/fence.ts';

/** A fence that answers as it is told to, and remembers what was done. */
export function fenceThat(closes: FenceState['says']): Fence & { did: string[]; byHand: Fence['close'] } {
  const did: string[] = [];
  let says: FenceState['says'] = 'open';
  const state = (): FenceState => ({
    says,
    sentence: `pool-1 says ${says}.`,
    ...(says === 'open' ? { letsAllIn: true } : {}),
  });
  const turn = (to: FenceState['says']) => async () => {
    did.push(to);
    says = to;
    return state();
  };
  return {
    did,
    means: 'pool-1 is paused',
    look: async () => state(),
    close: turn(closes),
    open: turn('open'),
    byHand: turn('closed'),
  };
}
