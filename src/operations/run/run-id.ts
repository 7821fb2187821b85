import * as v from 'valibot';
import type { ArgumentField } from '../../core/operation.ts';

const WORDS = 'the id of a run as messages name it, such as switchover-0a1b2c3d';

/** A run's id, short or whole; a leading `run` is what people copy with it. */
export const RunId = v.pipe(
  v.string(),
  v.trim(),
  v.transform((text) => text.replace(/^run\s+/, '')),
  v.regex(/^[a-z][a-z-]*-[0-9a-f]{8,40}$/, WORDS),
);

export const runField: ArgumentField = { name: 'run', label: 'Run', hint: 'switchover-0a1b2c3d', required: true };

/** "there is no run switchover-0a1b2c3d that you may see; runs are kept for 90 days": of one that is there and hidden nothing else is said. */
export function noSuchRun(id: string, what = 'run'): string {
  return `there is no ${what} ${id} that you may see; runs are kept for 90 days`;
}
