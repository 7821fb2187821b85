import type { Json } from '../core/json.ts';
import type { RunContext, Steps } from '../core/operation.ts';
import { isUnderWay } from '../core/run.ts';
import type { UnderWay } from '../targets/cloud-switchover.ts';

const EVERY_SECONDS = 10;
/** The cloud says itself when it takes too long, so this is for one that says nothing, and for one that never comes to an end. */
const MOST_SILENT_ROUNDS = 60;
const MOST_ROUNDS = 400;

/** `step`: its name in the list that people see. `ask`: what became of it. */
type Asking<R extends Json> = { step: string; ask(): Promise<R | 'unknown'> };

/** Asks a cloud what became of a step until it is over, or nobody would wait any longer; an answer that fails is asked for again. */
export async function untilOver<R extends Json>(
  context: Pick<RunContext<Steps>, 'progress' | 'sleep'>,
  first: R | UnderWay,
  { step, ask }: Asking<R | UnderWay>,
): Promise<R | UnderWay> {
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
