import { toolTitles } from '../../core/backup-tool.ts';
import type { BackupStore } from '../../core/backup-store.ts';
import type { Copying } from '../../core/operation.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import type { Follower, SecondWal, WalDrained, WalSlot } from '../../targets/backups.ts';
import { recordsIn } from '../backup/records.ts';
import { placeOf, primaryStore, type Refused } from '../backup/take.ts';

/** What the drain brought, as it leaves the room: JSON has no absent fields. */
export type Drained = {
  done: Omit<WalDrained, 'gap' | 'leftTimeline' | 'second' | 'owed'> & {
    gap: { afterLsn: string | null; why: string } | null;
  };
  slot: WalSlot;
  /** What the second store was brought; null where there is none, or it has its own way. */
  second: SecondWal | null;
  /** Where a server was promoted since the last time, and the store has no full backup of its timeline yet. */
  promoted: { leftTimeline: number } | null;
};

/** A process of its own follows the log: there is nothing to fetch. */
export type Followed = { followed: Follower; slot: WalSlot };

export async function drain(
  target: PostgresTarget,
  _args: null,
  copying: Copying,
): Promise<Drained | Followed | Refused> {
  if (copying.tool !== undefined)
    return { refused: `${toolTitles[copying.tool.name]} keeps the write-ahead log of ${target.name}.` };
  if (!target.backups)
    return { refused: `${target.name} gives nobody its replication protocol: its host keeps the write-ahead log.` };
  const store = primaryStore(copying);
  const second = secondOf(copying);
  const said = await target.backups.drainWal({ store, ...(second && { second }), signal: copying.signal });
  if (!('done' in said)) return said;
  const { owed: _owed, gap: _gap, leftTimeline: _left, second: brought = null, ...done } = said.done;
  const { gap, leftTimeline } = metBy(said.done);
  const isBare = leftTimeline !== undefined && !(await hasFullOn(done.timeline, target, store));
  return { done: { ...done, gap }, slot: said.slot, second: brought, promoted: isBare ? { leftTimeline } : null };
}

/** Pure: what this drain met, or one before it of which nobody heard. */
function metBy({ gap, leftTimeline, owed }: WalDrained): { gap: Drained['done']['gap']; leftTimeline?: number } {
  const left = leftTimeline === undefined ? {} : { leftTimeline };
  if (gap !== undefined || owed === undefined) return { gap: gap ?? null, ...left };
  return 'gap' in owed ? { gap: owed.gap, ...left } : { gap: null, leftTimeline: owed.leftTimeline };
}

/** What the store's own replication brings, nobody else does. */
export function secondOf({ stores: [, second] }: Pick<Copying, 'stores'>): BackupStore | undefined {
  return second?.replicated === true ? undefined : second;
}

async function hasFullOn(timeline: number, { name, backups }: PostgresTarget, store: BackupStore): Promise<boolean> {
  const seen = await backups?.look();
  if (seen === undefined || 'refused' in seen) return false;
  const records = await recordsIn(store, placeOf(name, seen.done));
  return records.some((one) => one.engine === 'postgres' && one.kind === 'full' && one.wal.timeline === timeline);
}
