import type { RestoreChoice } from '../../backups/restore/choose.ts';
import { bytesText, durationText } from '../../core/amount.ts';

/** What is fetched, unpacked, compared and put together in a second where nothing was measured yet: a slow disk's. */
const PLAIN_BYTES_A_SECOND = 30 * 1024 ** 2;

/** Pure: why a restore does not fit the time of a room, a sentence with what to do; undefined where it may. */
export function whyTooLong({ chain, wal, segmentBytes, system }: RestoreChoice, seconds: number): string | undefined {
  const ofBackups = chain.flatMap(({ files }) => files).reduce((sum, { plainBytes }) => sum + plainBytes, 0);
  const plainBytes = ofBackups + wal.length * segmentBytes;
  const neededSeconds = plainBytes / PLAIN_BYTES_A_SECOND;
  if (neededSeconds <= seconds) return undefined;
  return `${bytesText(plainBytes)} would take about ${durationText(neededSeconds)} to restore, and a drill has ${durationText(seconds)}. Have a process without a limit prove it: npx nightshift drill ${system.target} --here, where the programs of PostgreSQL and the store are.`;
}
