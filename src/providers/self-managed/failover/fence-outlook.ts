import type { FenceOutlook } from '../../../targets/failover.ts';
import type { Fence, FenceState } from '../../../targets/fence.ts';

/** `doubt`: why another server may take writes, from which this fence keeps nobody away. */
export type Outlook = { fence: Fence | undefined; state: FenceState | undefined; doubt?: string | undefined };

/**
 * Pure: silence of the fence itself is not certain, be it of a part; nor is a fence past which clients may come, or a server that nobody
 * answers for.
 */
export function fenceOutlook(from: string, { fence, state, doubt }: Outlook): FenceOutlook {
  const first = doubt === undefined ? '' : `${doubt} `;
  if (!fence || !state) {
    return {
      certain: false,
      sentence: `${first}Nothing that the bot knows can keep clients away from ${from} when it comes back.`,
    };
  }
  const past = fence.coversAllClients ? '' : ' Whether clients come past it is not known.';
  const answers = state.says !== 'unknown' && !state.someSilent;
  const certain = fence.coversAllClients === true && answers && doubt === undefined;
  return { certain, sentence: `${first}${fence.means}; ${state.sentence}${past}` };
}
