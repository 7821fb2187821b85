import type { RunOperation } from '../core/operation.ts';
import type { Locks, Refusal } from '../core/safety.ts';
import { targetLock } from '../state/locks.ts';

/** How long the locks of a run that died outlive it, counted from when it was last known to act. */
const LOCK_SECONDS = 900;

export type LockTools = {
  locks: Pick<Locks, 'take' | 'release'>;
  /** The hosts of a target on which servers of another target are too. */
  sharedHosts(target: string): readonly string[];
};

/**
 * Takes the lock of a target, and where writes are moved those of its shared hosts too: two targets on one machine are not
 * shaken at the same time. All or none; the fencing number is that of the target's.
 */
export async function takeLocks(
  { locks, sharedHosts }: LockTools,
  operation: Pick<RunOperation, 'movesWrites'>,
  target: string,
  runId: string,
): Promise<{ fence: number } | Refusal> {
  const hosts = operation.movesWrites ? sharedHosts(target).map(hostLock) : [];
  for (const name of hosts.toSorted()) {
    // oxlint-disable-next-line no-await-in-loop -- in one order, so that two runs never wait for each other
    const taken = await locks.take(name, runId, LOCK_SECONDS);
    if ('refused' in taken) return givenBack(locks, hosts, runId, taken);
  }
  const lock = await locks.take(targetLock(target), runId, LOCK_SECONDS);
  return 'refused' in lock ? givenBack(locks, hosts, runId, lock) : lock;
}

/** Lets the locks of a run last as long again as they did at first. What another run holds by now is left to it. */
export async function keepLocks(
  { locks, sharedHosts }: LockTools,
  operation: Pick<RunOperation, 'movesWrites'> | undefined,
  target: string,
  runId: string,
): Promise<void> {
  const hosts = operation?.movesWrites ? sharedHosts(target).map(hostLock) : [];
  await Promise.all([targetLock(target), ...hosts].map((name) => locks.take(name, runId, LOCK_SECONDS)));
}

/** Gives back what the run holds; what it never took is left alone. */
export async function releaseLocks(
  { locks, sharedHosts }: LockTools,
  operation: Pick<RunOperation, 'movesWrites'> | undefined,
  target: string,
  runId: string,
): Promise<void> {
  await locks.release(targetLock(target), runId);
  if (operation?.movesWrites)
    await Promise.all(sharedHosts(target).map((host) => locks.release(hostLock(host), runId)));
}

async function givenBack(
  locks: LockTools['locks'],
  names: readonly string[],
  runId: string,
  refusal: Refusal,
): Promise<Refusal> {
  await Promise.all(names.map((name) => locks.release(name, runId)));
  return refusal;
}

function hostLock(host: string): string {
  return `host:${host}`;
}
