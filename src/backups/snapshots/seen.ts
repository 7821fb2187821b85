import { durationText } from '../../core/amount.ts';
import type { RestoreNow, StoreSeen } from '../../core/backups-seen.ts';
import type { CloudSnapshot, SnapshotsLook } from '../../core/cloud-snapshot.ts';
import type { Finding } from '../../core/finding.ts';
import { ageSeconds, newestUsable, timeOf, type About } from './about.ts';
import { copyWords, copiesStores } from './copies.ts';
import { snapshotFindings } from './findings.ts';
import { snapshotRetention } from './retention.ts';
import { agoWords, rowOf } from './row.ts';

const MOST_ROWS = 60;

/** Pure: what is worth knowing of the snapshots of a target, in the words of stores. */
export function snapshotsSeen(about: About, look: SnapshotsLook): { stores: StoreSeen[]; findings: Finding[] } {
  const { cloud, snapshots, notes } = look;
  const newestFirst = snapshots.toSorted((one, other) => (timeOf(one) < timeOf(other) ? 1 : -1));
  const store: StoreSeen = {
    store: cloud,
    rows: newestFirst
      .slice(0, MOST_ROWS)
      .map((snapshot) => ({ ...rowOf(snapshot, about.nowMs), ...copyWords(snapshot, look) })),
    count: snapshots.length,
    sizeBytes: null,
    restore: restoreFromCloud(about, look),
    retention: snapshotRetention(about, look),
    notes: [placeNote(look), ...automatedNotes(look), ...notes],
  };
  return { stores: [store, ...copiesStores(about, look)], findings: snapshotFindings(about, look) };
}

/** Pure: would a restore work now, from what, and with how much lost? It always makes something new. */
export function restoreFromCloud({ target, nowMs }: About, look: SnapshotsLook): RestoreNow {
  const { snapshots, automated } = look;
  const newest = newestUsable(snapshots);
  const until = automated.anySecond?.until ?? null;
  const proven = newestProof(snapshots);
  const known = proven === null ? 'nobody has restored one yet' : `one was restored ${agoWords(proven.at, nowMs)}`;
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

function placeNote({ region, copies }: SnapshotsLook): string {
  const here = `${copies === undefined ? 'all of it' : 'this'} is in ${region}, in the account of the database itself`;
  return copies === undefined ? here : `${here}; copies go to ${copies.where}`;
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
