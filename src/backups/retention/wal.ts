import type { Backup, PlaceCatalogue } from '../catalogue/catalogue.ts';
import type { WalObject } from '../catalogue/listing.ts';
import { lsnNumber } from '../../core/lsn.ts';
import { segmentOf } from '../catalogue/wal.ts';
import { windowBase } from './window.ts';

/** WAL that serves nothing any more. */
export type WalGone = { keys: readonly string[]; sizeBytes: number; why: string };

/**
 * Pure: WAL from before the window, and beginnings of segments that are there in full. WAL stays from the backup on with which the window
 * begins, or from an older one on where that is the last that was proved; where none was, all of it stays. A backup needs none
 * of it to be brought to its own end.
 */
export function superfluousWal(
  { wal, walObjects }: PlaceCatalogue,
  stays: readonly Backup[],
  proven: readonly Backup[],
  fromMs: number,
): WalGone {
  const base = windowBase(stays, fromMs);
  const sure = base && proven.findLast(({ endedAt }) => endedAt <= base.endedAt);
  const whole = new Set(walObjects.filter(({ partialEnd }) => partialEnd === undefined).map(nameOf));
  const bytes = wal?.segmentBytes ?? 1;
  const first = base && sure ? firstNeeded([base, sure, ...after(stays, fromMs)], bytes) : 0;
  const going = walObjects.filter(
    (object) => segmentOf(object, bytes) < first || (object.partialEnd !== undefined && whole.has(nameOf(object))),
  );
  return {
    keys: going.map(({ key }) => key),
    sizeBytes: going.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    why: going.length === 0 ? '' : 'nothing that the policy promises is restored with it',
  };
}

function after(backups: readonly Backup[], fromMs: number): Backup[] {
  return backups.filter(({ endedAt, chain }) => chain !== null && Date.parse(endedAt) > fromMs);
}

function firstNeeded(backups: readonly Backup[], segmentBytes: number): number {
  const stops = backups.flatMap(({ record }) => (record.engine === 'postgres' ? [lsnNumber(record.wal.stopLsn)] : []));
  return Math.floor(Math.min(...stops) / segmentBytes);
}

function nameOf({ timeline, high, low }: WalObject): string {
  return `${timeline} ${high} ${low}`;
}
