import type { CopyProgress } from '../core/backup.ts';
import type { BackupPolicy } from '../core/backup-policy.ts';
import type { BackupStore } from '../core/backup-store.ts';
import type { BackupTool } from '../core/backup-tool.ts';
import type { Drill } from '../core/drill.ts';
import type { Copying } from '../core/operation.ts';
import type { RoomRequest } from '../core/run.ts';
import type { Copies } from '../state/copies.ts';

/** What only the room that copies needs. */
export type CopyingTools = {
  stores(): Promise<readonly BackupStore[]>;
  /** Throws `unsupported` where the config wants no backups of a target. */
  policyOf(target: string): BackupPolicy;
  /** The tool that makes the backups of a target; undefined where we make them. */
  toolOf?(target: string): BackupTool | undefined;
  /** Where it is kept what was proved of the backups of a tool; undefined where the config names no store. */
  ledger?(): BackupStore | undefined;
  trySnapshot?: NonNullable<Copying['trySnapshot']>;
  copies: Pick<Copies, 'say' | 'wasStopped'>;
  /** How long a step may work before it is aborted: less than the time of the room itself, so that it can still answer. */
  seconds: number;
  drill?: Drill;
};

const SAY_EVERY_MS = 3000;

/**
 * Gives a copying step what it works with. While it works, how far it is is said every few seconds; whether its run was stopped is
 * asked at the same time. A state table that is away does not end a copy.
 */
export async function whileCopying<R>(
  { stores, policyOf, toolOf, ledger, copies, seconds, trySnapshot, drill }: CopyingTools,
  { runId, target }: Pick<RoomRequest, 'runId' | 'target'>,
  work: (copying: Copying) => Promise<R>,
): Promise<R> {
  let at: CopyProgress = { doneBytes: 0, totalBytes: 0 };
  const stop = new AbortController();
  const say = async (isOver: boolean): Promise<void> => {
    await copies.say(runId, target, { ...at, isOver }).catch(() => undefined);
    if (!isOver && (await copies.wasStopped(runId).catch(() => false))) stop.abort(new Error('the run was stopped'));
  };
  await say(false);
  const timer = setInterval(() => void say(false), SAY_EVERY_MS);
  const outOfTime = setTimeout(() => stop.abort(new Error(`${seconds} s are over`)), seconds * 1000);
  const progress = (now: CopyProgress): void => {
    at = now;
  };
  try {
    const tool = toolOf?.(target);
    const from = tool === undefined ? { stores: await stores() } : { stores: [], tool, ...kept(ledger?.()) };
    const given = { runId, ...from, policy: policyOf(target), seconds, progress, signal: stop.signal };
    return await work({ ...given, ...(trySnapshot ? { trySnapshot } : {}), ...(drill ? { drill } : {}) });
  } finally {
    clearInterval(timer);
    clearTimeout(outOfTime);
    await say(true);
  }
}

function kept(ledger: BackupStore | undefined): Pick<Copying, 'ledger'> {
  return ledger === undefined ? {} : { ledger };
}
