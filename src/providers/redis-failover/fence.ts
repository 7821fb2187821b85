import type { FenceOutlook } from '../../targets/failover.ts';
import type { Fence, FenceState } from '../../targets/fence.ts';
import { asFault } from '../../core/errors.ts';

const NONE =
  'Nothing keeps clients away from {from} when it comes back: whoever has its address may write to it again.';

/** Whether something that stays up can keep clients away from the old primary: only what answers counts. */
export async function fenceOutlook(fence: Fence | undefined): Promise<FenceOutlook> {
  if (!fence) return { certain: false, sentence: NONE };
  const { says, sentence } = await answerOf(() => fence.look());
  if (says === 'unknown') return { certain: false, sentence: `${fence.means}, but it does not answer: ${sentence}` };
  if (fence.coversAllClients === true) return { certain: true, sentence: `${fence.means}: ${sentence}` };
  return { certain: false, sentence: `${fence.means}: ${sentence} Whether clients come past it is not known.` };
}

/** What was made of a fence. `takeBack` opens what this has closed, and says what a person has to do where that is not sure. */
export type Fenced = { isClosed: boolean; sentence: string; takeBack: () => Promise<string | undefined> };

/** Closes it where there is one. A lost answer is no closed fence. */
export async function closeFence(fence: Fence | undefined): Promise<Fenced> {
  if (!fence) return { isClosed: false, sentence: NONE, takeBack: async () => undefined };
  const before = await answerOf(() => fence.look());
  const { says, sentence } = before.says === 'closed' ? before : await answerOf(() => fence.close());
  return { isClosed: says === 'closed', sentence, takeBack: () => takeBack(fence, before) };
}

/** What somebody else had closed is not ours to open, and neither is what somebody may have closed. */
async function takeBack(fence: Fence, before: FenceState): Promise<string | undefined> {
  if (before.says === 'closed') return undefined;
  if (before.says === 'open' && (await answerOf(() => fence.open())).says === 'open') return undefined;
  return `${fence.means}: it may be closed now. Open it if nobody else wants it closed.`;
}

/** Asks; a fault is an answer that nobody got. */
export async function answerOf(ask: () => Promise<FenceState>): Promise<FenceState> {
  try {
    return await ask();
  } catch (thrown) {
    return { says: 'unknown', sentence: `${asFault(thrown).message}.` };
  }
}
