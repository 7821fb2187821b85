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

/** A session in the drawing of who waits for whom: every waiter stands once, as near to the root as it can. */
export type Branch = { pid: number; waitSeconds: number | null; behind: readonly Branch[] };

/**
 * The waiters as trees, the root with most victims first. One that waits for several stands behind the first of them. Where all
 * wait in a circle, which the server breaks after deadlock_timeout, the oldest wait is drawn as the root.
 */
export function treesOf(waiters: readonly Waiter[]): Branch[] {
  const placed = new Set<number>();
  const trees = rootsOf(waiters).map(({ pid }) => treeFrom(pid, null, waiters, placed));
  for (const { pid, waitSeconds } of waiters.toSorted((a, b) => b.waitSeconds - a.waitSeconds)) {
    if (!placed.has(pid)) trees.push(treeFrom(pid, waitSeconds, waiters, placed));
  }
  return trees;
}

type Growing = { pid: number; waitSeconds: number | null; behind: Growing[] };

function treeFrom(root: number, waitSeconds: number | null, waiters: readonly Waiter[], placed: Set<number>): Branch {
  const tree: Growing = { pid: root, waitSeconds, behind: [] };
  placed.add(root);
  const open: Growing[] = [tree];
  for (let branch = open.shift(); branch; branch = open.shift()) {
    const { pid } = branch;
    const next = waiters
      .filter((waiter) => waiter.blockers.includes(pid) && !placed.has(waiter.pid))
      .toSorted((a, b) => b.waitSeconds - a.waitSeconds)
      .map((waiter): Growing => ({ pid: waiter.pid, waitSeconds: waiter.waitSeconds, behind: [] }));
    for (const one of next) placed.add(one.pid);
    branch.behind.push(...next);
    open.push(...next);
  }
  return tree;
}

/** How many sessions stand behind this one, directly or not. */
export function countBehind({ behind }: Branch): number {
  return behind.reduce((sum, branch) => sum + 1 + countBehind(branch), 0);
}
