import type { FailoverOrder } from '../../../targets/failover.ts';
import type { Fence, FenceState } from '../../../targets/fence.ts';

/** How the fence stood right before this process closed it; undefined where it has not. */
export type Closing = { before?: FenceState };

/** Opens what this process has closed, and nothing else. One sentence for a person where it may be closed now. */
export async function openAgain(fence: Fence | undefined, { before }: Closing, from: string): Promise<string[]> {
  if (!fence || !before || before.says === 'closed') return [];
  if (!before.letsAllIn) return [mayBeClosed(fence, from, await fence.look())];
  const state = await fence.open();
  return state.letsAllIn ? [] : [mayBeClosed(fence, from, state)];
}

/** Whoever came later cannot know who closed a fence that keeps somebody away: it stays as it is. One sentence for a person then. */
export async function leftClosed(fence: Fence | undefined, { from, identity }: FailoverOrder): Promise<string[]> {
  const state = await fence?.look();
  if (!fence || !state || state.letsAllIn) return [];
  // Nothing is closed that was closed when it was approved.
  return identity['fence'] === 'closed' && state.says === 'closed' ? [] : [mayBeClosed(fence, from, state)];
}

function mayBeClosed({ means }: Fence, from: string, { sentence }: FenceState): string {
  return `Clients of ${from} may be kept away now (${means}): ${sentence} Open it (/db unfence) if nobody else wants it closed.`;
}
