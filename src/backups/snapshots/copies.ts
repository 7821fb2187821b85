import { durationText } from '../../core/amount.ts';
import type { BackupRow, StoreSeen } from '../../core/backups-seen.ts';
import { isUsable, type CloudSnapshot, type SnapshotsLook } from '../../core/cloud-snapshot.ts';
import type { Finding } from '../../core/finding.ts';
import { periodSeconds } from '../policy/times.ts';
import { ageSeconds, newestUsable, timeOf, wanted, type About } from './about.ts';
import { snapshotRetention } from './retention.ts';
import { rowOf } from './row.ts';

const MOST_ROWS = 60;
/** A copy takes hours where there is much to bring; a second store has as long. */
const LATE_SECONDS = 6 * 3600;
/** As for backups themselves: two periods without one. */
const MISSING = 2;

/** Pure: where the copy of a snapshot is, and how far; nothing where none is asked for, or it is not ours. */
export function copyWords({ name, by }: CloudSnapshot, { copies }: SnapshotsLook): Pick<BackupRow, 'copy'> {
  if (copies === undefined || by !== 'nightshift') return {};
  const { where } = copies;
  if ('unseen' in copies) return { copy: `nobody knows of its copy in ${where}` };
  const found = copies.copies.find((one) => one.name === name);
  if (!found) return { copy: `no copy in ${where}` };
  if (isUsable(found)) return { copy: `copy in ${where}` };
  return { copy: `its copy in ${where} is ${farOf(found)}` };
}

/** Pure: the place of the copies, as a store of its own. */
export function copiesStores(about: About, look: SnapshotsLook): StoreSeen[] {
  const { copies } = look;
  if (copies === undefined) return [];
  const { where: store } = copies;
  if ('unseen' in copies) return [{ store, unseen: copies.unseen }];
  const newestFirst = copies.copies.toSorted((one, other) => (timeOf(one) < timeOf(other) ? 1 : -1));
  const newest = newestUsable(newestFirst);
  const lossSeconds = newest?.at == null ? 0 : ageSeconds(newest.at, about.nowMs);
  const inBucket = newest?.id.startsWith('s3://') === true;
  return [
    {
      store,
      rows: newestFirst.slice(0, MOST_ROWS).map((one) => ({ ...rowOf(one, about.nowMs), kind: 'copy' })),
      count: newestFirst.length,
      sizeBytes: null,
      restore:
        newest === undefined
          ? { from: null, sentence: `No: there is no whole copy in ${store}.` }
          : {
              from: newest.name,
              seconds: null,
              lossSeconds,
              proven: null,
              sentence: `Yes, from the copy ${newest.name} in ${store}: the last ${durationText(lossSeconds)} would be lost.`,
            },
      retention: snapshotRetention(about, look, store),
      notes: inBucket
        ? [
            'each is an .rdb file of every shard, which any Redis can load; the rules of the bucket end them, and not the bot',
          ]
        : [],
    },
  ];
}

/** Pure: a copy that should be there and is not. Whoever makes none is told of by the absence of the snapshot. */
export function copyFindings(about: About, look: SnapshotsLook): Finding[] {
  const { copies, snapshots } = look;
  if (copies === undefined) return [];
  const { where } = copies;
  if ('unseen' in copies) return [copiesUnseen(about, where, copies.unseen)];
  const due = newestUsable(
    snapshots.filter(({ at }) => at !== null && ageSeconds(at, about.nowMs) > LATE_SECONDS),
    ['nightshift'],
  );
  if (due?.at == null) return [];
  const whole = newestUsable(copies.copies);
  if (whole?.at != null && whole.at >= due.at) return [];
  return [
    copyMissing(about, { due, dueAt: due.at, whole, where, own: copies.copies.find(({ name }) => name === due.name) }),
  ];
}

type Missing = {
  due: CloudSnapshot;
  dueAt: string;
  /** The newest copy that is whole. */
  whole: CloudSnapshot | undefined;
  /** The copy of what is due, as far as it is. */
  own: CloudSnapshot | undefined;
  where: string;
};

function copyMissing({ target, policy, engine, nowMs }: About, { due, dueAt, whole, own, where }: Missing): Finding {
  const period = periodSeconds({ weekly: wanted(policy, engine).weekly });
  const value = ageSeconds(whole?.at ?? dueAt, nowMs);
  const there =
    whole === undefined ? 'there is no whole copy there' : `the newest copy there is ${durationText(value)} old`;
  const begun = own === undefined ? 'none was begun' : `its copy is ${farOf(own)}`;
  return {
    key: 'backups:copy',
    severity: whole === undefined || value > period * MISSING ? 'critical' : 'warning',
    sentence: `${due.name} of ${target} has no whole copy in ${where}, ${begun}: ${there}.`,
    measure: { value, unit: 's', limit: LATE_SECONDS, step: 86_400 },
    evidence: { snapshot: due.name, copy: own?.status ?? null, newest: whole?.name ?? null },
    next: nextOf(target, own),
    actions: own ? [] : [{ label: 'Copy it now', operation: 'backup', target, args: ['copy'], disruptive: false }],
  };
}

function nextOf(target: string, own: CloudSnapshot | undefined): string {
  if (own === undefined) return `Bring it there now: backup ${target} copy.`;
  return own.status === 'failed'
    ? `Delete what failed in the console of AWS, then bring it there: backup ${target} copy.`
    : `See with backups ${target} how far it is; AWS copies one snapshot of a database after the other.`;
}

function copiesUnseen({ target }: About, where: string, unseen: string): Finding {
  return {
    key: 'backups:store:copies',
    severity: 'warning',
    sentence: `Nobody knows which copies of ${target} are in ${where}: ${unseen}`,
    evidence: { where },
    next: 'Give the role of the bot the right that is named, or see why AWS does not answer there.',
  };
}

function farOf({ status, percent }: CloudSnapshot): string {
  return percent === null || percent === 0 ? status : `${status}, ${percent} %`;
}
