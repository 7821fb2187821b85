import { lsnOf, lsnText } from '../../../core/lsn.ts';
import { Fault } from '../../../core/errors.ts';
import type { System } from '../../../backups/layout.ts';
import { segmentStart } from '../../../backups/wal/segment.ts';
import { walKey } from '../../../backups/wal/stored.ts';
import type { PostgresBackups, WalFollowed, WalFollowWork } from '../../../targets/backups.ts';
import { identifySystem, quoted } from '../replication/commands.ts';
import type { ReplicationConnection } from '../replication/connection.ts';
import { Following, type FollowedPiece } from './following.ts';
import type { BackupSite } from './site.ts';
import { asWalFault, connectForWal } from './wal-connection.ts';
import { walHead } from './wal-head.ts';
import { SecondBehind } from './second-behind.ts';
import { statusOf } from './wal-messages.ts';
import { beginWalObject } from './wal-object.ts';
import { FOLLOWER_NAME, readySlot, SLOT_NAME, walSettings, whyNotDrained, type WalSettings } from './wal-slot.ts';
import { SAY_SOMETHING_MS } from './wal-stream.ts';

type Answer = Awaited<ReturnType<PostgresBackups['followWal']>>;

/** The segment that is written is kept in memory. */
const MOST_SEGMENT_BYTES = 64 * 1024 ** 2;

/**
 * Streams WAL into the store for as long as it is let: each segment when it is whole, and what there is of one when the oldest of it has
 * waited for `flushSeconds`. It goes on where the store ends, so the store has to be drained first.
 */
export async function followWal(site: BackupSite, work: WalFollowWork): Promise<Answer> {
  const { primary } = site.target;
  if (primary === undefined) return { refused: 'no member takes writes now: WAL is followed on the one that does.' };
  const settings = await walSettings(primary);
  const why = whyNotDrained(settings) ?? whyNotKept(settings);
  if (why !== undefined) return { refused: why };
  const slot = await readySlot(primary, settings);
  if (!('restartLsn' in slot)) return { refused: 'somebody reads the write-ahead log already; one at a time does.' };
  const connection = await connectForWal(site, primary, FOLLOWER_NAME);
  try {
    const { systemId, timeline } = await identifySystem(connection);
    const system: System = {
      target: site.spec.name,
      engine: 'postgres',
      systemId,
      major: Math.floor(primary.version / 10_000),
    };
    const { segmentBytes } = settings;
    const path = [{ timeline, beginLsn: 0n }];
    const head = await walHead(work.store, system, path, { lsn: lsnOf(slot.restartLsn), segmentBytes });
    if (head === undefined)
      return { refused: `the store ${work.store.name} has nothing of timeline ${timeline} yet: drain it first.` };
    return { done: await follow({ connection, system, settings, timeline, storedLsn: head.endLsn }, work) };
  } catch (thrown) {
    throw asWalFault(thrown);
  } finally {
    connection.close();
  }
}

function whyNotKept({ segmentBytes }: WalSettings): string | undefined {
  if (segmentBytes <= MOST_SEGMENT_BYTES) return undefined;
  return `its segments of WAL have ${segmentBytes / 1024 ** 2} MB: what is followed is kept in memory until it is whole, and 64 MB are the most. The look every few minutes does it (backup.walMinutes).`;
}

export type Source = {
  connection: ReplicationConnection;
  system: System;
  settings: WalSettings;
  timeline: number;
  storedLsn: bigint;
};

async function follow(source: Source, work: WalFollowWork): Promise<WalFollowed> {
  const { connection, settings, timeline } = source;
  const { segmentBytes } = settings;
  const startLsn = segmentStart(source.storedLsn, segmentBytes);
  const book = { storedLsn: source.storedLsn, segments: 0, storedBytes: 0, longestSeconds: 0 };
  const behind = new SecondBehind(source, work);
  const followed = () => ({ ...book, ...behind.said, storedLsn: lsnText(book.storedLsn) });
  const report = () => connection.reply(statusOf(book.storedLsn));
  const put = async (piece: FollowedPiece) => {
    book.storedBytes += await putPiece(source, work, piece);
    book.storedLsn = piece.endLsn;
    if (piece.bytes.length === segmentBytes) book.segments += 1;
    book.longestSeconds = Math.max(book.longestSeconds, (Date.now() - piece.sinceMs) / 1000);
    await report();
    behind.bring(piece.endLsn);
    work.told(followed());
  };
  const asked = () => void report().catch(() => undefined);
  const following = new Following({ timeline, startLsn, storedLsn: source.storedLsn, segmentBytes }, { put, asked });
  const fail = (cause: unknown) => connection.close(cause);
  const alive = setInterval(asked, SAY_SOMETHING_MS);
  const flushing = setInterval(() => void following.flush().catch(fail), work.flushSeconds * 1000);
  const end = () => void following.end().then(() => connection.finish(), fail);
  work.signal.addEventListener('abort', end);
  try {
    if (work.signal.aborted) end();
    const command = `START_REPLICATION SLOT ${quoted(SLOT_NAME)} PHYSICAL ${lsnText(startLsn)} TIMELINE ${timeline}`;
    await connection.stream(command, following);
    if (!work.signal.aborted)
      throw new Fault('target_unreachable', 'the server ended its stream of WAL: it stops, or became a standby');
    await behind.idle();
    return followed();
  } finally {
    clearInterval(alive);
    clearInterval(flushing);
    work.signal.removeEventListener('abort', end);
  }
}

async function putPiece({ system, settings }: Source, { store }: WalFollowWork, piece: FollowedPiece): Promise<number> {
  const { segmentBytes, pageBytes } = settings;
  const form = { systemId: system.systemId, segmentBytes, pageBytes };
  const object = beginWalObject(store, walKey(system, piece, segmentBytes), piece, form);
  try {
    await object.write(piece.bytes);
    return (await object.finish()).storedBytes;
  } catch (thrown) {
    await object.giveUp(thrown instanceof Error ? thrown : new Error(String(thrown)));
    throw thrown;
  }
}
