import { lsnOf, lsnText } from '../../../core/lsn.ts';
import type { System } from '../../../backups/layout.ts';
import { planDrain, planFromSlot, type DrainPlan, type WalSource } from '../../../backups/wal/drain-plan.ts';
import { timelinePath } from '../../../backups/wal/history.ts';
import { segmentStart } from '../../../backups/wal/segment.ts';
import { Fault } from '../../../core/errors.ts';
import type { OwedBackup } from '../../../core/backup.ts';
import type { BackupStore } from '../../../core/backup-store.ts';
import type { CopyWork, PostgresBackups, WalDrained } from '../../../targets/backups.ts';
import type { PostgresMember, PostgresTarget } from '../../../targets/postgres.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import type { OpenOptions } from '../../open-options.ts';
import { identifySystem, timelineHistory } from '../replication/commands.ts';
import { ServerSaid, type ReplicationConnection } from '../replication/connection.ts';
import { oweBackup, owedBackup } from './owed-backup.ts';
import { bringWal } from './second-store.ts';
import { asWalFault, connectForWal } from './wal-connection.ts';
import { storeHistory, walHead } from './wal-head.ts';
import { advanceSlot, readySlot, RECEIVER_NAME, slotStatus, walSettings, whyNotDrained } from './wal-slot.ts';
import type { ReadySlot, WalSettings } from './wal-slot.ts';
import { streamWal, type Streamed, type WalStream } from './wal-stream.ts';

type Place = { spec: TargetSpec; options: OpenOptions; target: PostgresTarget };
type Work = Pick<CopyWork, 'store' | 'signal'> & { second?: BackupStore };
type Answer = Awaited<ReturnType<PostgresBackups['drainWal']>>;

/** The file is not there (any more). https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNDEFINED_FILE = '58P01';
const FIRST_VERSION = 130_000;

/**
 * Stores what WAL the server that takes writes has since the last time. From the primary: after a promotion it alone has all that was
 * acknowledged, and a standby's slot would keep nothing while the standby is away.
 */
export async function drainWal({ spec, options, target }: Place, work: Work): Promise<Answer> {
  const { primary } = target;
  if (primary === undefined) return { refused: 'no member takes writes now: WAL is drained from the one that does.' };
  if (primary.version < FIRST_VERSION)
    return { refused: 'WAL is drained from PostgreSQL 13 on: before it a slot has no limit.' };
  const settings = await walSettings(primary);
  const why = whyNotDrained(settings);
  if (why !== undefined) return { refused: why };
  const slot = await readySlot(primary, settings);
  if ('refused' in slot) return slot;
  if ('followed' in slot) return { ...slot, slot: await slotStatus(primary) };
  const connection = await connectForWal({ spec, options }, primary, RECEIVER_NAME);
  const cut = () => connection.close(new Fault('timed_out', 'the drain of WAL was ended'));
  work.signal.addEventListener('abort', cut);
  try {
    work.signal.throwIfAborted();
    return await drain({ spec, members: target.members, primary, settings, slot, connection }, work);
  } catch (thrown) {
    throw asWalFault(thrown);
  } finally {
    work.signal.removeEventListener('abort', cut);
    connection.close();
  }
}

type Draining = {
  spec: TargetSpec;
  members: readonly PostgresMember[];
  primary: PostgresMember;
  settings: WalSettings;
  slot: ReadySlot;
  connection: ReplicationConnection;
};

