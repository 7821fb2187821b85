/** A session that waits for a lock. `blockers` are pids; 0 stands for a prepared transaction. */
export type Waiter = { pid: number; blockers: readonly number[]; waitSeconds: number };

/** A session that blocks others and waits for nobody. */
export type Root = { pid: number; victims: number; oldestWaitSeconds: number };

/** Every root blocker with the sessions that wait for it directly or through others, most victims first. */
export function rootsOf(waiters: readonly Waiter[]): Root[] {
  const waiting = new Set(waiters.map(({ pid }) => pid));
  const behind = new Map<number, Waiter[]>();
  for (const waiter of waiters) {
    for (const blocker of new Set(waiter.blockers)) behind.set(blocker, [...(behind.get(blocker) ?? []), waiter]);
  }
  return [...behind.keys()]
    .filter((pid) => !waiting.has(pid))
    .map((pid) => {
      const victims = victimsOf(pid, behind);
      return { pid, victims: victims.length, oldestWaitSeconds: Math.max(...victims.map((one) => one.waitSeconds)) };
    })
    .toSorted((a, b) => b.victims - a.victims || b.oldestWaitSeconds - a.oldestWaitSeconds);
}

function victimsOf(root: number, behind: ReadonlyMap<number, readonly Waiter[]>): Waiter[] {
  const met = new Map<number, Waiter>();
  const open = [root];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    for (const waiter of behind.get(pid) ?? []) {
      if (met.has(waiter.pid)) continue;
      met.set(waiter.pid, waiter);
      open.push(waiter.pid);
    }
  }
  return [...met.values()];
}
