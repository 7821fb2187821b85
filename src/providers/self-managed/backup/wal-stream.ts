import { lsnText } from '../../../core/lsn.ts';
import type { System } from '../../../backups/layout.ts';
import type { DrainStretch } from '../../../backups/wal/drain-plan.ts';
import type { WalForm } from '../../../backups/wal/check-pages.ts';
import { walKey } from '../../../backups/wal/stored.ts';
import type { BackupStore } from '../../../core/backup-store.ts';
import { Fault } from '../../../core/errors.ts';
import { quoted } from '../replication/commands.ts';
import type { ReplicationConnection } from '../replication/connection.ts';
import { WalIntake } from './wal-intake.ts';
import { statusOf } from './wal-messages.ts';
import { beginWalObject } from './wal-object.ts';
import { SLOT_NAME } from './wal-slot.ts';

/** Shorter than any wal_sender_timeout that works: while a store takes its time, the server hears that we live. */
export const SAY_SOMETHING_MS = 10_000;

export type WalStream = { connection: ReplicationConnection; store: BackupStore; system: System; form: WalForm };
export type Streamed = { segments: number; storedBytes: number };

/**
 * Stores the pieces of one stretch, one after the other, and tells the server of each only when the store has it.
 * https://www.postgresql.org/docs/current/protocol-replication.html
 */
export async function streamWal(stream: WalStream, stretch: DrainStretch, into: Streamed): Promise<void> {
  const { connection, store, system, form } = stream;
  const [first] = stretch.pieces;
  if (first === undefined) return;
  let safeLsn = 0n;
  const report = () => connection.reply(statusOf(safeLsn));
  const intake = new WalIntake(stretch, {
    open: (piece) => beginWalObject(store, walKey(system, piece, form.segmentBytes), piece, form),
    stored: async (piece, storedBytes) => {
      safeLsn = piece.endLsn;
      into.storedBytes += storedBytes;
      if (piece.endLsn === piece.startLsn + BigInt(form.segmentBytes)) into.segments += 1;
      await report();
    },
    asked: () => void report().catch(() => undefined),
    done: () => connection.finish(),
  });
  const alive = setInterval(() => void report().catch(() => undefined), SAY_SOMETHING_MS);
  try {
    await connection.stream(
      `START_REPLICATION SLOT ${quoted(SLOT_NAME)} PHYSICAL ${lsnText(first.startLsn)} TIMELINE ${stretch.timeline}`,
      intake,
    );
  } catch (thrown) {
    await intake.giveUp(thrown instanceof Error ? thrown : new Error(String(thrown)));
    throw thrown;
  } finally {
    clearInterval(alive);
  }
  if (intake.isDone) return;
  const cause = new Fault('target_unreachable', 'the server ended its stream of WAL before what it had said to have');
  await intake.giveUp(cause);
  throw cause;
}
