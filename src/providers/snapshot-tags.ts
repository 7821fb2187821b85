import { NAME_PREFIX } from '../backups/snapshots/name.ts';

/** By these tags a snapshot says whose it is. Its name alone is not enough: anybody may call one so. */
export const RUN_TAG = 'nightshift:run';
export const TARGET_TAG = 'nightshift:target';
/** Whoever sets it keeps a snapshot for good; the value is why. */
export const PIN_TAG = 'nightshift:pin';
/** Of a copy: when its data were cut, because the cloud may tell only when it was copied. */
export const CUT_TAG = 'nightshift:cut';
/** When a restore of it was available: an ISO time. */
export const PROVEN_TAG = 'nightshift:proven';

type Tag = { Key?: string | undefined; Value?: string | undefined };

/** Pure: what a snapshot of a run is tagged with. */
export function tagsOf(target: string, run: string): { Key: string; Value: string }[] {
  return [
    { Key: TARGET_TAG, Value: target },
    { Key: RUN_TAG, Value: run },
  ];
}

/** Pure: what a copy of a snapshot is tagged with: whose it is, and of when. */
export function copyTagsOf(target: string, run: string, at: string): { Key: string; Value: string }[] {
  return [...tagsOf(target, run), { Key: CUT_TAG, Value: at }];
}

/** Pure: the value of a tag; null where there is none. */
export function tagValue(tags: readonly Tag[] | undefined, key: string): string | null {
  return tags?.find(({ Key }) => Key === key)?.Value ?? null;
}

/** Pure: whether a run made it for this target. */
export function isOurs(target: string, name: string, tags: readonly Tag[] | undefined): boolean {
  return name.startsWith(NAME_PREFIX) && tagValue(tags, TARGET_TAG) === target && tagValue(tags, RUN_TAG) !== null;
}

/** Pure: of a copy of ours, when its data were cut; null of anything else. */
export function cutAt(target: string, name: string, tags: readonly Tag[] | undefined): string | null {
  const at = isOurs(target, name, tags) ? tagValue(tags, CUT_TAG) : null;
  return at !== null && Number.isFinite(Date.parse(at)) ? at : null;
}
