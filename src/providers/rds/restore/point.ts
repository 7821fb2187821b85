import { newestUsable } from '../../../backups/snapshots/about.ts';
import { restoreTarget } from '../../../backups/restore/target.ts';
import { isUsable, type CloudSnapshot } from '../../../core/cloud-snapshot.ts';
import type { RestoreAsk } from '../../../targets/cloud-restore.ts';
import type { RestoreSource } from './source.ts';

/** What is restored: a snapshot, or a moment. `isLatest`: the last that AWS has when it gets to it, at or after `at`. */
export type RestorePoint = { snapshot: CloudSnapshot } | { at: string; isLatest: boolean };

type From = Pick<RestoreSource, 'name' | 'snapshots' | 'anySecond'>;

/**
 * Pure: what is restored of what there is, or a sentence why not. A moment lies between the two that AWS tells of.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html. `draw` is from 0 to 1.
 */
export function pointOf(
  source: From,
  { from, to }: Pick<RestoreAsk, 'from' | 'to'>,
  draw: number,
): RestorePoint | { refused: string } {
  if (from !== null && to !== null)
    return { refused: 'say either `from`, a snapshot, or `to`, a moment: a snapshot has one moment of its own' };
  return to === null ? snapshotOf(source, from) : momentOf(source, to, draw);
}

function snapshotOf({ name, snapshots }: From, from: string | null): RestorePoint | { refused: string } {
  const snapshot = from === null ? newestUsable(snapshots) : snapshots.find((one) => one.name === from);
  if (!snapshot) return { refused: `there is no snapshot ${from ?? ''} of ${name}: \`backups\` lists them` };
  if (!isUsable(snapshot)) return { refused: `${snapshot.name} is ${snapshot.status}, and cannot be restored` };
  return { snapshot };
}

function momentOf({ name, anySecond }: From, to: string, draw: number): RestorePoint | { refused: string } {
  if (anySecond === null)
    return { refused: `${name} has no automated backups, so that no moment between its snapshots can be restored` };
  const { from: since, until } = anySecond;
  if (until === null) return { refused: `AWS does not say until when ${name} can be restored` };
  if (to === 'latest') return { at: until, isLatest: true };
  if (to === 'random') return randomSecond(name, since, until, draw);
  const target = restoreTarget(to);
  if ('problem' in target || target.kind !== 'time')
    return { refused: `AWS restores to a time alone: \`to=2026-11-29T02:00:00Z\`, or \`to=latest\`` };
  if (target.at > until || (since !== null && target.at < since))
    return {
      refused: `${target.at} cannot be restored: AWS keeps ${name} from ${since ?? 'an unknown time'} to ${until}`,
    };
  return { at: target.at, isLatest: false };
}

function randomSecond(
  name: string,
  since: string | null,
  until: string,
  draw: number,
): RestorePoint | { refused: string } {
  if (since === null || since >= until)
    return { refused: `AWS does not say since when ${name} can be restored, so that no second can be drawn` };
  const fromMs = Math.ceil(Date.parse(since) / 1000) * 1000;
  const atMs = fromMs + Math.floor(((Date.parse(until) - fromMs) * draw) / 1000) * 1000;
  return { at: new Date(atMs).toISOString(), isLatest: false };
}
