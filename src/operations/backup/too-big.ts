import { bytesText, durationText } from '../../core/amount.ts';
import type { PostgresBackupRecord } from '../../core/backup.ts';

/** What a full backup brings in a second where none was measured yet: gzip in a function with one core. */
const PLAIN_BYTES_A_SECOND = 50 * 1024 ** 2;

/** What is known before the first byte: the size of the servers' files, the time that there is, and the last full backup. */
export type Sized = {
  target: string;
  sizeBytes: number;
  /** How long the room may work. */
  seconds: number;
  maxRateBytes: number | null;
  last?: Pick<PostgresBackupRecord, 'files' | 'startedAt' | 'endedAt'>;
};

/** Pure: why a full backup does not fit the time of a room, with what to do instead; undefined where it may. */
export function whyTooBig({ target, sizeBytes, seconds, maxRateBytes, last }: Sized): string | undefined {
  const perSecond = Math.min(maxRateBytes ?? Infinity, last === undefined ? PLAIN_BYTES_A_SECOND : measured(last));
  const neededSeconds = sizeBytes / perSecond;
  if (neededSeconds <= seconds) return undefined;
  const how = last === undefined ? 'at an assumed' : 'at';
  return `${target} has ${bytesText(sizeBytes)}, which would take ${durationText(neededSeconds)} ${how} ${bytesText(perSecond)}/s, and there are ${durationText(seconds)} here. Have a process without a limit take it, from a machine that reaches the servers and the store: npx nightshift backup ${target} full --here.`;
}

function measured({ files, startedAt, endedAt }: NonNullable<Sized['last']>): number {
  const plainBytes = files.reduce((sum, file) => sum + file.plainBytes, 0);
  return plainBytes / Math.max(1, (Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
}
