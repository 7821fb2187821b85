import type { Canary } from '../../targets/canary.ts';
import { ATTEMPT_MS, whyOf } from './attempt.ts';
import type { CanaryPen } from './pen.ts';

/** One write, with as much time as a client has. */
export async function beatOnce(pen: CanaryPen): ReturnType<Canary['beat']> {
  const signal = AbortSignal.timeout(ATTEMPT_MS);
  try {
    const { member, number, at } = await pen.write(signal);
    return { member, number, at };
  } catch (thrown) {
    return { missed: signal.aborted ? 'no answer within 1 s' : whyOf(thrown) };
  } finally {
    pen.close();
  }
}
