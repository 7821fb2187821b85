import type { RunContext, Steps } from '../core/operation.ts';
import { isUnderWay } from '../core/run.ts';
import type { Json } from '../core/json.ts';
import type { UnderWay } from '../targets/cloud-switchover.ts';

const EVERY_SECONDS = 10;
/** The cloud says itself when it takes too long, so this is for one that says nothing, and for one that never comes to an end. */
const MOST_SILENT_ROUNDS = 60;
const MOST_ROUNDS = 400;

/** Asks until it is known how it ended; an answer that fails is asked for again. What is under way still has not ended in all that time. */
export async function followCloud<End extends Json>(
  context: Pick<RunContext<Steps>, 'progress' | 'sleep'>,
  step: string,
  first: End | UnderWay,
  ask: () => Promise<End | UnderWay | 'unknown'>,
): Promise<End | UnderWay> {
  let said = first;
  let told = '';
  let silent = 0;
  for (let round = 1; isUnderWay(said) && round <= MOST_ROUNDS && silent < MOST_SILENT_ROUNDS; round += 1) {
    const { phase } = said as UnderWay;
    if (phase !== told) {
      told = phase;
      // oxlint-disable-next-line no-await-in-loop -- one round after another
      await context.progress(step, 'in_progress', told);
    }
    // oxlint-disable-next-line no-await-in-loop -- one round after another
    await context.sleep('until the cloud is asked again', EVERY_SECONDS);
    // oxlint-disable-next-line no-await-in-loop -- one round after another
    const next = await ask().catch(() => 'unknown' as const);
    silent = next === 'unknown' ? silent + 1 : 0;
    if (next !== 'unknown') said = next;
  }
  return said;
}
