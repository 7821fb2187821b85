import type { Reached } from '../app/restore/start.ts';

/** Pure: how far a restored server came, as a terminal says it. */
export function reachedLines({ lsn, time, timeline }: Reached): string[] {
  const last = time === undefined ? 'no transaction after the backup' : `the last transaction is of ${time}`;
  return [
    `  reached ${lsn ?? 'the end of the backup'}; ${last}${timeline === undefined ? '' : `; timeline ${timeline} from here on`}`,
  ];
}
