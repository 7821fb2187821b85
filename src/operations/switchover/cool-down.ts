import { asFault } from '../../core/errors.ts';
import type { RunContext, Steps, TargetName } from '../../core/operation.ts';

/** Nobody moves the writes again before somebody has looked, or this is over. */
const COOL_DOWN_SECONDS = 3600;

export const UNCLEAR = 'A switchover ended without a clear answer';

type Cooling = Pick<RunContext<Steps>, 'coolDown'>;

/** What was found out is told, also when this could not be written down. */
export async function coolDown(context: Cooling, target: TargetName, why: string): Promise<void> {
  await context.coolDown(target, COOL_DOWN_SECONDS, why).catch(() => undefined);
}

/** Faults after which nothing was done, and nothing has to cool down. */
const HARMLESS = new Set(['permission_denied', 'invalid_request', 'unsupported', 'conflict', 'throttled']);

/** Whatever may have begun when it failed leaves the writes where they are for a while. */
export async function coolDownOnFault<R>(context: Cooling, target: TargetName, work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (thrown) {
    if (!HARMLESS.has(asFault(thrown).code)) await coolDown(context, target, UNCLEAR);
    throw thrown;
  }
}
