import type { FenceOutlook } from '../../../targets/failover.ts';
import type { Fence, FenceState } from '../../../targets/fence.ts';

/** Pure: silence of the fence itself is not certain; nor is a server that nobody answers for. */
export function fenceOutlook(from: string, fence: Fence | undefined, state: FenceState | undefined): FenceOutlook {
  if (!fence || !state) {
    return {
      certain: false,
      sentence: `Nothing that the bot knows can keep clients away from ${from} when it comes back.`,
    };
  }
  return { certain: state.says !== 'unknown', sentence: `${fence.means}; ${state.sentence}` };
}
