import type { CanaryRecord } from '../../targets/canary.ts';
import type { Failover } from '../../targets/failover.ts';
import type { Switchover } from '../../targets/switchover.ts';
import type { CanaryPen } from './pen.ts';
import { startSeries } from './series.ts';

/** How long after a step somebody waits for the write that shows how it ended. */
const TAIL_MS = 3000;

/**
 * So long at most a switchover begins later, before it looks at or holds anything, until the first write is answered: what the old server
 * had acknowledged can only be counted where it has acknowledged one. A failover begins at once: nobody is there who could.
 */
const HEAD_START_MS = 500;

/** With what the canary is written while the writes of one server move to another. */
export type PenFor = (order: { from: string; to: string }) => CanaryPen;

/** The same, with the canary written beside it. */
export function switchoverBeside(switchover: Switchover, penFor: PenFor): Switchover {
  return {
    ...switchover,
    carryOut: (order) => besideCanary(penFor(order), HEAD_START_MS, () => switchover.carryOut(order)),
  };
}

/** The same, with the canary written beside it. */
export function failoverBeside(failover: Failover, penFor: PenFor): Failover {
  return { ...failover, carryOut: (order) => besideCanary(penFor(order), 0, () => failover.carryOut(order)) };
}

/**
 * Does the work while the canary is written. Once it has begun it waits for nothing of the canary, and what becomes of that changes
 * nothing of the work: neither its result nor what it throws.
 */
export async function besideCanary<R extends object>(
  pen: CanaryPen,
  headStartMs: number,
  work: () => Promise<R>,
): Promise<R & { canary: CanaryRecord }> {
  const series = startSeries(pen);
  try {
    if (headStartMs > 0) await series.begun(headStartMs);
    const result = await work();
    return { ...result, canary: await series.end(TAIL_MS) };
  } finally {
    series.stop();
  }
}