async function drain(
  { spec, members, primary, settings, slot, connection }: Draining,
  { store, second, signal }: Work,
): Promise<Answer> {
  const { segmentBytes, pageBytes } = settings;
  const { systemId, timeline, lsn } = await identifySystem(connection);
  const major = Math.floor(primary.version / 10_000);
  const system: System = { target: spec.name, engine: 'postgres', systemId, major };
  const history = timeline > 1 ? (await timelineHistory(connection, timeline)).content : undefined;
  if (history !== undefined && !(await storeHistory(store, system, { timeline, content: history })))
    return {
      refused: `the store ${store.name} knows another timeline ${timeline} of this system: one of the two was restored from the other and went its own way.`,
    };
  const path = timelinePath(timeline, history);
  const source = { path, flushLsn: lsnOf(lsn), slotLsn: lsnOf(slot.restartLsn), segmentBytes };
  const head = await walHead(store, system, path, { lsn: source.slotLsn, segmentBytes });
  const plan = planDrain(source, head);
  if ('lost' in plan)
    return {
      refused: `the store ${store.name} has WAL up to ${lsnText(plan.lost)} of timeline ${timeline}, and ${primary.name} only to ${lsn}: the server has lost what it once had. Look at its disk before anything else.`,
    };
  const form = { systemId, segmentBytes, pageBytes };
  const stream = { connection, store, system, form };
  const left = head === undefined || head.timeline === timeline ? {} : { leftTimeline: head.timeline };
  const owe = async (carried: DrainPlan): Promise<void> => {
    const owed = owedAfter(carried, left, slot.why);
    if (owed) await oweBackup(store, system, { timeline, lsn: carried.fromLsn }, owed);
  };
  const { carried, streamed } = await carryOut(stream, plan, () => planFromSlot(source, head), owe);
  await advanceOver(primary, source, carried);
  const standing = await slotStatus(primary);
  // The server was told already: a second store holds nobody up.
  const wal = { system, path, history, endLsn: source.flushLsn, form };
  const brought = second && { second: await bringWal({ from: store, to: second, signal }, wal) };
  const owed = owedAfter(carried, left, slot.why) ? undefined : await owedBackup(store, system, members, Date.now());
  const done = { ...drained(source, carried, streamed, slot.why), ...left, ...brought, ...(owed && { owed }) };
  return { done, slot: standing };
}

/** What the store lacks may be gone: then it goes on from the slot, and the gap is told. */
async function carryOut(
  stream: WalStream,
  plan: DrainPlan,
  fromSlot: () => DrainPlan,
  owe: (plan: DrainPlan) => Promise<void>,
) {
  const streamed: Streamed = { segments: 0, storedBytes: 0 };
  try {
    await owe(plan);
    for (const stretch of plan.stretches) await streamWal(stream, stretch, streamed);
    return { carried: plan, streamed };
  } catch (thrown) {
    const isGone = thrown instanceof ServerSaid && thrown.code === UNDEFINED_FILE;
    if (!isGone || plan.gap !== undefined) throw thrown;
    const carried = fromSlot();
    await owe(carried);
    for (const stretch of carried.stretches) await streamWal(stream, stretch, streamed);
    return { carried, streamed };
  }
}

/** Where nothing was streamed nothing was told. */
async function advanceOver(
  primary: PostgresMember,
  source: WalSource,
  { fromLsn, stretches }: DrainPlan,
): Promise<void> {
  const { segmentBytes, slotLsn } = source;
  if (stretches.length > 0 || segmentStart(fromLsn, segmentBytes) <= segmentStart(slotLsn, segmentBytes)) return;
  await advanceSlot(primary, lsnText(fromLsn));
}

function drained(source: WalSource, plan: DrainPlan, streamed: Streamed, why?: string): WalDrained {
  const { path, flushLsn } = source;
  return {
    timeline: path.at(-1)?.timeline ?? 0,
    fromLsn: lsnText(plan.fromLsn),
    toLsn: lsnText(flushLsn),
    ...streamed,
    ...gapOf(plan, why),
  };
}

function gapOf({ gap }: DrainPlan, why?: string): Pick<WalDrained, 'gap'> {
  if (gap === undefined) return {};
  const { afterLsn } = gap;
  const reason =
    why ??
    (afterLsn === null ? 'the store had no WAL of this server' : 'the server had removed WAL before it was stored');
  return { gap: { afterLsn: afterLsn === null ? null : lsnText(afterLsn), why: reason } };
}

/** Pure: what a drain finds out that the next one cannot see any more. */
function owedAfter(plan: DrainPlan, left: { leftTimeline?: number }, why?: string): OwedBackup | undefined {
  const { gap } = gapOf(plan, why);
  if (gap !== undefined) return { gap };
  const { leftTimeline } = left;
  return leftTimeline === undefined ? undefined : { leftTimeline };
}
