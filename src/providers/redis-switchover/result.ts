import type { SwitchoverResult } from '../../targets/switchover.ts';
import type { Stopwatch } from './stopwatch.ts';

/** Nothing was changed: the old primary has taken writes all the time. */
export function nothingDone(watch: Stopwatch, why: string): SwitchoverResult {
  return { ...empty(watch), ended: 'rolled-back', why, lost: 'none' };
}

/** Nobody should guess; what is known is said. */
export function needsHuman(watch: Stopwatch, why: string, left: readonly string[]): SwitchoverResult {
  return { ...empty(watch), ended: 'needs-a-human', why, lost: 'unknown', left };
}

function empty(watch: Stopwatch): Omit<SwitchoverResult, 'ended' | 'why' | 'lost'> {
  return { phases: watch.phases(), writeGapMilliseconds: null, evidence: [], left: [] };
}
