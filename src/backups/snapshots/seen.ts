import { durationText } from '../../core/amount.ts';
import type { BackupRow, RestoreNow, StoreSeen } from '../../core/backups-seen.ts';
import { isUsable, type CloudSnapshot, type SnapshotsLook } from '../../core/cloud-snapshot.ts';
import type { Finding } from '../../core/finding.ts';
import { ageSeconds, newestUsable, timeOf, type About } from './about.ts';
import { snapshotFindings } from './findings.ts';
import { snapshotRetention } from './retention.ts';

const MOST_ROWS = 60;
const BY: Readonly<Record<CloudSnapshot['by'], string>> = {
  nightshift: 'snapshot',
  cloud: 'automated',
  others: "somebody's",
};

/** Pure: what is worth knowing of the snapshots of a target, in the words of stores. */
export function snapshotsSeen(about: About, look: SnapshotsLook): { stores: StoreSeen[]; findings: Finding[] } {
  const { cloud, region, snapshots, notes } = look;
  const newestFirst = snapshots.toSorted((one, other) => (timeOf(one) < timeOf(other) ? 1 : -1));
  const store: StoreSeen = {
    store: cloud,
    rows: newestFirst.slice(0, MOST_ROWS).map((snapshot) => rowOf(snapshot, about.nowMs)),
    count: snapshots.length,
    sizeBytes: null,
    restore: restoreFromCloud(about, look),
    retention: snapshotRetention(about, look),
    notes: [`all of it is in ${region}, in the account of the database itself`, ...automatedNotes(look), ...notes],
  };
  return { stores: [store], findings: snapshotFindings(about, look) };
}

function rowOf(snapshot: CloudSnapshot, nowMs: number): BackupRow {
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
    proof: provenAt === null ? 'none' : `restored, ${ago(provenAt, nowMs)}`,
    pinned,
    problems: isUsable(snapshot) ? [] : [`it is ${status}${far}`],
  };
}

/** Pure: would a restore work now, from what, and with how much lost? It always makes something new. */
export function restoreFromCloud({ target, nowMs }: About, look: SnapshotsLook): RestoreNow {
  const { snapshots, automated } = look;
  const newest = newestUsable(snapshots);
  const until = automated.anySecond?.until ?? null;
  const proven = newestProof(snapshots);
  const known = proven === null ? 'nobody has restored one yet' : `one was restored ${ago(proven.at, nowMs)}`;
  if (until !== null && (newest === undefined || until >= (newest.at ?? ''))) {
    const lossSeconds = ageSeconds(until, nowMs);
    const sentence = `Yes, to any second until ${durationText(lossSeconds)} ago, into something new; ${known}.`;
    return { from: 'automated backups', seconds: null, lossSeconds, proven, sentence };
  }
  if (newest?.at == null)
    return { from: null, sentence: `No: ${look.cloud} has no backup of ${target} that could be restored.` };
  const lossSeconds = ageSeconds(newest.at, nowMs);
  const sentence = `Yes, from ${newest.name}, into something new: the last ${durationText(lossSeconds)} would be lost; ${known}.`;
  return { from: newest.name, seconds: null, lossSeconds, proven, sentence };
}

function newestProof(snapshots: readonly CloudSnapshot[]): { level: string; at: string; old: boolean } | null {
  const times = snapshots.flatMap(({ provenAt }) => (provenAt === null ? [] : [provenAt])).toSorted();
  const at = times.at(-1);
  return at === undefined ? null : { level: 'restored', at, old: false };
}

function automatedNotes({ cloud, automated: { days, window, anySecond } }: SnapshotsLook): string[] {
  if (days === 0) return [`${cloud} makes no automated backups of it`];
  const when = window === null ? '' : `, in the window ${window} UTC`;
  const span =
    anySecond === null
      ? 'nothing between two of them can be restored'
      : `any second from ${textOf(anySecond.from)} to ${textOf(anySecond.until)} can be restored`;
  return [`automated backups are kept for ${days} d${when}: ${span}`];
}

function textOf(at: string | null): string {
  return at === null ? 'nobody knows when' : `${at.slice(0, 16).replace('T', ' ')} UTC`;
}

function ago(at: string, nowMs: number): string {
  return `${durationText(ageSeconds(at, nowMs))} ago`;
}
