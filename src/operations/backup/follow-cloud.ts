import type { RunContext, Steps } from '../../core/operation.ts';
import type { SnapshotEnd, SnapshotStanding } from '../../targets/cloud-snapshots.ts';

type Context = Pick<RunContext<Steps>, 'progress' | 'sleep'>;

/** Often at first, because a small one takes minutes; then seldom, because a large one takes hours. Ten hours in all. */
const ROUNDS = [
  { count: 18, seconds: 10 },
  { count: 57, seconds: 60 },
  { count: 108, seconds: 300 },
];
/** One that was never shown after so many questions in a row is gone. */
const MOST_UNSEEN = 20;

/** Asks how far the cloud is with what was ordered, until that is over or ten hours are. */
export async function untilWhole(
  context: Context,
  step: string,
  first: SnapshotStanding,
  ask: () => Promise<SnapshotStanding>,
): Promise<SnapshotEnd> {
  let said = first;
  let told = '';
  let unseen = 0;
  for (const seconds of ROUNDS.flatMap(({ count, seconds: each }) => Array<number>(count).fill(each))) {
    if (said.ended !== 'under-way' && said.ended !== 'unseen') return said;
    if (said.ended === 'under-way' && said.phase !== told) {
      told = said.phase;
      // oxlint-disable-next-line no-await-in-loop -- one round after another
      await context.progress(step, 'in_progress', told);
    }
    // oxlint-disable-next-line no-await-in-loop -- one round after another
    await context.sleep('until the cloud is asked again', seconds);
    // oxlint-disable-next-line no-await-in-loop -- one round after another
    said = await ask().catch(() => ({ ended: 'unseen' }) as const);
    unseen = said.ended === 'unseen' ? unseen + 1 : 0;
    if (unseen >= MOST_UNSEEN) return { ended: 'failed', why: `It was ordered, and AWS does not show it. ${told}` };
  }
  return 'why' in said || 'snapshot' in said
    ? said
    : { ended: 'failed', why: `It is not whole after ten hours. ${told}` };
}
