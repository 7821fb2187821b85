import { NAME_PREFIX, snapshotName } from '../../../backups/snapshots/name.ts';
import { tagValue } from '../../snapshot-tags.ts';

/** Whoever carries it was made for a drill of the target that it names, and is deleted after it. */
export const DRILL_TAG = 'nightshift:drill';
/** On a snapshot: what the last drill of it found, as a few words. */
export const DRILLED_TAG = 'nightshift:drilled';
/** The ISO time until which a drill may need it. */
export const UNTIL_TAG = 'nightshift:until';
/** Longer than the longest that a drill waits for a restore and for what it takes away. */
export const MOST_MS = 4 * 3_600_000;
export const DRILL_PREFIX = `${NAME_PREFIX}drill-`;

type Tags = Parameters<typeof tagValue>[0];

/** Pure: `nightshift-drill-shop-db-20261129-05ed3501`. */
export function drillName(target: string, run: string, at: string): string {
  return `${DRILL_PREFIX}${snapshotName(target, run, at).slice(NAME_PREFIX.length)}`;
}

/** Pure: whether no drill can need it any more. */
export function isOver(tags: Tags, nowMs: number): boolean {
  const untilMs = Date.parse(tagValue(tags, UNTIL_TAG) ?? '');
  return Number.isNaN(untilMs) || untilMs < nowMs;
}

/** Pure: whether it may be deleted: by its name and by its tag, both. */
export function isOfDrill(target: string, name: string | undefined, tags: Tags): boolean {
  return name?.startsWith(DRILL_PREFIX) === true && tagValue(tags, DRILL_TAG) === target;
}
