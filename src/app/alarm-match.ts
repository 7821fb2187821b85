import type { TargetSpec } from '../targets/spec.ts';
import type { AlarmChange } from './alarm-event.ts';

/** The tag that names a target where neither the config's list nor a dimension does. */
export const TARGET_TAG = 'nightshift:target';

/**
 * Pure: the one target that an alarm belongs to, or why there is none. The target's own `alarms:` list comes first, then a
 * dimension equal to a member's identifier, then the tag, then those that list an alarm for which a composite one rang; two
 * candidates of one rank are no match.
 */
export function matchAlarm(
  change: AlarmChange,
  targets: readonly TargetSpec[],
): { target: TargetSpec } | { unmatched: string } {
  const here = targets.filter((target) => samePlace(target, change));
  const values = new Set(change.dimensions.map((dimension) => dimension.value));
  const ranks: readonly [string, (target: TargetSpec) => boolean][] = [
    ['list this alarm', (target) => target.alarms.includes(change.name)],
    [
      'have a member with one of its dimensions',
      (target) => target.members.some((member) => values.has(member.identifier ?? '')),
    ],
    [`are named by its tag ${TARGET_TAG}`, (target) => change.tags[TARGET_TAG] === target.name],
    ['list one of its children', (target) => change.children.some((child) => target.alarms.includes(child))],
  ];
  for (const [how, fits] of ranks) {
    const found = here.filter(fits);
    const [target] = found;
    if (target && found.length === 1) return { target };
    if (found.length > 1) return { unmatched: `${found.map(({ name }) => name).join(' and ')} both ${how}` };
  }
  return {
    unmatched: `no target lists it under alarms, has one of its dimensions, or is named by its tag ${TARGET_TAG}`,
  };
}

/** A target without account or region takes alarms from anywhere. */
function samePlace(target: TargetSpec, change: AlarmChange): boolean {
  const sameAccount = target.account === undefined || target.account === change.account;
  const sameRegion = target.region === undefined || target.region === change.region;
  return sameAccount && sameRegion;
}
