import type { FenceOutlook } from '../../../targets/failover.ts';
import type { Fence, FenceState } from '../../../targets/fence.ts';

/** Pure: silence of the fence itself is not certain; nor is a fence past which clients may come, or a server that nobody answers for. */
export function fenceOutlook(from: string, fence: Fence | undefined, state: FenceState | undefined): FenceOutlook {
  if (!fence || !state) {
    return {
      certain: false,
      sentence: `Nothing that the bot knows can keep clients away from ${from} when it comes back.`,
    };
  }
  const past = fence.coversAllClients ? '' : ' Whether clients come past it is not known.';
  const certain = fence.coversAllClients === true && state.says !== 'unknown';
  return { certain, sentence: `${fence.means}; ${state.sentence}${past}` };
}
