import { durationText } from '../../core/amount.ts';
import type { BackupRow } from '../../core/backups-seen.ts';
import { isUsable, type CloudSnapshot } from '../../core/cloud-snapshot.ts';
import { ageSeconds } from './about.ts';

const BY: Readonly<Record<CloudSnapshot['by'], string>> = {
  nightshift: 'snapshot',
  cloud: 'automated',
  others: "somebody's",
};

/** Pure: a line of a list. */
export function rowOf(snapshot: CloudSnapshot, nowMs: number): BackupRow {
  const { name, by, at, sizeBytes, pinned, status, percent, provenAt } = snapshot;
  const far = percent === null ? '' : `, ${percent} %`;
  return {
    label: name,
    kind: BY[by],
    startedAt: at ?? '',
    endedAt: at ?? '',
    seconds: null,
    sizeBytes: sizeBytes ?? 0,
    anySecondUntil: null,
    proof: provenAt === null ? 'none' : `restored, ${agoWords(provenAt, nowMs)}`,
    pinned: pinned ? 'pinned by a tag' : null,
    problems: isUsable(snapshot) ? [] : [`it is ${status}${far}`],
  };
}

export function agoWords(at: string, nowMs: number): string {
  return `${durationText(ageSeconds(at, nowMs))} ago`;
}
