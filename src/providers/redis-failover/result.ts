import type { FailoverResult, LossReport } from '../../targets/failover.ts';
import type { Stopwatch } from '../redis-switchover/stopwatch.ts';

const NOTHING_LOST: LossReport = { exact: true, sentences: ['Nothing was changed, and nothing was lost by it.'] };

/** Nothing was changed, or all of it was taken back. */
export function notDone(watch: Stopwatch, why: string, left: readonly string[] = []): FailoverResult {
  return {
    ended: 'not-done',
    why,
    oldPrimary: 'unknown',
    loss: NOTHING_LOST,
    phases: watch.phases(),
    evidence: [],
    left,
  };
}

/** Nobody should guess; what is known is said. */
export function needsHuman(watch: Stopwatch, why: string, left: readonly string[]): FailoverResult {
  const loss = { exact: false, sentences: ['Whether writes were lost cannot be said yet.'] };
  return { ended: 'needs-a-human', why, oldPrimary: 'unknown', loss, phases: watch.phases(), evidence: [], left };
}
